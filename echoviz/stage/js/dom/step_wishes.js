/** What only a worker knows of a step is wished for by an event; the page may answer by another, a file does not. */

/** @typedef {import("../types.js").App} App */
/**
 * What came of a wish: "known" with numbers, "long" with seconds, "none", "late"; "asking" until then, and "offline"
 * where nobody hears wishes.
 * @typedef {{ state: string, before?: number[], after?: number[], seconds?: number }} Answer
 * @typedef {{ look: (epoch: number, weight: number) => Answer, again: (epoch: number, weight: number) => void,
 *   dispose: () => void }} Wishes
 */

const ASK = "echoviz:ask-step";
const ANSWER = "echoviz:step";
const HEARS = "echoviz:hears-steps";
/** Whoever moves on within so long wanted no answer. */
const SETTLED_MS = 300;
const KEPT = 400;

/** @param {string} key of an experiment @param {number} epoch @param {number} weight */
const nameWish = (key, epoch, weight) => `${key} ${epoch} ${weight}`;

/** @param {Record<string, (event: Event) => void>} heard @returns {() => void} what ends it */
function listen(heard) {
  for (const [name, hear] of Object.entries(heard)) window.addEventListener(name, hear);
  return () => {
    for (const [name, hear] of Object.entries(heard)) window.removeEventListener(name, hear);
  };
}

/** @param {App} app @returns {Wishes} */
export function makeWishes(app) {
  /** @type {Map<string, Answer>} */
  const answers = new Map();
  let [isOffline, timer, wished] = [false, 0, ""];
  /** @param {string} name @param {Answer} answer */
  const keep = (name, answer) => {
    if (answers.size >= KEPT) answers.clear();
    answers.set(name, answer);
    app.show({});
  };
  /** @param {Event} event */
  const hear = (event) => {
    const { key, epoch, weight, ...answer } = /** @type {CustomEvent} */ (event).detail;
    keep(nameWish(key, epoch, weight), answer);
  };
  /** Whoever answers may come later than the first wish. */
  const tryAgain = () => {
    [isOffline, wished] = [false, ""];
    app.show({});
  };
  /** @param {number} epoch @param {number} weight */
  const wish = (epoch, weight) => {
    const { experiment, key } = app.given.header;
    const event = new CustomEvent(ASK, { detail: { experiment, key, epoch, weight }, cancelable: true });
    isOffline = window.dispatchEvent(event); // whoever answers prevents the default
    if (isOffline) app.show({});
  };
  const stop = listen({ [ANSWER]: hear, [HEARS]: tryAgain });
  return {
    look(epoch, weight) {
      const name = nameWish(app.given.header.key, epoch, weight);
      const known = answers.get(name);
      if (known || isOffline) return known ?? { state: "offline" };
      if (name !== wished && !app.motion.playing()) {
        clearTimeout(timer);
        [wished, timer] = [name, setTimeout(() => wish(epoch, weight), SETTLED_MS)];
      }
      return { state: "asking" };
    },
    again(epoch, weight) {
      answers.delete(nameWish(app.given.header.key, epoch, weight));
      wish(epoch, weight);
      app.show({});
    },
    dispose() {
      clearTimeout(timer);
      stop();
    },
  };
}
