/** Pull a weight: which one is meant, what it is called, and where the loss goes when it moves. */

import { LIMIT, pullWeights } from "../data/changes.js";
import { computeTrace, readWeights } from "../data/forward.js";
import { rowOf } from "../data/wiring.js";
import { headStart, placeWeight } from "./places.js";

/** @typedef {import("../types.js").Scene} Scene */
/** @typedef {import("../types.js").Header} Header */
/** @typedef {import("../types.js").Changes} Changes */
/** @typedef {import("../types.js").Pull} Pull */
/** @typedef {import("../types.js").Moment} Moment */
/** @typedef {{ at: number, step: number | null }} Picked */
/** @typedef {NonNullable<import("../types.js").Hit>} Hit */

/** As the drawing names the gates of a cell's terms. */
const GATE_LETTERS = "ifgo";
const TERMS = /** @type {Record<string, number>} */ ({ input: 0, recurrent: 1, bias: 2 });
/** So far to both sides of a weight the loss is drawn. */
const REACH = 2;
const MOST_POINTS = 61;
const FEWEST_POINTS = 13;
/** Multiplications that a curve may take. */
const WORK = 4e6;

/**
 * The weight that a drawn cell stands for; null where it is none.
 * @param {Scene} scene as it is drawn @param {Header} given as Python sent it @param {Hit} hit
 * @returns {Picked | null}
 */
export function pickWeight(scene, given, hit) {
  const { lane, neuron, output } = hit;
  if (hit.hit === "term" && neuron !== null) return pickTerm(given, hit.name ?? "", neuron);
  if (hit.hit !== "w" || neuron === null || output === null) return null;
  const isApart = scene.header.head.columns > given.head.columns;
  const answer = scene.header.answers.find(({ column }) => column === output) ?? scene.header.answers[0];
  const row = neuron < 0 ? -1 : (hit.row ?? rowOf(scene, answer, lane ?? answer.first, neuron));
  const column = isApart ? 0 : output;
  const where = { matrix: row < 0 ? 4 : 3, gate: null, row: Math.max(0, row), column };
  return { at: placeWeight(given, where), step: isApart ? output : null };
}

/** A term of a gate's sum; of the recurrent one the neuron's own. @param {Header} given @param {string} name
 * @param {number} neuron @returns {Picked} */
function pickTerm(given, name, neuron) {
  const [letter, term] = name.split("-");
  const where = { matrix: TERMS[term], gate: GATE_LETTERS.indexOf(letter), row: neuron, column: neuron };
  return { at: placeWeight(given, where), step: null };
}

/** What a weight is after all pulls. @param {Pick<Moment, "flat">} moment @param {Changes} changes
 * @param {Picked} picked */
export function valueOf({ flat }, { pulled }, { at, step }) {
  const found = pulled.find((pull) => pull.at === at && pull.step === step);
  return found ? found.value : (flat?.[at] ?? 0);
}

/** With one weight more, or moved again; the last is the one in hand. @param {Changes} changes @param {Picked} picked
 * @param {number} value @returns {Pull[]} */
export function pullOne({ pulled }, { at, step }, value) {
  const bounded = Math.max(-LIMIT, Math.min(LIMIT, Math.round(value * 1e4) / 1e4));
  return [...pulled.filter((pull) => pull.at !== at || pull.step !== step), { at, step, value: bounded }];
}

/**
 * Each timestep gets a copy of the head's weights, as they are now.
 * @param {Header} header as Python sent it @param {Pull[]} pulled @param {number} steps
 * @returns {Pull[]}
 */
export function takeApart(header, pulled, steps) {
  const start = headStart(header);
  return pulled.flatMap((pull) =>
    pull.at < start || pull.step !== null ? [pull] : [...Array(steps).keys()].map((step) => ({ ...pull, step })),
  );
}

/** The mean squared error of the drawn sequence, as Keras' loss. @param {Scene} scene @param {ArrayLike<number>} y */
export function computeLoss({ header }, y) {
  return header.targets.reduce((sum, target, at) => sum + (y[at] - target) ** 2, 0) / header.targets.length;
}

/**
 * From where to where a weight is looked at: a good way around the trained value, and the present one inside.
 * @param {number} trained @param {number} present
 */
export function findReach(trained, present) {
  const low = Math.max(-LIMIT, Math.min(trained - REACH, present));
  return { low, high: Math.min(LIMIT, Math.max(trained + REACH, present)) };
}

/** @param {Changes} changes @param {Picked} picked @param {number} value @returns {Pull[]} */
const pullAt = ({ pulled }, { at, step }, value) => [
  ...pulled.filter((pull) => pull.at !== at || pull.step !== step),
  { at, step, value },
];

/**
 * The loss of the drawn sequence for values of one weight around the trained one, the present one among them.
 * @param {Scene} scene @param {Float32Array} flat the trained row @param {Changes} changes @param {Picked} picked
 */
export function followLoss(scene, flat, changes, picked) {
  const present = valueOf({ flat }, changes, picked);
  const { low, high } = findReach(flat[picked.at], present);
  const work = scene.length * 4 * scene.neurons ** 2;
  const count = Math.max(FEWEST_POINTS, Math.min(MOST_POINTS, Math.floor(WORK / work)));
  const values = [...Array(count).keys()].map((at) => low + ((high - low) * at) / (count - 1));
  /** @param {number} value */
  const lossAt = (value) => {
    const row = pullWeights(scene, flat, pullAt(changes, picked, value));
    return computeLoss(scene, computeTrace(readWeights(row, scene.header), scene.header).y);
  };
  return { values, losses: values.map(lossAt), present, loss: lossAt(present), lossAt };
}

/** What was followed last: while a weight moves within its reach, its curve stays. */
const kept = { key: "", scene: /** @type {Scene | null} */ (null), flat: /** @type {Float32Array | null} */ (null) };
/** @type {ReturnType<typeof followLoss> | null} */
let followed = null;

/**
 * As `followLoss`, and only the mark is new where the rest is as it was.
 * @param {Scene} scene @param {Float32Array} flat @param {Changes} changes @param {Picked} picked
 */
export function findLoss(scene, flat, changes, picked) {
  const present = valueOf({ flat }, changes, picked);
  const others = changes.pulled.filter((pull) => pull.at !== picked.at || pull.step !== picked.step);
  const key = JSON.stringify([picked, others, findReach(flat[picked.at], present)]);
  const isKept = followed && kept.key === key && kept.scene === scene && kept.flat?.byteOffset === flat.byteOffset;
  if (!followed || !isKept) followed = followLoss(scene, flat, changes, picked);
  else followed = { ...followed, present, loss: followed.lossAt(present) };
  Object.assign(kept, { key, scene, flat });
  return followed;
}
