/** Fields and buttons of a tool's panel. */

import { makeNode, setAttributes, setText } from "./nodes.js";

/** @param {string} name @param {string} face @param {() => void} act */
export function makeAction(name, face, act) {
  const button = makeNode("button", { type: "button", class: "button wide", "data-do": name }, [face]);
  button.addEventListener("click", act);
  return button;
}

/**
 * One of several words or numbers.
 * @param {string} name @param {string} label @param {(value: string) => void} choose
 */
export function makeSelect(name, label, choose) {
  const select = makeNode("select", { "data-field": name, "aria-label": label });
  select.addEventListener("change", () => choose(select.value));
  const root = makeNode("label", { class: "field" }, [makeNode("span", {}, [label]), select]);
  let known = "";
  return {
    root,
    /** @param {[string, string][]} options value and face @param {string} value */
    render(options, value) {
      const wanted = JSON.stringify(options);
      const isNew = wanted !== known;
      if (isNew) select.replaceChildren(...options.map(([at, face]) => makeNode("option", { value: at }, [face])));
      known = wanted;
      if (select.value !== value) select.value = value;
    },
  };
}

/**
 * A few buttons of which one is chosen.
 * @param {string} label @param {[string, string][]} options value and face @param {(value: string) => void} choose
 */
export function makeChoice(label, options, choose) {
  const buttons = options.map(([value, face]) => {
    const button = makeNode("button", { type: "button", class: "button wide", "data-value": value }, [face]);
    button.addEventListener("click", () => choose(value));
    return button;
  });
  const root = makeNode("span", { class: "field", role: "group", "aria-label": label }, [label, ...buttons]);
  return {
    root,
    /** @param {string | null} value */
    render(value) {
      for (const button of buttons) setAttributes(button, { "aria-pressed": button.dataset.value === value });
    },
  };
}

/** What one pixel of a drag changes, and so far a pointer may go before it drags. */
const BY_PIXEL = 0.01;
const DRAGS_FROM_PX = 4;

/**
 * Drag up and down on a field.
 * @param {HTMLInputElement} field @param {(up: number | null) => void} move in pixels; null when a drag may begin
 */
function listenToDrag(field, move) {
  let from = NaN;
  field.addEventListener("pointerdown", (event) => {
    from = event.clientY;
    move(null);
  });
  field.addEventListener("pointermove", (event) => {
    const up = from - event.clientY;
    if (!(event.buttons & 1) || (!field.hasPointerCapture(event.pointerId) && !(Math.abs(up) >= DRAGS_FROM_PX))) return;
    field.setPointerCapture(event.pointerId);
    event.preventDefault();
    move(up);
  });
}

/**
 * A field for one number: it is used as it is typed, the arrow keys and a drag move it.
 * @param {string} label
 * @param {{ by: number, use: (value: number, goesOn: boolean) => void }} how
 */
export function makeNumber(label, { by, use }) {
  const field = makeNode("input", { type: "text", inputmode: "decimal", "aria-label": label, class: "number" });
  let [goesOn, isMoved, last] = [false, false, NaN];
  const read = () => (field.value.trim() ? Number(field.value.trim().replace(",", ".").replace("−", "-")) : NaN);
  const show = () => {
    field.value = String(Number(last.toFixed(4)));
    setAttributes(field, { "aria-invalid": false });
  };
  /** @param {number} value @param {boolean} moved by a key or a drag, not typed */
  const tell = (value, moved) => {
    setAttributes(field, { "aria-invalid": !Number.isFinite(value) });
    if (!Number.isFinite(value)) return;
    isMoved = moved;
    use(value, goesOn);
    [isMoved, goesOn] = [false, true];
  };
  field.addEventListener("input", () => tell(read(), false));
  field.addEventListener("blur", show);
  field.addEventListener("focus", () => (goesOn = false));
  let start = NaN;
  listenToDrag(field, (up) => {
    if (up === null) [start, goesOn] = [read(), false];
    else if (Number.isFinite(start)) tell(start + up * BY_PIXEL, true);
  });
  field.addEventListener("keydown", (event) => {
    const way = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    if (!way || !Number.isFinite(read())) return;
    event.preventDefault();
    tell(read() + way * by * (event.shiftKey ? 10 : 1), true);
  });
  return {
    field,
    /** Whoever types is not disturbed by a run that goes on. @param {number} value */
    render(value) {
      if (value === last && !isMoved) return;
      last = value;
      if (isMoved || !field.matches(":focus")) show();
    },
  };
}

/** A line that is said when it changes. @param {string} kind */
export function makeLine(kind) {
  const root = makeNode("p", { class: kind, role: "status" });
  return {
    root,
    /** @param {string} said */
    say: (said) => setText(root, said),
  };
}
