/** A file is handed over; in a frame that may not save files, its text can be copied instead. */

import { makeNode, setText } from "./nodes.js";

/** @typedef {import("../types.js").App} App */
/** @typedef {{ text: string, type: string, name: string }} Offered */

/** What was offered last. @type {WeakMap<App, Offered>} */
const offers = new WeakMap();

/** @param {App} app @param {Offered} offered */
export function offer(app, offered) {
  offers.set(app, offered);
  const may = mayDownload();
  if (may !== false) saveFile(offered);
  say(app, may === true ? "" : may === false ? "save_blocked" : "save_unsure", offered.name);
}

/** Give the text to the clipboard, and say what became of it. @param {App} app */
export async function copyOffered(app) {
  const offered = offers.get(app);
  if (!offered) return;
  const copied = (await writeClipboard(offered.text)) || copySelected(app, offered.text);
  say(app, copied ? "copied" : "copy_blocked", offered.name);
}

/**
 * Whether this window may save files: true outside any frame, false in a sandbox that forbids it, null where a frame
 * cannot look at its own sandbox. No browser says that it has dropped a download.
 */
function mayDownload() {
  if (window.self === window.top) return true;
  try {
    const frame = window.frameElement;
    if (!frame) return null;
    return !frame.hasAttribute("sandbox") || /\ballow-downloads\b/.test(frame.getAttribute("sandbox") ?? "");
  } catch {
    return null;
  }
}

/** @param {Offered} offered */
function saveFile({ text, type, name }) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** @param {App} app @param {string} key nothing: the notice goes @param {string} name */
function say({ parts, say: speak }, key, name) {
  parts.notice.toggleAttribute("hidden", !key);
  setText(parts.said, key ? speak(key, { name }) : "");
}

/** @param {string} text */
async function writeClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** The older way, which a frame without the clipboard's permission still has. @param {App} app @param {string} text */
function copySelected({ parts }, text) {
  const area = makeNode("textarea", { readonly: "", "aria-hidden": "true", class: "copied" });
  area.value = text;
  parts.notice.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  parts.buttons.copy.focus();
  return done;
}
