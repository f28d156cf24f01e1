/** Movement: one loop that runs while something moves, and rests when nothing does. */

const STEP_MS = 1500;
const NUDGE_MS = 650;
const REST_MS = 220;
const TRAINING_MS = 4000;
const STILL_STEP_MS = 900;

/** @typedef {import("./types.js").App} App */
/** @typedef {{ kind: "steps" | "epochs" | "nudge", start: number, from: number }} Play */

/** Whether the visitor asked for no motion. */
export const prefersStillness = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** @param {App} app @returns {import("./types.js").Motion} */
export function makeMotion(app) {
  /** @type {Play | null} */
  let play = null;
  let frame = 0;

  const wake = () => {
    if (!frame) frame = requestAnimationFrame(turn);
  };

  /** @param {number} now */
  function turn(now) {
    frame = 0;
    if (play) advance(play, now);
    const moving = app.painter.tick(now);
    if (moving || play) wake();
  }

  /** @param {Play} playing @param {number} now */
  function advance(playing, now) {
    if (Number.isNaN(playing.start)) playing.start = now;
    const elapsed = (now - playing.start) * app.view.speed;
    if (playing.kind === "epochs") playEpochs(playing, elapsed);
    else if (playing.kind === "steps") playSteps(playing, elapsed);
    else if (elapsed >= NUDGE_MS) finish({ phase: 1 });
    else app.show({ phase: elapsed / NUDGE_MS });
  }

  /** @param {Play} playing @param {number} elapsed */
  function playEpochs(playing, elapsed) {
    const last = app.scene.header.snapshotEpochs.length - 1;
    const span = ((last - playing.from) / Math.max(1, last)) * TRAINING_MS;
    const share = span ? Math.min(1, elapsed / span) : 1;
    const epochIndex = Math.round(playing.from + (last - playing.from) * share);
    if (share === 1) finish({ epochIndex });
    else if (epochIndex !== app.view.epochIndex) app.show({ epochIndex });
  }

  /** @param {Play} playing @param {number} elapsed */
  function playSteps(playing, elapsed) {
    const still = prefersStillness();
    const one = still ? STILL_STEP_MS : STEP_MS + REST_MS;
    const at = playing.from + Math.floor(elapsed / one);
    const last = app.scene.length - 1;
    if (at > last) {
      finish({ step: last, phase: 1 });
      return;
    }
    const phase = still ? 1 : Math.min(1, (elapsed % one) / STEP_MS);
    if (at !== app.view.step || phase !== app.view.phase) app.show({ step: at, phase: Math.max(phase, 0.001) });
  }

  /** @param {Partial<import("./types.js").View>} changes */
  function finish(changes) {
    play = null;
    app.show(changes);
  }

  /** @param {"steps" | "epochs"} kind */
  function start(kind) {
    const { view, scene } = app;
    const last = scene.header.snapshotEpochs.length - 1;
    const from = kind === "steps" ? (view.step >= scene.length - 1 ? 0 : view.phase < 1 ? view.step : view.step + 1)
      : view.epochIndex >= last ? 0 : view.epochIndex;
    play = { kind, start: NaN, from };
    app.show(kind === "epochs" ? { phase: 1, epochIndex: from, live: null } : { step: from, phase: prefersStillness() ? 1 : 0.001 });
    wake();
  }

  function stop() {
    if (play) finish({ phase: 1 });
  }

  return {
    wake,
    stop,
    start,
    playing: () => (play && play.kind !== "nudge" ? play.kind : null),
    /** @param {"steps" | "epochs"} kind */
    toggle(kind) {
      if (play && play.kind === kind) stop();
      else start(kind);
    },
    /** Let the current step be computed before the eyes. */
    nudge() {
      if (prefersStillness()) return;
      play = { kind: "nudge", start: NaN, from: 0 };
      wake();
    },
    /** Everything the training did, from its beginning, once. */
    replay() {
      const last = app.scene.header.snapshotEpochs.length - 1;
      if (prefersStillness() || last < 1) {
        app.show({ epochIndex: Math.max(0, last), live: null });
        return;
      }
      app.show({ epochIndex: 0, live: null, phase: 1, step: app.scene.length - 1 });
      start("epochs");
    },
    dispose() {
      cancelAnimationFrame(frame);
      frame = 0;
      play = null;
    },
  };
}
