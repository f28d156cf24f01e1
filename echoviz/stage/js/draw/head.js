/** Dense: one card that is pressed on every lane, or a block with a column of its own for each output. */

import { weightAt } from "../data/wiring.js";
import { ease } from "../state/motion.js";
import { MARKS, isAnswerLit, isWeightLit, within } from "../state/view.js";
import { subscript } from "../words/numbers.js";
import { makeCell, makeRect, makeText } from "./items.js";
import { hiddenMiddle, outputMiddle, shownLanes, weightTop } from "./layout.js";

/** @typedef {import("../types.js").Picture} Picture */
/** @typedef {import("../types.js").Item} Item */

const PAD = 5;

/**
 * What a card of weights covers, where its middle is.
 * @param {import("../types.js").Geometry} geo
 * @param {number} middle
 * @param {number} drop
 */
const frameOf = (geo, middle, drop) => ({
  x: middle - geo.cellW / 2 - PAD,
  y: geo.rows.dense + drop,
  w: geo.cellW + 2 * PAD,
  h: geo.denseH,
});

/** @type {Record<import("../types.js").Kind, (pic: Picture) => Item[]>} */
const HEADS = {
  stamp: (pic) => [...drawSlots(pic), ...drawCard(pic)],
  cards: drawCards,
  block: drawBlock,
  flat: drawFlat,
};

/** @param {Picture} pic @returns {Item[]} */
export const drawHead = (pic) => HEADS[pic.scene.kind](pic);

/**
 * Where the card is: gliding to the current lane, then pressed down on the hidden state.
 * @param {Picture} pic
 */
function placeCard({ view, geo }) {
  const glide = ease(within(view.phase, 0.1, MARKS.slide));
  const from = Math.max(geo.first, view.step - 1);
  const lane = view.phase < 1 ? from + (view.step - from) * glide : view.step;
  const down = within(view.phase, MARKS.slide, MARKS.press) - within(view.phase, MARKS.press, 0.95);
  return { middle: hiddenMiddle(geo, lane), drop: down * 22 };
}

/** The card's places on the other lanes. @param {Picture} pic @returns {Item[]} */
function drawSlots(pic) {
  const { geo, view, colours } = pic;
  return shownLanes(geo).flatMap((lane) => [
    makeRect(`slot-${lane}`, "wires", frameOf(geo, hiddenMiddle(geo, lane), 0), {
      rx: 5,
      fill: "none",
      stroke: colours.palette.weights,
      "stroke-dasharray": "3 4",
      "stroke-opacity": 0.55,
    }),
    ...(lane === view.step ? [] : drawImprint(pic, lane)),
  ]);
}

/**
 * What a press leaves behind: each weight's product with that lane's h. They add up to ŷ.
 * @param {Picture} pic
 * @param {number} lane
 * @returns {Item[]}
 */
function drawImprint(pic, lane) {
  const { geo, view, moment, scene } = pic;
  const known = lane < view.step;
  return [-1, ...geo.neurons].flatMap((neuron, at) => {
    const factor = neuron < 0 ? 1 : moment.trace ? moment.trace.h[lane * scene.neurons + neuron] : 0;
    const value = moment.weights ? factor * weightAt(moment.weights, neuron, 0) : null;
    const lit = isWeightLit(view, { neuron, column: 0, lane }) && isAnswerLit(scene, view, lane);
    if (!known && !lit) return [];
    const box = { x: hiddenMiddle(geo, lane) - geo.cellW / 2, y: weightTop(geo, at - 1), w: geo.cellW, h: geo.cellH };
    const how = { value, known, lit, faded: !lit, numbers: geo.numbers && geo.cellW > 30 };
    const d = { name: "product", hit: "w", lane, neuron, output: 0 };
    return [makeCell(pic, `imprint-${lane}-${neuron}`, box, { ...how, d })];
  });
}

/** @param {Picture} pic @returns {Item[]} */
function drawCard(pic) {
  const { geo } = pic;
  const { middle, drop } = placeCard(pic);
  const column = { column: 0, lane: null, first: 0, middle, drop };
  return [
    drawFrame(pic, "card", frameOf(geo, middle, drop), drop > 1 ? 3.5 : 2.5),
    ...drawColumn(pic, column),
    ...drawNames(pic, column),
  ];
}

/** A card of its own above each lane: none moves, and each has other numbers. @param {Picture} pic @returns {Item[]} */
function drawCards(pic) {
  const { geo, view } = pic;
  return shownLanes(geo).flatMap((lane, at) => {
    const middle = hiddenMiddle(geo, lane);
    const column = { column: lane, lane, first: 0, middle, drop: 0 };
    const frame = drawFrame(pic, at ? `column-${lane}` : "card", frameOf(geo, middle, 0), lane === view.step ? 3 : 1.5);
    return [frame, ...drawColumn(pic, column), ...(at ? [] : drawNames(pic, column))];
  });
}

/** A column for each output, all of them fed by the last h. @param {Picture} pic @returns {Item[]} */
function drawBlock(pic) {
  const { geo } = pic;
  return shownLanes(geo, geo.outFirst).flatMap((output, at) => {
    const middle = outputMiddle(geo, output);
    const column = { column: output, lane: null, first: 0, middle, drop: 0 };
    const frame = drawFrame(pic, at ? `column-${output}` : "card", frameOf(geo, middle, 0), 2.5);
    return [frame, ...drawColumn(pic, column), ...(at ? [] : drawNames(pic, column))];
  });
}

/**
 * One column of a block that reads every h, cut into the parts that stand above their lanes; it has one bias.
 * @param {Picture} pic @returns {Item[]}
 */
function drawFlat(pic) {
  const { geo, scene, view } = pic;
  const lanes = shownLanes(geo);
  const [left, right] = [lanes[0], lanes[lanes.length - 1]].map((lane) => frameOf(geo, hiddenMiddle(geo, lane), 0));
  return [
    drawFrame(pic, "card", { ...left, w: right.x + right.w - left.x }, 2.5),
    ...lanes.flatMap((lane, at) => {
      const first = lane * scene.neurons;
      const column = { column: view.output, lane, first, middle: hiddenMiddle(geo, lane), drop: 0 };
      const cells = drawColumn(pic, column);
      return at ? cells.slice(1) : [...cells, ...drawNames(pic, column)];
    }),
  ];
}

/** @param {Picture} pic @param {string} k @param {import("../types.js").Box} box @param {number} width */
function drawFrame({ colours }, k, box, width) {
  const { background, weights } = colours.palette;
  return makeRect(k, "card", box, { rx: 5, fill: background, stroke: weights, "stroke-width": width });
}

/**
 * A stretch of one column of weights: the bias on top, then one for each neuron from row `first` on.
 * @typedef {{ column: number, lane: number | null, first: number, middle: number, drop: number }} Column
 */

/** @param {Picture} pic @param {Column} at @returns {Item[]} */
function drawColumn(pic, { column, lane, first, middle, drop }) {
  const { geo, view, moment } = pic;
  const above = /** @type {Record<string, number>} */ (lane === null ? {} : { lane });
  return [-1, ...geo.neurons].map((neuron, at) => {
    const row = neuron < 0 ? -1 : first + neuron;
    const box = { x: middle - geo.cellW / 2, y: weightTop(geo, at - 1) + drop, w: geo.cellW, h: geo.cellH };
    return makeCell(pic, `w-${row}-${column}`, box, {
      value: moment.weights ? weightAt(moment.weights, row, column) : null,
      was: moment.was?.weights ? weightAt(moment.was.weights, row, column) : null,
      lit: isWeightLit(view, { neuron, column, lane: neuron < 0 ? null : lane }),
      layer: "card",
      numbers: geo.numbers,
      d: { name: neuron < 0 ? "b" : "W", hit: "w", neuron, output: column, row, ...above },
    });
  });
}

/** Names beside the leftmost column, where there is room. @param {Picture} pic @param {Column} at @returns {Item[]} */
function drawNames({ geo, colours, view }, { first, middle, drop }) {
  if (!geo.numbers || geo.pitch < 96) return [];
  const x = middle - geo.cellW / 2 - PAD - 4;
  const { accent, weights } = colours.palette;
  return [-1, ...geo.neurons].map((neuron, at) => {
    const fill = view.highlight && view.highlight.neuron === neuron ? accent : weights;
    const y = weightTop(geo, at - 1) + drop + geo.cellH / 2 + 4;
    const name = neuron < 0 ? "b" : `W${subscript(first + neuron + 1)}`;
    return { ...makeText(`w-name-${at}`, x, y, name, { "text-anchor": "end", fill }, 11.5), layer: "card" };
  });
}
