// A text field with a list to choose from, after the ARIA pattern "editable combobox with list autocomplete".

import { el, freshId } from "./dom.js";
import { language, wordsIn } from "./words.js";

const WAIT_MS = 120;

/**
 * `search` gives the options {value, label, hint} for what was typed; `pick` is told which one was taken.
 * `words` are those around it, the page's own unless others are given. `text` is what the field shows while nothing is being typed; with `empties` it is emptied after each pick.
 */
export class Combobox {
  constructor({ search, pick, label, words = wordsIn(language()), text = "", empties = false, traits = {} }) {
    Object.assign(this, { search, pick, words, text, empties, options: [], active: -1, asked: 0, typing: false });
    const list = freshId("list");
    this.input = el("input", {
      type: "text", role: "combobox", autocomplete: "off", spellcheck: "false",
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list,
      placeholder: words.t("search"), ...traits,
      input: () => this.typed(), keydown: (event) => this.key(event), focus: () => this.input.select(),
      click: () => this.open(""), blur: () => this.close(),
    });
    this.input.value = text;
    this.list = el("ul", { id: list, role: "listbox", "aria-label": label, hidden: true });
    this.count = el("p", { class: "combobox-count", role: "status" });
    this.node = el("div", { class: "combobox" }, this.input, this.list, this.count);
  }

  show(text) {
    this.text = text;
    if (!this.typing) this.input.value = text;
  }

  typed() {
    this.typing = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(this.input.value), WAIT_MS);
  }

  async open(query) {
    const asked = (this.asked += 1);
    const options = await this.search(query);
    // An answer to what was typed before may come after the answer to what is typed now.
    if (asked !== this.asked || document.activeElement !== this.input) return;
    this.options = options;
    this.list.replaceChildren(...options.map((option, index) => this.item(option, index)));
    this.list.hidden = options.length === 0;
    this.input.setAttribute("aria-expanded", String(options.length > 0));
    // All of a long list are more than are handed out at once, so only what was found is counted.
    this.count.textContent = options.length ? (query ? this.words.t("found", { n: options.length }) : "") : this.words.t("found_none");
    this.point(query && options.length ? 0 : -1);
    this.list.scrollTop = 0;
    // At the end of a chat the list would open below its edge.
    if (options.length) this.list.scrollIntoView({ block: "nearest" });
  }

  item(option, index) {
    return el(
      "li",
      {
        role: "option", id: `${this.list.id}-${index}`, "aria-selected": "false",
        // Before the field loses the focus, which would close the list.
        mousedown: (event) => { event.preventDefault(); this.take(index); },
      },
      el("span", {}, option.label),
      option.hint ? el("small", {}, option.hint) : null,
    );
  }

  point(index) {
    this.list.children[this.active]?.setAttribute("aria-selected", "false");
    this.active = index;
    const item = this.list.children[index];
    if (item) {
      item.setAttribute("aria-selected", "true");
      this.input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  key(event) {
    const isOpen = !this.list.hidden;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      if (isOpen) this.point((this.active + steps[event.key] + this.options.length) % this.options.length);
      else this.open(this.typing ? this.input.value : "");
    } else if (event.key === "Enter" && (isOpen || this.typing)) {
      event.preventDefault();
      if (isOpen && this.active >= 0) this.take(this.active);
    } else if (event.key === "Escape" && (isOpen || this.typing)) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Tab" && isOpen && this.active >= 0) {
      this.take(this.active);
    }
  }

  take(index) {
    const option = this.options[index];
    this.text = this.empties ? "" : option.label;
    this.close();
    this.pick(option);
  }

  close() {
    clearTimeout(this.timer);
    this.asked += 1;
    this.typing = false;
    this.list.hidden = true;
    this.point(-1);
    this.count.textContent = "";
    this.input.setAttribute("aria-expanded", "false");
    this.input.value = this.text;
  }
}
