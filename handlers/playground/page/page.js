// Puts the page together and keeps it live.

import { Board } from "./board.js";
import { act, Closed, look } from "./calls.js";
import { Chat } from "./chat.js";
import { el, notice, say } from "./dom.js";
import { language, speak, t } from "./words.js";

const CHIPS = 4;
const wanted = new URLSearchParams(location.search);
const waiting = new Map();
let board;
let chats;

async function start() {
  await speak(wanted.get("lang") ?? (navigator.language.startsWith("nl") ? "nl" : "en"));
  board = new Board(bring);
  const means = { now: board.now, changed };
  chats = { left: new Chat("left", means), right: new Chat("right", means) };
  document.getElementById("pair").append(chats.left.node, chats.right.node);
  for (const button of document.querySelectorAll("[data-lang]"))
    button.addEventListener("click", () => change(button.dataset.lang));
  markLanguage();
  const { untouched } = await look("story");
  if (untouched) await act("language", { lang: language() });
  await cast();
  document.body.dataset.ready = "yes";
  listen(0);
}

async function cast() {
  const { left, right } = await look("cast");
  await show("left", wanted.get("left") ?? left);
  await show("right", wanted.get("right") ?? right);
}

async function show(side, person, chosen = false) {
  if (person !== null && person !== undefined) await chats[side].show(person, { chosen });
}

/** Bring somebody on the page: who only asks on the left, everybody else on the right. */
async function bring(person) {
  const already = Object.values(chats).find((chat) => chat.person === person);
  if (already) return already.log.focus();
  const { person: { side } } = await look("chat", { person, lang: language() });
  await show(side, person, true);
  chats[side].log.focus();
}

function changed() {
  const shown = Object.fromEntries(Object.entries(chats).flatMap(([side, { person }]) => (person ? [[side, person]] : [])));
  history.replaceState(null, "", `?${new URLSearchParams({ lang: language(), ...shown })}`);
  for (const person of Object.values(shown)) waiting.delete(person);
  drawArrivals();
}

/** Everybody invented reads the bot in the page's language, so that a newcomer can follow all of them. */
async function change(lang) {
  await speak(lang);
  await act("language", { lang });
  markLanguage();
  for (const chat of Object.values(chats)) {
    chat.build();
    await chat.refresh();
  }
  await board.refresh();
  changed();
}

function markLanguage() {
  for (const button of document.querySelectorAll("[data-lang]"))
    button.setAttribute("aria-pressed", String(button.dataset.lang === language()));
}

function drawArrivals() {
  const chips = [...waiting.values()].map(({ person, name }) => {
    const words = el("span", {}, t("arrived", { name }));
    return el("li", {}, el("button", { type: "button", click: () => bring(person) }, words, el("strong", {}, t("show"))));
  });
  document.getElementById("arrivals").replaceChildren(...chips);
}

async function arrived(arrivals) {
  for (const arrival of arrivals) {
    if (Object.values(chats).some((chat) => chat.person === arrival.person)) continue;
    // An empty place is for the first who gets a message: that is how the story goes on.
    if (chats.right.person === null) {
      await chats.right.show(arrival.person);
      say(t("arrived", arrival));
      continue;
    }
    waiting.delete(arrival.person);
    waiting.set(arrival.person, arrival);
    say(t("arrived", arrival));
  }
  while (waiting.size > CHIPS) waiting.delete(waiting.keys().next().value);
  drawArrivals();
}

function listen(failures) {
  const socket = new WebSocket(`ws://${location.host}/live`);
  socket.addEventListener("open", async () => {
    failures = 0;
    notice("");
    await Promise.all([board.refresh(), ...Object.values(chats).map((chat) => chat.refresh())]);
  });
  socket.addEventListener("message", async ({ data }) => {
    const told = JSON.parse(data);
    const seen = Object.values(chats).filter((chat) => told.chats.includes(chat.person));
    await Promise.all([board.refresh(), arrived(told.arrivals), ...seen.map((chat) => chat.refresh())]);
  });
  socket.addEventListener("close", () => wait(failures + 1));
}

async function wait(failures) {
  notice(t("offline"));
  await new Promise((resolve) => setTimeout(resolve, Math.min(5000, 500 * failures)));
  try {
    await look("words");
  } catch (failure) {
    if (failure instanceof Closed) return notice(t("restarted"));
    return wait(failures + 1);
  }
  listen(failures);
}

start();
