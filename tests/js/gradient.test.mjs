import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as back from "../../echoviz/stage/js/data/gradient.js";
import { findMoment } from "../../echoviz/stage/js/data/moments.js";
import { makeScene } from "../../echoviz/stage/js/data/payload.js";
import { locateWeight } from "../../echoviz/stage/js/tools/places.js";
import { FLAT, SAMPLES, STAMP } from "./scenes.mjs";

const { computeSlopes, findUses, shareGradient, stepAdam } = back;
const { gradients, adam } = JSON.parse(readFileSync(process.env.ECHOVIZ_KERAS, "utf8"));

const assertClose = (given, expected, because) =>
  assert.ok(Math.abs(given - expected) <= 1e-5 * Math.abs(expected) + 1e-12, `${because}: ${given} ≠ ${expected}`);

/** The shares of one weight by its place in the row. */
const sharesOf = (scene, place) => {
  const { weights, trace } = findMoment(scene, 0);
  const weight = locateWeight(scene.header, place);
  return { weight, shares: shareGradient(scene, trace, computeSlopes(scene, weights, trace), weight) };
};

for (const { name, header, numbers, gradient } of gradients) {
  test(`the shares add up to Keras' own gradient: ${name}`, () => {
    const scene = makeScene(header, Float32Array.from(numbers));
    assert.equal(gradient.length, scene.size);
    for (const [place, expected] of gradient.entries()) {
      const { weight, shares } = sharesOf(scene, place);
      assertClose(shares.reduce((sum, share) => sum + share, 0), expected, `${place} ${JSON.stringify(weight)}`);
      const uses = findUses(scene, weight);
      assert.ok(shares.every((share, lane) => uses[lane] || share === 0), "only who uses it adds to it");
    }
  });
}

test("a shared weight gets something from each lane, a weight of its own from one", () => {
  const head = (scene) => scene.size - scene.header.head.columns - 1;
  const count = (scene) => sharesOf(scene, head(scene)).shares.filter((share) => share !== 0).length;
  assert.deepEqual([STAMP, SAMPLES, FLAT].map(count), [6, 6, 1]);
});

test("before the first lane there is no h, so the recurrent kernel is not used there", () => {
  const { weight, shares } = sharesOf(STAMP, 4 * STAMP.neurons);
  assert.deepEqual(weight, { matrix: 1, gate: 0, row: 0, column: 0 });
  assert.deepEqual(findUses(STAMP, weight), [false, true, true, true, true, true]);
  assert.ok(shares[0] === 0);
});

test("Adam's step is Keras' own, from the first epoch on", () => {
  let [mean, square, value] = [0, 0, adam.start];
  for (const [epoch, gradient] of adam.gradients.entries()) {
    const told = stepAdam({ mean, square, gradient, epoch, learningRate: adam.learningRate });
    const [kerasMean, kerasSquare, kerasValue] = adam.after[epoch];
    assertClose(told.mean, kerasMean, "mean");
    assertClose(told.square, kerasSquare, "square");
    assertClose(told.step, kerasValue - value, "step");
    [mean, square, value] = [kerasMean, kerasSquare, kerasValue];
  }
});
