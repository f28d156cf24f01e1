/** The words around the drawing: title, layers with their shapes, and the axes of X. */

import { isBlock } from "../data/wiring.js";
import { formatCount, formatShape } from "../words/numbers.js";
import { describeMoment, nameDelay, nameScene } from "../words/sentences.js";
import { makePath, makeText } from "./items.js";
import { inputBox } from "./layout.js";
import { breakLines, wrapText } from "./wrap.js";

/** From this width on the title has room for large letters. */
const ROOMY_TITLE = 1150;
/** Between two lines of code. */
const LEADING = 15;
/** Half-width letters that fit beside the drawing as code, and that are many in one line. */
const CODE_LINE = 27;
const LONG_LINE = 44;

/** @typedef {import("../types.js").Picture} Picture */
/** @typedef {import("../types.js").Item} Item */

/** @param {Picture} pic @returns {Item[]} */
export function drawLabels(pic) {
  return [...drawTitle(pic), ...drawRows(pic), ...drawAxes(pic), ...drawBounds(pic)];
}

/** Letters a little smaller in a long line. @param {string} said */
const shrink = (said) => (said.length > LONG_LINE ? 11 : 12);

/** @param {Picture} pic @returns {Item[]} */
function drawTitle(pic) {
  const { geo, colours } = pic;
  const { palette } = colours;
  const moment = describeMoment(pic);
  const [name, delay] = [nameScene(pic), nameDelay(pic)];
  const bold = { fill: palette.ink, "font-weight": 700 };
  const soft = { fill: palette.ink_soft };
  if (geo.narrow) {
    const said = delay ? `${delay} · ${moment}` : moment;
    return [makeText("title", 4, 14, name, bold, 13.5), makeText("moment", 4, 31, said, soft, shrink(said))];
  }
  const large = geo.width >= ROOMY_TITLE;
  const title = delay ? `${name} · ${delay}` : name;
  const end = { ...soft, "text-anchor": "end" };
  return [
    makeText("title", 4, 17, title, bold, large ? 16 : 14),
    makeText("moment", geo.panel.x - 24, 17, moment, end, large ? 13 : 12),
  ];
}

/** What each layer is called and the shape it returns. @param {Picture} pic */
function describeRows({ scene, say }) {
  const { layers, tensors, samples, sequences } = scene.header;
  const [x] = tensors;
  const y = tensors[tensors.length - 1];
  const [h] = tensors.filter((tensor) => tensor.name === "h");
  const place = layers.findIndex((layer) => layer.name === "LSTM");
  const [lstm, heads, before] = [layers[place], layers.slice(place + 1), layers.slice(0, place)];
  const answers = heads[heads.length - 1];
  const { neurons, length } = scene;
  /** @param {import("../types.js").Tensor} tensor */
  const axes = (tensor) => tensor.axes.map((axis) => say(`axis_${axis}`)).join(" · ");
  const goesOn = scene.unit === "sample" ? "sample" : scene.passedOn.every(Boolean) ? "all" : "last";
  const counts = { neurons, length, rows: scene.header.head.rows, count: formatCount(answers.weights) };
  return {
    y: { shape: formatShape(y.kerasShape), axes: axes(y) },
    head: { code: heads.map((layer) => layer.code).join(" → "), note: say(`row_${scene.kind}`, counts) },
    lstm: {
      code: lstm.code,
      shape: formatShape(h.kerasShape),
      axes: axes(h),
      note: say(`row_lstm_${goesOn}`, { count: formatCount(lstm.weights) }),
    },
    x: {
      shape: formatShape(x.kerasShape),
      axes: axes(x),
      note: say(sequences > 1 ? "row_none_many" : "row_none", { samples }),
      copied: before.map((layer) => `${layer.code} → ${formatShape(layer.outShape)}`).join(" "),
    },
  };
}

/** @param {Picture} pic @returns {Item[]} */
function drawRows(pic) {
  return pic.geo.gutter ? drawGutter(pic) : drawShortRows(pic);
}

/** Each layer in one line above its row; the letters keep wires off. @param {Picture} pic @returns {Item[]} */
function drawShortRows(pic) {
  const { geo, colours, scene } = pic;
  const { palette } = colours;
  const rows = describeRows(pic);
  const halo = { "font-weight": 600, stroke: palette.surface, "stroke-width": 8, "paint-order": "stroke" };
  const plain = { fill: palette.ink, "font-weight": 600 };
  const below = geo.rows.xEnd + 16;
  const head = `${rows.head.code} → ŷ ${rows.y.shape}`;
  const lstm = `${rows.lstm.code} → h ${rows.lstm.shape}`;
  const most = Math.floor((geo.width - 16) / 6.9);
  const headLine = geo.rows.dense - 7 - LEADING * (breakLines(head, most).length - 1);
  const lstmLine = geo.rows.lstm - (scene.kind === "block" ? 30 : 20); // clear of bus or arrowheads
  return [
    ...wrapText("row-head", 8, headLine, head, { fill: palette.weights, ...halo }, most, shrink(head), LEADING),
    makeText("row-lstm", 8, lstmLine, lstm, { fill: palette.state, ...halo }, shrink(lstm)),
    ...drawCopied(pic, rows.x.copied),
    makeText("row-x", 8, below, `X ${rows.x.shape} · ${rows.x.axes}`, plain),
    makeText("row-x-note", 8, below + 16, rows.x.note, { fill: palette.ink_soft }),
  ];
}

/** The layer that copies the only number, beside it. @param {Picture} pic @param {string} said @returns {Item[]} */
function drawCopied({ geo, scene, colours }, said) {
  if (!said) return [];
  const { x, y, w, h } = inputBox(geo, scene, 0);
  return [makeText("row-copied", x + w + 10, y + h / 2 + 4, said, { fill: colours.palette.ink })];
}

/** Beside the rows, where there is room. @param {Picture} pic @returns {Item[]} */
function drawGutter(pic) {
  const { geo, colours } = pic;
  const { palette } = colours;
  const rows = describeRows(pic);
  const code = { "font-family": pic.scene.header.fonts.numbers, "font-weight": 700 };
  const shape = { fill: palette.ink, "font-weight": 700 };
  const soft = { fill: palette.ink_soft };
  const [head, lstm, x] = [geo.rows.dense + 16, geo.rows.lstm + 14, geo.rows.x + 14];
  const lines = breakLines(rows.head.code, CODE_LINE);
  const small = lines.length > 2 ? 11.5 : 12;
  const note = head + LEADING * lines.length + 3;
  return [
    makeText("row-y", 4, geo.rows.y + 8, `ŷ  ${rows.y.shape}`, shape, 14),
    makeText("row-y-axes", 4, geo.rows.y + 25, rows.y.axes, soft),
    ...wrapText("row-head", 4, head, rows.head.code, { fill: palette.weights, ...code }, CODE_LINE, small, LEADING),
    ...wrapText("row-head-note", 4, note, rows.head.note, soft, 27),
    ...wrapText("row-lstm", 4, lstm, rows.lstm.code, { fill: palette.state, ...code }, 24),
    makeText("row-h", 4, lstm + 36, `h  ${rows.lstm.shape}`, shape, 14),
    makeText("row-h-axes", 4, lstm + 53, rows.lstm.axes, soft),
    ...wrapText("row-lstm-note", 4, lstm + 71, rows.lstm.note, soft, 27),
    makeText("row-x", 4, x, `X  ${rows.x.shape}`, shape, 14),
    makeText("row-x-axes", 4, x + 17, rows.x.axes, soft),
    ...wrapText("row-x-note", 4, x + 35, rows.x.note, soft, 21),
    ...drawCopied(pic, rows.x.copied),
  ];
}

/** The named axes of the array of numbers that goes in, along it. @param {Picture} pic @returns {Item[]} */
function drawAxes({ scene, geo, colours, say }) {
  if (geo.narrow) return [];
  const { palette } = colours;
  const { lanes, x, samples, tensors } = scene.header;
  const stacked = scene.unit === "sample";
  const end = Math.min(x.length, geo.first + geo.count) - 1;
  const [first, last] = [inputBox(geo, scene, scene.repeats ? 0 : geo.first), inputBox(geo, scene, end)];
  const [left, right] = [first.x - 7, last.x + last.w];
  const bottom = last.y + last.h + 6;
  const drawn = 1 + lanes[lanes.length - 1].sample;
  const steps = scene.repeats ? 0 : 1 + lanes[lanes.length - 1].step;
  const soft = { fill: palette.ink_soft };
  const line = { stroke: palette.ink_soft, "stroke-width": 1.2 };
  const bracketX = `M${first.x} ${bottom - 3}V${bottom}H${right}V${bottom - 3}`;
  const bracketY = `M${left + 3} ${first.y}H${left}V${last.y + last.h}H${left + 3}`;
  const middleX = stacked ? first.x + first.w / 2 : (first.x + right) / 2;
  const middleY = (first.y + last.y + last.h) / 2 + 4;
  const count = drawn < samples ? say("count_of", { shown: drawn, total: samples }) : drawn;
  const centred = { ...soft, "text-anchor": "middle" };
  const timesteps = say("axis_timesteps", { count: steps });
  const features = say("axis_features", { count: tensors[0].shape[tensors[0].shape.length - 1] });
  return [
    makePath("axis-x", bracketX, line),
    makePath("axis-y", bracketY, line),
    scene.repeats
      ? makeText("axis-samples", first.x, bottom + 30, say("axis_samples", { count }), soft)
      : makeText("axis-samples", left - 5, middleY, say("axis_samples", { count }), { ...soft, "text-anchor": "end" }),
    ...(steps ? [makeText("axis-timesteps", middleX, bottom + 14, timesteps, centred)] : []),
    stacked
      ? makeText("axis-features", first.x + first.w + 40, bottom + 14, features, { ...soft, "text-anchor": "start" })
      : scene.repeats
        ? makeText("axis-features", first.x, bottom + 14, features, soft)
        : makeText("axis-features", middleX, bottom + 30, features, centred),
  ];
}

/** What is not drawn, said plainly. @param {Picture} pic @returns {Item[]} */
function drawBounds({ scene, geo, colours, say }) {
  const loud = { fill: colours.palette.accent, "font-weight": 600 };
  const right = { x: geo.lanesLeft + geo.pitch * geo.count - 8, anchor: "end" };
  const stacked = scene.unit === "sample";
  const below = geo.narrow ? { x: 8, y: geo.rows.bottom - 4 } : { x: 4, y: geo.rows.lstm + geo.boxH - 4 };
  const lanes = geo.narrow
    ? { x: 8, y: geo.rows.bottom - (geo.neurons.length < scene.neurons ? 20 : 4) }
    : stacked
      ? { x: geo.lanesLeft + 190, y: geo.rows.bottom - 6 }
      : { ...right, y: geo.rows.xEnd + 36 };
  /** @param {string} k @param {{ x: number, y: number, anchor?: string }} at @param {string} said */
  const note = (k, { x, y, anchor = "start" }, said) => makeText(k, x, y, said, { ...loud, "text-anchor": anchor });
  /** @param {number} first */
  const range = (first) => ({ from: first + 1, to: first + geo.count, total: scene.length });
  const items = [];
  if (geo.count < scene.length) {
    items.push(note("bounds-lanes", lanes, say(`bounds_${scene.unit}s`, range(geo.first))));
    if (isBlock(scene)) {
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
