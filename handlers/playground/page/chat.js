// One of the two people: who it is, their chat with the bot, and a line to say something.

import { Closed, act, look } from "./calls.js";
import { Combobox } from "./combobox.js";
import { calm, el, freshId, notice, say } from "./dom.js";
import { line } from "./line.js";
import { language, t, wordsIn } from "./words.js";

export class Chat {
  /** `side` is left or right; `now` tells the playground's time; `changed` hears when somebody else is shown. */
  constructor(side, { now, changed }) {
    Object.assign(this, { side, now, changed, person: null, busy: false, looking: null, again: false });
    this.events = new WeakMap();
    this.nameId = freshId("person");
    this.node = el("section", { class: `chat ${side}` });
    this.build();
  }

  build() {
    const label = t(this.side);
    const id = freshId("player");
    this.picker = new Combobox({ search: people, pick: ({ value }) => this.show(value, { chosen: true }), label, traits: { id } });
    this.face = el("span", { class: "face", "aria-hidden": "true" });
    this.role = el("p", { class: "role" });
    this.title = el("h2", { class: "unseen", id: this.nameId });
    this.list = el("ol", { class: "lines" });
    this.below = el("div", { class: "below", hidden: true });
    this.log = el("div", { class: "log", tabindex: "0", role: "group" }, this.list);
    const who = el("div", { class: "who" }, el("label", { for: id }, label), this.picker.node, this.role);
    const top = el("div", { class: "chat-top" }, this.face, who);
    this.node.replaceChildren(this.title, top, this.log, this.below, this.composer());
    this.node.setAttribute("aria-labelledby", this.nameId);
    this.dress(wordsIn(language()));
    const { told } = this;
    this.told = null;
    if (told) this.draw(told);
    else this.drawNobody();
  }

  composer() {
    const id = freshId("say");
    const input = el("input", { id, type: "text", autocomplete: "off" });
    const send = el("button", { type: "submit" });
    const label = el("label", { class: "unseen", for: id });
    this.speaker = el("form", { class: "composer", hidden: true }, label, input, send);
    this.speaker.dress = (words) => {
      input.placeholder = words("say_to_bot");
      send.textContent = words("send");
      label.textContent = words("say");
    };
    this.speaker.addEventListener("submit", async (event) => {
      event.preventDefault();
      const text = input.value.trim();
      if (text && (await this.act("say", { text }, this.speaker, { stay: true }))) input.value = "";
    });
    return this.speaker;
  }

  /** What stands around the messages has the language of whoever reads them, whatever the page has. */
  dress(words) {
    this.words = words;
    this.log.setAttribute("aria-label", words.t("messages"));
    this.speaker.dress(words.t);
    for (const node of [this.log, this.below, this.speaker]) node.lang = words.lang;
  }

  async show(person, { chosen = false } = {}) {
    this.person = Number(person);
    this.told = null;
    this.changed(this, chosen);
    await this.refresh();
    // On a narrow page this would take the reader away from where they are.
    const { lastElementChild: last } = this.list;
    if (last && this.scrolls()) this.reveal(last, last);
  }

  /** Look again at what stands in the chat. Calls during a look are answered by one more look after it. */
  async refresh() {
    if (this.person === null) return;
    if (this.looking) {
      this.again = true;
      return this.looking;
    }
    this.looking = this.lookAgain();
    try {
      await this.looking;
    } finally {
      this.looking = null;
    }
  }

  async lookAgain() {
    do {
      this.again = false;
      const { person } = this;
      try {
        const told = await look("chat", { person, lang: language() });
        if (person === this.person) this.draw(told);
        else this.again = true;
      } catch (failure) {
        this.failed(failure);
      }
    } while (this.again);
  }

  draw(told) {
    const before = this.told;
    this.told = told;
    const { name, role, place } = told.person;
    this.title.textContent = t("chat_with", { name });
    this.face.textContent = initials(name);
    this.role.textContent = [role, place].filter(Boolean).join(" · ");
    this.picker.show(name);
    this.speaker.hidden = false;
    if (this.words.lang !== told.lang) this.dress(wordsIn(told.lang));
    const fresh = this.drawLines(told);
    if (!told.lines.length) this.list.replaceChildren(this.startCard(name));
    if (before && fresh.length && !this.busy) this.arrived(name, fresh);
  }

  /** Leaves every line that did not change as it is, with what is being typed in it. */
  drawLines(told) {
    const standing = new Map([...this.list.children].map((node) => [node.dataset.line, node]));
    const fresh = [];
    const nodes = told.lines.map((one) => {
      const old = standing.get(String(one.id));
      if (old?.dataset.stamp === one.stamp) return old;
      const node = line(one, this);
      if (old?.contains(document.activeElement)) this.held = one.id;
      if (!("said" in one)) fresh.push({ one, node });
      return node;
    });
    if (nodes.some((node, index) => this.list.children[index] !== node) || this.list.children.length !== nodes.length)
      this.place(nodes);
    if (this.held && !this.busy) this.focus(this.held);
    this.held = null;
    return fresh;
  }

  /** Puts lines in their places without moving those that stand there: a moved element loses the focus. */
  place(nodes) {
    for (const node of [...this.list.children]) if (!nodes.includes(node)) node.remove();
    nodes.forEach((node, index) => {
      if (this.list.children[index] !== node) this.list.insertBefore(node, this.list.children[index] ?? null);
    });
  }

  arrived(name, fresh) {
    const { one, node } = fresh[fresh.length - 1];
    const words = [one.view.title, ...one.view.text].filter(Boolean)[0] ?? "";
    say(`${t("arrived", { name })}: ${words}`);
    if (!this.log.contains(document.activeElement)) this.reveal(node, node);
    this.point(node);
  }

  /** While a new message is out of sight, a button leads to it: whoever is filling in a form is not moved about. */
  point(node) {
    this.seer?.disconnect();
    const go = () => this.focus(node.dataset.line);
    this.below.replaceChildren(el("button", { type: "button", click: go }, `↓ ${this.words.t("below")}`));
    const view = { root: this.scrolls() ? this.log : null, rootMargin: "0px 0px -48px 0px" };
    this.seer = new IntersectionObserver(([seen]) => {
      this.below.hidden = seen.isIntersecting;
      if (seen.isIntersecting) this.seer.disconnect();
    }, view);
    this.seer.observe(node);
  }

  drawNobody() {
    this.title.textContent = t(this.side);
    this.face.textContent = "";
    this.speaker.hidden = true;
    this.dress(wordsIn(language()));
    const card = [el("h3", {}, t("nobody_yet")), el("p", {}, t("nobody_yet_more"))];
    this.list.replaceChildren(el("li", { class: "start waiting" }, card));
  }

  startCard(name) {
    const { t } = this.words;
    const steps = ["start_1", "start_2", "start_3"].map((key) => el("li", {}, t(key, { name })));
    const hello = el("button", { type: "button", class: "primary" }, t("start_button"));
    hello.addEventListener("click", () => this.act("say", { text: t("hello") }, hello));
    return el("li", { class: "start" }, el("h3", {}, t("start_title")), el("ol", {}, steps), hello);
  }

  /** Do something as this person, once however often it is clicked; true when the bot answered. */
  async act(what, body, source, { stay = false } = {}) {
    if (this.busy) return false;
    this.busy = true;
    this.node.setAttribute("aria-busy", "true");
    const event = this.events.get(source) ?? crypto.randomUUID();
    this.events.set(source, event);
    try {
      const { line: answer } = await act(what, { person: this.person, ...body }, event);
      this.events.delete(source);
      notice("");
      await this.refresh();
      if (answer !== null) this.answered(answer, stay);
      return true;
    } catch (failure) {
      this.failed(failure);
      return false;
    } finally {
      this.busy = false;
      this.node.removeAttribute("aria-busy");
    }
  }

  answered(lineId, stay) {
    const node = this.list.querySelector(`[data-line="${lineId}"]`);
    if (!node) return;
    if (stay) {
      this.reveal(node, node);
      say(node.querySelector("article").textContent);
    } else {
      this.focus(lineId);
    }
    const { lastElementChild: last } = this.list;
    if (last !== node) this.point(last);
  }

  focus(lineId) {
    const node = this.list.querySelector(`[data-line="${lineId}"]`);
    const start = node?.querySelector("form")?.start ?? node?.querySelector("article");
    start?.focus({ preventScroll: true });
    if (start) this.reveal(node, start.closest(".field") ?? node);
  }

  scrolls() {
    return getComputedStyle(this.log).overflowY === "auto";
  }

  /** Scrolls to the top of a line; to the part of it that matters where both do not fit. */
  reveal(node, part) {
    // On a narrow page the log is as long as what stands in it, and the page itself scrolls.
    const [scroller, edge] = this.scrolls()
      ? [this.log, this.log.getBoundingClientRect().top]
      : [document.scrollingElement, 0];
    const [top, end] = [node.getBoundingClientRect().top, part.getBoundingClientRect().bottom];
    const fits = end - top <= scroller.clientHeight - 24;
    const goal = fits ? top : part.getBoundingClientRect().top;
    scroller.scrollTo({ top: scroller.scrollTop + goal - edge - 12, behavior: calm() ? "auto" : "smooth" });
  }

  choices(draft, field, query) {
    return look("choices", { person: this.person, draft, field, q: query });
  }

  failed(failure) {
    if (failure.message === "answered 404") notice(t("no_such_person"));
    else notice(t(failure instanceof Closed ? "restarted" : "failed"));
  }
}

async function people(query) {
  const found = await look("people", { q: query, lang: language() });
  return found.map(({ id, name, role, place }) => ({ value: id, label: name, hint: [role, place].filter(Boolean).join(" · ") }));
}

function initials(name) {
  const parts = name.split(/\s+/);
  return [parts[0], parts[parts.length - 1]].map((part) => part.slice(0, 1).toUpperCase()).join("");
}
