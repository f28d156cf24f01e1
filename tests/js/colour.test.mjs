import assert from "node:assert/strict";
import { test } from "node:test";
import { luminanceOf, makeColours } from "../../echoviz/stage/js/draw/colour.js";

const PALETTE = { positive: ["#ffffff", "#0000ff"], negative: ["#ffffff", "#ff0000"] };

test("sign is a hue, magnitude is lightness, and both end at the limit", () => {
  const { fill } = makeColours(PALETTE, 2);
  assert.deepEqual([0, 1, 2, 9].map(fill), ["#ffffff", "#8080ff", "#0000ff", "#0000ff"]);
  assert.deepEqual([-2, -9].map(fill), ["#ff0000", "#ff0000"]);
});

test("ink is black on what is light and white on what is dark", () => {
  const { ink } = makeColours(PALETTE, 1);
  assert.deepEqual([ink(0), ink(1)], ["#000000", "#ffffff"]);
  assert.ok(luminanceOf("#ffffff") > 0.99 && luminanceOf("#000000") === 0);
});
