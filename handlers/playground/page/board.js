// Around the chats: the clock above, what is due next and what was sent below.

import { act, look } from "./calls.js";
import { el, notice, say } from "./dom.js";
import { language, long, short, t } from "./words.js";

const byId = (id) => document.getElementById(id);

export class Board {
  /** `show` is called with the id of a person to bring on the page. */
  constructor(show) {
    Object.assign(this, { show, known: Date.now(), at: performance.now(), looking: false, again: false, moving: false });
    for (const button of document.querySelectorAll("[data-by]"))
      button.addEventListener("click", () => this.move(button.dataset.by));
    setInterval(() => this.tick(), 1000);
    setInterval(() => this.refresh(), 60_000);
  }

  /** The playground's time, as the machine tells time passing since the bot last told it. */
  now = () => this.known + performance.now() - this.at;

  tick() {
    const face = byId("now");
    const words = long(this.now());
    if (face.textContent !== words) face.textContent = words;
  }

  async refresh() {
    if (this.looking) {
      this.again = true;
      return;
    }
    this.looking = true;
    try {
      do {
        this.again = false;
        this.draw(await look("board", { lang: language() }));
      } while (this.again);
    } catch {
      notice(t("failed"));
    } finally {
      this.looking = false;
    }
  }

  draw({ now, due, sent }) {
    this.known = Date.parse(now);
    this.at = performance.now();
    this.tick();
    const held = document.activeElement?.dataset.key;
    document.querySelector('[data-by="next"]').classList.toggle("primary", due.length > 0);
    fill("due", "due_none", due.map((row) => this.coming(row)));
    fill("sent", "sent_none", sent.map((row) => this.letter(row)));
    if (held) document.querySelector(`[data-key="${held}"]`)?.focus();
  }

  coming({ at, what, about }) {
    return el("li", {}, time(at), el("p", {}, el("strong", {}, what), about && el("small", {}, about)));
  }

  letter({ at, person, name, words, line }) {
    const traits = { type: "button", class: "plain-link", "data-key": `sent-${line}`, click: () => this.show(person) };
    const to = el("span", { class: "to" }, `${t("to")} `, el("button", traits, name));
    return el("li", {}, time(at), el("p", {}, to, el("small", {}, words)));
  }

  async move(by) {
    if (this.moving) return;
    this.moving = true;
    byId("clock-says").textContent = t("moving");
    try {
      const { moved, now } = await act("clock", { by });
      await this.refresh();
      byId("clock-says").textContent = moved ? "" : t("nothing_next");
      if (moved) say(t("it_is_now", { moment: long(now) }));
    } catch {
      byId("clock-says").textContent = "";
      notice(t("failed"));
    } finally {
      this.moving = false;
    }
  }
}

function time(at) {
  return el("time", { datetime: at }, short(at));
}

function fill(id, none, rows) {
  byId(id).replaceChildren(rows.length ? el("ul", {}, rows) : el("p", { class: "none" }, t(none)));
}
