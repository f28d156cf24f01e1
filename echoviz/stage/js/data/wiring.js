/** Lanes and answers: who reads whom, with which weights. */

/** Whether Dense reads this lane's hidden state. @param {import("../types.js").Scene} scene @param {number} lane */
export const isPassedOn = (scene, lane) => scene.framing !== "many-to-one" || lane === scene.length - 1;

/** Whether a lane starts from a state of zeros. @param {import("../types.js").Scene} scene @param {number} lane */
export const isFresh = (scene, lane) => scene.framing === "one-to-one" || lane === 0;

/** Sample and timestep of a lane, counted from 0. @param {import("../types.js").Scene} scene @param {number} lane */
export const locate = (scene, lane) =>
  scene.framing === "one-to-one" ? { sample: lane, step: 0 } : { sample: 0, step: lane };

/**
 * How often the weight that is pointed at is used in one forward pass.
 * @param {import("../types.js").Scene} scene
 */
export const countUses = (scene) => (scene.framing === "many-to-one" ? 1 : scene.length);

/**
 * The Dense weight of a row and an output; the stamp has the one output 0.
 * @param {import("../types.js").Weights} weights
 * @param {number} row -1: the bias
 * @param {number} output
 */
export const weightAt = (weights, row, output) =>
  row < 0 ? weights.denseBias[output] : weights.denseKernel[row * weights.outputs + output];

/**
 * The lane and the column of weights that make one prediction.
 * @param {import("../types.js").Scene} scene
 * @param {number} place
 */
export const sourceOf = (scene, place) =>
  scene.framing === "many-to-one" ? { lane: scene.length - 1, output: place } : { lane: place, output: 0 };
