/** What each framing pays in weights, and how colours are read. */

import { formatCount } from "../words/numbers.js";
import { makeRect, makeText } from "./items.js";

/** @typedef {import("../types.js").Picture} Picture */
/** @typedef {import("../types.js").Item} Item */

const ROW_H = 19;
export const PAID_HEIGHT = 100;

/** Weights by framing: the same LSTM, another Dense. @param {Picture} pic @param {number} top @returns {Item[]} */
export function drawPaid(pic, top) {
  const { geo, scene, colours, say } = pic;
  const { palette } = colours;
  const x = geo.narrow ? 6 : geo.panel.x;
  const w = geo.narrow ? geo.width - 12 : geo.panel.w;
  const rows = Object.entries(scene.header.paid).map(([framing, paid]) => ({
    framing,
    ...paid,
    said: `${formatCount(paid.LSTM)} + ${formatCount(paid.Dense)} = ${formatCount(paid.LSTM + paid.Dense)}`,
  }));
  const most = Math.max(...rows.map((row) => row.LSTM + row.Dense));
  const longest = Math.max(...rows.map((row) => row.said.length));
  const from = x + 104;
  const room = w - 104 - longest * 7.4 - 8;
  const items = [makeText("paid-title", x, top + 12, say("paid_title"), { fill: palette.ink, "font-weight": 700 }, 13)];
  for (const [at, row] of rows.entries()) {
    const y = top + 20 + at * ROW_H;
    const here = row.framing === scene.framing;
    const lstm = (room * row.LSTM) / most;
    const a = { fill: here ? palette.ink : palette.ink_soft, "font-weight": here ? 700 : 400 };
    const opacity = { "fill-opacity": here ? 1 : 0.45 };
    const dense = Math.max(2, (room * row.Dense) / most);
    const [from1, from2] = [
      { x: from, y: y + 2, w: lstm, h: 12 },
      { x: from + lstm, y: y + 2, w: dense, h: 12 },
    ];
    items.push(
      makeText(`paid-${row.framing}`, x, y + 12, say(`name_${row.framing}`), a),
      makeRect(`paid-lstm-${row.framing}`, "cells", from1, { fill: palette.state, ...opacity }),
      makeRect(`paid-dense-${row.framing}`, "cells", from2, { fill: palette.weights, ...opacity }),
      makeText(`paid-sum-${row.framing}`, x + w, y + 12, row.said, { ...a, "text-anchor": "end" }),
    );
  }
  if (geo.narrow) return items;
  return [...items, ...drawKey(pic, { x, right: x + w, y: top + 20 + rows.length * ROW_H + 13 })];
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
