/** New data: another experiment, another run, or a moment of one that is training now. */

import { computeMoment } from "../data/moments.js";
import { readLive, readScene } from "../data/payload.js";
import { openView } from "./view.js";

/** @typedef {import("../types.js").App} App */
/** @typedef {import("../types.js").Header} Header */

const LIVE_SILENCE_MS = 12_000;

/** A moment of a run that is training now. @param {App} app @param {Uint8Array} bytes */
export function followLive(app, bytes) {
  const live = readLive(bytes);
  if (live.key !== app.scene.header.key) return;
  const { grown } = app;
  if (live.epoch < grown.last) Object.assign(grown, { epochs: [], losses: [], last: 0 });
  if (live.loss !== null) {
    grown.epochs.push(live.epoch);
    grown.losses.push(live.loss);
  }
  grown.last = live.epoch;
  if (app.motion.playing() === "epochs") app.motion.stop();
  clearTimeout(app.silence);
  app.silence = setTimeout(() => app.show({ live: null }), LIVE_SILENCE_MS);
  app.view.live = computeMoment(app.scene, live);
  app.drawTracks();
  app.show({});
}

/**
 * New numbers or a new arrangement: what stays in view moves, the rest follows.
 * @param {App} app
 * @param {Uint8Array} bytes
 */
export function changeScene(app, bytes) {
  const before = app.scene;
  const after = readScene(bytes);
  if (after.header.digest === before.header.digest) return;
  if (!app.view.live && isSameRun(before.header, after.header)) {
    Object.assign(app, { scene: after, bytes });
    app.retell();
    return;
  }
  const view = { ...openView(after), panel: app.view.panel, speed: app.view.speed };
  const same = before.header.key === after.header.key;
  app.motion.stop();
  clearTimeout(app.silence);
  Object.assign(app, { scene: after, bytes, view, grown: { epochs: [], losses: [], last: 0 } });
  Object.assign(app.windows, same ? {} : { first: 0, outFirst: 0 });
  const fresh = after.header.provenance === "live" && after.header.ending === "finished";
  app.draw(same ? 0 : after.header.durations.move);
  app.retell();
  if (fresh) app.motion.replay();
}

/** The same numbers in another language. @param {Header} before @param {Header} after */
function isSameRun(before, after) {
  const names = /** @type {const} */ (["key", "provenance", "ending", "epochsDone"]);
  return names.every((name) => before[name] === after[name]);
}
