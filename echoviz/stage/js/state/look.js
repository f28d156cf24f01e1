/** What is looked at, as a link says it: counted from 1, and absent where it is as the stage opens. */

import { findNearest } from "../data/epochs.js";
import { isBlock } from "../data/wiring.js";
import { readTool, tellTool } from "./link.js";

/** @typedef {import("../types.js").Scene} Scene */
/** @typedef {import("../types.js").View} View */
/** @typedef {import("../types.js").Look} Look */

/** A link may say anything. @param {unknown} given @param {number} least @param {number} most */
function readWhole(given, least, most) {
  const number = Number(given ?? NaN);
  return Number.isInteger(number) ? Math.max(least, Math.min(most, number)) : null;
}

/**
 * The part of a view that a link decides.
 * @param {Scene} scene as Python sent it
 * @param {Look} look
 * @param {number} cap how many neurons are drawn on one page
 */
export function readLook(scene, look, cap) {
  const { neurons } = scene;
  const { tool, changes } = readTool(scene.header, look);
  const length = changes.own && scene.length === scene.header.x.length ? changes.own.length : scene.length;
  const neuron = (readWhole(look.neuron, 1, neurons) ?? 1) - 1;
  const panel = look.panel === "cell" ? /** @type {const} */ ("cell") : /** @type {const} */ ("sum");
  return {
    ...readEpoch(scene, look.epoch),
    step: (readWhole(look.step, 1, length) ?? length) - 1,
    output: (readWhole(look.output, 1, length) ?? length) - 1,
    panel,
    neuron,
    page: Math.floor(neuron / cap),
    phase: 1,
    highlight: null,
    tool,
    changes,
    picked: null,
  };
}

/**
 * The snapshot to draw for an epoch, and the epoch itself where it lies between two.
 * @param {Scene} scene
 * @param {unknown} given
 */
export function readEpoch({ header }, given) {
  const { snapshotEpochs } = header;
  const last = snapshotEpochs.length - 1;
  const epoch = readWhole(given, 0, snapshotEpochs[last] ?? 0);
  if (epoch === null || last < 0) return { epochIndex: Math.max(0, last), between: null };
  const epochIndex = findNearest(snapshotEpochs, epoch);
  return { epochIndex, between: snapshotEpochs[epochIndex] === epoch ? null : epoch };
}

/** What a link has to say of a view. @param {Scene} scene what is drawn @param {View} view @returns {Look} */
export function tellLook(scene, view) {
  const { snapshotEpochs } = scene.header;
  const last = scene.length - 1;
  const atEnd = view.between === null && view.epochIndex >= snapshotEpochs.length - 1;
  return {
    ...(view.step === last ? {} : { step: view.step + 1 }),
    ...(atEnd || view.live ? {} : { epoch: view.between ?? snapshotEpochs[view.epochIndex] }),
    ...(view.panel === "cell" ? { panel: "cell", neuron: view.neuron + 1 } : {}),
    ...(isBlock(scene) && view.output !== last ? { output: view.output + 1 } : {}),
    ...tellTool(view.tool, view.changes),
  };
}
