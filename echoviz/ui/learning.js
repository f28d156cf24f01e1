/**
 * Asks the server for one step of learning, as the stage wishes: the stage itself knows no network. Whoever asks
 * sees by the event's default, which is prevented, that an answer will come.
 */

import { findBase } from "./base.js";

/** @typedef {{ experiment: Record<string, string>, epoch: number, weight: number }} Wish */

const ROUTE = "echoviz/learning";
const ASK = "echoviz:ask-step";
const ANSWER = "echoviz:step";
const HEARS = "echoviz:hears-steps";

/** @param {Wish} wish @param {AbortSignal} signal @returns {Promise<object>} */
async function ask({ experiment, epoch, weight }, signal) {
  const question = new URLSearchParams({ ...experiment, epoch: String(epoch), weight: String(weight) });
  const answer = await fetch(`${findBase()}${ROUTE}?${question}`, { signal, cache: "no-store" });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return answer.json();
}

/** @param {Wish} wish @param {AbortSignal} signal */
async function fulfil(wish, signal) {
  const told = await ask(wish, signal).catch(() => ({ state: "late" }));
  if (!signal.aborted) window.dispatchEvent(new CustomEvent(ANSWER, { detail: { ...wish, ...told } }));
}

/** What ends the listening of a parent. @type {WeakMap<object, () => void>} */
const endings = new WeakMap();

/** @returns {() => void} */
function listen() {
  let stop = new AbortController();
  /** @param {Event} event */
  const hear = (event) => {
    event.preventDefault();
    stop.abort(); // only the latest wish is still wanted
    stop = new AbortController();
    fulfil(/** @type {CustomEvent<Wish>} */ (event).detail, stop.signal);
  };
  window.addEventListener(ASK, hear);
  window.dispatchEvent(new CustomEvent(HEARS)); // a stage that was there first has wished in vain
  return () => {
    stop.abort();
    window.removeEventListener(ASK, hear);
  };
}

/**
 * Called again with the same parent: only the first call begins.
 * @param {{ parentElement: object }} component
 */
export default function mountLearning({ parentElement }) {
  if (!endings.has(parentElement)) endings.set(parentElement, listen());
  return () => {
    endings.get(parentElement)?.();
    endings.delete(parentElement);
  };
}
