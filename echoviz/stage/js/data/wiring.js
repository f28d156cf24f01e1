/** Lanes and answers: who reads whom, with which weights. The only place that knows what a head is made of. */

/** @typedef {import("../types.js").Scene} Scene */
/** @typedef {import("../types.js").Answer} Answer */

/**
 * How the answers are made, seen from what they read.
 * @param {Pick<import("../types.js").Header, "answers" | "head">} given
 * @returns {import("../types.js").Kind}
 */
export function findKind({ answers, head }) {
  const [{ first, last, lane }] = answers;
  if (lane === null) return last > first ? "flat" : "block";
  return head.columns > 1 ? "cards" : "stamp";
}

/**
 * What lanes are counted by: an answer above each lane without an axis of timesteps means that each is a sample.
 * @param {Pick<import("../types.js").Header, "answers" | "tensors">} given
 * @returns {"sample" | "timestep"}
 */
export function findUnit({ answers, tensors }) {
  const [hidden] = tensors.filter((tensor) => tensor.name === "h");
  return answers[0].lane !== null && !hidden.axes.includes("timestep") ? "sample" : "timestep";
}

/** Whether answers stand in a block, above no lane of their own. @param {Scene} scene */
export const isBlock = ({ kind }) => kind === "block" || kind === "flat";

/** Whether the head reads this lane's hidden state. @param {Scene} scene @param {number} lane */
export const isPassedOn = ({ passedOn }, lane) => passedOn[lane];

/** Whether a lane starts from a state of zeros. @param {Scene} scene @param {number} lane */
export const isFresh = ({ header }, lane) => header.lanes[lane].fresh;

/** Sample and timestep of a lane, counted from 0. @param {Scene} scene @param {number} lane */
export function locate({ header }, lane) {
  const { sample, step } = header.lanes[lane];
  return { sample, step };
}

/** The number that goes into a lane. @param {Scene} scene @param {number} lane */
export const inputOf = ({ header }, lane) => header.x[header.lanes[lane].input];

/** Whether an answer reads a lane. @param {Answer} answer @param {number} lane */
export const reads = ({ first, last }, lane) => first <= lane && lane <= last;

/**
 * The row of the head's weights that an answer multiplies a lane's neuron with; -1 stays the bias.
 * @param {Scene} scene @param {Answer} answer @param {number} lane @param {number} neuron
 */
export const rowOf = ({ neurons }, { first }, lane, neuron) => (neuron < 0 ? -1 : (lane - first) * neurons + neuron);

/** How many answers use a weight of this column. @param {Scene} scene @param {number} column */
export const countUses = ({ header }, column) => header.answers.filter((answer) => answer.column === column).length;

/**
 * One weight of the head.
 * @param {import("../types.js").Weights} weights
 * @param {number} row -1: the bias
 * @param {number} column
 */
export const weightAt = ({ headKernel, headBias, head }, row, column) =>
  row < 0 ? headBias[column] : headKernel[row * head.rowStride + column * head.columnStride];

/**
 * The number of X that an answer has to repeat when it comes late: its place in X, null where nothing is owed yet.
 * @param {Scene} scene
 * @param {number} place
 */
export const owedInput = ({ header }, place) =>
  header.delay > 0 && place >= header.delay ? place - header.delay : null;
