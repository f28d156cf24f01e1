/** What is shown of a scene at this moment, and what of it is already computed. */

/** When, within one step, things are done: 0 is its beginning, 1 its end. */
export const MARKS = { enter: 0.26, hidden: 0.42, slide: 0.5, press: 0.7, out: 0.8 };

/**
 * @param {import("./types.js").Scene} scene
 * @returns {import("./types.js").View}
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
 * @param {import("./types.js").View} view
 * @param {number} lane
 */
export const isHiddenKnown = (view, lane) => lane < view.step || (lane === view.step && view.phase >= MARKS.hidden);

/**
 * Whether a prediction is there: many-to-one answers only after its last timestep.
 * @param {import("./types.js").Scene} scene
 * @param {import("./types.js").View} view
 * @param {number} place
 */
export function isOutputKnown(scene, view, place) {
  const lane = scene.framing === "many-to-one" ? scene.length - 1 : place;
  return lane < view.step || (lane === view.step && view.phase >= MARKS.out);
}

/** Whether Dense reads this lane's hidden state. @param {import("./types.js").Scene} scene @param {number} lane */
export const isPassedOn = (scene, lane) => scene.framing !== "many-to-one" || lane === scene.length - 1;

/** Whether a lane starts from a state of zeros. @param {import("./types.js").Scene} scene @param {number} lane */
export const isFresh = (scene, lane) => scene.framing === "one-to-one" || lane === 0;

/** Sample and timestep of a lane, counted from 0. @param {import("./types.js").Scene} scene @param {number} lane */
export const locate = (scene, lane) =>
  scene.framing === "one-to-one" ? { sample: lane, step: 0 } : { sample: 0, step: lane };

/**
 * How far a stretch of the phase has gone, 0 to 1.
 * @param {number} phase
 * @param {number} from
 * @param {number} to
 */
export const within = (phase, from, to) => Math.max(0, Math.min(1, (phase - from) / (to - from)));

/**
 * Whether a Dense weight is lit; `row` -1 is the bias.
 * @param {import("./types.js").View} view
 * @param {number} row
 * @param {number} output
 */
export function isWeightLit(view, row, output) {
  const mark = view.highlight;
  return !!mark && (mark.row === null || mark.row === row) && (mark.output === null || mark.output === output);
}

/**
 * Whether a hidden state's cell is lit: it is multiplied by the weight that is pointed at.
 * @param {import("./types.js").Scene} scene
 * @param {import("./types.js").View} view
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

/**
 * How often the weight that is pointed at is used in one forward pass.
 * @param {import("./types.js").Scene} scene
 */
export const countUses = (scene) => (scene.framing === "many-to-one" ? 1 : scene.length);

/**
 * The Dense weight of a row and an output; the stamp has the one output 0.
 * @param {import("./types.js").Weights} weights
 * @param {number} row -1: the bias
 * @param {number} output
 */
export const weightAt = (weights, row, output) =>
  row < 0 ? weights.denseBias[output] : weights.denseKernel[row * weights.outputs + output];

/**
 * The lane and the column of weights that make one prediction.
 * @param {import("./types.js").Scene} scene
 * @param {number} place
 */
export const sourceOf = (scene, place) =>
  scene.framing === "many-to-one" ? { lane: scene.length - 1, output: place } : { lane: place, output: 0 };
