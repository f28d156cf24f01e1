/** What is shown of a scene at this moment, and what of it is already computed. */

import { isPassedOn } from "../data/wiring.js";

/** When, within one step, things are done: 0 is its beginning, 1 its end. */
export const MARKS = { enter: 0.26, hidden: 0.42, slide: 0.5, press: 0.7, out: 0.8 };

/**
 * @param {import("../types.js").Scene} scene
 * @returns {import("../types.js").View}
 */
export function openView(scene) {
  return {
    epochIndex: Math.max(0, scene.header.snapshotEpochs.length - 1),
    step: scene.length - 1,
    output: scene.length - 1,
    neuron: 0,
    page: 0,
    panel: "dense",
    highlight: null,
    phase: 1,
    speed: 1,
    live: null,
  };
}

/**
 * Whether the LSTM has reached a lane.
 * @param {import("../types.js").View} view
 * @param {number} lane
 */
export const isHiddenKnown = (view, lane) => lane < view.step || (lane === view.step && view.phase >= MARKS.hidden);

/**
 * Whether a prediction is there: many-to-one answers only after its last timestep.
 * @param {import("../types.js").Scene} scene
 * @param {import("../types.js").View} view
 * @param {number} place
 */
export function isOutputKnown(scene, view, place) {
  const lane = scene.framing === "many-to-one" ? scene.length - 1 : place;
  return lane < view.step || (lane === view.step && view.phase >= MARKS.out);
}

/**
 * How far a stretch of the phase has gone, 0 to 1.
 * @param {number} phase
 * @param {number} from
 * @param {number} to
 */
export const within = (phase, from, to) => Math.max(0, Math.min(1, (phase - from) / (to - from)));

/**
 * Whether a Dense weight is lit; `row` -1 is the bias.
 * @param {import("../types.js").View} view
 * @param {number} row
 * @param {number} output
 */
export function isWeightLit(view, row, output) {
  const mark = view.highlight;
  return !!mark && (mark.row === null || mark.row === row) && (mark.output === null || mark.output === output);
}

/**
 * Whether a hidden state's cell is lit: it is multiplied by the weight that is pointed at.
 * @param {import("../types.js").Scene} scene
 * @param {import("../types.js").View} view
 * @param {number} lane
 * @param {number} row
 */
export function isUseLit(scene, view, lane, row) {
  const mark = view.highlight;
  return (
    !!mark &&
    isPassedOn(scene, lane) &&
    (mark.row === null || mark.row === row) &&
    (mark.lane === null || mark.lane === lane)
  );
}

/** The prediction whose arithmetic is shown. @param {import("../types.js").Picture} pic */
export const chosenPlace = ({ scene, view }) => (scene.framing === "many-to-one" ? view.output : view.step);
