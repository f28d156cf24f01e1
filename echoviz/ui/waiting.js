/** Asks the server whether something has changed, at the cost of no run of the page; see waiting.py. */

/**
 * @typedef {object} WaitingData
 * @property {string} query     the experiment, as an address says it
 * @property {string} version   what the page has drawn
 * @property {number} againS    seconds until it is worth asking
 */
/** @typedef {{ data: WaitingData | null, parentElement: object, setTriggerValue: (name: string, value: unknown) => void }} WaitingComponent */
/** @typedef {{ data: WaitingData, tell: () => void, timer: number }} Wait */

/** Seconds until a page that told of a change, and was not drawn anew, tells of it again. */
const PATIENCE_S = 3;
/** @type {WeakMap<object, Wait>} */
const waits = new WeakMap();

/** Where the server's own files are, there it answers: whatever path a proxy keeps or strips. */
function findBase() {
  const own = [...document.scripts].map((script) => script.src).find((src) => src.includes("/static/js/"));
  return own ? own.slice(0, own.indexOf("/static/js/") + 1) : new URL("./", location.href).href;
}

/** @param {Wait} wait @param {number} seconds */
function lookAfter(wait, seconds) {
  clearTimeout(wait.timer);
  wait.timer = setTimeout(() => look(wait), seconds * 1000);
}

/** @param {Wait} wait */
async function look(wait) {
  const { query, version } = wait.data;
  let found = { version: "", againS: PATIENCE_S }; // where no answer comes through, the page itself is asked
  try {
    const response = await fetch(`${findBase()}echoviz/waiting?${query}`, { cache: "no-store" });
    if (response.ok) found = await response.json();
  } catch {
    // Offline for a moment, or a proxy that lets only the page through.
  }
  if (wait.timer === 0 || wait.data.version !== version) return; // it is over, or was drawn meanwhile
  const hasChanged = found.version !== version;
  if (hasChanged) wait.tell();
  lookAfter(wait, hasChanged ? PATIENCE_S : found.againS);
}

/** @param {WaitingComponent} component */
export default function waiting({ data, parentElement, setTriggerValue }) {
  if (!data) return undefined;
  const before = waits.get(parentElement);
  const wait = before ?? { data, tell: () => {}, timer: 0 };
  wait.tell = () => setTriggerValue("changed", Date.now());
  if (!before || before.data.version !== data.version || before.data.query !== data.query) {
    wait.data = data;
    waits.set(parentElement, wait);
    lookAfter(wait, data.againS);
  }
  return () => {
    clearTimeout(wait.timer);
    wait.timer = 0;
    waits.delete(parentElement);
  };
}
