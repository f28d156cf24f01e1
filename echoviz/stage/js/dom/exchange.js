/** What the page and the stage tell each other: live numbers come in, and what is looked at goes both ways. */

import { readLook, tellLook } from "../state/look.js";
import { followLive } from "../state/updates.js";
import { neuronCap } from "../state/view.js";

/** @typedef {import("../types.js").App} App */
/** @typedef {import("../types.js").Look} Look */

const LIVE = "echoviz:live";
const SHOW = "echoviz:show";
const VIEW = "echoviz:view";
/** A view that stays for so long is one that a link may hold. */
const SETTLED_MS = 300;

/** @param {App} app @returns {() => void} what ends it */
export function listenToPage(app) {
  /** @param {Event} event */
  const hear = (event) => followLive(app, /** @type {CustomEvent<Uint8Array>} */ (event).detail);
  /** @param {Event} event */
  const show = (event) => obey(app, /** @type {CustomEvent<Look>} */ (event).detail ?? {});
  window.addEventListener(LIVE, hear);
  window.addEventListener(SHOW, show);
  return () => {
    window.removeEventListener(LIVE, hear);
    window.removeEventListener(SHOW, show);
    clearTimeout(app.settling);
  };
}

/** Show what a link asks for; the page knows of it. @param {App} app @param {Look} look */
function obey(app, look) {
  app.motion.stop();
  app.past = [];
  const { epochIndex, between, ...rest } = readLook(app.given, look, neuronCap(app.width));
  const stays = app.view.live && look.epoch === undefined; // a run that is training is followed on
  app.show(stays ? rest : { ...rest, epochIndex, between, live: null });
  rememberLook(app);
}

/** What is looked at now is what the page knows of. @param {App} app */
export function rememberLook(app) {
  app.told = JSON.stringify(tellLook(app.scene, app.view));
}

/** Tell the page once nothing has moved for a moment; it costs the server nothing. @param {App} app */
export function tellPage(app) {
  clearTimeout(app.settling);
  app.settling = setTimeout(() => {
    const look = tellLook(app.scene, app.view);
    const told = JSON.stringify(look);
    if (told === app.told || app.motion.playing()) return;
    app.told = told;
    window.dispatchEvent(new CustomEvent(VIEW, { detail: look }));
  }, SETTLED_MS);
}
