/** The tool "One step of learning": errors, shares of the gradient, Adam's step and the new weight, epoch by epoch. */

import { describeSlope, describeUpdate, findObstacle, recallMemory } from "../tools/learning.js";
import { headStart } from "../tools/places.js";
import { pickWeight } from "../tools/pull.js";
import { describePile, listUpdate, tellEpochs, tellSlope, titlePile } from "../words/learning.js";
import { formatCount, formatFine } from "../words/numbers.js";
import { makeNode, makeSvg, setAttributes, setButton, setIcon, setText } from "./nodes.js";
import { drawPile } from "./pile.js";
import { makePlace } from "./place.js";
import { makeWishes } from "./step_wishes.js";

/** @typedef {import("../types.js").App} App */
/** @typedef {import("../types.js").Picture} Picture */
/** @typedef {import("../tools/learning.js").Slope} Slope */
/** @typedef {import("./step_wishes.js").Wishes} Wishes */
/** @typedef {ReturnType<typeof buildParts>} Parts */

/** What the panel's frame takes on both sides. */
const FRAME = 26;
/** From this width on Adam's step stands beside the bars, which take so much of it. */
const BESIDE = { from: 900, share: 0.56 };

/** The weight that is looked at. @param {App} app */
const placeOf = ({ view, given }) => view.changes.weight ?? headStart(given.header);

/** @param {string} name */
const makeButton = (name) => makeNode("button", { type: "button", class: "button", "data-do": name });

/** @param {App} app */
function buildParts(app) {
  const buttons = { before: makeButton("learn_before"), next: makeButton("learn_next") };
  const more = { first: makeButton("learn_first"), again: makeButton("learn_again") };
  const epochs = makeNode("strong", { class: "learn-epochs" });
  const picker = makePlace(app, () => ({ at: placeOf(app), step: null }), ({ at }) => app.change({ weight: at }));
  const chart = makeSvg("svg", { class: "pile", role: "img" });
  const [told, unseen, state] = [makeNode("p"), makeNode("p"), makeNode("p", { role: "status" })];
  const table = makeNode("table", { class: "adam" });
  const adam = makeNode("div", { class: "learn-adam" }, [table, state, more.first, more.again]);
  const steps = makeNode("div", { class: "learn-steps" }, [buttons.before, epochs, buttons.next]);
  const row = makeNode("div", { class: "learn-row" }, [steps, picker.root]);
  const pair = makeNode("div", { class: "learn-pair" }, [makeNode("div", {}, [chart]), adam]);
  const root = makeNode("div", { class: "learning bench-body" }, [row, told, unseen, pair]);
  return { root, epochs, picker, chart, told, unseen, state, table, ...buttons, ...more };
}

/** @param {App} app @returns {import("../types.js").Bench} */
function build(app) {
  const [parts, wishes] = [buildParts(app), makeWishes(app)];
  setIcon(parts.before, "back", app.say("learn_before"));
  setIcon(parts.next, "next", app.say("learn_next"));
  setButton(parts.first, app.say("learn_first"));
  setButton(parts.again, app.say("learn_again"));
  /** @param {number} index */
  const go = (index) => {
    app.motion.stop();
    app.showEpoch(index);
  };
  parts.before.addEventListener("click", () => go(app.view.epochIndex - 1));
  parts.next.addEventListener("click", () => go(app.view.epochIndex + 1));
  parts.first.addEventListener("click", () => go(0));
  parts.again.addEventListener("click", () => {
    wishes.again(app.given.header.snapshotEpochs[app.view.epochIndex], placeOf(app));
  });
  return { root: parts.root, render: (pic) => render(app, parts, wishes, pic), dispose: wishes.dispose };
}

/** @param {App} app @param {Parts} parts @param {Wishes} wishes @param {Picture} pic */
function render(app, parts, wishes, pic) {
  const { view, say } = app;
  const place = placeOf(app);
  const index = view.epochIndex;
  const last = app.given.header.snapshotEpochs.length - 1;
  const obstacle = findObstacle(app.given, { index, isLive: view.live !== null });
  const slope = describeSlope(app.given, pic.moment, place);
  const { sequences } = app.given.header;
  parts.picker.render({ at: place, step: null });
  parts.before.toggleAttribute("disabled", view.live !== null || index <= 0);
  parts.next.toggleAttribute("disabled", view.live !== null || index >= last);
  setText(parts.epochs, slope ? tellEpochs(pic, obstacle === null) : "");
  setText(parts.told, slope ? tellSlope(pic, slope) : "");
  setText(parts.unseen, sequences > 1 ? say("learn_unseen", { sequences }) : "");
  parts.chart.toggleAttribute("hidden", !slope);
  setAttributes(parts.root, { "data-weight": place, "data-gradient": slope?.gradient ?? "" });
  if (slope) {
    const room = Math.max(300, app.width - FRAME);
    const width = Math.round(app.width >= BESIDE.from ? room * BESIDE.share : room);
    drawPile(parts.chart, pic, { slope, width, label: describePile(pic, slope), titles: titlePile(pic, slope) });
  }
  renderStep(app, parts, pic, { slope, ...findStep(app, wishes, { slope, obstacle, index }) });
}

/**
 * The update, or why there is none to tell.
 * @param {App} app
 * @param {Wishes} wishes
 * @param {{ slope: Slope | null, obstacle: string | null, index: number }} at
 * @returns {{ state: string, update?: import("../tools/learning.js").Update, seconds?: number }}
 */
function findStep({ given }, wishes, { slope, obstacle, index }) {
  if (obstacle || !slope) return { state: obstacle ?? "unknown" };
  const epoch = given.header.snapshotEpochs[index];
  const recalled = recallMemory(given, index, slope.place);
  if (recalled) return { state: "known", update: describeUpdate(given, { epoch, slope }, recalled, null) };
  const { state, before, after, seconds } = wishes.look(epoch, slope.place);
  if (state !== "known" || !before || !after) return { state, seconds };
  const memory = { mean: before[1], square: before[2] };
  return { state, update: describeUpdate(given, { epoch, slope }, memory, { before, after }) };
}

/** @param {string[]} line */
const buildLine = ([what, rule, value]) =>
  makeNode("tr", {}, [
    makeNode("th", { scope: "row" }, [what]),
    makeNode("td", {}, [rule]),
    makeNode("td", {}, [value]),
  ]);

/**
 * @param {App} app @param {Parts} parts @param {Picture} pic
 * @param {{ slope: Slope | null } & ReturnType<typeof findStep>} found
 */
function renderStep(app, parts, pic, { slope, state, update, seconds }) {
  const { say } = app;
  const lines = slope && update ? listUpdate(pic, slope, update) : [];
  parts.table.toggleAttribute("hidden", !lines.length);
  const caption = makeNode("caption", {}, [say("learn_adam")]);
  parts.table.replaceChildren(caption, ...lines.map(buildLine));
  const later = update || !slope ? "" : tellLater(app, slope.place);
  setText(parts.state, update ? "" : `${say(`learn_${state}`, { seconds: seconds ?? 0 })} ${later}`.trim());
  parts.first.toggleAttribute("hidden", state !== "ended" || app.view.epochIndex === 0);
  parts.again.toggleAttribute("hidden", state !== "late");
  const { mean, square, step, weight } = update ?? { mean: "", square: "", step: "", weight: "" };
  const told = { "data-mean": mean, "data-square": square, "data-move": step, "data-after": weight };
  setAttributes(parts.root, { "data-state": state, ...told });
}

/** Where the weight stands at the next snapshot, which a file knows as well. @param {App} app @param {number} place */
function tellLater({ given, view, say }, place) {
  const { weights, size, header } = given;
  const next = view.epochIndex + 1;
  if (view.live || next >= header.snapshotEpochs.length) return "";
  const values = { epoch: formatCount(header.snapshotEpochs[next]), value: formatFine(weights[next * size + place]) };
  return say("learn_later", values);
}

/** The weight that was pressed is looked at. @param {App} app @param {NonNullable<import("../types.js").Hit>} hit */
function press(app, hit) {
  const picked = pickWeight(app.scene, app.given.header, hit);
  if (picked && picked.at !== placeOf(app)) app.change({ weight: picked.at });
  return hit.hit === "term"; // a block shows the answer of that column, too
}

/** @type {import("../types.js").Tool} */
export const learningTool = {
  name: "learning",
  build,
  press,
};
