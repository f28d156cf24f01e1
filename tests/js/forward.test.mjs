import assert from "node:assert/strict";
import { test } from "node:test";
import { computeTerms, sumUp } from "../../echoviz/stage/js/data/forward.js";
import { findMoment } from "../../echoviz/stage/js/data/moments.js";
import { SCENES, STAMP, geoOf, viewOf } from "./scenes.mjs";

const assertClose = (given, expected) => {
  assert.equal(given.length, expected.length);
  for (const [at, value] of expected.entries()) assert.ok(Math.abs(given[at] - value) < 1e-9, `${given[at]} ${value}`);
};

for (const { name, scene, traces } of SCENES) {
  test(`every inner value is that of Python's forward pass: ${name}`, () => {
    const last = scene.header.snapshotEpochs.length - 1;
    for (const [index, expected] of [[0, traces[0]], [last, traces[1]]]) {
      const { trace } = findMoment(scene, index);
      for (const inner of ["i", "f", "o", "c", "h", "y"]) assertClose(trace[inner], expected[inner]);
      assertClose(trace.g, expected.c_tilde);
    }
  });

  test(`the parts of a sum add up to the answer: ${name}`, () => {
    const moment = findMoment(scene, 3);
    for (const place of scene.header.answers.keys()) {
      const view = viewOf(scene, { step: place, output: place });
      const { values, left } = sumUp({ scene, moment, view, geo: geoOf(scene, 390) }, place);
      const shown = values.terms.reduce((sum, { product }) => sum + product, 0);
      assert.ok(Math.abs(shown + values.rest + values.bias - moment.trace.y[place]) < 1e-12);
      assert.equal(left + values.terms.length, scene.header.head.rows);
    }
  });
}

test("a gate is squeezed from three terms", () => {
  const { trace, weights } = findMoment(STAMP, 3);
  const { input, recurrent, bias } = computeTerms(weights, trace, { lane: 2, gate: 0, neuron: 1, fresh: false });
  assert.ok(Math.abs(1 / (1 + Math.exp(-(input + recurrent + bias))) - trace.i[2 * 4 + 1]) < 1e-12);
  assert.equal(computeTerms(weights, trace, { lane: 0, gate: 0, neuron: 1, fresh: true }).recurrent, 0);
});

test("a moment is computed once, and one that nobody knows is empty", () => {
  assert.equal(findMoment(STAMP, 5), findMoment(STAMP, 5));
  const nothing = { ...STAMP, header: { ...STAMP.header, snapshotEpochs: [] }, moments: new Map() };
  assert.deepEqual(findMoment(nothing, 0), { epoch: 0, loss: null, flat: null, weights: null, trace: null, was: null });
});
