// One line of a chat: what the person said or pressed, or a message of the bot with its buttons or a form's page.

import { el, freshId } from "./dom.js";
import { field } from "./field.js";
import { short, t } from "./words.js";

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
    file(told),
    view.form ? form(view, chat, told.id, titleId) : buttons(view.buttons, chat, told.id),
  );
  return el("li", { class: "line bot" }, meta(told, metaId), body);
}

function meta(told, id) {
  const edited = told.edited ? ` · ${t("updated", { time: short(told.edited) })}` : "";
  const over = told.over ? ` · ${t("answered")}` : "";
  return el("p", { class: "meta", id }, `${t("bot")} · `, el("time", { datetime: told.at }, short(told.at)), edited, over);
}

function facts(pairs) {
  if (!pairs.length) return null;
  const rows = pairs.map(([label, value]) => el("div", {}, el("dt", {}, label), el("dd", {}, value)));
  return el("dl", { class: "facts" }, rows);
}

function file(told) {
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

function form(view, chat, lineId, titleId) {
  const { draft, page, submit, fields } = view.form;
  const search = (name, query) => chat.choices(draft, name, query);
  const asked = fields.map((one) => field(one, { search, now: chat.now }));
  const standing = () => ({ page, answers: Object.fromEntries(asked.map((one) => [one.name, one.value()])) });
  const send = el("button", { type: "submit", class: "primary" }, submit);
  const ways = el("div", { class: "buttons" }, send, view.buttons.map((button) => press(button, chat, lineId, standing)));
  const node = el("form", { novalidate: true, "aria-labelledby": titleId }, asked.map((one) => one.node), ways);
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    chat.act("submit", { line: lineId, draft, ...standing() }, node);
  });
  node.start = (asked.find((one) => one.wrong) ?? asked[0])?.control;
  return node;
}
