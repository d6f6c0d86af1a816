// One line of a chat: what the person said or pressed, or a message of the bot with its buttons or a form's page.

import { el, freshId } from "./dom.js";
import { field } from "./field.js";
import { wordsIn } from "./words.js";

/** The line as an element. `chat` does what its buttons and form ask for. */
export function line(told, chat) {
  const node = "said" in told ? own(told) : fromBot(told, chat);
  node.dataset.line = told.id;
  node.dataset.stamp = told.stamp;
  return node;
}

function own(told) {
  return el("li", { class: "line own" }, el("p", { class: "said" }, told.said));
}

function fromBot(told, chat) {
  const { view } = told;
  const words = wordsIn(told.lang);
  const title = view.form?.title || view.title;
  const titleId = freshId("title");
  const metaId = freshId("meta");
  const traits = { tabindex: "-1", "aria-labelledby": `${metaId}${title ? ` ${titleId}` : ""}` };
  const body = el(
    "article",
    { class: told.over ? "card over" : "card", lang: told.lang, ...traits },
    view.form?.position ? el("p", { class: "position" }, view.form.position) : null,
    title ? el("h3", { id: titleId }, title) : null,
    view.text.map((paragraph) => el("p", { class: "words" }, paragraph)),
    facts(view.facts),
    file(told, words),
    view.form ? form(view, chat, told.id, titleId, words) : buttons(view.buttons, chat, told.id),
  );
  return el("li", { class: "line bot" }, meta(told, metaId, words), body);
}

function meta(told, id, { lang, t, short }) {
  const edited = told.edited ? ` · ${t("updated", { time: short(told.edited) })}` : "";
  const over = told.over ? ` · ${t("answered")}` : "";
  return el("p", { class: "meta", id, lang }, `${t("bot")} · `, el("time", { datetime: told.at }, short(told.at)), edited, over);
}

function facts(pairs) {
  if (!pairs.length) return null;
  const rows = pairs.map(([label, value]) => el("div", {}, el("dt", {}, label), el("dd", {}, value)));
  return el("dl", { class: "facts" }, rows);
}

function file(told, { t }) {
  if (!told.view.file) return null;
  const { name, size } = told.view.file;
  const kilobytes = t("size", { n: Math.max(1, Math.round(size / 1024)) });
  return el("p", {}, el("a", { class: "file", href: `/file/${told.id}`, download: name }, name), ` (${kilobytes})`);
}

function buttons(given, chat, lineId) {
  if (!given.length) return null;
  return el("div", { class: "buttons" }, given.map((button) => press(button, chat, lineId)));
}

/** `standing` gives what stands in the fields of the form's page that the button is on. */
function press({ label, action, style }, chat, lineId, standing = () => ({})) {
  const node = el("button", { type: "button", class: style }, label);
  node.addEventListener("click", () => chat.act("press", { line: lineId, action, ...standing() }, node));
  return node;
}

function form(view, chat, lineId, titleId, words) {
  const { draft, page, submit, fields } = view.form;
  const search = (name, query) => chat.choices(draft, name, query);
  const asked = fields.map((one) => field(one, { search, now: chat.now, words }));
  // Of what is only half typed the browser gives nothing: on the way out the answer of before then stays.
  const whole = () => asked.filter((one) => !one.half());
  const standing = () => ({ page, answers: Object.fromEntries(whole().map((one) => [one.name, one.value()])) });
  const send = el("button", { type: "submit", class: "primary" }, submit);
  const ways = el("div", { class: "buttons" }, send, view.buttons.map((button) => press(button, chat, lineId, standing)));
  const node = el("form", { novalidate: true, "aria-labelledby": titleId }, asked.map((one) => one.node), ways);
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    const [first, ...others] = asked.filter((one) => one.half());
    if (first) {
      for (const one of [first, ...others]) one.complain();
      return first.control.focus();
    }
    chat.act("submit", { line: lineId, draft, ...standing() }, node);
  });
  node.start = (asked.find((one) => one.wrong) ?? asked[0])?.control;
  return node;
}
