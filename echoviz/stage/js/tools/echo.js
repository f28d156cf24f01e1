/** Does it echo yours? What comes out of the visitor's own numbers, against what ought to. */

/** @typedef {import("../types.js").Scene} Scene */

/** As near as a learned answer has to come, on average. */
export const ECHOES = 0.05;

/** @param {ArrayLike<number>} answers @param {ArrayLike<number>} targets how far they are apart, on average */
export function measureError(answers, targets) {
  const count = Math.min(answers.length, targets.length);
  let sum = 0;
  for (let at = 0; at < count; at++) sum += Math.abs(answers[at] - targets[at]);
  return sum / Math.max(1, count);
}
