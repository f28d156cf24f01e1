/** The page's theme and language on what was built. */

import { luminanceOf, makeColours } from "../draw/colour.js";
import { setAttributes, setButton, setIcon } from "./nodes.js";

/** @typedef {import("../types.js").App} App */

/** Follow the page's theme. @param {App} app */
export function readTheme(app) {
  const root = app.parts.stage.getRootNode();
  const host = root instanceof ShadowRoot ? root.host : app.parts.stage;
  const asked = host.getAttribute("data-theme");
  const ground = getComputedStyle(host).getPropertyValue("--st-background-color").trim();
  const dark = /^#[0-9a-f]{6}$/i.test(ground)
    ? luminanceOf(ground) < 0.2
    : matchMedia("(prefers-color-scheme: dark)").matches;
  const theme = asked ?? (dark ? "dark" : "light");
  if (theme === app.theme) return;
  const { header } = app.scene;
  app.theme = theme;
  app.colours = makeColours(header.palettes[theme], header.valueLimit);
  for (const [name, value] of Object.entries(app.colours.palette)) {
    if (typeof value === "string") app.parts.stage.style.setProperty(`--${name.replace("_", "-")}`, value);
  }
  app.parts.stage.style.setProperty("--text", header.fonts.text);
  const [paper, stripe] = app.parts.svg.querySelectorAll("pattern rect");
  paper.setAttribute("fill", app.colours.palette.background);
  stripe.setAttribute("fill", app.colours.palette.line);
}

/** Words that stay as long as the language does. @param {App} app */
export function nameButtons({ parts, say }) {
  const { buttons } = parts;
  setAttributes(parts.epochTrack, { title: say("epoch_keys") });
  setIcon(buttons.back, "back", say("step_back"));
  setIcon(buttons.next, "next", say("step_next"));
  setIcon(buttons.fewer, "fewer", say("neurons_before"));
  setIcon(buttons.more, "more", say("neurons_after"));
  setButton(buttons.copy, say("copy_text"));
  setButton(buttons.svg, say("save_svg"), say("save_svg_hint"));
  setAttributes(parts.shelf, { "aria-label": say("tools") });
  setButton(buttons.html, say("save_html"), say("save_html_hint"));
}
