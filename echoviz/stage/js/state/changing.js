/** The visitor's own numbers come into the scene and leave it; the last change can be taken back. */

import { NOTHING, deriveScene } from "../data/changes.js";
import { computeMoment } from "../data/moments.js";

/** @typedef {import("../types.js").App} App */
/** @typedef {import("../types.js").Changes} Changes */
/** @typedef {import("../types.js").View} View */

/** Changes that can be taken back one by one. */
const KEPT = 100;

/** @param {App} app @param {Changes} before what the view had */
export function followChanges(app, before) {
  const { view, given } = app;
  const { changes } = view;
  const isSame = changes.own === before.own && changes.unglued === before.unglued;
  const isFit = (app.scene === given) === (changes.own === null && !changes.unglued);
  if (isSame && isFit) return;
  const length = app.scene.length;
  app.scene = deriveScene(given, changes);
  const last = app.scene.length - 1;
  view.step = view.step === length - 1 ? last : Math.min(view.step, last);
  view.output = view.output === length - 1 ? last : Math.min(view.output, last);
  const { live } = view;
  if (live?.flat) view.live = computeMoment(app.scene, { ...live, flat: live.flat });
  app.drawSteps();
}

/**
 * Change some numbers by hand.
 * @param {App} app
 * @param {Partial<Changes>} part
 * @param {boolean} goesOn whether it belongs to the change before, as the moves of one drag do
 */
export function change(app, part, goesOn) {
  const { changes } = app.view;
  if (!goesOn) app.past = [...app.past, changes].slice(-KEPT);
  app.show({ changes: { ...changes, ...part } });
}

/** Take the last change back; false where there is none. @param {App} app */
export function undoChange(app) {
  const before = app.past.pop();
  if (!before) return false;
  app.show({ changes: before });
  return true;
}

/** Take a tool in hand; the one before is put down. @param {App} app @param {string} tool */
export function pickUp(app, tool) {
  app.motion.stop();
  Object.assign(app, { past: [], earlier: null });
  app.show({ tool, changes: NOTHING, picked: null });
}

/** Put the tool down: the model is again as it was trained. @param {App} app */
export function putDown(app) {
  Object.assign(app, { past: [], earlier: null });
  app.show({ tool: null, changes: NOTHING, picked: null });
}
