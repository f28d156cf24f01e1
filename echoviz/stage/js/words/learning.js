/** One step of learning in words and numbers. */

import { nameWeight } from "../tools/places.js";
import { formatCount, formatFine, formatSigned } from "./numbers.js";

/** @typedef {import("../types.js").Picture} Picture */
/** @typedef {import("../tools/learning.js").Slope} Slope */
/** @typedef {import("../tools/learning.js").Update} Update */

/** @param {Picture} pic @param {Slope} slope */
const nameOf = ({ scene }, { place }) => nameWeight(scene.header, { at: place, step: null });

/** From which epoch to which. @param {Picture} pic @param {boolean} goesOn */
export function tellEpochs({ moment, say }, goesOn) {
  const [from, to] = [moment.epoch, moment.epoch + 1].map(formatCount);
  return say(goesOn ? "learn_step" : "learn_at", { from, to });
}

/** Which weight it is, and what its gradient is made of. @param {Picture} pic @param {Slope} slope */
export function tellSlope(pic, slope) {
  const { scene, say } = pic;
  const { gradient, weight, uses } = slope;
  const how = uses.filter(Boolean).length > 1 ? scene.unit : "once";
  const values = { name: nameOf(pic, slope), value: formatFine(weight), gradient: formatSigned(gradient) };
  const downhill = gradient ? ` ${say(gradient > 0 ? "learn_falls" : "learn_rises")}` : "";
  return say(`learn_told_${how}`, values) + downhill;
}

/** What stands above the errors and the bars. @param {Picture} pic @param {Slope} slope */
export const titlePile = (pic, slope) => ({
  errors: pic.say("learn_errors"),
  shares: pic.say(`learn_shares_${pic.scene.unit}`, { name: nameOf(pic, slope) }),
});

/** The bars for whoever does not see them. @param {Picture} pic @param {Slope} slope */
export function describePile({ scene, say }, { shares, uses, gradient }) {
  const told = [...shares].flatMap((share, at) =>
    uses[at] ? [`${say(`${scene.unit}_number`, { number: at + 1 })}: ${formatSigned(share)}`] : [],
  );
  return say("learn_chart", { shares: told.join("; "), gradient: formatSigned(gradient) });
}

/**
 * Adam's step, line by line: what, by which rule, and what comes out.
 * @param {Picture} pic
 * @param {Slope} slope
 * @param {Update} update
 * @returns {string[][]}
 */
export function listUpdate({ scene, say, moment }, slope, { before, gradient, mean, square, step, weight }) {
  const [g, rate] = [formatSigned(gradient), scene.header.experiment.learning_rate];
  /** @param {number} value */
  const factor = (value) => (value < 0 ? `(${formatSigned(value)})` : formatSigned(value));
  const [m, v] = [factor(before.mean), factor(before.square)];
  return [
    [say("learn_mean"), say("learn_mean_rule", { before: m, gradient: factor(gradient) }), formatSigned(mean)],
    [say("learn_square"), say("learn_square_rule", { before: v, gradient: factor(gradient) }), formatSigned(square)],
    [say("learn_move"), say("learn_move_rule", { rate, epoch: formatCount(moment.epoch + 1), g }), formatSigned(step)],
    [say("learn_weight"), `${formatFine(slope.weight)} ${step < 0 ? "−" : "+"} ${formatSigned(Math.abs(step))}`,
      formatFine(weight)],
  ];
}
