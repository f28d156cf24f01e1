/**
 * Follows what is under way without a run of the page's script; see following.py.
 *
 * Only while the page is seen: a browser has six connections to a server, and a question holds one. With
 * six pages that wait in other tabs the seventh would not even load.
 */

import { findBase } from "./base.js";

/**
 * @typedef {object} FollowingData
 * @property {string} question   what the server is asked, as a query string
 * @property {string} seen       what the page has drawn
 * @property {string} words      what is told at first
 * @property {number} share      how much is done, 0 to 1; below 0 there is no bar
 */
/**
 * @typedef {{ data: FollowingData[] | null, parentElement: HTMLElement | ShadowRoot,
 *   setTriggerValue: (name: string, value: unknown) => void }} FollowingComponent
 */
/** @typedef {{ seen: string, words: string, share: number, live: string | null, pause_s: number }} Told */

const ROUTE = "echoviz/training";
/** After so many failures in a row the page asks by its own way, a run of its script. */
const FAILURES_BEFORE_RERUN = 2;
const LONGEST_PAUSE_S = 8;

/** @type {WeakMap<object, { data: FollowingData, stop: AbortController }>} */
const followed = new WeakMap();

/** @param {FollowingComponent["parentElement"]} parent @param {{ words: string, share: number }} told */
function draw(parent, { words, share }) {
  const [bar, line] = [parent.querySelector(".bar"), parent.querySelector(".words")];
  if (!(bar instanceof HTMLElement) || !line) return;
  bar.hidden = share < 0;
  bar.style.setProperty("--share", String(Math.max(0, share)));
  bar.setAttribute("aria-valuetext", words); // read when it is asked for, not at each change
  bar.setAttribute("aria-valuenow", String(Math.round(100 * Math.max(0, share))));
  if (line.textContent !== words) line.textContent = words;
}

/** @param {string} text base64 */
function readBytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** @param {number} seconds @param {AbortSignal} signal @returns {Promise<void>} */
const sleep = (seconds, signal) =>
  new Promise((resolve) => {
    setTimeout(resolve, 1000 * seconds);
    signal.addEventListener("abort", () => resolve(), { once: true });
  });

/** Until somebody sees the page, or nobody follows any more. @param {AbortSignal} signal @returns {Promise<void>} */
const untilSeen = (signal) =>
  new Promise((resolve) => {
    if (!document.hidden) {
      resolve();
      return;
    }
    document.addEventListener("visibilitychange", () => resolve(), { once: true, signal });
    signal.addEventListener("abort", () => resolve(), { once: true });
  });

/**
 * @param {FollowingData} data
 * @param {string} words what is drawn, so that nothing is told twice
 * @param {AbortSignal} signal
 * @returns {Promise<Told | null>} `null` when the question was given up
 */
async function ask({ question, seen }, words, signal) {
  const address = new URL(`${findBase()}${ROUTE}?${question}`);
  address.searchParams.set("seen", seen);
  address.searchParams.set("words", words);
  const asking = new AbortController();
  const giveUp = () => asking.abort();
  signal.addEventListener("abort", giveUp, { once: true });
  document.addEventListener("visibilitychange", giveUp, { signal: asking.signal });
  try {
    const answer = await fetch(address, { signal: asking.signal, cache: "no-store" });
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    return await answer.json();
  } catch (error) {
    if (asking.signal.aborted) return null;
    throw error;
  } finally {
    signal.removeEventListener("abort", giveUp);
    giveUp();
  }
}

/** @param {FollowingComponent} component @param {FollowingData} data @param {AbortSignal} signal */
async function follow({ parentElement, setTriggerValue }, data, signal) {
  let { words } = data;
  let failures = 0;
  for (;;) {
    await untilSeen(signal);
    if (signal.aborted) return;
    let pauseS = 0;
    try {
      const told = await ask(data, words, signal);
      if (!told || signal.aborted) continue;
      failures = 0;
      words = told.words;
      pauseS = told.pause_s;
      draw(parentElement, told);
      if (told.live) window.dispatchEvent(new CustomEvent("echoviz:live", { detail: readBytes(told.live) }));
      if (told.seen !== data.seen) {
        setTriggerValue("changed", told.seen);
        pauseS = 1; // The page is drawn anew by then; if the message was lost, it is sent again.
      }
    } catch {
      failures += 1;
      pauseS = Math.min(LONGEST_PAUSE_S, 2 ** failures / 2);
      if (failures >= FAILURES_BEFORE_RERUN) setTriggerValue("changed", `unknown-${failures}`);
    }
    await sleep(pauseS, signal);
  }
}

/**
 * Called for each new data with the same parent: only another question begins anew.
 * @param {FollowingComponent} component
 */
export default function mountFollowing(component) {
  const { parentElement } = component;
  const data = component.data?.[0];
  const before = followed.get(parentElement);
  if (data && (data.question !== before?.data.question || data.seen !== before.data.seen)) {
    before?.stop.abort();
    const stop = new AbortController();
    followed.set(parentElement, { data, stop });
    draw(parentElement, data);
    follow(component, data, stop.signal);
  }
  return () => {
    followed.get(parentElement)?.stop.abort();
    followed.delete(parentElement);
  };
}
