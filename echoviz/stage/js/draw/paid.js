/** What each framing pays in weights, and how colours are read. */

import { formatCount } from "../words/numbers.js";
import { makeRect, makeText } from "./items.js";

/** @typedef {import("../types.js").Picture} Picture */
/** @typedef {import("../types.js").Item} Item */

/** A few rows stand apart, more of them close together. @param {Picture} pic */
const rowHeight = ({ geo, scene }) => (scene.header.paid.length > 4 ? 16 : 19) - (geo.narrow ? 3 : 0);
const TITLE_H = 20;
const KEY_H = 23;
const NAME_W = 112;
const DIGIT_W = 7.4;

/** @param {Picture} pic */
export const paidHeight = (pic) =>
  TITLE_H + pic.scene.header.paid.length * rowHeight(pic) + (pic.geo.narrow ? 0 : KEY_H);

/** What a bar needs at least. */
const BAR_W = 60;

/**
 * The heads of the chosen framing by their own names, where it has several; sums where there is room for them.
 * @param {Picture} pic
 * @param {number} w
 */
function namePaid({ scene, say }, w) {
  const { paid } = scene.header;
  /** @param {string} framing */
  const hasHeads = (framing) => paid.filter((row) => row.framing === framing).length > 1;
  const sums = paid.map((row) => `${formatCount(row.LSTM)} + ${formatCount(row.Dense)} = `);
  const totals = paid.map((row) => formatCount(row.LSTM + row.Dense));
  const roomy = sums.every((sum, at) => w - NAME_W - 8 - (sum + totals[at]).length * DIGIT_W >= BAR_W);
  return paid.map((row, at) => ({
    ...row,
    k: `${row.framing}-${row.head}`,
    name: say(hasHeads(row.framing) ? `head_${row.head}` : `name_${row.framing}`),
    said: (roomy ? sums[at] : "") + totals[at],
  }));
}

/** The same LSTM with another Dense, row by row. @param {Picture} pic @param {number} top @returns {Item[]} */
export function drawPaid(pic, top) {
  const { geo, colours, say } = pic;
  const { palette } = colours;
  const x = geo.narrow ? 6 : geo.panel.x;
  const w = geo.narrow ? geo.width - 12 : geo.panel.w;
  const rows = namePaid(pic, w);
  const rowH = rowHeight(pic);
  const most = Math.max(...rows.map((row) => row.LSTM + row.Dense));
  const longest = Math.max(...rows.map((row) => row.said.length));
  const from = x + NAME_W;
  const room = w - NAME_W - longest * DIGIT_W - 8;
  const title = makeText("paid-title", x, top + 12, say("paid_title"), { fill: palette.ink, "font-weight": 700 }, 13);
  const bars = rows.flatMap((row, at) => {
    const y = top + TITLE_H + at * rowH;
    const bar = { y: y + 2, h: rowH - 6 };
    const lstm = (room * row.LSTM) / most;
    const dense = Math.max(2, (room * row.Dense) / most);
    const [edge, middle] = [from + lstm, y + rowH / 2 + 3];
    const a = { fill: row.isChosen ? palette.ink : palette.ink_soft, "font-weight": row.isChosen ? 700 : 400 };
    const opacity = { "fill-opacity": row.isChosen ? 1 : 0.45 };
    return [
      makeText(`paid-${row.k}`, x, middle, row.name, a),
      makeRect(`paid-lstm-${row.k}`, "cells", { ...bar, x: from, w: lstm }, { fill: palette.state, ...opacity }),
      makeRect(`paid-dense-${row.k}`, "cells", { ...bar, x: edge, w: dense }, { fill: palette.weights, ...opacity }),
      makeText(`paid-sum-${row.k}`, x + w, middle, row.said, { ...a, "text-anchor": "end" }),
    ];
  });
  if (geo.narrow) return [title, ...bars];
  return [title, ...bars, ...drawKey(pic, { x, right: x + w, y: top + TITLE_H + rows.length * rowH + 13 })];
}

/** @param {Picture} pic @param {{ x: number, right: number, y: number }} at @returns {Item[]} */
function drawKey({ colours, scene }, { x, right, y }) {
  const { palette, fill } = colours;
  const limit = scene.header.valueLimit;
  const steps = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1];
  const left = right - 24 - steps.length * 11;
  const bold = { "font-weight": 700 };
  const box = { x: left, y: y - 9, w: 10, h: 10 };
  return [
    makeText("key-lstm", x, y, "LSTM", { fill: palette.state, ...bold }),
    makeText("key-plus", x + 37, y, "+", { fill: palette.ink_soft }),
    makeText("key-dense", x + 50, y, "Dense", { fill: palette.weights, ...bold }),
    makeText("key-low", left - 5, y, `−${limit}`, { fill: palette.ink_soft, "text-anchor": "end" }),
    ...steps.map((step, at) =>
      makeRect(`key-${at}`, "cells", { ...box, x: left + at * 11 }, { fill: fill(step * limit), rx: 2 }),
    ),
    makeText("key-high", right, y, `+${limit}`, { fill: palette.ink_soft, "text-anchor": "end" }),
  ];
}
