/** Beside the drawing: one prediction's arithmetic in numbers, and what each framing pays in weights. */

import { sumUp } from "../data/forward.js";
import { isBlock } from "../data/wiring.js";
import { MARKS, chosenPlace, isHiddenKnown, isOutputKnown, isWeightLit } from "../state/view.js";
import { subscript } from "../words/numbers.js";
import { describeHighlight, writeSum, writeTarget } from "../words/sentences.js";
import { drawCellView } from "./inside.js";
import { makeCell, makePath, makeText } from "./items.js";
import { drawPaid, paidHeight } from "./paid.js";
import { breakLines, wrapText } from "./wrap.js";

/** @typedef {import("../types.js").Picture} Picture */
/** @typedef {import("../types.js").Item} Item */

/** @param {Picture} pic @returns {{ items: Item[], bottom: number }} */
export function drawPanel(pic) {
  const { geo } = pic;
  const inside = pic.view.panel === "cell" ? drawCellView(pic) : geo.narrow ? drawShortSum(pic) : drawSum(pic);
  const height = paidHeight(pic);
  const top = geo.narrow ? inside.bottom + 8 : Math.max(inside.bottom + 12, geo.rows.bottom - height);
  return { items: [...inside.items, ...drawPaid(pic, top)], bottom: top + height };
}

/** @param {Picture} pic */
function describeSum(pic) {
  const { scene, say } = pic;
  const number = chosenPlace(pic) + 1;
  const what = isBlock(scene) ? "output" : scene.kind === "cards" ? "own" : scene.unit;
  return say(`sum_${what}`, { number, total: scene.length });
}

/**
 * What every part of the sum needs; `pic.scene.header.answers[place]` is what is summed up.
 * @typedef {ReturnType<typeof choose>} Chosen
 */

/** @param {Picture} pic */
function choose(pic) {
  const place = chosenPlace(pic);
  const { was } = pic.moment;
  const before = was ? sumUp({ ...pic, moment: was }, place).values : null;
  return { place, known: isOutputKnown(pic.scene, pic.view, place), was: before, ...sumUp(pic, place) };
}

/** Which hidden states meet which weights. @param {Picture} pic @param {Chosen} chosen */
function writeFormula({ scene }, { place }) {
  const { first, last } = scene.header.answers[place];
  const read = last > first ? `h${subscript(first + 1)}…${subscript(last + 1)}` : `h${subscript(first + 1)}`;
  return `${read}·W + b = ŷ${subscript(place + 1)}`;
}

/** @param {Picture} pic @returns {{ items: Item[], bottom: number }} */
function drawSum(pic) {
  const { geo, colours } = pic;
  const { palette } = colours;
  const { x, y: top } = geo.panel;
  const chosen = choose(pic);
  const formula = writeFormula(pic, chosen);
  const rowH = geo.neurons.length > 8 ? 15 : geo.neurons.length > 5 ? 20 : 25;
  const hidden = chosen.left > 0;
  const terms = geo.neurons.flatMap((...[, at]) => drawTerm(pic, chosen, { at, y: top + 50 + at * rowH, rowH }));
  const y = top + 50 + geo.neurons.length * rowH;
  const result = drawResult(pic, chosen, y + (hidden ? rowH : 0));
  return {
    items: [
      makeText("sum-title", x, top + 17, describeSum(pic), { fill: palette.ink, "font-weight": 700 }, 15),
      makeText("sum-formula", x, top + 38, formula, { fill: palette.weights, "font-weight": 700 }, 14),
      ...terms,
      ...(hidden ? drawMore(pic, chosen, { y, rowH }) : []),
      ...result.items,
    ],
    bottom: result.bottom,
  };
}

/**
 * One neuron's part: h × W ≈ product, since all three are rounded.
 * @param {Picture} pic
 * @param {Chosen} chosen
 * @param {{ at: number, y: number, rowH: number }} row
 * @returns {Item[]}
 */
function drawTerm(pic, { place, lane, column, values, was }, { at, y, rowH }) {
  const { geo, scene, view, colours } = pic;
  const { palette } = colours;
  const { x } = geo.panel;
  const neuron = geo.neurons[at];
  const term = values?.terms[at];
  const before = was?.terms[at];
  /** @param {"h" | "w" | "product"} name */
  const numbers = (name) => ({ value: term ? term[name] : null, was: before?.[name] });
  const read = isHiddenKnown(view, lane);
  const pressed = read && (lane < view.step || view.phase >= MARKS.press);
  const { first, last } = scene.header.answers[place];
  const lit = isWeightLit(view, { neuron, column, lane: last > first ? lane : null });
  const middle = y + rowH / 2 + 4;
  const sign = { fill: palette.ink_soft, "text-anchor": "middle" };
  const how = { lit, size: rowH > 20 ? 13 : 11.5 };
  const box = { y, w: 48, h: rowH - (rowH > 15 ? 2 : 1) };
  const d = { neuron, lane, output: column };
  return [
    makeText(`sum-name-${at}`, x, middle, String(neuron + 1), { fill: lit ? palette.accent : palette.ink_soft }),
    makeCell(
      pic,
      `sum-h-${at}`,
      { x: x + 24, ...box },
      { ...how, ...numbers("h"), known: read, d: { ...d, name: "sum-h", hit: "h" } },
    ),
    makeText(`sum-times-${at}`, x + 81, middle, "×", sign),
    makeCell(
      pic,
      `sum-w-${at}`,
      { x: x + 90, ...box },
      { ...how, ...numbers("w"), d: { ...d, name: "sum-W", hit: "w" } },
    ),
    makeText(`sum-is-${at}`, x + 150, middle, "≈", sign),
    makeCell(
      pic,
      `sum-p-${at}`,
      { x: x + 162, ...box },
      { ...how, ...numbers("product"), known: pressed, d: { ...d, name: "sum-product" } },
    ),
  ];
}

/**
 * What is not drawn, in one number: other neurons, other timesteps.
 * @param {Picture} pic
 * @param {Chosen} chosen
 * @param {{ y: number, rowH: number }} row
 * @returns {Item[]}
 */
function drawMore(pic, { place, left, values, known }, { y, rowH }) {
  const { geo, scene, colours, say } = pic;
  const { x } = geo.panel;
  const { first, last } = scene.header.answers[place];
  const said = say(last > first ? "sum_rest" : "sum_more", { count: left });
  const box = { x: x + 162, y, w: 48, h: rowH - 1 };
  return [
    makeText("sum-more", x, y + rowH / 2 + 4, said, { fill: colours.palette.ink_soft }),
    makeCell(pic, "sum-rest", box, { value: values ? values.rest : null, known, d: { name: "sum-rest" } }),
  ];
}

/** @param {Picture} pic @param {Chosen} chosen @param {number} y */
function drawResult(pic, { place, column, known, values, was }, y) {
  const { geo, scene, view, colours, say } = pic;
  const { palette } = colours;
  const { x, w } = geo.panel;
  const lit = isWeightLit(view, { neuron: -1, column, lane: null });
  const most = Math.floor(w / 7.5);
  const note = describeHighlight(pic) ?? say("hint_weight");
  const [target, ...source] = say("target_is", { target: writeTarget(scene, place) }).split(" = ");
  const where = { name: "sum-b", hit: "w", neuron: -1, output: column };
  const bias = { value: values ? values.bias : null, was: was?.bias, lit, d: where, size: 13 };
  const result = { value: values ? values.y : null, was: was?.y, known, d: { name: "sum-y", place }, size: 14 };
  const items = [
    makeText("sum-b", x, y + 16, "+ b", { fill: lit ? palette.accent : palette.weights, "font-weight": 700 }, 13),
    makeCell(pic, "sum-bias", { x: x + 162, y: y + 1, w: 48, h: 21 }, bias),
    makePath("sum-line", `M${x + 140} ${y + 27}h74`, { stroke: palette.ink_soft, "stroke-width": 1.5 }),
    makeText("sum-y", x, y + 49, `= ŷ${subscript(place + 1)}`, { fill: palette.ink, "font-weight": 700 }, 15),
    makeCell(pic, "sum-result", { x: x + 158, y: y + 32, w: 56, h: 25 }, result),
    makeText("sum-target", x + 222, y + (source.length ? 43 : 49), target, { fill: palette.target }),
    ...source.map((owed) => makeText("sum-owed", x + 222, y + 58, `= ${owed}`, { fill: palette.target })),
    ...wrapText(
      "sum-note",
      x,
      y + 80,
      note,
      { fill: view.highlight ? palette.accent : palette.ink_soft },
      most,
      13,
      17,
    ),
  ];
  return { items, bottom: y + 80 + 17 * breakLines(note, most).length };
}

/** The same arithmetic in few lines, for a phone. @param {Picture} pic @returns {{ items: Item[], bottom: number }} */
function drawShortSum(pic) {
  const { geo, view, colours, say } = pic;
  const { palette } = colours;
  const chosen = choose(pic);
  const { values, known, left } = chosen;
  const said = values && known ? writeSum(values, { left, most: 5 }) : say("not_yet");
  const title = `${describeSum(pic)}: ${writeFormula(pic, chosen)}`;
  const top = geo.panel.y + 16;
  const most = Math.floor((geo.width - 12) / 6.9);
  const note = describeHighlight(pic) ?? say("hint_weight");
  const below = top + 18 + Math.max(2, breakLines(said, most).length) * 16;
  return {
    items: [
      makeText("sum-title", 6, top, title, { fill: palette.weights, "font-weight": 700 }, title.length > 44 ? 12 : 13),
      ...wrapText("sum-words", 6, top + 18, said, { fill: palette.ink }, most),
      ...wrapText("sum-note", 6, below, note, { fill: view.highlight ? palette.accent : palette.ink_soft }, most),
    ],
    bottom: below + 4,
  };
}

