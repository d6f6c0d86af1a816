// One question of a form, as the browser's own controls ask it. Each maker gives {control, value()}.

import { Combobox } from "./combobox.js";
import { el, freshId } from "./dom.js";
import { wallClock } from "./words.js";

const RADIOS_AT_MOST = 7;
const BOXES_AT_MOST = 10;

/**
 * The question as {node, control, value(), half(), complain()}. `control` is what gets the focus; `half` tells whether
 * something is begun in it that is no answer yet, and `complain` says so at the question.
 */
export function field(asked, { search, now, words }) {
  const { t } = words;
  const id = freshId(asked.name);
  const notes = [asked.help && `${id}-help`, asked.error && `${id}-error`].filter(Boolean).join(" ");
  const traits = { id, "aria-describedby": notes || null, "aria-invalid": asked.error ? "true" : null };
  const current = asked.error && asked.typed !== null ? asked.typed : asked.value;
  const made = maker(asked)({ asked, id, traits, current, search, now, words });
  const help = asked.help ? el("p", { class: "help", id: `${id}-help` }, asked.help) : null;
  const error = asked.error
    ? el("p", { class: "error", id: `${id}-error` }, el("span", { class: "unseen" }, `${t("wrong")} `), asked.error)
    : null;
  const optional = asked.required ? null : el("span", { class: "optional" }, ` (${t("optional")})`);
  const shell = made.group
    ? el("fieldset", { class: "field", "aria-describedby": notes || null }, el("legend", {}, asked.label, optional))
    : el("div", { class: "field" }, el("label", { for: id }, asked.label, optional));
  if (error) shell.classList.add("wrong");
  shell.append(...[help, error, ...made.nodes].filter(Boolean));
  const half = () => asked.kind in HALF && made.control.validity.badInput;
  const complain = () => shell.querySelector(".error") ?? complaint(shell, made, `${id}-error`, t(HALF[asked.kind]), t("wrong"));
  return { node: shell, control: made.control, value: made.value, name: asked.name, wrong: Boolean(error), half, complain };
}

const HALF = { moment: "incomplete", date: "incomplete_day" };

/** Stands there until something else is typed. */
function complaint(shell, { control, nodes }, id, words, wrong) {
  const error = el("p", { class: "error", id }, el("span", { class: "unseen" }, `${wrong} `), words);
  const before = control.getAttribute("aria-describedby");
  nodes[0].before(error);
  shell.classList.add("wrong");
  control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-describedby", [before, id].filter(Boolean).join(" "));
  const settle = () => {
    if (control.validity.badInput) return;
    control.removeEventListener("input", settle);
    error.remove();
    shell.classList.remove("wrong");
    control.removeAttribute("aria-invalid");
    if (before) control.setAttribute("aria-describedby", before);
    else control.removeAttribute("aria-describedby");
  };
  control.addEventListener("input", settle);
}

function maker(asked) {
  const many = asked.kind === "choices";
  if (asked.kind === "choice" || many) {
    const count = asked.choices.length;
    if (many) return asked.searched || count > BOXES_AT_MOST ? tokens : boxes;
    if (asked.searched) return picker;
    return count > RADIOS_AT_MOST ? select : boxes;
  }
  return asked.kind === "long_text" ? area : input;
}

const TYPES = { text: "text", number: "number", date: "date", moment: "datetime-local" };

function input({ asked, traits, current, now }) {
  const wall = { date: wallClock(now()).slice(0, 10), moment: wallClock(now()) }[asked.kind];
  const bounds = asked.kind === "number" ? { min: asked.low, max: asked.high, step: 1 } : { min: wall };
  const control = el("input", { type: TYPES[asked.kind], ...bounds, ...traits, required: asked.required });
  control.value = current ?? "";
  // Of letters in a field for a number the browser gives nothing either; the bot says what is wrong with them.
  const value = () => (asked.kind === "number" && control.validity.badInput ? "?" : control.value);
  return { nodes: [control], control, value };
}

function area({ asked, traits, current }) {
  const control = el("textarea", { rows: 4, ...traits, required: asked.required });
  control.value = current ?? "";
  return { nodes: [control], control, value: () => control.value };
}

function select({ asked, traits, current, words: { t } }) {
  const options = asked.choices.map(({ value, label }) => el("option", { value, selected: value === current }, label));
  const none = el("option", { value: "" }, t("choose"));
  const control = el("select", { ...traits, required: asked.required }, none, options);
  return { nodes: [control], control, value: () => control.value };
}

function boxes({ asked, id, traits, current }) {
  const many = asked.kind === "choices";
  const ticked = new Set([current ?? []].flat());
  const inputs = asked.choices.map(({ value, hint }, index) =>
    el("input", {
      type: many ? "checkbox" : "radio", name: id, id: `${id}-${index}`, value, checked: ticked.has(value),
      "aria-describedby": [hint && `${id}-${index}-hint`, traits["aria-describedby"]].filter(Boolean).join(" ") || null,
      "aria-invalid": many ? null : traits["aria-invalid"],
    }),
  );
  const rows = asked.choices.map(({ label, hint }, index) => {
    const more = hint ? el("small", { class: "hint", id: `${id}-${index}-hint` }, hint) : null;
    return el("div", { class: "box" }, inputs[index], el("label", { for: `${id}-${index}` }, label), more);
  });
  const chosen = () => inputs.filter((box) => box.checked).map((box) => box.value);
  const control = inputs.find((box) => box.checked) ?? inputs[0];
  return { group: true, nodes: rows, control, value: () => (many ? chosen() : chosen()[0] ?? "") };
}

function picker({ asked, traits, current, search, words }) {
  let value = current ?? "";
  const label = asked.choices.find((choice) => choice.value === value)?.label ?? (value ? asked.shown : "");
  const box = new Combobox({
    search: (query) => search(asked.name, query), pick: (option) => { value = option.value; },
    label: asked.label, words, text: label, traits: { ...traits, "aria-required": asked.required ? "true" : null },
  });
  return { nodes: [box.node], control: box.input, value: () => value };
}

function tokens({ asked, id, traits, current, search, words }) {
  const known = new Map(asked.choices.map((choice) => [choice.value, choice.label]));
  const chosen = new Map((current ?? []).map((value) => [value, known.get(value) ?? value]));
  const list = el("ul", { class: "tokens", "aria-label": words.t("chosen") });
  const box = new Combobox({
    search: async (query) => (await search(asked.name, query)).filter((option) => !chosen.has(option.value)),
    pick: (option) => { chosen.set(option.value, option.label); draw(); },
    label: asked.label, words, empties: true, traits: { ...traits, "aria-required": asked.required ? "true" : null },
  });
  const drop = (value) => { chosen.delete(value); draw(); box.input.focus(); };
  const draw = () => {
    list.replaceChildren(...[...chosen].map(([value, label]) => token(value, label, drop, words)));
    list.hidden = chosen.size === 0;
  };
  draw();
  return { nodes: [list, box.node], control: box.input, value: () => [...chosen.keys()] };
}

function token(value, label, drop, { t }) {
  const away = { type: "button", "aria-label": t("remove", { label }), click: () => drop(value) };
  return el("li", {}, el("span", {}, label), el("button", away, "×"));
}
