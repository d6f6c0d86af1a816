// The page's own words, dates and times, in the language that was chosen on it.

import { look } from "./calls.js";

const LOCALES = { nl: "nl-NL", en: "en-GB" };
let spoken = { lang: "nl", zone: "Europe/Amsterdam", words: {} };

export async function speak(lang) {
  spoken = await look("words", { lang });
  document.documentElement.lang = spoken.lang;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = t(node.dataset.text);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
}

export const language = () => spoken.lang;

export function t(key, values = {}) {
  return spoken.words[key].replace(/\{(\w+)\}/g, (gap, name) => (name in values ? values[name] : gap));
}

function written(instant, style) {
  return new Intl.DateTimeFormat(LOCALES[spoken.lang], { timeZone: spoken.zone, ...style }).format(new Date(instant));
}

export const long = (instant) =>
  written(instant, { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" });

export const short = (instant) =>
  written(instant, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** The wall clock in the programme's zone, as date fields want it: 2026-12-08T14:00. */
export function wallClock(instant) {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: spoken.zone, hourCycle: "h23",
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  }).formatToParts(new Date(instant));
  const part = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}`;
}
