/** The keyboard: arrows step, Space plays, Enter opens. */

import { moveFocus } from "./focus.js";
import { press } from "./pointer.js";
import { readHit } from "./pointing.js";
import { keyTools } from "./toolbox.js";

/** @typedef {import("../types.js").App} App */
/** @typedef {ReturnType<typeof readHit>} Hit */

/** @type {Record<string, (app: App) => void>} */
const STEP_KEYS = {
  ArrowRight: (app) => app.step(app.view.step + 1),
  ArrowLeft: (app) => app.step(app.view.step - 1),
  Home: (app) => app.step(0),
  End: (app) => app.step(app.scene.length - 1),
};
/** From snapshot to snapshot. @type {Record<string, (app: App) => void>} */
const EPOCH_KEYS = {
  ArrowRight: (app) => turnSnapshot(app, 1),
  ArrowUp: (app) => turnSnapshot(app, 1),
  ArrowLeft: (app) => turnSnapshot(app, -1),
  ArrowDown: (app) => turnSnapshot(app, -1),
  Home: (app) => app.showEpoch(0),
  End: (app) => app.showEpoch(app.scene.header.snapshotEpochs.length - 1),
};
/** With Shift every epoch is reached: how far each key goes. @type {Record<string, number>} */
const EPOCHS_BY_KEY = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
/** @type {Record<string, (app: App) => void>} */
const SHARED_KEYS = {
  PageUp: (app) => app.showEpoch(app.view.epochIndex + 10),
  PageDown: (app) => app.showEpoch(app.view.epochIndex - 10),
  Escape: (app) => app.show({ panel: "sum", highlight: null }),
};

/** The snapshot after, or before, the epoch at which the slider stands. @param {App} app @param {number} by */
function turnSnapshot(app, by) {
  const { epochIndex, between } = app.view;
  const drawn = app.scene.header.snapshotEpochs[epochIndex];
  const passed = between !== null && (by > 0 ? drawn > between : drawn < between);
  app.showEpoch(passed ? epochIndex : epochIndex + by);
}

/** @param {App} app @param {number} by */
function turnEpoch(app, by) {
  const { epochIndex, between } = app.view;
  app.lookAtEpoch((between ?? app.scene.header.snapshotEpochs[epochIndex] ?? 0) + by);
}

/** Where keys write, or move within a list. @param {App} app @param {Element} target */
const isTyping = ({ parts }, target) => target instanceof HTMLTextAreaElement || parts.bench.contains(target);

/** @param {App} app */
export function listenToKeys(app) {
  app.parts.stage.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    const isShortcut = event.ctrlKey || event.metaKey || event.altKey;
    const isFree = !isShortcut && !isTyping(app, target);
    if (keyTools(app, event, target) || (isFree && pressKey(app, event, target))) {
      event.preventDefault();
      event.stopPropagation();
    }
  });
}

/** @param {App} app @param {KeyboardEvent} event @param {Element} target */
function pressKey(app, { key, shiftKey }, target) {
  const onEpochs = target === app.parts.epochTrack;
  const hit = readHit(target);
  if (hit && rove(app, key, target, hit)) return true;
  if (key === " " && !(target instanceof HTMLButtonElement)) {
    app.motion.toggle(onEpochs ? "epochs" : "steps");
    return true;
  }
  const epochs = onEpochs && shiftKey ? EPOCHS_BY_KEY[key] : undefined;
  const act = (onEpochs ? EPOCH_KEYS[key] : STEP_KEYS[key]) ?? SHARED_KEYS[key];
  if (!act) return false;
  app.motion.stop();
  if (epochs) turnEpoch(app, epochs);
  else act(app);
  return true;
}

/**
 * Among the weights the arrows move from one to the next; Enter opens what has the focus.
 * @param {App} app @param {string} key @param {Element} target @param {NonNullable<Hit>} hit
 */
function rove(app, key, target, hit) {
  if (key === "Enter") {
    press(app, hit);
    return true;
  }
  return hit.hit === "w" && target instanceof SVGElement && moveFocus(app, key, target);
}
