/** A weight is chosen by its array, gate, row and column, and by whose copy it is. */

import { GATE_NAMES, MATRICES, locateWeight, placeWeight, sizeOf } from "../tools/places.js";
import { makeSelect } from "./fields.js";
import { makeNode } from "./nodes.js";

/** @typedef {import("../types.js").App} App */
/** @typedef {import("../tools/places.js").Picked} Picked */

/**
 * @param {App} app
 * @param {() => Picked} find which weight is in hand
 * @param {(picked: Picked) => void} pick
 */
export function makePlace(app, find, pick) {
  const { say, given } = app;
  const { header } = given;
  const where = () => locateWeight(header, find().at);
  /** @param {Partial<ReturnType<typeof where>>} part */
  const move = (part) => {
    const wanted = { ...where(), ...part };
    const { rows, columns } = sizeOf(header, wanted.matrix);
    const gate = wanted.matrix > 2 ? null : (wanted.gate ?? 0);
    const bounded = { row: Math.min(wanted.row, rows - 1), column: Math.min(wanted.column, columns - 1) };
    const at = placeWeight(header, { ...wanted, gate, ...bounded });
    const step = app.view.changes.unglued && wanted.matrix > 2 ? app.view.step : null;
    pick({ at, step });
  };
  const fields = {
    matrix: makeSelect("matrix", say("weight_matrix"), (value) => move({ matrix: Number(value) })),
    gate: makeSelect("gate", say("weight_gate"), (value) => move({ gate: Number(value) })),
    row: makeSelect("row", say("weight_row"), (value) => move({ row: Number(value) })),
    column: makeSelect("column", say("weight_column"), (value) => move({ column: Number(value) })),
    step: makeSelect("step", say("weight_step"), (value) => pick({ ...find(), step: Number(value) })),
  };
  /** @param {number} most @returns {[string, string][]} */
  const count = (most) => [...Array(most).keys()].map((at) => [String(at), String(at + 1)]);
  return {
    root: makeNode("div", { class: "row" }, Object.values(fields).map(({ root }) => root)),
    /** @param {Picked} picked */
    render({ at, step }) {
      const { matrix, gate, row, column } = locateWeight(header, at);
      const { rows, columns } = sizeOf(header, matrix);
      fields.matrix.render(MATRICES.map((name, each) => [String(each), say(`matrix_${name}`)]), String(matrix));
      fields.gate.render(GATE_NAMES.map((name, each) => [String(each), name]), String(gate));
      fields.row.render(count(rows), String(row));
      fields.column.render(count(columns), String(column));
      fields.step.render(count(app.scene.length), String(step));
      fields.gate.root.toggleAttribute("hidden", gate === null);
      fields.row.root.toggleAttribute("hidden", rows === 1);
      fields.column.root.toggleAttribute("hidden", columns === 1);
      fields.step.root.toggleAttribute("hidden", step === null);
    },
  };
}
