/** A list of things becomes SVG: what has a name already moves to its new place, nothing is built twice. */

const SVG = "http://www.w3.org/2000/svg";
const LAYERS = ["sheets", "wires", "cells", "card", "tokens", "words"];
const MOVED = /** @type {const} */ (["x", "y", "w", "h", "o"]);

/**
 * @typedef {{ x: number, y: number, w: number, h: number, o: number }} Place
 * @typedef {{ node: SVGElement, rect: SVGElement | null, text: SVGElement | null, kind: string, now: Place, to: Place,
 *   from: Place | null, leaving: boolean, set: Record<string, string> }} Painted
 */

/**
 * @param {string} tag
 * @param {Record<string, string | number>} [attributes]
 */
export function makeSvg(tag, attributes = {}) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  return node;
}

/** @param {number} share */
export const ease = (share) => (share < 0.5 ? 4 * share ** 3 : 1 - (-2 * share + 2) ** 3 / 2);

/** @param {SVGElement} svg */
export function makePainter(svg) {
  const layers = Object.fromEntries(LAYERS.map((name) => [name, svg.appendChild(makeSvg("g", { "data-layer": name }))]));
  /** @type {Map<string, Painted>} */
  const painted = new Map();
  let move = { start: 0, ms: 0, on: false };

  /**
   * @param {import("./types.js").Item[]} items
   * @param {{ ms: number, now: number }} [motion] how long things take to reach their new places
   */
  function paint(items, { ms, now } = { ms: 0, now: 0 }) {
    if (ms > 0) {
      move = { start: now, ms, on: true };
      for (const thing of painted.values()) thing.from = { ...thing.now };
    }
    const seen = new Set();
    for (const item of items) {
      seen.add(item.k);
      const known = painted.get(item.k);
      const thing = known && known.kind === item.kind ? known : create(item, layers, move.on);
      if (thing !== known) {
        known?.node.remove();
        painted.set(item.k, thing);
      }
      thing.leaving = false;
      thing.to = { x: item.x, y: item.y, w: item.w ?? 0, h: item.h ?? 0, o: item.o ?? 1 };
      dress(thing, item);
      if (!move.on || !thing.from) place(thing, thing.to);
    }
    for (const [key, thing] of painted) {
      if (!seen.has(key)) leave(key, thing);
    }
  }

  /** @param {string} key @param {Painted} thing */
  function leave(key, thing) {
    if (move.on) {
      thing.leaving = true;
      thing.to = { ...thing.now, o: 0 };
    } else {
      thing.node.remove();
      painted.delete(key);
    }
  }

  /** Move things on; true while any is under way. @param {number} now */
  function tick(now) {
    if (!move.on) return false;
    const share = Math.min(1, (now - move.start) / move.ms);
    const eased = ease(Math.max(0, share));
    move.on = share < 1;
    for (const [key, thing] of painted) {
      if (share === 1 && thing.leaving) {
        thing.node.remove();
        painted.delete(key);
      } else if (thing.from) {
        place(thing, blend(thing.from, thing.to, eased));
        if (share === 1) thing.from = null;
      }
    }
    return move.on;
  }

  return { paint, tick };
}

/** @param {Place} from @param {Place} to @param {number} share @returns {Place} */
function blend(from, to, share) {
  const between = { ...to };
  for (const name of MOVED) between[name] = from[name] + (to[name] - from[name]) * share;
  return between;
}

/**
 * @param {import("./types.js").Item} item
 * @param {Record<string, SVGElement>} layers
 * @param {boolean} fading
 * @returns {Painted}
 */
function create(item, layers, fading) {
  const at = { x: item.x, y: item.y, w: item.w ?? 0, h: item.h ?? 0, o: fading ? 0 : (item.o ?? 1) };
  const isCell = item.kind === "cell";
  const node = makeSvg(isCell ? "g" : item.kind);
  const rect = isCell ? node.appendChild(makeSvg("rect", { rx: 2.5 })) : item.kind === "rect" ? node : null;
  const text = isCell
    ? node.appendChild(makeSvg("text", { "text-anchor": "middle" }))
    : item.kind === "text" ? node : null;
  layers[item.layer].appendChild(node);
  const none = { x: NaN, y: NaN, w: NaN, h: NaN, o: NaN };
  /** @type {Painted} */
  const thing = { node, rect, text, kind: item.kind, now: none, to: at, from: null, leaving: false, set: {} };
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

/** @param {number} value */
const round = (value) => Math.round(value * 100) / 100;

/** Everything but the place: only what differs is written. @param {Painted} thing @param {import("./types.js").Item} item */
function dress(thing, item) {
  const shape = thing.kind === "cell" && thing.rect ? thing.rect : thing.node;
  const wanted = item.a ?? {};
  for (const name in wanted) write(thing, shape, name, wanted[name]);
  for (const name in thing.set) {
    if (name.startsWith("data-") || name === "ink" || name === "text" || name === "font-size") continue;
    if (!(name in wanted)) {
      shape.removeAttribute(name);
      delete thing.set[name];
    }
  }
  if (item.d) for (const name in item.d) write(thing, thing.node, `data-${name}`, item.d[name]);
  for (const name in thing.set) {
    if (name.startsWith("data-") && !(item.d && name.slice(5) in item.d)) {
      thing.node.removeAttribute(name);
      delete thing.set[name];
    }
  }
  const { text } = thing;
  if (!text) return;
  const said = item.s ?? "";
  if (thing.set.text !== said) text.textContent = thing.set.text = said;
  if (thing.kind === "cell") {
    const ink = item.ink ?? "";
    if (thing.set.ink !== ink) text.setAttribute("fill", (thing.set.ink = ink));
  }
  const size = String(item.size ?? 12);
  if (thing.set["font-size"] !== size) text.setAttribute("font-size", (thing.set["font-size"] = size));
}

/** @param {Painted} thing @param {Element} node @param {string} name @param {string | number} value */
function write(thing, node, name, value) {
  const said = String(value);
  if (thing.set[name] === said) return;
  thing.set[name] = said;
  node.setAttribute(name, said);
}
