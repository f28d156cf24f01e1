/** The stage's elements, built once: a line of words, two tracks and a few buttons, and the drawing below them. */

import { makeSvg } from "./paint.js";

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

/** @param {string} name @param {string} [extra] */
const makeButton = (name, extra = "") =>
  makeNode("button", { type: "button", class: `button ${extra}`, "data-do": name });

/** Paths in a square of 16: a font's own triangles are dots in one browser and coloured pictures in another. */
const ICONS = {
  play: "M3 1.5 14 8 3 14.5z",
  pause: "M3 2h3.500v12H3zM9.500 2H13v12H9.500z",
  back: "M13 2 5.500 8 13 14zM3 2h2v12H3z",
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

/** @param {string} kind */
const makeTrack = (kind) => makeNode("div", { class: `slider ${kind}`, role: "slider", tabindex: "0" });

/** A pattern for what is not known yet. */
function makeDefs() {
  const pattern = makeSvg("pattern", {
    id: "hatch",
    width: 6,
    height: 6,
    patternUnits: "userSpaceOnUse",
    patternTransform: "rotate(45)",
  });
  pattern.append(makeSvg("rect", { width: 6, height: 6 }), makeSvg("rect", { width: 2, height: 6 }));
  const defs = makeSvg("defs");
  defs.append(pattern);
  return defs;
}

function buildButtons() {
  return {
    playSteps: makeButton("playSteps", "play"),
    back: makeButton("back"),
    next: makeButton("next"),
    playEpochs: makeButton("playEpochs", "play"),
    speed: makeButton("speed"),
    panel: makeButton("panel", "wide"),
    fewer: makeButton("fewer"),
    more: makeButton("more"),
    svg: makeButton("svg", "wide"),
    html: makeButton("html", "wide"),
  };
}

/** @param {ParentNode & Node} parent */
export function buildParts(parent) {
  const buttons = buildButtons();
  const [stepTrack, epochTrack] = [makeTrack("steps"), makeTrack("epochs")];
  const [stepLabel, epochLabel] = [makeNode("span", { class: "label" }), makeNode("span", { class: "label" })];
  const [neurons, snapshots] = [makeNode("span"), makeNode("span")];
  const pager = makeNode("span", { class: "pager" }, [buttons.fewer, buttons.more, neurons]);
  const bounds = makeNode("div", { class: "bounds" }, [pager, snapshots]);
  const caption = makeNode("p", { class: "caption", "aria-live": "polite", role: "status" });
  const svg = /** @type {SVGSVGElement} */ (makeSvg("svg", { class: "drawing", role: "group", tabindex: "0" }));
  svg.append(makeDefs());
  const controls = makeNode("div", { class: "controls" }, [
    makeNode("div", { class: "buttons" }, [buttons.playSteps, buttons.back, buttons.next]),
    stepLabel,
    stepTrack,
    makeNode("div", { class: "tools" }, [buttons.speed, buttons.panel]),
    makeNode("div", { class: "buttons" }, [buttons.playEpochs]),
    epochLabel,
    epochTrack,
    makeNode("div", { class: "tools" }, [buttons.svg, buttons.html]),
    bounds,
  ]);
  const stage = makeNode("div", { class: "stage" }, [makeNode("style", {}, [STAGE_CSS]), caption, controls, svg]);
  (parent.querySelector(".echoviz-stage") ?? parent).append(stage);
  const tracks = { stepTrack, epochTrack, stepLabel, epochLabel };
  return { stage, caption, svg, ...tracks, neurons, pager, snapshots, bounds, buttons };
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
