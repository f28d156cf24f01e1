/** A list of things becomes SVG: what has a name already moves to its new place, nothing is built twice. */

import { ease } from "../state/motion.js";
import { makeSvg } from "./nodes.js";

const LAYERS = ["sheets", "wires", "cells", "card", "tokens", "words"];
const MOVED = /** @type {const} */ (["x", "y", "w", "h", "o"]);

/**
 * @typedef {{ x: number, y: number, w: number, h: number, o: number }} Place
 * @typedef {{ node: SVGElement, rect: SVGElement | null, text: SVGElement | null, kind: string, now: Place, to: Place,
 *   from: Place | null, leaving: boolean, set: Record<string, string>, said: Record<string, string>,
 *   ink: Record<string, string>, words: string }} Painted
 */

/** @param {number} value */
const round = (value) => Math.round(value * 100) / 100;

/**
 * What is painted now, by name, and the move that is under way.
 * @typedef {{ layers: Record<string, SVGElement>, things: Map<string, Painted>, start: number, ms: number,
 *   moving: boolean }} Canvas
 */

/** @param {SVGElement} svg */
export function makePainter(svg) {
  const layers = Object.fromEntries(
    LAYERS.map((name) => [name, svg.appendChild(makeSvg("g", { "data-layer": name }))]),
  );
  /** @type {Canvas} */
  const canvas = { layers, things: new Map(), start: 0, ms: 0, moving: false };
  return {
    /** @param {import("../types.js").Item[]} items @param {{ ms: number, now: number }} motion how long moves take */
    paint: (items, motion) => paintItems(canvas, items, motion),
    /** Move things on; true while any is under way. @param {number} now */
    tick: (now) => moveThings(canvas, now),
  };
}

/** @param {Canvas} canvas @param {import("../types.js").Item[]} items @param {{ ms: number, now: number }} motion */
function paintItems(canvas, items, { ms, now }) {
  const { things } = canvas;
  if (ms > 0) {
    Object.assign(canvas, { start: now, ms, moving: true });
    for (const thing of things.values()) thing.from = { ...thing.now };
  }
  const seen = new Set();
  /** @type {Record<string, SVGElement>} what was painted last in each layer: what is new comes after it */
  const below = {};
  for (const item of items) {
    if (seen.has(item.k)) throw new Error(`two things are called ${item.k}`);
    seen.add(item.k);
    const thing = findThing(canvas, item, below[item.layer]);
    below[item.layer] = thing.node;
    thing.leaving = false;
    thing.to = { x: item.x, y: item.y, w: item.w ?? 0, h: item.h ?? 0, o: item.o ?? 1 };
    dress(thing, item);
    if (!canvas.moving || !thing.from) place(thing, thing.to);
  }
  for (const [key, thing] of things) {
    if (!seen.has(key)) leave(canvas, key, thing);
  }
}

/** @param {Canvas} canvas @param {import("../types.js").Item} item @param {SVGElement | undefined} below */
function findThing({ things, layers, moving }, item, below) {
  const known = things.get(item.k);
  if (known && known.kind === item.kind) return known;
  known?.node.remove();
  const thing = create(item, moving);
  if (below) below.after(thing.node);
  else layers[item.layer].prepend(thing.node);
  things.set(item.k, thing);
  return thing;
}

/** @param {Canvas} canvas @param {string} key @param {Painted} thing */
function leave({ things, moving }, key, thing) {
  if (moving) {
    Object.assign(thing, { leaving: true, to: { ...thing.now, o: 0 } });
  } else {
    thing.node.remove();
    things.delete(key);
  }
}

/** @param {Canvas} canvas @param {number} now */
function moveThings(canvas, now) {
  if (!canvas.moving) return false;
  const share = Math.max(0, Math.min(1, (now - canvas.start) / canvas.ms));
  const eased = ease(share);
  canvas.moving = share < 1;
  for (const [key, thing] of canvas.things) {
    if (share === 1 && thing.leaving) {
      thing.node.remove();
      canvas.things.delete(key);
    } else if (thing.from) {
      place(thing, blend(thing.from, thing.to, eased));
      if (share === 1) thing.from = null;
    }
  }
  return canvas.moving;
}

/** @param {Place} from @param {Place} to @param {number} share @returns {Place} */
function blend(from, to, share) {
  const between = { ...to };
  for (const name of MOVED) between[name] = from[name] + (to[name] - from[name]) * share;
  return between;
}

/** @param {import("../types.js").Item} item @param {boolean} fading @returns {Painted} */
function create(item, fading) {
  const at = { x: item.x, y: item.y, w: item.w ?? 0, h: item.h ?? 0, o: fading ? 0 : (item.o ?? 1) };
  const isCell = item.kind === "cell";
  const node = makeSvg(isCell ? "g" : item.kind);
  const rect = isCell ? node.appendChild(makeSvg("rect", { rx: 2.5 })) : item.kind === "rect" ? node : null;
  const text = isCell
    ? node.appendChild(makeSvg("text", { "text-anchor": "middle" }))
    : item.kind === "text"
      ? node
      : null;
  const none = { x: NaN, y: NaN, w: NaN, h: NaN, o: NaN };
  /** @type {Painted} */
  const thing = {
    node,
    rect,
    text,
    kind: item.kind,
    now: none,
    to: at,
    from: null,
    leaving: false,
    set: {},
    said: {},
    ink: {},
    words: "",
  };
  if (fading) {
    place(thing, at);
    thing.from = at;
  }
  return thing;
}

/** @param {Painted} thing @param {Place} to */
function place(thing, to) {
  const { node, rect, text, now } = thing;
  if (to.x !== now.x || to.y !== now.y) {
    node.setAttribute("transform", `translate(${round(to.x)} ${round(to.y)})`);
  }
  if (rect && (to.w !== now.w || to.h !== now.h)) {
    rect.setAttribute("width", String(round(to.w)));
    rect.setAttribute("height", String(round(to.h)));
    if (text) text.setAttribute("transform", `translate(${round(to.w / 2)} ${round(to.h / 2 + 4)})`);
  }
  if (to.o !== now.o) {
    if (to.o === 1) node.removeAttribute("opacity");
    else node.setAttribute("opacity", String(round(to.o)));
  }
  thing.now = to;
}

/**
 * Everything but the place: only what differs is written.
 * @param {Painted} thing
 * @param {import("../types.js").Item} item
 */
function dress(thing, item) {
  const shape = thing.kind === "cell" && thing.rect ? thing.rect : thing.node;
  writeAll(thing.set, shape, item.a ?? {}, "");
  writeAll(thing.said, thing.node, item.d ?? {}, "data-");
  if (!thing.text) return;
  const letters = { "font-size": item.size ?? 12, ...(item.ink === undefined ? {} : { fill: item.ink }) };
  writeAll(thing.ink, thing.text, letters, "");
  const words = item.s ?? "";
  if (thing.words !== words) thing.text.textContent = thing.words = words;
}

/**
 * @param {Record<string, string>} set what stands there now
 * @param {Element} node
 * @param {Record<string, string | number>} wanted
 * @param {string} prefix
 */
function writeAll(set, node, wanted, prefix) {
  for (const name in wanted) {
    const said = String(wanted[name]);
    if (set[name] !== said) node.setAttribute(prefix + name, (set[name] = said));
  }
  for (const name in set) {
    if (!(name in wanted)) {
      node.removeAttribute(prefix + name);
      delete set[name];
    }
  }
}
