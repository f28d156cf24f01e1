/** Marks above the epochs: from when each answer is right. */

import { findLearned, joinMarks } from "../data/learned.js";
import { formatCount, subscript } from "../words/numbers.js";
import { makeNode, setAttributes, setText } from "./nodes.js";

/** @typedef {import("../types.js").App} App */
/** @typedef {import("../types.js").Scene} Scene */
/** @typedef {import("../data/learned.js").Mark} Mark */
/** @typedef {import("../data/learned.js").Learned} Learned */

/** A mark's own width, so that none covers another, in pixels. */
const ROOM = 34;
/** So long one turn of the search may keep the page from drawing. */
const TURN_MS = 4;

/** What was found of each run; null while it is looked for. @type {WeakMap<Scene, Learned | null>} */
const found = new WeakMap();

/** The marks of the run that is drawn; none while one trains, or answers a visitor's own numbers. @param {App} app */
export function drawMarks(app) {
  const { parts, given, view, say } = app;
  const { epochsDone, snapshotEpochs } = given.header;
  const hasMarks = epochsDone > 0 && !view.live && !view.changes.own;
  if (hasMarks && !found.has(given)) search(app);
  const learned = (hasMarks && found.get(given)) || null;
  const width = parts.epochTrack.clientWidth || 300;
  const track = { last: snapshotEpochs[snapshotEpochs.length - 1], gap: ROOM / width };
  const marks = learned ? joinMarks(learned, track) : [];
  parts.marks.replaceChildren(...marks.map((mark, at) => buildMark(app, mark, { at, width })));
  setAttributes(parts.marks, { "aria-label": say("marks") });
  setText(parts.learned, learned ? tellLearned(app, marks, learned.count) : "");
  setAttributes(parts.learned, { title: say("marks") });
}

/** How many of how many. @param {App} app @param {Mark[]} marks @param {number} count */
function tellLearned({ say, given }, marks, count) {
  const total = given.length;
  if (!count) return say("learned_none", { total });
  return say("learned", { count, total, epoch: formatCount(marks[marks.length - 1].epoch) });
}

/** @param {App} app @param {Mark} mark @param {{ at: number, width: number }} where */
function buildMark(app, { places, epoch, share }, { at, width }) {
  const names = places.map((place) => `ŷ${subscript(place + 1)}`);
  const face = names.length > 1 ? `${names.length}\u202fŷ` : names[0];
  const told = app.say("mark", { face, names: names.join(", "), epoch: formatCount(epoch) });
  const mark = makeNode("button", { type: "button", class: "mark", "aria-label": told, title: told }, [face]);
  setAttributes(mark, { "data-epoch": epoch, "data-places": places.join(" "), tabindex: at ? -1 : 0 });
  const middle = Math.max(ROOM / 2, Math.min(width - ROOM / 2, share * width));
  mark.style.left = `${middle.toFixed(1)}px`;
  mark.style.setProperty("--thread", `${(share * width - middle).toFixed(1)}px`);
  mark.addEventListener("click", () => {
    app.motion.stop();
    app.lookAtEpoch(epoch);
  });
  return mark;
}

/**
 * Look through the snapshots in short turns, since a hundred of the largest take a third of a second. Those of the
 * usual sizes are through in the first one, so nothing on the page moves after it is drawn.
 * @param {App} app
 */
function search(app) {
  const { given } = app;
  const turns = findLearned(given);
  found.set(given, null);
  const isFound = () => {
    for (const until = performance.now() + TURN_MS; performance.now() < until; ) {
      const { done, value } = turns.next();
      if (done) found.set(given, value);
      if (done) return true;
    }
    return false;
  };
  const goOn = () => {
    if (app.given !== given) return;
    if (isFound()) drawMarks(app);
    else setTimeout(goOn);
  };
  if (!isFound()) setTimeout(goOn);
}

/** Tab reaches one mark, the arrows go on from there. @param {App} app */
export function listenToMarks({ parts }) {
  parts.marks.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const marks = /** @type {HTMLElement[]} */ ([...parts.marks.children]);
    const next = marks[marks.indexOf(/** @type {HTMLElement} */ (event.target)) + (by ?? NaN)];
    if (by) {
      event.preventDefault();
      event.stopPropagation();
    }
    if (!next) return;
    for (const mark of marks) setAttributes(mark, { tabindex: mark === next ? 0 : -1 });
    next.focus({ preventScroll: true });
  });
}
