/** What is shown of a scene at this moment, and what of it is already computed. */

import { NOTHING } from "../data/changes.js";
import { isBlock, reads } from "../data/wiring.js";

/** @typedef {import("../types.js").Scene} Scene */
/** @typedef {import("../types.js").View} View */

/** When, within one step, things are done: 0 is its beginning, 1 its end. */
export const MARKS = { enter: 0.26, hidden: 0.42, slide: 0.5, press: 0.7, out: 0.8 };

/** From this width on words and panel stand beside the drawing, below it they stand above and under. */
export const WIDE = 1000;

/** How many neurons one page shows at most. @param {number} width of the drawing */
export const neuronCap = (width) => (width < WIDE ? 8 : 16);

/** @param {Scene} scene @returns {View} */
export function openView(scene) {
  return {
    epochIndex: Math.max(0, scene.header.snapshotEpochs.length - 1),
    between: null,
    step: scene.length - 1,
    output: scene.length - 1,
    neuron: 0,
    page: 0,
    panel: "sum",
    highlight: null,
    phase: 1,
    speed: 1,
    live: null,
    tool: null,
    changes: NOTHING,
    picked: null,
  };
}

/** Whether the LSTM has reached a lane. @param {View} view @param {number} lane */
export const isHiddenKnown = (view, lane) => lane < view.step || (lane === view.step && view.phase >= MARKS.hidden);

/**
 * Whether an answer is there: after the last lane that it reads.
 * @param {Scene} scene
 * @param {View} view
 * @param {number} place
 */
export function isOutputKnown({ header }, view, place) {
  const { last } = header.answers[place];
  return last < view.step || (last === view.step && view.phase >= MARKS.out);
}

/** The answer whose arithmetic is shown. @param {{ scene: Scene, view: View }} shown */
export const chosenPlace = ({ scene, view }) => (isBlock(scene) ? view.output : view.step);

/**
 * How far a stretch of the phase has gone, 0 to 1.
 * @param {number} phase
 * @param {number} from
 * @param {number} to
 */
export const within = (phase, from, to) => Math.max(0, Math.min(1, (phase - from) / (to - from)));

/** @param {number | null} wanted @param {number | null} given */
const fits = (wanted, given) => wanted === null || given === null || wanted === given;

/**
 * Whether a weight of the head is lit; neuron -1 is the bias, lane null a weight that every lane uses.
 * @param {View} view
 * @param {{ neuron: number, column: number, lane: number | null }} weight
 */
export function isWeightLit({ highlight: mark }, { neuron, column, lane }) {
  return !!mark && fits(mark.neuron, neuron) && fits(mark.column, column) && fits(mark.lane, lane);
}

/**
 * Whether an answer uses what is pointed at.
 * @param {Scene} scene
 * @param {View} view
 * @param {number} place
 */
export function isAnswerLit({ header }, { highlight: mark }, place) {
  const answer = header.answers[place];
  if (!mark || !fits(mark.place, place) || !fits(mark.column, answer.column)) return false;
  return mark.lane === null || reads(answer, mark.lane);
}

/**
 * Whether a hidden state's cell is lit: it meets the weight that is pointed at.
 * @param {Scene} scene
 * @param {View} view
 * @param {number} lane
 * @param {number} neuron
 */
export function isUseLit(scene, view, lane, neuron) {
  const mark = view.highlight;
  if (!mark || !fits(mark.neuron, neuron) || !fits(mark.lane, lane)) return false;
  return scene.header.answers.some((answer, place) => reads(answer, lane) && isAnswerLit(scene, view, place));
}
