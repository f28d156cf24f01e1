/** The words around the drawing: title, layers with their shapes, and the axes of X. */

import { formatCount, formatShape } from "../words/numbers.js";
import { describeMoment } from "../words/sentences.js";
import { makePath, makeText } from "./items.js";
import { inputBox } from "./layout.js";
import { wrapText } from "./wrap.js";

/** From this width on the title has room for large letters. */
const ROOMY_TITLE = 1150;

/** @typedef {import("../types.js").Picture} Picture */
/** @typedef {import("../types.js").Item} Item */

/** @param {Picture} pic @returns {Item[]} */
export function drawLabels(pic) {
  return [...drawTitle(pic), ...drawRows(pic), ...drawAxes(pic), ...drawBounds(pic)];
}

/** @param {Picture} pic @returns {Item[]} */
function drawTitle(pic) {
  const { scene, geo, colours, say } = pic;
  const { palette } = colours;
  const said = describeMoment(pic);
  const bold = { fill: palette.ink, "font-weight": 700 };
  const large = geo.width >= ROOMY_TITLE;
  if (geo.narrow) {
    return [
      makeText("title", 4, 14, say(`framing_${scene.framing}`), bold, 13.5),
      makeText("moment", 4, 31, said, { fill: palette.ink_soft }, 12),
    ];
  }
  return [
    makeText("title", 4, 17, say(`framing_${scene.framing}`), bold, large ? 16 : 14),
    makeText("moment", geo.panel.x - 24, 17, said, { fill: palette.ink_soft, "text-anchor": "end" }, large ? 13 : 12),
  ];
}

/** What each layer is called and the shape it returns. @param {Picture} pic */
function describeRows({ scene, say }) {
  const { neurons, outputs, framing } = scene;
  const [x, h, y] = scene.header.tensors;
  const sequences = framing === "many-to-many";
  const dense = sequences ? "TimeDistributed(Dense(1))" : `Dense(${outputs})`;
  const paid = scene.header.paid[framing];
  /** @param {import("../types.js").Tensor} tensor */
  const axes = (tensor) => tensor.axes.map((axis) => say(`axis_${axis}`)).join(" · ");
  const denseNote = framing === "many-to-one" ? "row_block" : "row_stamp";
  const lstmNote = { "one-to-one": "row_lstm_single", "many-to-one": "row_lstm_last", "many-to-many": "row_lstm_all" };
  return {
    y: { shape: formatShape(y.kerasShape), axes: axes(y) },
    dense: { code: dense, note: say(denseNote, { neurons, outputs, count: formatCount(paid.Dense) }) },
    lstm: {
      code: `LSTM(${neurons}${sequences ? "," : ")"}`,
      more: sequences ? "return_sequences=True)" : "",
      shape: formatShape(h.kerasShape),
      axes: axes(h),
      note: say(lstmNote[framing], { count: formatCount(paid.LSTM) }),
    },
    x: { shape: formatShape(x.kerasShape), axes: axes(x), note: say("row_none", { samples: x.shape[0] }) },
  };
}

/** @param {Picture} pic @returns {Item[]} */
function drawRows(pic) {
  return pic.geo.gutter ? drawGutter(pic) : drawShortRows(pic);
}

/** Each layer in one line above its row; the letters keep wires off. @param {Picture} pic @returns {Item[]} */
function drawShortRows(pic) {
  const { geo, colours } = pic;
  const { palette } = colours;
  const rows = describeRows(pic);
  const code = rows.lstm.more ? `${rows.lstm.code} ${rows.lstm.more}` : rows.lstm.code;
  const halo = { "font-weight": 600, stroke: palette.surface, "stroke-width": 8, "paint-order": "stroke" };
  const plain = { fill: palette.ink, "font-weight": 600 };
  const below = geo.rows.x + (pic.scene.framing === "one-to-one" ? geo.count : 1) * geo.xH + 16;
  const lstm = `${code} → h ${rows.lstm.shape}`;
  const lstmLine = geo.rows.lstm - (pic.scene.framing === "many-to-one" ? 30 : 20); // clear of bus or arrowheads
  return [
    makeText("row-dense", 8, geo.rows.dense - 7, `${rows.dense.code} → ŷ ${rows.y.shape}`, {
      fill: palette.weights,
      ...halo,
    }),
    makeText("row-lstm", 8, lstmLine, lstm, { fill: palette.state, ...halo }, lstm.length > 44 ? 11 : 12),
    makeText("row-x", 8, below, `X ${rows.x.shape} · ${rows.x.axes}`, plain),
    makeText("row-x-note", 8, below + 16, rows.x.note, { fill: palette.ink_soft }),
  ];
}

/** Beside the rows, where there is room. @param {Picture} pic @returns {Item[]} */
function drawGutter(pic) {
  const { geo, colours } = pic;
  const { palette } = colours;
  const rows = describeRows(pic);
  const code = { "font-family": pic.scene.header.fonts.numbers, "font-weight": 700 };
  const shape = { fill: palette.ink, "font-weight": 700 };
  const soft = { fill: palette.ink_soft };
  const [dense, lstm, x] = [geo.rows.dense + 16, geo.rows.lstm + 14, geo.rows.x + 14];
  return [
    makeText("row-y", 4, geo.rows.y + 8, `ŷ  ${rows.y.shape}`, shape, 14),
    makeText("row-y-axes", 4, geo.rows.y + 25, rows.y.axes, soft),
    makeText("row-dense", 4, dense, rows.dense.code, { fill: palette.weights, ...code }),
    ...wrapText("row-dense-note", 4, dense + 18, rows.dense.note, soft, 27),
    makeText("row-lstm", 4, lstm, rows.lstm.code, { fill: palette.state, ...code }),
    makeText("row-lstm-more", 12, lstm + 16, rows.lstm.more, { fill: palette.state, ...code }),
    makeText("row-h", 4, lstm + 36, `h  ${rows.lstm.shape}`, shape, 14),
    makeText("row-h-axes", 4, lstm + 53, rows.lstm.axes, soft),
    ...wrapText("row-lstm-note", 4, lstm + 71, rows.lstm.note, soft, 27),
    makeText("row-x", 4, x, `X  ${rows.x.shape}`, shape, 14),
    makeText("row-x-axes", 4, x + 17, rows.x.axes, soft),
    ...wrapText("row-x-note", 4, x + 35, rows.x.note, soft, 21),
  ];
}

/** Three named axes along the array of numbers that goes in. @param {Picture} pic @returns {Item[]} */
function drawAxes({ scene, geo, colours, say }) {
  if (geo.narrow) return [];
  const { palette } = colours;
  const { framing } = scene;
  const single = framing === "one-to-one";
  const [samples, steps, features] = scene.header.tensors[0].shape;
  const first = inputBox(geo, framing, geo.first);
  const last = inputBox(geo, framing, geo.first + geo.count - 1);
  const [left, right] = [first.x - 7, last.x + last.w];
  const bottom = last.y + last.h + 6;
  const soft = { fill: palette.ink_soft };
  const line = { stroke: palette.ink_soft, "stroke-width": 1.2 };
  const bracketX = `M${first.x} ${bottom - 3}V${bottom}H${right}V${bottom - 3}`;
  const bracketY = `M${left + 3} ${first.y}H${left}V${last.y + last.h}H${left + 3}`;
  const middleX = single ? first.x + first.w / 2 : (first.x + right) / 2;
  const middleY = (first.y + last.y + last.h) / 2 + 4;
  return [
    makePath("axis-x", bracketX, line),
    makePath("axis-y", bracketY, line),
    makeText("axis-timesteps", middleX, bottom + 14, say("axis_timesteps", { count: steps }), {
      ...soft,
      "text-anchor": "middle",
    }),
    makeText("axis-samples", left - 5, middleY, say("axis_samples", { count: samples }), {
      ...soft,
      "text-anchor": "end",
    }),
    makeText(
      "axis-features",
      single ? first.x + first.w + 40 : middleX,
      bottom + 14 + (single ? 0 : 16),
      say("axis_features", { count: features }),
      { ...soft, "text-anchor": single ? "start" : "middle" },
    ),
  ];
}

/** What is not drawn, said plainly. @param {Picture} pic @returns {Item[]} */
function drawBounds({ scene, geo, colours, say }) {
  const loud = { fill: colours.palette.accent, "font-weight": 600 };
  const right = { x: geo.lanesLeft + geo.pitch * geo.count - 8, anchor: "end" };
  const single = scene.framing === "one-to-one";
  const below = geo.narrow ? { x: 8, y: geo.rows.bottom - 4 } : { x: 4, y: geo.rows.lstm + geo.boxH - 4 };
  const lanes = geo.narrow
    ? { x: 8, y: geo.rows.bottom - (geo.neurons.length < scene.neurons ? 20 : 4) }
    : single
      ? { x: geo.lanesLeft + 190, y: geo.rows.bottom - 6 }
      : { ...right, y: geo.rows.x + geo.xH + 36 };
  /** @param {string} k @param {{ x: number, y: number, anchor?: string }} at @param {string} said */
  const note = (k, { x, y, anchor = "start" }, said) => makeText(k, x, y, said, { ...loud, "text-anchor": anchor });
  /** @param {number} first */
  const range = (first) => ({ from: first + 1, to: first + geo.count, total: scene.length });
  const items = [];
  if (geo.count < scene.length) {
    items.push(note("bounds-lanes", lanes, say(single ? "bounds_samples" : "bounds_timesteps", range(geo.first))));
    if (scene.framing === "many-to-one") {
      items.push(
        note("bounds-outputs", { ...right, y: geo.rows.header + 10 }, say("bounds_outputs", range(geo.outFirst))),
      );
    }
  }
  if (geo.neurons.length < scene.neurons) {
    const values = { shown: geo.neurons.length, total: scene.neurons };
    items.push(note("bounds-neurons", below, say("bounds_neurons", values)));
  }
  return items;
}
