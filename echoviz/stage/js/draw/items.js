/** The plain things of a drawing: a line of text, a rectangle, a path. */

import { formatNumber } from "../words/numbers.js";

/** @typedef {import("../types.js").Picture} Picture */
/** @typedef {import("../types.js").Item} Item */
/** @typedef {Record<string, string | number>} Attributes */

/**
 * @param {string} k
 * @param {number} x
 * @param {number} y
 * @param {string} s
 * @param {Attributes} a
 * @param {number} [size]
 * @returns {Item}
 */
export const makeText = (k, x, y, s, a, size = 12) => ({ k, layer: "words", kind: "text", x, y, s, a, size });

/**
 * @param {string} k
 * @param {string} layer
 * @param {import("../types.js").Box} box
 * @param {Attributes} a
 * @param {Attributes} [d]
 * @returns {Item}
 */
export const makeRect = (k, layer, box, a, d = {}) => ({ k, layer, kind: "rect", ...box, a, d });

/** @param {string} k @param {string} d @param {Attributes} a @returns {Item} */
export const makePath = (k, d, a) => ({ k, layer: "wires", kind: "path", x: 0, y: 0, a: { d, fill: "none", ...a } });

/** What is left behind keeps its hue, at this share of its strength: soft letters still read on it. */
const PALE = 0.2;

/** The same where no letters stand on it. */
const PALE_ALONE = 0.45;

/** From this width on a cell takes larger digits. */
const ROOMY = 42;

/** From here on two numbers are told apart: less is rounding. */
const NOTICED = 5e-7;

/** Between two cells. */
const GAP = 1.5;

/**
 * A cell that shows a word.
 * @param {string} k
 * @param {string} layer
 * @param {import("../types.js").Box} box
 * @param {{ s: string, ink: string, a: Attributes, d?: Attributes, size?: number }} how
 * @returns {Item}
 */
export const makeChip = (k, layer, box, { s, ink, a, d = {}, size = 12 }) => ({
  ...makeRect(k, layer, box, a, d),
  kind: "cell",
  s,
  ink,
  size,
});

/** Whether a hand changed a number that is there.
 * @param {{ value: number | null, known?: boolean, was?: number | null }} how */
const isChanged = ({ value, known = true, was }) =>
  known && value !== null && Math.abs((was ?? value) - value) > NOTICED;

/**
 * What is pointed at stands out, what a hand changed has a quiet outline.
 * @param {import("../types.js").Palette} palette
 * @param {{ value: number | null, known?: boolean, was?: number | null, lit?: boolean }} how
 * @returns {Attributes}
 */
function outlineCell(palette, how) {
  if (how.lit) return { stroke: palette.accent, "stroke-width": 2.5 };
  return isChanged(how) ? { stroke: palette.ink, "stroke-width": 1.2, "stroke-dasharray": "2 2" } : {};
}

/**
 * A cell that shows a number, or that it is not there yet; `was` is the trained model's, where a hand changed it.
 * @param {Picture} pic
 * @param {string} k
 * @param {import("../types.js").Box} box
 * @param {{ value: number | null, known?: boolean, numbers?: boolean, lit?: boolean, faded?: boolean, layer?: string,
 *   was?: number | null, d?: Record<string, string | number>, label?: string, size?: number }} how
 * @returns {Item}
 */
export function makeCell(pic, k, box, how) {
  const { palette } = pic.colours;
  const { value, known = true } = how;
  const changed = isChanged(how) ? { was: how.was ?? 0 } : {};
  const d = /** @type {Attributes} */ ({ ...how.d, ...(known && value !== null ? { value } : {}), ...changed });
  const a = { ...fillCell(pic, how), ...outlineCell(palette, how) };
  const said = known && how.numbers !== false ? writeValue(value) : "";
  const ink = value === null || how.faded ? palette.ink_soft : pic.colours.ink(value);
  const size = how.size ?? (box.w >= ROOMY ? 12.5 : 11.5);
  const inner = { x: box.x + GAP / 2, y: box.y + GAP / 2, w: box.w - GAP, h: box.h - GAP };
  return {
    k,
    layer: how.layer ?? "cells",
    kind: "cell",
    ...inner,
    a,
    s: said,
    d,
    ink,
    size,
  };
}

/** @param {number | null} value */
function writeValue(value) {
  return value === null ? "?" : formatNumber(value);
}

/**
 * Empty before it is computed, hatched while nobody knows it, pale once it is left behind.
 * @param {Picture} pic
 * @param {{ value: number | null, known?: boolean, faded?: boolean, numbers?: boolean }} how
 * @returns {Record<string, string | number>}
 */
function fillCell({ colours, scene }, { value, known = true, faded = false, numbers = true }) {
  const { palette, fill } = colours;
  if (!known) return { fill: palette.background, stroke: palette.line, "stroke-width": 1 };
  if (value === null) return { fill: "url(#hatch)", stroke: palette.line, "stroke-width": 1 };
  const limit = scene.header.valueLimit;
  const shown = faded ? Math.max(-limit, Math.min(limit, value)) * (numbers ? PALE : PALE_ALONE) : value;
  return { fill: fill(shown) };
}
