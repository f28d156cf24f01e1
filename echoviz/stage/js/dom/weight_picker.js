/** A weight is chosen: first which of Keras' arrays, then where in it. */

import { GATES, countChoices, placeChoice, readChoice } from "../tools/weights.js";
import { makeNode, setAttributes } from "./nodes.js";

/** @typedef {import("../types.js").App} App */
/** @typedef {import("../tools/weights.js").Choice} Choice */

/** Keras' order. */
const MATRICES = ["LSTM W", "LSTM U", "LSTM b", "Dense W", "Dense b"];
const NUMBERS = /** @type {const} */ (["neuron", "from", "row", "column"]);

/** @param {string} label @param {HTMLElement} field */
function makeField(label, field) {
  setAttributes(field, { "aria-label": label }); // else its name would hold all that there is to choose from
  return makeNode("label", { class: "field" }, [label, field]);
}

/** @param {string[]} options */
const makeSelect = (options) =>
  makeNode("select", {}, options.map((option, at) => makeNode("option", { value: String(at) }, [option])));

/**
 * @param {App} app
 * @param {(place: number) => void} choose told the place in Keras' row
 */
export function buildPicker(app, choose) {
  const matrix = makeSelect(MATRICES);
  const gate = makeSelect(GATES);
  const numbers = NUMBERS.map((name) => {
    const input = makeNode("input", { type: "number", min: "1", step: "1", inputmode: "numeric" });
    return { name, input, field: makeField(app.say(`learn_${name}`), input) };
  });
  const gateField = makeField(app.say("learn_gate"), gate);
  const fields = [makeField(app.say("learn_matrix"), matrix), gateField, ...numbers.map(({ field }) => field)];
  const root = makeNode("div", { class: "picker" }, fields);
  root.addEventListener("change", () => {
    const given = Object.fromEntries(numbers.map(({ name, input }) => [name, Number(input.value) - 1]));
    const choice = { matrix: Number(matrix.value), gate: Number(gate.value), ...given };
    choose(placeChoice(app.given.header, /** @type {Choice} */ (choice)));
  });
  /** @param {number} place */
  const render = (place) => {
    const { header } = app.given;
    const choice = readChoice(header, place);
    const counts = countChoices(header, choice.matrix);
    [matrix.value, gate.value] = [String(choice.matrix), String(choice.gate)];
    gateField.toggleAttribute("hidden", counts.gate === 1);
    for (const { name, input, field } of numbers) {
      field.toggleAttribute("hidden", counts[name] === 1);
      setAttributes(input, { max: counts[name] });
      input.value = String(choice[name] + 1);
    }
  };
  return { root, render };
}
