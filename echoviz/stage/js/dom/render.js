/** One picture of the app as it is now: the drawing, the tracks beside it and their words. */

import { placeEpoch } from "../data/epochs.js";
import { findMoment } from "../data/moments.js";
import { drawDense } from "../draw/head.js";
import { drawLabels } from "../draw/labels.js";
import { drawLanes } from "../draw/lanes.js";
import { layoutStage } from "../draw/layout.js";
import { drawPanel } from "../draw/sum.js";
import { drawTokens, drawWires } from "../draw/wires.js";
import { prefersStillness } from "../state/motion.js";
import { formatCount, formatLoss } from "../words/numbers.js";
import { describeStage, narrate } from "../words/sentences.js";
import { markFocusable } from "./focus.js";
import { setAttributes, setButton, setIcon, setText } from "./nodes.js";
import { drawEpochTrack, drawStepTrack, moveCursor, moveStep } from "./tracks.js";

/** @typedef {import("../types.js").App} App */

/** @param {App} app */
const lastEpoch = ({ view, grown, scene }) =>
  view.live ? grown.last : (scene.header.snapshotEpochs[scene.header.snapshotEpochs.length - 1] ?? 0);

/** @param {App} app @returns {import("../types.js").Picture} */
function takePicture(app) {
  const { scene, view } = app;
  const geo = layoutStage(app.width, scene, view, app.windows);
  app.windows = { first: geo.first, outFirst: geo.outFirst };
  const moment = view.live ?? findMoment(scene, view.epochIndex);
  return { scene, view, geo, moment, colours: app.colours, say: app.say };
}

/** @param {App} app @param {number} ms how long things take to their new places */
export function render(app, ms) {
  if (!app.width) return;
  const pic = takePicture(app);
  const panel = drawPanel(pic);
  const items = [
    ...drawLanes(pic),
    ...drawWires(pic),
    ...drawDense(pic),
    ...drawTokens(pic),
    ...drawLabels(pic),
    ...panel.items,
  ];
  const still = prefersStillness();
  app.painter.paint(items, { ms: still ? 0 : ms, now: performance.now() });
  if (ms && !still) app.motion.wake();
  setAttributes(app.parts.svg, {
    viewBox: `0 0 ${pic.geo.width} ${Math.ceil(Math.max(pic.geo.height, panel.bottom))}`,
  });
  renderControls(app, pic);
  markFocusable(app);
}

/** @param {App} app @param {import("../types.js").Picture} pic */
function renderControls(app, pic) {
  const { parts, view, scene, say } = app;
  const playing = app.motion.playing();
  setAttributes(parts.stage, {
    "data-framing": scene.framing,
    "data-step": view.step,
    "data-epoch": pic.moment.epoch,
    "data-digest": scene.header.digest,
    "data-playing": playing ?? "",
    "data-panel": view.panel,
    "data-theme": app.theme,
    "data-key": scene.header.key,
    "data-live": view.live ? "true" : "false",
  });
  tell(app, pic);
  renderTracks(app, pic);
  const { buttons } = parts;
  const [playsSteps, playsEpochs] = [playing === "steps", playing === "epochs"];
  setIcon(buttons.playSteps, playsSteps ? "pause" : "play", say(playsSteps ? "pause" : "play_steps"));
  setIcon(buttons.playEpochs, playsEpochs ? "pause" : "play", say(playsEpochs ? "pause" : "play_epochs"));
  setButton(buttons.speed, `${view.speed}×`, say("speed", { speed: view.speed }));
  setButton(buttons.panel, say(view.panel === "cell" ? "show_dense" : "show_cell"), "");
  setAttributes(buttons.panel, { "aria-pressed": view.panel === "cell" });
  const bounded = pic.geo.neurons.length < scene.neurons;
  parts.pager.toggleAttribute("hidden", !bounded);
  const { snapshotEpochs, snapshotsTotal } = scene.header;
  const part = snapshotEpochs.length < snapshotsTotal;
  setText(
    parts.snapshots,
    part ? say("bounds_snapshots", { shown: snapshotEpochs.length, total: snapshotsTotal }) : "",
  );
  parts.bounds.toggleAttribute("hidden", !bounded && !part);
  const shown = pic.geo.neurons;
  setText(
    parts.neurons,
    say("neurons_shown", { from: shown[0] + 1, to: shown[shown.length - 1] + 1, total: scene.neurons }),
  );
}

/**
 * The drawing in words. While they change many times a second nobody wants them read aloud; the last ones are.
 * @param {App} app
 * @param {import("../types.js").Picture} pic
 */
function tell({ parts, view, motion }, pic) {
  const steady = motion.playing() !== "epochs" && !view.live;
  const told = narrate(pic);
  if (steady) {
    const wasSilent = parts.caption.getAttribute("aria-live") === "off";
    setAttributes(parts.caption, { "aria-live": "polite" });
    if (wasSilent) parts.caption.textContent = "";
    setAttributes(parts.svg, { "aria-label": describeStage(pic) });
  } else {
    setAttributes(parts.caption, { "aria-live": "off" });
  }
  setText(parts.caption, told);
}

/** @param {App} app @param {import("../types.js").Picture} pic */
function renderTracks(app, { geo, moment }) {
  const { parts, view, scene, say } = app;
  const single = scene.framing === "one-to-one";
  const stepText = say(single ? "step_sample" : "step_timestep", { number: view.step + 1, total: scene.length });
  setText(parts.stepLabel, stepText);
  setAttributes(parts.stepTrack, {
    "aria-label": say(single ? "axis_sample" : "axis_timestep"),
    "aria-valuemin": 1,
    "aria-valuemax": scene.length,
    "aria-valuenow": view.step + 1,
    "aria-valuetext": stepText,
  });
  moveStep(parts.stepTrack, { first: geo.first, count: geo.count, step: view.step, length: scene.length });
  const last = lastEpoch(app);
  const epochText = say("step_epoch", { epoch: formatCount(moment.epoch), loss: formatLoss(moment.loss) });
  setText(parts.epochLabel, moment.trace ? epochText : say("pending"));
  setAttributes(parts.epochTrack, {
    "aria-label": say("epoch"),
    "aria-valuemin": 0,
    "aria-valuemax": last,
    "aria-valuenow": moment.epoch,
    "aria-valuetext": epochText,
  });
  moveCursor(parts.epochTrack, placeEpoch(moment.epoch, last));
}

/** @param {App} app */
export function drawTracks(app) {
  const { scene, grown, view, parts, colours } = app;
  const losses = view.live ? grown : { epochs: scene.lossEpochs, losses: scene.losses };
  drawStepTrack(parts.stepTrack, { scene, colours });
  drawEpochTrack(parts.epochTrack, { palette: colours.palette, losses, last: lastEpoch(app) });
}
