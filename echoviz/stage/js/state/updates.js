/** New data: another experiment, another run, or a moment of one that is training now. */

import { NOTHING, canChangeLength, countInputs, deriveScene } from "../data/changes.js";
import { computeMoment } from "../data/moments.js";
import { readLive, readScene } from "../data/payload.js";
import { readEpoch, readLook } from "./look.js";
import { neuronCap, openView } from "./view.js";

/** @typedef {import("../types.js").App} App */

const LIVE_SILENCE_MS = 12_000;

/** @returns {import("../types.js").Grown} */
export const growNothing = () => ({ epochs: [], losses: [], last: 0 });

/** A moment of a run that is training now. @param {App} app @param {Uint8Array} bytes */
export function followLive(app, bytes) {
  const live = readLive(bytes);
  if (live.key !== app.scene.header.key) return;
  app.grown = growCurve(app.grown, live);
  if (app.motion.playing() === "epochs") app.motion.stop();
  clearTimeout(app.silence);
  app.silence = setTimeout(() => app.show({ live: null }), LIVE_SILENCE_MS);
  app.view.live = computeMoment(app.scene, live);
  app.drawTracks();
  app.show({ between: null });
}

/**
 * The losses so far: those that a moment brings with it, for a stage that came in mid-run, or its own one more.
 * @param {import("../types.js").Grown} grown
 * @param {{ epoch: number, loss: number | null, lossEpochs: number[], losses: (number | null)[] }} live
 * @returns {import("../types.js").Grown}
 */
export function growCurve(grown, { epoch, loss, lossEpochs, losses }) {
  const before = epoch < grown.last ? growNothing() : grown;
  const [epochs, values] = lossEpochs.length ? [lossEpochs, losses] : [before.epochs, before.losses];
  /** @type {[number, number | null][]} */
  const all = [...epochs.map((at, place) => /** @type {[number, number | null]} */ ([at, values[place]]))];
  if (!all.some(([at]) => at === epoch)) all.push([epoch, loss]);
  const known = all.filter((point) => point[1] !== null);
  return { epochs: known.map(([at]) => at), losses: known.map((point) => Number(point[1])), last: epoch };
}

/**
 * A visitor's own numbers for another experiment, where it takes so many.
 * @param {import("../types.js").Header} header @param {number[] | null} own
 */
const carryNumbers = (header, own) =>
  own && (canChangeLength(header) || own.length === countInputs(header)) ? own : null;

/**
 * What of the view outlasts new numbers: of the same experiment what is looked at, with the epoch that a link asked
 * for before there was any; of another experiment what its link asks for, or the panel and the tool in hand.
 * @param {App} app
 * @param {import("../types.js").Scene} after
 * @returns {{ view: Partial<import("../types.js").View>, isLinked: boolean }}
 */
function keepView({ scene, view, width }, after) {
  const { header } = after;
  const look = header.view ?? {};
  const isAsked = Object.keys(look).length > 0;
  const { panel, step, output, neuron, page, tool, changes } = view;
  if (header.key !== scene.header.key) {
    const carried = { panel, tool, changes: { ...NOTHING, own: carryNumbers(header, changes.own) } };
    return { view: isAsked ? readLook(after, look, neuronCap(width)) : carried, isLinked: isAsked };
  }
  const kept = { panel, step, output, neuron, page, tool, changes };
  const hasWaited = scene.header.snapshotEpochs.length === 0;
  return { view: hasWaited ? { ...kept, ...readEpoch(after, look.epoch) } : kept, isLinked: hasWaited && isAsked };
}

/**
 * New numbers or a new arrangement: what stays in view moves, the rest follows.
 * @param {App} app
 * @param {Uint8Array} bytes
 */
export function changeScene(app, bytes) {
  const before = app.scene.header;
  const after = readScene(bytes);
  const { header } = after;
  if (header.digest === before.digest) return;
  if (!app.view.live && header.identity === before.identity) {
    // The same numbers, perhaps in another language.
    Object.assign(app, { given: after, scene: deriveScene(after, app.view.changes), bytes });
    app.retell();
    return;
  }
  const same = header.key === before.key;
  const { view: kept, isLinked } = keepView(app, after);
  const view = { ...openView(after), ...kept, speed: app.view.speed };
  app.motion.stop();
  clearTimeout(app.silence);
  const scene = deriveScene(after, view.changes);
  const last = scene.length - 1;
  Object.assign(view, { step: Math.min(view.step, last), output: Math.min(view.output, last) });
  Object.assign(app, { given: after, scene, past: [], bytes, view, grown: growNothing() });
  if (!same) app.told = ""; // the page forgot the view with the experiment
  Object.assign(app.windows, same ? {} : { first: 0, outFirst: 0 });
  const fresh = header.provenance === "live" && header.ending === "finished";
  app.draw(same ? 0 : header.durations.move);
  app.retell();
  if (fresh && !isLinked) app.motion.replay();
}
