/** A table beside the drawing: one column for each timestep, so that what belongs together stands together. */

import { formatNumber } from "../words/numbers.js";
import { makeNode, setAttributes, setText } from "./nodes.js";

/**
 * A line of numbers; what is not known yet is null. `cells` are elements of one's own in their place.
 * @typedef {{ key: string, label: string, values?: ArrayLike<number>, cells?: HTMLElement[], known?: boolean }} Row
 */

/**
 * @param {string} name what the table is called
 * @param {(at: number) => string} head what stands above each column
 * @param {(at: number) => void} choose what a press on it does
 */
export function makeAnswers(name, head, choose) {
  const table = makeNode("table", { class: "answers" });
  const root = makeNode("div", { class: "answers-frame", role: "group", tabindex: "0", "aria-label": name }, [table]);
  let shape = "";
  return {
    root,
    /** @param {number} count @param {number} current @param {Row[]} rows */
    render(count, current, rows) {
      const wanted = `${count} ${rows.map(({ key, label }) => key + label).join()} ${head(0)}`;
      if (wanted !== shape) table.replaceChildren(...buildRows(count, rows, { head, choose }));
      shape = wanted;
      for (const [line, row] of rows.entries()) fillRow(table.rows[line + 1], row);
      for (const [at, cell] of [...table.rows[0].cells].entries()) {
        setAttributes(cell, { class: at === current + 1 ? "current" : "" });
      }
    },
  };
}

/** @param {number} count @param {Row[]} rows
 * @param {{ head: (at: number) => string, choose: (at: number) => void }} how */
function buildRows(count, rows, { head, choose }) {
  const steps = [...Array(count).keys()];
  const heads = steps.map((at) => {
    const cell = makeNode("th", { scope: "col" }, [head(at)]);
    cell.addEventListener("click", () => choose(at));
    return cell;
  });
  const lines = rows.map(({ key, label, cells }) =>
    makeNode("tr", { "data-row": key }, [
      makeNode("th", { scope: "row" }, [label]),
      ...steps.map((at) => makeNode("td", { "data-at": String(at) }, cells ? [cells[at]] : [])),
    ]),
  );
  return [makeNode("tr", {}, [makeNode("td"), ...heads]), ...lines];
}

/** @param {HTMLTableRowElement} line @param {Row} row */
function fillRow(line, { values, known = true }) {
  if (!values) return;
  for (let at = 0; at < values.length; at++) {
    const cell = line.cells[at + 1];
    setText(cell, known ? formatNumber(values[at]) : "?");
    setAttributes(cell, { "data-value": known ? values[at] : "" });
  }
}
