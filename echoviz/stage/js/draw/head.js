/** Dense: one card that is pressed on every lane, or a block with a column of its own for each output. */

import { weightAt } from "../data/wiring.js";
import { ease } from "../state/motion.js";
import { MARKS, isWeightLit, within } from "../state/view.js";
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

/** @param {Picture} pic @returns {Item[]} */
export function drawDense(pic) {
  return pic.scene.framing === "many-to-one" ? drawBlock(pic) : [...drawSlots(pic), ...drawCard(pic)];
}

/**
 * Where the card is: gliding to the current lane, then pressed down on the hidden state.
 * @param {Picture} pic
 */
export function placeCard({ view, geo }) {
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
  const mark = view.highlight;
  const known = lane < view.step;
  return [-1, ...geo.neurons].flatMap((row, at) => {
    const factor = row < 0 ? 1 : moment.trace ? moment.trace.h[lane * scene.neurons + row] : 0;
    const value = moment.weights ? factor * weightAt(moment.weights, row, 0) : null;
    const lit = isWeightLit(view, row, 0) && (!mark || mark.lane === null || mark.lane === lane);
    if (!known && !lit) return [];
    const box = { x: hiddenMiddle(geo, lane) - geo.cellW / 2, y: weightTop(geo, at - 1), w: geo.cellW, h: geo.cellH };
    const how = { value, known, lit, faded: !lit, numbers: geo.numbers && geo.cellW > 30 };
    const d = { name: "product", hit: "w", lane, neuron: row, output: 0 };
    return [makeCell(pic, `imprint-${lane}-${row}`, box, { ...how, d })];
  });
}

/** @param {Picture} pic @returns {Item[]} */
function drawCard(pic) {
  const { geo, colours } = pic;
  const { middle, drop } = placeCard(pic);
  return [
    makeRect("card", "card", frameOf(geo, middle, drop), {
      rx: 5,
      fill: colours.palette.background,
      stroke: colours.palette.weights,
      "stroke-width": drop > 1 ? 3.5 : 2.5,
    }),
    ...drawColumn(pic, { output: 0, middle, drop, layer: "card" }),
    ...drawNames(pic, middle - geo.cellW / 2 - PAD - 4, drop),
  ];
}

/** @param {Picture} pic @returns {Item[]} */
function drawBlock(pic) {
  const { geo, colours } = pic;
  const places = shownLanes(geo, geo.outFirst);
  const left = outputMiddle(geo, places[0]) - geo.cellW / 2 - PAD;
  return [
    ...places.flatMap((output) => {
      const middle = outputMiddle(geo, output);
      const k = output === places[0] ? "card" : `column-${output}`;
      const a = { rx: 5, fill: colours.palette.background, stroke: colours.palette.weights, "stroke-width": 2.5 };
      const frame = makeRect(k, "card", frameOf(geo, middle, 0), a);
      return [frame, ...drawColumn(pic, { output, middle, drop: 0, layer: "card" })];
    }),
    ...drawNames(pic, left - 4, 0),
  ];
}

/**
 * The weights of one output: the bias on top, then one for each neuron.
 * @param {Picture} pic
 * @param {{ output: number, middle: number, drop: number, layer: string }} at
 * @returns {Item[]}
 */
function drawColumn(pic, { output, middle, drop, layer }) {
  const { geo, view, moment } = pic;
  return [-1, ...geo.neurons].map((row, at) => {
    const box = { x: middle - geo.cellW / 2, y: weightTop(geo, at - 1) + drop, w: geo.cellW, h: geo.cellH };
    return makeCell(pic, `w-${row}-${output}`, box, {
      value: moment.weights ? weightAt(moment.weights, row, output) : null,
      lit: isWeightLit(view, row, output),
      layer,
      numbers: geo.numbers,
      d: { name: row < 0 ? "b" : "W", hit: "w", neuron: row, output },
    });
  });
}

/**
 * Names beside the leftmost column, where there is room.
 * @param {Picture} pic
 * @param {number} x
 * @param {number} drop
 * @returns {Item[]}
 */
function drawNames({ geo, colours, view }, x, drop) {
  if (!geo.numbers || geo.pitch < 96) return [];
  return [-1, ...geo.neurons].map((row, at) => {
    const fill = view.highlight && view.highlight.row === row ? colours.palette.accent : colours.palette.weights;
    const y = weightTop(geo, at - 1) + drop + geo.cellH / 2 + 4;
    const name = row < 0 ? "b" : `W${subscript(row + 1)}`;
    return { ...makeText(`w-name-${at}`, x, y, name, { "text-anchor": "end", fill }, 11.5), layer: "card" };
  });
}

