// Elements are only ever made from text, so nothing that anybody typed can become markup.

export function el(tag, traits = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(traits)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

let given = 0;

/** An id no other element of the page has. */
export function freshId(prefix) {
  given += 1;
  return `${prefix}-${given}`;
}

/** Tell who listens to the page rather than sees it. */
export function say(words) {
  const log = document.getElementById("said");
  log.append(el("p", {}, words));
  while (log.children.length > 5) log.firstChild.remove();
}

export function notice(words) {
  const place = document.getElementById("notice");
  place.textContent = words;
  place.hidden = !words;
}

export const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
