import assert from "node:assert/strict";
import { test } from "node:test";
import { readLook, tellLook } from "../../echoviz/stage/js/state/look.js";
import * as state from "../../echoviz/stage/js/state/view.js";
import { BLOCK, CARDS, FLAT, SCENES, STAMP, viewOf } from "./scenes.mjs";

test("a stage opens at the end of its run, after the last step", () => {
  for (const { scene } of SCENES) {
    const view = viewOf(scene);
    assert.deepEqual([view.step, view.epochIndex, view.phase], [5, scene.header.snapshotEpochs.length - 1, 1]);
    assert.ok(scene.header.answers.every((_, place) => state.isOutputKnown(scene, view, place)));
  }
});

test("within a step h is known before its answer", () => {
  const early = viewOf(STAMP, { step: 2, phase: state.MARKS.hidden });
  assert.ok(state.isHiddenKnown(early, 2) && !state.isHiddenKnown(early, 3));
  assert.ok(!state.isOutputKnown(STAMP, early, 2) && state.isOutputKnown(STAMP, early, 1));
  assert.ok(!state.isOutputKnown(FLAT, viewOf(FLAT, { step: 4 }), 0), "a block waits for the last lane");
});

test("a lit weight lights what it is multiplied with, and what comes out", () => {
  const lit = (scene, highlight) => {
    const view = viewOf(scene, { highlight });
    const lanes = scene.header.lanes.flatMap((_, lane) => (state.isUseLit(scene, view, lane, 1) ? [lane] : []));
    return [lanes, scene.header.answers.flatMap((_, place) => (state.isAnswerLit(scene, view, place) ? [place] : []))];
  };
  const all = [0, 1, 2, 3, 4, 5];
  assert.deepEqual(lit(STAMP, { neuron: 1, column: 0, lane: null, place: null }), [all, all]);
  assert.deepEqual(lit(CARDS, { neuron: 1, column: 2, lane: 2, place: null }), [[2], [2]]);
  assert.deepEqual(lit(BLOCK, { neuron: 1, column: 2, lane: null, place: null }), [[5], [2]]);
  assert.deepEqual(lit(FLAT, { neuron: 1, column: 2, lane: 3, place: null }), [[3], [2]]);
  assert.deepEqual(lit(STAMP, { neuron: null, column: 0, lane: null, place: 4 }), [[4], [4]]);
  assert.deepEqual(lit(STAMP, { neuron: 0, column: 0, lane: null, place: null })[0], []);
  assert.deepEqual(lit(STAMP, null), [[], []]);
});

test("what a link says comes back from the view that it makes", () => {
  for (const look of [{}, { step: 2 }, { epoch: 7, step: 1 }, { panel: "cell", neuron: 3 }]) {
    assert.deepEqual(tellLook(STAMP, { ...viewOf(STAMP), ...readLook(STAMP, look, 16) }), look);
  }
  const output = { output: 2 };
  assert.deepEqual(tellLook(FLAT, { ...viewOf(FLAT), ...readLook(FLAT, output, 16) }), output);
  assert.deepEqual(tellLook(STAMP, { ...viewOf(STAMP), ...readLook(STAMP, output, 16) }), {});
});

test("whatever a link says, the view exists", () => {
  for (const bad of ["", "x", "inf", "1e999", -3, 1e9, 2.5, null, undefined, {}, [], NaN, true]) {
    const look = { step: bad, epoch: bad, neuron: bad, output: bad, panel: bad };
    const view = { ...viewOf(STAMP), ...readLook(STAMP, look, 8) };
    assert.ok(view.step >= 0 && view.step < 6 && Number.isInteger(view.step), String(bad));
    assert.ok(view.epochIndex >= 0 && view.epochIndex <= 12 && view.neuron >= 0 && view.neuron < 4);
    assert.equal(view.panel, "sum");
  }
});

test("an epoch between two snapshots keeps its own number", () => {
  const sparse = { ...STAMP, header: { ...STAMP.header, snapshotEpochs: [0, 10, 12] } };
  const { epochIndex, between } = readLook(sparse, { epoch: 7 }, 16);
  assert.deepEqual([epochIndex, between], [1, 7]);
  assert.deepEqual(tellLook(sparse, viewOf(sparse, { epochIndex, between })), { epoch: 7 });
});
