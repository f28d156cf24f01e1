import assert from "node:assert/strict";
import { test } from "node:test";
import { breakLines, wrapText } from "../../echoviz/stage/js/draw/wrap.js";

test("lines break between words and lose no letter", () => {
  const text = "One card of 5 + 1 = 6 weights. Each press leaves h·W and b";
  const lines = breakLines(text, 20);
  assert.equal(lines.join(" "), text);
  assert.ok(lines.every((line) => line.length <= 20));
});

test("Chinese breaks anywhere, counts double and keeps its punctuation", () => {
  const text = "一张卡片，每压一次留下各个乘积，相加就是结果";
  const lines = breakLines(text, 12);
  assert.equal(lines.join(""), text);
  assert.ok(lines.every((line) => line.length <= 7 && !/^[，。]/.test(line)));
});

test("a word longer than a line stands alone; nothing is one empty line", () => {
  assert.deepEqual(breakLines("a TimeDistributed b", 6), ["a", "TimeDistributed", "b"]);
  assert.deepEqual(breakLines("", 6), [""]);
});

test("each line is an item with a name of its own below the one before", () => {
  const items = wrapText("note", 4, 10, "one two", {}, 3, 12, 16);
  assert.deepEqual(items.map(({ k, y, s }) => [k, y, s]), [["note-0", 10, "one"], ["note-1", 26, "two"]]);
});
