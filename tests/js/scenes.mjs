/** Scenes of every framing and head, as Python sends them. */

import { readFileSync } from "node:fs";
import { makeScene } from "../../echoviz/stage/js/data/payload.js";
import { layoutStage } from "../../echoviz/stage/js/draw/layout.js";
import { openView } from "../../echoviz/stage/js/state/view.js";

const GIVEN = JSON.parse(readFileSync(process.env.ECHOVIZ_SCENES, "utf8"));

/** @param {{ header: object, numbers: number[] }} given */
const sceneFrom = ({ header, numbers }) => makeScene(header, Float32Array.from(numbers));

export const SCENES = GIVEN.kinds.map(({ header, numbers, ...rest }) => ({
  ...rest,
  scene: sceneFrom({ header, numbers }),
}));

/** The recorded run of the defaults. */
export const RECORDED = sceneFrom(GIVEN.recorded);

/** The scene of one framing and head. @param {string} wanted */
export const sceneOf = (wanted) => SCENES.find(({ name }) => name === wanted).scene;

export const STAMP = sceneOf("many-to-many time-distributed");
export const CARDS = sceneOf("many-to-many unshared");
export const BLOCK = sceneOf("many-to-one dense");
export const FLAT = sceneOf("many-to-many flatten");
export const SAMPLES = sceneOf("one-to-one dense");
export const COPIES = sceneOf("one-to-many time-distributed");

/** @param {object} scene @param {object} [changes] */
export const viewOf = (scene, changes = {}) => ({ ...openView(scene), ...changes });

/** @param {object} scene @param {number} [width] @param {object} [changes] */
export const geoOf = (scene, width = 1240, changes = {}) =>
  layoutStage(width, scene, viewOf(scene, changes), { first: 0, outFirst: 0 });
