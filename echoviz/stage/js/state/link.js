/** A tool and what was done with it, as a link says it: letters, digits, `.`, `-` and `_` only. */

import {
  LIMIT,
  MOST_HELD,
  MOST_NUMBERS,
  MOST_PULLED,
  NOTHING,
  canChangeLength,
  canUnglue,
  countInputs,
} from "../data/changes.js";

/** @typedef {import("../types.js").Changes} Changes */
/** @typedef {import("../types.js").Header} Header */
/** @typedef {import("../types.js").Look} Look */
/** @typedef {import("../types.js").Pull} Pull */
/** @typedef {import("../types.js").Hold} Hold */

/** The tools that a link may name; each with the parts of the changes that are its own. */
export const TOOL_NAMES = ["echo", "pull", "hold", "learning"];

/** In whole numbers of a ten-thousandth: no link needs more. @param {number} value */
export const writeNumber = (value) => String(Number(value.toFixed(4)));

const NUMBER = /^-?\d{1,2}(?:\.\d{1,9})?$/;

/** @param {string | undefined} text */
const split = (text) => (typeof text === "string" ? text.split("_") : []);

/** @param {number} value */
export const bound = (value) => Math.max(-LIMIT, Math.min(LIMIT, value));

/** All weights of Keras' row. @param {Header} header */
export const countWeights = ({ weightShapes }) =>
  weightShapes.reduce((total, shape) => total + shape.reduce((product, axis) => product * axis, 1), 0);

/** @param {Header} header @param {string | undefined} text @returns {number | null} */
const readWeight = (header, text) =>
  typeof text === "string" && /^\d{1,6}$/.test(text) && Number(text) < countWeights(header) ? Number(text) : null;

/**
 * The tool in hand, and what was done with it; what does not fit is left out.
 * @param {Header} header as Python sent it
 * @param {Look} look
 * @returns {{ tool: string | null, changes: Changes }}
 */
export function readTool(header, look) {
  const tool = TOOL_NAMES.find((name) => name === look.tool) ?? null;
  if (tool === "echo") return { tool, changes: { ...NOTHING, own: readOwn(header, look.own) } };
  if (tool === "hold") return { tool, changes: { ...NOTHING, held: readHeld(header, look.held) } };
  if (tool === "learning") return { tool, changes: { ...NOTHING, weight: readWeight(header, look.weight) } };
  if (tool !== "pull") return { tool, changes: NOTHING };
  const pulled = readPulled(header, look.pulled);
  return { tool, changes: { ...NOTHING, pulled, unglued: pulled.some(({ step }) => step !== null) } };
}

/** @param {Header} header @param {string | undefined} text @returns {number[] | null} */
function readOwn(header, text) {
  const listed = split(text);
  const isFit = canChangeLength(header) ? listed.length <= MOST_NUMBERS : listed.length === countInputs(header);
  if (!listed.length || !isFit || !listed.every((word) => NUMBER.test(word))) return null;
  return listed.map(Number).map(bound);
}

/** @param {Header} header @param {string | undefined} text @returns {Pull[]} */
function readPulled(header, text) {
  const size = countWeights(header);
  const steps = canUnglue(header) ? header.lanes.length : 0;
  return split(text)
    .slice(0, MOST_PULLED)
    .flatMap((item) => {
      const found = /^(\d{1,6})(?:t(\d{1,2}))?v(-?\d{1,2}(?:\.\d{1,9})?)$/.exec(item);
      if (!found || Number(found[1]) >= size) return [];
      const step = found[2] === undefined ? null : Number(found[2]) - 1;
      const isApart = step !== null && step >= 0 && step < steps && Number(found[1]) >= size - header.head.rows - 1;
      if (step !== null && !isApart) return [];
      return [{ at: Number(found[1]), step, value: bound(Number(found[3])) }];
    });
}

/** @param {Header} header @param {string | undefined} text @returns {Hold[]} */
function readHeld(header, text) {
  return split(text)
    .slice(0, MOST_HELD)
    .flatMap((item) => {
      const found = /^([ifo])-(all|\d{1,2})-(all|\d{1,2})-(0|1|mean)$/.exec(item);
      if (!found) return [];
      const [neuron, lane] = [readPlace(found[2], header.weightShapes[1][0]), readPlace(found[3], header.lanes.length)];
      if (neuron === undefined || lane === undefined) return [];
      const [gate, at] = [/** @type {Hold["gate"]} */ (found[1]), /** @type {Hold["at"]} */ (found[4])];
      return [{ gate, neuron, lane, at }];
    });
}

/** @param {string} text @param {number} count @returns {number | null | undefined} */
function readPlace(text, count) {
  if (text === "all") return null;
  const place = Number(text) - 1;
  return place >= 0 && place < count ? place : undefined;
}

/** @param {Pull} pull */
const writePull = ({ at, step, value }) => `${at}${step === null ? "" : `t${step + 1}`}v${writeNumber(value)}`;

/** @param {Hold} hold */
const writeHold = ({ gate, neuron, lane, at }) =>
  `${gate}-${neuron === null ? "all" : neuron + 1}-${lane === null ? "all" : lane + 1}-${at}`;

/**
 * @param {string | null} tool
 * @param {Changes} changes
 * @returns {Look}
 */
export function tellTool(tool, { own, pulled, held, weight }) {
  if (!tool) return {};
  return {
    tool,
    ...(own ? { own: own.map(writeNumber).join("_") } : {}),
    ...(pulled.length ? { pulled: pulled.map(writePull).join("_") } : {}),
    ...(weight === null ? {} : { weight: String(weight) }),
    ...(held.length ? { held: held.map(writeHold).join("_") } : {}),
  };
}
