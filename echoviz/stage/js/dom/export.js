/** Carry it away: this moment as a picture, or the whole run as a page that plays. */

const PAGE = [
  '<!doctype html>\n<html lang="',
  '">\n<head>\n<meta charset="utf-8">\n',
  '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>',
  "</title>\n<style>body { margin: 0; padding: 12px; background: ",
  '; }</style>\n</head>\n<body>\n<div class="echoviz-stage" data-theme="',
  '"></div>\n<script type="module">\n',
  "\n</",
  "script>\n</body>\n</html>\n",
];

/**
 * The drawing as a file of its own: ground, fonts and colours inside.
 * @param {SVGElement} svg
 * @param {{ palette: import("../types.js").Palette, font: string, title: string }} look
 */
export function writeSvg(svg, { palette, font, title }) {
  const copy = /** @type {SVGElement} */ (svg.cloneNode(true));
  const [, , width, height] = (svg.getAttribute("viewBox") ?? "0 0 100 100").split(" ");
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  copy.setAttribute("font-family", font);
  for (const name of ["style", "class", "tabindex"]) copy.removeAttribute(name);
  for (const node of copy.querySelectorAll("[tabindex]")) node.removeAttribute("tabindex");
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [name, value] of Object.entries({ width, height, fill: palette.background }))
    ground.setAttribute(name, value);
  const heading = document.createElementNS("http://www.w3.org/2000/svg", "title");
  heading.textContent = title;
  copy.prepend(heading, ground);
  return new XMLSerializer().serializeToString(copy);
}

/** @param {Uint8Array} bytes */
function encodeBase64(bytes) {
  const parts = [];
  for (let at = 0; at < bytes.length; at += 0x8000) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  }
  return btoa(parts.join(""));
}

/** @param {string} text */
const escapeText = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");

/**
 * One page with script and numbers inside; it asks no network for anything.
 * @param {Uint8Array} bytes
 * @param {{ language: string, title: string, palette: import("../types.js").Palette }} about
 */
export function writePage(bytes, { language, title, palette }) {
  const start = [
    echovizStage.toString(),
    `const bytes = Uint8Array.from(atob("${encodeBase64(bytes)}"), (letter) => letter.charCodeAt(0));`,
    'const host = document.querySelector(".echoviz-stage");',
    'echovizStage()({ data: bytes, parentElement: host.attachShadow({ mode: "open" }) });',
  ].join("\n");
  const filled = [escapeText(language), "", escapeText(title), palette.background, palette.name, start, "", ""];
  return PAGE.map((part, at) => part + filled[at]).join("");
}
