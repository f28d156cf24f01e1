/** One picture of the app as it is now: the drawing, the tracks beside it and their words. */

import { findLowest, placeEpoch } from "../data/epochs.js";
import { findChanged, findMoment } from "../data/moments.js";
import { drawHead } from "../draw/head.js";
import { drawLabels } from "../draw/labels.js";
import { drawLanes } from "../draw/lanes.js";
import { layoutStage } from "../draw/layout.js";
import { drawPanel } from "../draw/sum.js";
import { drawTokens, drawWires } from "../draw/wires.js";
import { prefersStillness } from "../state/motion.js";
import { formatCount, formatLoss } from "../words/numbers.js";
import { describeEpoch, describeStage, narrate } from "../words/sentences.js";
import { tellPage } from "./exchange.js";
import { markFocusable } from "./focus.js";
import { drawMarks } from "./marks.js";
import { setAttributes, setButton, setIcon, setText } from "./nodes.js";
import { renderTools } from "./toolbox.js";
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
  const moment = findChanged(scene, view.live ?? findMoment(scene, view.epochIndex), view.changes);
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
    ...drawHead(pic),
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
  renderTools(app, pic);
  markFocusable(app);
  tellPage(app);
}

/** @param {App} app @param {import("../types.js").Picture} pic */
function renderControls(app, pic) {
  const { parts, view, scene, say } = app;
  const playing = app.motion.playing();
  setAttributes(parts.stage, {
    "data-framing": scene.header.words.framing,
    "data-kind": scene.kind,
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
  setButton(buttons.panel, say(view.panel === "cell" ? "show_dense" : "show_cell"));
  setAttributes(buttons.panel, { "aria-pressed": view.panel === "cell" });
  renderBounds(app, pic);
}

/**
 * What of the run is not drawn, and what is worth knowing of it.
 * @param {App} app
 * @param {import("../types.js").Picture} pic
 */
function renderBounds({ parts, scene, say }, { geo }) {
  const { snapshotEpochs, snapshotsTotal, sequences } = scene.header;
  const [first, last] = [geo.neurons[0] + 1, geo.neurons[geo.neurons.length - 1] + 1];
  const isPaged = geo.neurons.length < scene.neurons;
  const isPart = snapshotEpochs.length < snapshotsTotal;
  const lowest = findLowest(scene);
  parts.pager.toggleAttribute("hidden", !isPaged);
  parts.buttons.lowest.toggleAttribute("hidden", !lowest);
  setText(parts.neurons, say("neurons_shown", { from: first, to: last, total: scene.neurons }));
  setText(
    parts.snapshots,
    isPart ? say("bounds_snapshots", { shown: snapshotEpochs.length, total: snapshotsTotal }) : "",
  );
  setText(parts.unseen, sequences > 1 ? say("unseen", { sequences }) : "");
  if (lowest) {
    const values = { epoch: formatCount(lowest.epoch), loss: formatLoss(lowest.loss) };
    setButton(parts.buttons.lowest, say("lowest", values));
  }
  parts.bounds.toggleAttribute("hidden", !isPaged && !isPart && !lowest && sequences === 1);
}

/**
 * The drawing in words, which follow every number. While they change many times a second nobody wants them read
 * aloud; the last ones are.
 * @param {App} app
 * @param {import("../types.js").Picture} pic
 */
function tell({ parts, view, motion }, pic) {
  const steady = motion.playing() !== "epochs" && !view.live;
  const wasSilent = parts.caption.getAttribute("aria-live") === "off";
  setAttributes(parts.caption, { "aria-live": steady ? "polite" : "off" });
  if (steady && wasSilent) parts.caption.textContent = "";
  setAttributes(parts.svg, { "aria-label": describeStage(pic) });
  setText(parts.caption, narrate(pic));
}

/** @param {App} app @param {import("../types.js").Picture} pic */
function renderTracks(app, pic) {
  const { parts, view, scene, say } = app;
  const { geo, moment } = pic;
  const stepText = say(`step_${scene.unit}`, { number: view.step + 1, total: scene.length });
  setText(parts.stepLabel, stepText);
  setAttributes(parts.stepTrack, {
    "aria-label": say(`axis_${scene.unit}`),
    "aria-valuemin": 1,
    "aria-valuemax": scene.length,
    "aria-valuenow": view.step + 1,
    "aria-valuetext": stepText,
  });
  moveStep(parts.stepTrack, { first: geo.first, count: geo.count, step: view.step, length: scene.length });
  const last = lastEpoch(app);
  const epoch = view.between ?? moment.epoch;
  const epochText = describeEpoch(pic);
  setText(parts.epochLabel, epochText);
  setAttributes(parts.epochTrack, {
    "aria-label": say("epoch"),
    "aria-valuemin": 0,
    "aria-valuemax": last,
    "aria-valuenow": epoch,
    "aria-valuetext": epochText,
  });
  moveCursor(parts.epochTrack, placeEpoch(epoch, last));
}

/** @param {App} app */
export const drawSteps = ({ parts, scene, colours }) => drawStepTrack(parts.stepTrack, { scene, colours });

/** @param {App} app */
export function drawTracks(app) {
  const { scene, grown, view, parts, colours } = app;
  const losses = view.live ? grown : { epochs: scene.lossEpochs, losses: scene.losses };
  drawSteps(app);
  const lowest = view.live ? null : findLowest(scene);
  drawEpochTrack(parts.epochTrack, { palette: colours.palette, losses, last: lastEpoch(app), lowest });
  drawMarks(app);
}
