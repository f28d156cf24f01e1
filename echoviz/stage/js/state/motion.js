/** Movement: one loop that runs while something moves, and rests when nothing does. */

const STEP_MS = 1500;
const NUDGE_MS = 650;
const REST_MS = 220;
const TRAINING_MS = 4000;
const STILL_STEP_MS = 900;
/** 0 would be rest before the step; this is its first moment. */
const FIRST_PHASE = 0.001;

/** @typedef {import("../types.js").App} App */
/** @typedef {{ kind: "steps" | "epochs" | "nudge", start: number, from: number }} Play */

/** @type {MediaQueryList | undefined} */
let stillness;

/** Whether the visitor asked for no motion. */
export function prefersStillness() {
  stillness ??= matchMedia("(prefers-reduced-motion: reduce)");
  return stillness.matches;
}

/** @typedef {{ app: App, play: Play | null, frame: number }} Clock */

/**
 * @param {() => App} findApp asked when something moves: the app holds its motion, so neither can be made first
 * @returns {import("../types.js").Motion}
 */
export function makeMotion(findApp) {
  /** @type {Clock} */
  const clock = {
    get app() {
      return findApp();
    },
    play: null,
    frame: 0,
  };
  return {
    wake: () => wake(clock),
    stop: () => stop(clock),
    start: (kind) => start(clock, kind),
    playing: () => (clock.play && clock.play.kind !== "nudge" ? clock.play.kind : null),
    toggle: (kind) => (clock.play?.kind === kind ? stop(clock) : start(clock, kind)),
    nudge: () => nudge(clock),
    replay: () => replay(clock),
    dispose() {
      cancelAnimationFrame(clock.frame);
      Object.assign(clock, { frame: 0, play: null });
    },
  };
}

/** @param {Clock} clock */
function wake(clock) {
  if (!clock.frame) clock.frame = requestAnimationFrame((now) => turn(clock, now));
}

/** @param {Clock} clock @param {number} now */
function turn(clock, now) {
  clock.frame = 0;
  if (clock.play) advance(clock, clock.play, now);
  if (clock.app.painter.tick(now) || clock.play) wake(clock);
}

/** @param {Clock} clock @param {Play} play @param {number} now */
function advance(clock, play, now) {
  if (Number.isNaN(play.start)) play.start = now;
  const elapsed = (now - play.start) * clock.app.view.speed;
  if (play.kind === "epochs") playEpochs(clock, play, elapsed);
  else if (play.kind === "steps") playSteps(clock, play, elapsed);
  else if (elapsed >= NUDGE_MS) finish(clock, { phase: 1 });
  else clock.app.show({ phase: Math.max(FIRST_PHASE, elapsed / NUDGE_MS) });
}

/** @param {Clock} clock @param {Play} play @param {number} elapsed */
function playEpochs(clock, play, elapsed) {
  const { app } = clock;
  const last = app.scene.header.snapshotEpochs.length - 1;
  const span = ((last - play.from) / Math.max(1, last)) * TRAINING_MS;
  const share = span ? Math.min(1, elapsed / span) : 1;
  const epochIndex = Math.round(play.from + (last - play.from) * share);
  if (share === 1) finish(clock, { epochIndex });
  else if (epochIndex !== app.view.epochIndex) app.show({ epochIndex });
}

/** @param {Clock} clock @param {Play} play @param {number} elapsed */
function playSteps(clock, play, elapsed) {
  const { app } = clock;
  const still = prefersStillness();
  const one = still ? STILL_STEP_MS : STEP_MS + REST_MS;
  const step = play.from + Math.floor(elapsed / one);
  const last = app.scene.length - 1;
  const phase = still ? 1 : Math.max(FIRST_PHASE, Math.min(1, (elapsed % one) / STEP_MS));
  if (step > last) finish(clock, { step: last, phase: 1 });
  else if (step !== app.view.step || phase !== app.view.phase) app.show({ step, phase });
}

/** @param {Clock} clock @param {Partial<import("../types.js").View>} changes */
function finish(clock, changes) {
  clock.play = null;
  clock.app.show(changes);
}

/** @param {Clock} clock @param {"steps" | "epochs"} kind */
function start(clock, kind) {
  const { app } = clock;
  const { view, scene } = app;
  const steps = kind === "steps";
  const last = steps ? scene.length - 1 : scene.header.snapshotEpochs.length - 1;
  if (last < 0) return; // no weights are known yet
  const at = steps ? view.step : view.epochIndex;
  const from = at >= last ? 0 : steps && view.phase === 1 ? at + 1 : at;
  clock.play = { kind, start: NaN, from };
  const phase = steps && !prefersStillness() ? FIRST_PHASE : 1;
  app.show(steps ? { step: from, phase } : { epochIndex: Math.max(0, from), phase, live: null });
  wake(clock);
}

/** @param {Clock} clock */
function stop(clock) {
  if (clock.play) finish(clock, { phase: 1 });
}

/** Let the current step be computed before the eyes. @param {Clock} clock */
function nudge(clock) {
  if (prefersStillness()) return;
  clock.play = { kind: "nudge", start: NaN, from: 0 };
  wake(clock);
}

/** All that the training did, from its beginning, once. @param {Clock} clock */
function replay(clock) {
  const { app } = clock;
  const last = app.scene.header.snapshotEpochs.length - 1;
  const still = prefersStillness() || last < 1;
  app.show({ epochIndex: still ? Math.max(0, last) : 0, live: null, phase: 1, step: app.scene.length - 1 });
  if (!still) start(clock, "epochs");
}

/** @param {number} share */
export const ease = (share) => (share < 0.5 ? 4 * share ** 3 : 1 - (-2 * share + 2) ** 3 / 2);
