/** The tools on the stage: one in hand at a time, with a panel that is built when it is picked up. */

import { pickUp, putDown, undoChange } from "../state/changing.js";
import { makeNode, setAttributes, setButton } from "./nodes.js";
import { readHit } from "./pointing.js";
import { echoTool } from "./tool_echo.js";
import { holdTool } from "./tool_hold.js";
import { learningTool } from "./tool_learning.js";
import { pullTool } from "./tool_pull.js";

/** @typedef {import("../types.js").App} App */
/** @typedef {import("../types.js").Tool} Tool */
/** @typedef {import("../types.js").Hit} Hit */

/** In the order of their buttons. @type {Tool[]} */
const TOOLS = [echoTool, pullTool, holdTool, learningTool];
/** So far a pointer may go before it drags. */
const DRAGS_FROM_PX = 3;

/**
 * What stands on the stage of the tools: a button for each, and panel and two more buttons of the one in hand.
 * @typedef {{ buttons: Map<Tool, HTMLButtonElement>, acts: HTMLElement, held: Tool | null, language: string,
 *   bench: import("../types.js").Bench | null, undo: HTMLButtonElement | null, hasDragged: boolean }} Box
 */
/** @type {WeakMap<App, Box>} */
const boxes = new WeakMap();

/** @param {App} app */
const toolOf = ({ view }) => TOOLS.find(({ name }) => name === view.tool) ?? null;

/** @param {App} app @returns {Box} */
function boxOf(app) {
  const known = boxes.get(app);
  if (known) return known;
  const buttons = new Map(TOOLS.map((tool) => [tool, makeShelfButton(app, tool)]));
  const acts = makeNode("span", { class: "acts" });
  app.parts.shelf.append(...buttons.values(), acts);
  const box = { buttons, acts, held: null, language: "", bench: null, undo: null, hasDragged: false };
  boxes.set(app, box);
  return box;
}

/** @param {App} app @param {Tool} tool */
function makeShelfButton(app, tool) {
  const button = makeNode("button", { type: "button", class: "button wide", "data-tool": tool.name });
  button.addEventListener("click", () => (app.view.tool === tool.name ? putDown(app) : pickUp(app, tool.name)));
  return button;
}

/** Buttons and panel as they have to be now. @param {App} app @param {import("../types.js").Picture} pic */
export function renderTools(app, pic) {
  const box = boxOf(app);
  const tool = toolOf(app);
  for (const [each, button] of box.buttons) {
    setButton(button, app.say(`tool_${each.name}`), app.say(`tool_${each.name}_hint`));
    setAttributes(button, { "aria-pressed": each === tool });
    button.toggleAttribute("hidden", each.isOffered ? !each.isOffered(app) : false);
  }
  setAttributes(app.parts.stage, { "data-tool": tool?.name ?? "", "data-grip": tool?.grip ?? "" });
  const { language } = app.given.header;
  if (tool !== box.held || (tool && language !== box.language)) layOut(app, box, tool, language);
  box.bench?.render(pic);
  box.undo?.toggleAttribute("disabled", !app.past.length);
}

/** @param {App} app @param {Box} box @param {Tool | null} tool @param {string} language */
function layOut(app, box, tool, language) {
  const { bench } = app.parts;
  box.bench?.dispose?.();
  const { activeElement } = /** @type {ShadowRoot} */ (bench.getRootNode());
  const hadFocus = bench.contains(activeElement) || box.acts.contains(activeElement);
  Object.assign(box, { held: tool, language, bench: tool?.build(app) ?? null, undo: null });
  bench.toggleAttribute("hidden", !tool);
  if (!tool || !box.bench) {
    bench.replaceChildren();
    box.acts.replaceChildren();
    return;
  }
  const down = makeAct(app, "tool_down", () => leave(app));
  const undo = makeAct(app, "tool_undo", () => {
    undoChange(app);
    if (!app.past.length) down.focus(); // a button that has nothing more to do would lose the focus, and with it keys
  });
  box.undo = undo;
  setAttributes(bench, { "aria-label": app.say(`tool_${tool.name}`) });
  box.acts.replaceChildren(undo, down);
  bench.replaceChildren(box.bench.root);
  if (hadFocus) down.focus();
}

/** @param {App} app @param {string} key @param {() => void} act */
function makeAct(app, key, act) {
  const button = makeNode("button", { type: "button", class: "button wide", "data-do": key });
  setButton(button, app.say(key), app.say(`${key}_hint`));
  button.addEventListener("click", act);
  return button;
}

/** Put it down, and give the focus back to the button that picks it up. @param {App} app */
function leave(app) {
  const button = app.parts.shelf.querySelector(`[data-tool="${app.view.tool}"]`);
  putDown(app);
  if (button instanceof HTMLElement) button.focus({ preventScroll: true });
}

/** Whether the tool in hand did something with what was pressed. @param {App} app @param {NonNullable<Hit>} hit */
export function pressTool(app, hit) {
  const box = boxOf(app);
  if (!box.hasDragged) return toolOf(app)?.press?.(app, hit) ?? false;
  box.hasDragged = false; // the click that ends a drag
  return true;
}

/**
 * Escape puts the tool down, Backspace or Ctrl+Z takes its last change back, other keys are the tool's own.
 * @param {App} app @param {KeyboardEvent} event @param {Element} target
 */
export function keyTools(app, event, target) {
  const tool = toolOf(app);
  if (!tool) return false;
  if (event.key === "Escape") {
    leave(app);
    return true;
  }
  if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return false;
  const isUndo = event.key === "Backspace" || (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey));
  if (isUndo) return undoChange(app);
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  return tool.key?.(app, event.key, readHit(target)) ?? false;
}

/** What is dragged up or down in the drawing goes to the tool in hand. @param {App} app */
export function listenToTools(app) {
  const { svg } = app.parts;
  /** @type {{ move: (up: number) => void, from: number, pointer: number } | null} */
  let drag = null;
  svg.addEventListener("pointerdown", (event) => {
    const hit = readHit(event.target);
    const move = hit && event.button === 0 ? (toolOf(app)?.seize?.(app, hit) ?? null) : null;
    boxOf(app).hasDragged = false;
    drag = move && { move, from: event.clientY, pointer: event.pointerId };
  });
  svg.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.pointer) return;
    const up = drag.from - event.clientY;
    const box = boxOf(app);
    if (!box.hasDragged && Math.abs(up) < DRAGS_FROM_PX) return;
    if (!box.hasDragged) svg.setPointerCapture(event.pointerId);
    box.hasDragged = true;
    drag.move(up);
  });
  // A browser asks the style of an SVG's parts in vain whether a finger may scroll: it is told here.
  svg.addEventListener("touchmove", (event) => drag && event.preventDefault(), { passive: false });
  for (const name of ["pointerup", "pointercancel"]) svg.addEventListener(name, () => (drag = null));
}
