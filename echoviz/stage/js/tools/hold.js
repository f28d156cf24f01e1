/** Hold a gate: which ones are held, and what that does. */

import { MOST_HELD } from "../data/changes.js";

/** @typedef {import("../types.js").Hold} Hold */
/** @typedef {NonNullable<import("../types.js").Hit>} Hit */

const LETTERS = /** @type {readonly string[]} */ (["i", "f", "o"]);

/** @param {Hold} one @param {Hold} other */
export const isSamePlace = (one, other) =>
  one.gate === other.gate && one.neuron === other.neuron && one.lane === other.lane;

/** Hold one more, or the same elsewhere; the oldest goes where a link has no room for more.
 * @param {Hold[]} held @param {Hold} hold */
export const addHold = (held, hold) => [...held.filter((each) => !isSamePlace(each, hold)), hold].slice(-MOST_HELD);

/** @param {Hold[]} held @param {Hold} hold */
export const dropHold = (held, hold) => held.filter((each) => !isSamePlace(each, hold));

/**
 * The gate that a drawn cell stands for, as part of a hold; null where it is none.
 * @param {Hit} hit
 * @returns {Pick<Hold, "gate" | "neuron" | "lane"> | null}
 */
export function pickGate({ name = "", neuron, lane }) {
  const found = /^(?:all|gate)-([ifo])$/.exec(name);
  if (!found || !LETTERS.includes(found[1])) return null;
  return { gate: /** @type {Hold["gate"]} */ (found[1]), neuron, lane };
}

/** The largest difference that the holds make to an answer. @param {import("../types.js").Moment} moment */
export function measureChange({ trace, was }) {
  if (!trace || !was?.trace) return 0;
  const before = was.trace.y;
  return trace.y.reduce((most, value, at) => Math.max(most, Math.abs(value - before[at])), 0);
}
