/** Elements made and changed: only what differs is written. */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} [attributes]
 * @param {(Node | string)[]} [children]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function makeNode(tag, attributes = {}, children = []) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** @param {HTMLElement} node @param {string} said */
export function setText(node, said) {
  if (node.textContent !== said) node.textContent = said;
}

/** @param {Element} node @param {Record<string, string | number | boolean>} attributes */
export function setAttributes(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
  }
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag
 * @param {Record<string, string | number>} [attributes]
 */
export function makeSvg(tag, attributes = {}) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  return node;
}

/** Paths in a square of 16: a font's own triangles are dots in one browser and coloured pictures in another. */
const ICONS = {
  play: "M3 1.5 14 8 3 14.5z",
  pause: "M3 2h3.500v12H3zM9.500 2H13v12H9.500z",
  back: "M13 2 5.500 8 13 14zM3 2h2v12H3z",
  fewer: "M11 2 5 8l6 6z",
  more: "M5 2l6 6-6 6z",
  next: "M3 2 10.500 8 3 14zM11 2h2v12h-2z",
};

/** @param {HTMLElement} button @param {keyof typeof ICONS} icon @param {string} label */
export function setIcon(button, icon, label) {
  const known = button.querySelector("path");
  const path = known ?? makeSvg("path", { fill: "currentColor" });
  if (!known) {
    const square = makeSvg("svg", { viewBox: "0 0 16 16", class: "icon", "aria-hidden": "true" });
    square.append(path);
    button.append(square);
  }
  setAttributes(path, { d: ICONS[icon] });
  setAttributes(button, { "aria-label": label, title: label, "data-icon": icon });
}

/**
 * What is written on a button is its name, so that whoever speaks to the browser can say what is seen.
 * @param {HTMLElement} button @param {string} face @param {string} [hint] what it does, for a pointer that rests on it
 */
export function setButton(button, face, hint) {
  setText(button, face);
  if (hint) setAttributes(button, { title: hint });
}
