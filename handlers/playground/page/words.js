// The page's own words, dates and times, in the language that was chosen on it.

import { look } from "./calls.js";

const LOCALES = { nl: "nl-NL", en: "en-GB" };
const books = new Map();
let spoken = { lang: "nl", zone: "Europe/Amsterdam", words: {} };

export async function speak(lang) {
  // Both: somebody on the page may read another language than the page has.
  for (const other of books.size ? [] : Object.keys(LOCALES)) books.set(other, await look("words", { lang: other }));
  spoken = books.get(lang) ?? spoken;
  document.documentElement.lang = spoken.lang;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = t(node.dataset.text);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
}

export const language = () => spoken.lang;

export const t = (key, values) => filled(spoken, key, values);

function filled(book, key, values = {}) {
  return book.words[key].replace(/\{(\w+)\}/g, (gap, name) => (name in values ? values[name] : gap));
}

/** The words around a chat, in the language of whoever reads it: {lang, t, short}. */
export function wordsIn(lang) {
  const book = books.get(lang) ?? spoken;
  return { lang: book.lang, t: (key, values) => filled(book, key, values), short: (instant) => written(instant, SHORT, book) };
}

function written(instant, style, { lang, zone } = spoken) {
  return new Intl.DateTimeFormat(LOCALES[lang], { timeZone: zone, ...style }).format(new Date(instant));
}

export const long = (instant) =>
  written(instant, { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" });

const SHORT = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };

export const short = (instant) => written(instant, SHORT);

/** The wall clock in the programme's zone, as date fields want it: 2026-12-08T14:00. */
export function wallClock(instant) {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: spoken.zone, hourCycle: "h23",
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  }).formatToParts(new Date(instant));
  const part = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}`;
}
