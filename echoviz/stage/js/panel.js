/** Beside the drawing: one prediction's arithmetic in numbers, and what each framing pays in weights. */

import { makeCell } from "./draw.js";
import { sumUp } from "./dense.js";
import { drawCellView } from "./cell.js";
import { PAID_HEIGHT, drawPaid } from "./paid.js";
import { breakLines, makeText, wrapText } from "./labels.js";
import { formatNumber, subscript } from "./words.js";
import { countUses, isOutputKnown, isWeightLit, sourceOf, weightAt } from "./view.js";

/** @typedef {import("./types.js").Picture} Picture */
/** @typedef {import("./types.js").Item} Item */

/** The prediction whose arithmetic is shown. @param {Picture} pic */
export const chosenPlace = ({ scene, view }) => (scene.framing === "many-to-one" ? view.output : view.step);

/** @param {Picture} pic @returns {{ items: Item[], bottom: number }} */
export function drawPanel(pic) {
  const { geo } = pic;
  const inside = pic.view.panel === "cell" ? drawCellView(pic) : geo.narrow ? drawShortSum(pic) : drawSum(pic);
  const top = geo.narrow ? inside.bottom + 8 : Math.max(inside.bottom + 12, geo.rows.bottom - PAID_HEIGHT);
  return { items: [...inside.items, ...drawPaid(pic, top)], bottom: top + PAID_HEIGHT };
}

/** @param {Picture} pic */
function describeSum(pic) {
  const { scene, view, say } = pic;
  const number = chosenPlace(pic) + 1;
  if (scene.framing === "many-to-one") return say("sum_output", { number, total: scene.length });
  return say(scene.framing === "one-to-one" ? "sum_sample" : "sum_timestep", { number: view.step + 1 });
}

/** @param {Picture} pic @returns {{ items: Item[], bottom: number }} */
function drawSum(pic) {
  const { geo, scene, view, colours, say } = pic;
  const { palette } = colours;
  const { x, y: top } = geo.panel;
  const place = chosenPlace(pic);
  const { lane, output } = sourceOf(scene, place);
  const sum = sumUp(pic, place, lane, output);
  const known = isOutputKnown(scene, view, place);
  const rowH = geo.neurons.length > 8 ? 15 : geo.neurons.length > 5 ? 20 : 25;
  const size = rowH > 20 ? 13 : 11.5;
  const ink = { fill: palette.ink };
  const op = { fill: palette.ink_soft, "text-anchor": "middle" };
  /** @type {Item[]} */
  const items = [
    makeText("sum-title", x, top + 17, describeSum(pic), { ...ink, "font-weight": 700 }, 15),
    makeText(
      "sum-formula",
      x,
      top + 38,
      `h${subscript(lane + 1)}·W + b = ŷ${subscript(place + 1)}`,
      { fill: palette.weights, "font-weight": 700 },
      14,
    ),
  ];
  let y = top + 50;
  for (const [at, neuron] of geo.neurons.entries()) {
    const term = sum?.terms[at];
    const lit = isWeightLit(view, neuron, output);
    const d = { neuron, lane, output };
    const box = { y, w: 48, h: rowH - 2 };
    items.push(
      makeText(`sum-op-${at}`, x + 81, y + rowH / 2 + 4, "×", op),
      makeText(`sum-eq-${at}`, x + 151, y + rowH / 2 + 4, "=", op),
      makeText(`sum-name-${at}`, x, y + rowH / 2 + 4, String(neuron + 1), {
        fill: lit ? palette.accent : palette.ink_soft,
      }),
      makeCell(
        pic,
        `sum-h-${at}`,
        { x: x + 24, ...box },
        { value: term ? term.h : null, known, lit, size, d: { ...d, name: "sum-h", hit: "h" } },
      ),
      makeCell(
        pic,
        `sum-w-${at}`,
        { x: x + 90, ...box },
        { value: term ? term.w : null, lit, size, d: { ...d, name: "sum-W", hit: "w" } },
      ),
      makeCell(
        pic,
        `sum-p-${at}`,
        { x: x + 162, ...box },
        { value: term ? term.product : null, known, lit, size, d: { ...d, name: "sum-product" } },
      ),
    );
    y += rowH;
  }
  const more = drawMore(pic, { y, rowH, sum, known });
  items.push(...more.items);
  y = more.y;
  return drawResult(pic, { items, y, place, output, known, sum, note: describeHighlight(pic) ?? say("hint_weight") });
}

/** @typedef {ReturnType<typeof sumUp>} Sum */

/**
 * The neurons that are not drawn, in one number.
 * @param {Picture} pic
 * @param {{ y: number, rowH: number, sum: Sum, known: boolean }} at
 */
function drawMore(pic, { y, rowH, sum, known }) {
  const { geo, scene, colours, say } = pic;
  const hidden = scene.neurons - geo.neurons.length;
  /** @type {Item[]} */
  const items = [];
  if (!hidden) return { items, y };
  const { x } = geo.panel;
  items.push(
    makeText("sum-more", x, y + rowH / 2 + 4, say("sum_more", { count: hidden }), { fill: colours.palette.ink_soft }),
    makeCell(
      pic,
      "sum-rest",
      { x: x + 162, y, w: 48, h: rowH - 1 },
      { value: sum ? sum.rest : null, known, d: { name: "sum-rest" } },
    ),
  );
  return { items, y: y + rowH };
}

/**
 * @param {Picture} pic
 * @param {{ items: Item[], y: number, place: number, output: number, known: boolean, sum: Sum, note: string }} at
 */
function drawResult(pic, { items, y, place, output, known, sum, note }) {
  const { geo, scene, view, colours, say } = pic;
  const { palette } = colours;
  const { x, w } = geo.panel;
  const lit = isWeightLit(view, -1, output);
  items.push(
    makeText("sum-b", x, y + 15, "+ b", { fill: lit ? palette.accent : palette.weights, "font-weight": 700 }, 13),
    makeCell(
      pic,
      "sum-bias",
      { x: x + 162, y, w: 48, h: 19 },
      {
        value: sum ? sum.bias : null,
        lit,
        d: { name: "sum-b", hit: "w", neuron: -1, output },
      },
    ),
    {
      k: "sum-line",
      layer: "wires",
      kind: "path",
      x: 0,
      y: 0,
      a: { d: `M${x + 140} ${y + 24}h${74}`, stroke: palette.ink_soft, "stroke-width": 1.5 },
    },
    makeText("sum-y", x, y + 46, `= ŷ${subscript(place + 1)}`, { fill: palette.ink, "font-weight": 700 }, 15),
    makeCell(
      pic,
      "sum-result",
      { x: x + 158, y: y + 29, w: 56, h: 25 },
      {
        value: sum ? sum.y : null,
        known,
        d: { name: "sum-y", place },
        size: 14,
      },
    ),
    makeText(
      "sum-target",
      x + 222,
      y + 46,
      say("target_is", { target: formatNumber(scene.header.sequence[place]) }),
      { fill: palette.target },
      12,
    ),
    ...wrapText(
      "sum-note",
      x,
      y + 76,
      note,
      { fill: view.highlight ? palette.accent : palette.ink_soft },
      Math.floor(w / 6.6),
    ),
  );
  return { items, bottom: y + 76 + 16 * breakLines(note, Math.floor(w / 6.6)).length };
}

/** What is pointed at, in words. @param {Picture} pic */
export function describeHighlight(pic) {
  const { scene, view, moment, say } = pic;
  const mark = view.highlight;
  if (!mark || mark.row === null || !moment.weights) return null;
  if (scene.framing === "many-to-one" && mark.output === null)
    return say("uses_row", { row: mark.row + 1, count: scene.outputs });
  const output = mark.output ?? 0;
  const name = mark.row < 0 ? "b" : `W${subscript(mark.row + 1)}`;
  const value = formatNumber(weightAt(moment.weights, mark.row, output));
  const count = countUses(scene);
  if (scene.framing === "many-to-one") return say("uses_once", { name, value, output: output + 1 });
  return say(scene.framing === "one-to-one" ? "uses_samples" : "uses_timesteps", { name, value, count });
}

/** The same arithmetic in few lines, for a phone. @param {Picture} pic @returns {{ items: Item[], bottom: number }} */
function drawShortSum(pic) {
  const { geo, scene, view, colours, say } = pic;
  const { palette } = colours;
  const place = chosenPlace(pic);
  const { lane, output } = sourceOf(scene, place);
  const sum = sumUp(pic, place, lane, output);
  const said = sum && isOutputKnown(scene, view, place) ? writeSum(pic, sum, 5) : say("not_yet");
  const top = geo.panel.y + 16;
  const most = Math.floor((geo.width - 12) / 6.7);
  const note = describeHighlight(pic) ?? say("hint_weight");
  const lines = Math.max(3, breakLines(said, most).length);
  return {
    items: [
      makeText(
        "sum-title",
        6,
        top,
        `${describeSum(pic)}: h·W + b = ŷ`,
        { fill: palette.weights, "font-weight": 700 },
        13,
      ),
      ...wrapText("sum-words", 6, top + 18, said, { fill: palette.ink }, most),
      ...wrapText(
        "sum-note",
        6,
        top + 18 + lines * 16,
        note,
        { fill: view.highlight ? palette.accent : palette.ink_soft },
        most,
      ),
    ],
    bottom: top + 18 + (lines + 1) * 16,
  };
}

/**
 * `0.12·0.55 + … + 0.05 = 0.40`, with at most so many terms one by one.
 * @param {Picture} pic
 * @param {NonNullable<Sum>} sum
 * @param {number} most
 */
export function writeSum({ scene }, sum, most) {
  /** @param {number} value */
  const factor = (value) => (value < 0 ? `(${formatNumber(value)})` : formatNumber(value));
  const shown = sum.terms.slice(0, most);
  const rest = sum.y - sum.bias - shown.reduce((total, term) => total + term.product, 0);
  const parts = shown.map((term) => `${formatNumber(term.h)}·${factor(term.w)}`);
  if (shown.length < scene.neurons) parts.push(`… ${factor(rest)}`);
  return `${parts.join(" + ")} + ${factor(sum.bias)} = ${formatNumber(sum.y)}`;
}
