import assert from "node:assert/strict";
import test from "node:test";

import { below } from "../../components/try_it/answer.js";
import { Latest, best, calibrated, classScores, interval, order, scoresOf, worthAt } from "../../components/try_it/answering.js";
import { linePath, shownClasses, someEpochs } from "../../components/try_it/epoch_lines.js";
import { Examples, unpacked } from "../../components/try_it/examples.js";
import { filterKind, filterOf, pixels, range, sheetsOf } from "../../components/try_it/maps.js";
import { isClosed } from "../../components/try_it/network.js";
import { summary, vocabularyOf } from "../../components/try_it/text_part.js";

test("a single unit is the score of the second of two classes", () => {
  const scores = classScores({ dims: [2, 1], data: new Float32Array([0.25, 1]) }, 2);
  assert.deepEqual([...scores], [0.75, 0.25, 0, 1]);
  const three = new Float32Array([0.5, 0.25, 0.25]);
  assert.deepEqual([...classScores({ dims: [1, 3], data: three }, 3)], [...three]);
});

test("no answer where a number is none", () => {
  assert.equal(best([0.1, NaN, 0.9]), -1);
  assert.equal(best([]), -1);
  assert.equal(best([-3, -1, -2]), 1);
});

test("bars stand as the classes are numbered, or the likeliest first; equal ones keep their order", () => {
  assert.deepEqual(order([0.2, 0.5, 0.2, 0.1], false), [0, 1, 2, 3]);
  assert.deepEqual(order([0.2, 0.5, 0.2, 0.1], true), [1, 0, 2, 3]);
});

test("what a threshold means is counted on examples whose classes are known", () => {
  const known = calibrated(new Float32Array([0.875, 0.125, 0.25, 0.75, 0.5, 0.5, NaN, 0.5]), 2, [0, 0, 0, 1]);
  assert.deepEqual(worthAt(known, 0), { answered: 3, right: 2, count: 4 }, "an answer that is no number is none");
  assert.deepEqual(worthAt(known, 0.75), { answered: 2, right: 1, count: 4 });
  assert.deepEqual(worthAt(known, 0.99), { answered: 0, right: 0, count: 4 });
  const some = calibrated(new Float32Array([0.875, 0.125]), 2, [0], 2);
  assert.deepEqual(worthAt(some, 0), { answered: 1, right: 1, count: 3 }, "texts without a known word are not answered");
});

test("the range of a share is that of the trainer", () => {
  const rounded = (/** @type {{ low: number, high: number }} */ { low, high }) => [Number(low.toFixed(3)), Number(high.toFixed(3))];
  assert.deepEqual([rounded(interval(0.5, 4)), rounded(interval(0.97, 300)), rounded(interval(1, 10))], [[0.15, 0.85], [0.944, 0.984], [0.722, 1]]);
});

test("of a text that is cut off, unknown words are counted among those that are read", () => {
  const kinds = (/** @type {[import("../../components/try_it/tokens.js").Token["kind"], number][]} */ ...parts) => parts.flatMap(([kind, count]) => Array(count).fill(kind));
  const cut = summary(kinds(["known", 15], ["unknown", 5], ["cut off", 1180]));
  assert.deepEqual(cut.match(/[\d,]+/g), ["1,200", "1,180", "20", "5", "20"]);
  const filled = summary(kinds(["known", 2], ["unknown", 1], ["padding", 17]));
  assert.deepEqual(filled.match(/[\d,]+/g), ["3", "1", "17"]);
});

test("words and examples that are refused are none, and the next one who asks tries again", async () => {
  const refused = { refused: "they are private" };
  /** @type {unknown[]} */
  const answers = [refused, refused, ["", "[UNK]", "good"]];
  globalThis.fetch = async () => Response.json(answers.shift());
  await assert.rejects(Examples.prototype.load("/examples"), { message: "they are private" });
  await assert.rejects(vocabularyOf("/words"), { message: "they are private" });
  assert.deepEqual(await vocabularyOf("/words"), ["", "[UNK]", "good"]);
});

test("a share below a limit never reads as the limit", () => {
  assert.deepEqual([below(0.4, 0.99), below(0.987, 0.99), below(0.98996, 0.99)], ["40%", "98.7%", "98.996%"]);
});

test("only the latest question waits while one is answered, and each answer is shown with its question", async () => {
  /** @type {(() => void)[]} */
  const done = [];
  /** @type {string[]} */
  const asked = [];
  /** @type {string[]} */
  const shown = [];
  const latest = new Latest(
    (/** @type {string} */ question) => { asked.push(question); return new Promise((resolve) => done.push(() => resolve(question.toUpperCase()))); },
    (found, question) => shown.push(`${question} ${found}`), (error) => assert.fail(String(error)),
  );
  const turn = () => new Promise((resolve) => { setImmediate(resolve); });
  for (const question of ["a", "b", "c"]) latest.ask(question);
  assert.deepEqual(asked, ["a"]);
  done[0]();
  await turn();
  assert.deepEqual(asked, ["a", "c"], "b was overtaken");
  latest.forget();
  done[1]();
  await turn();
  assert.deepEqual(shown, ["a A"], "nobody wants c any more");
});

test("many examples are answered a few at a time, and never half of them", async () => {
  /** @type {number[]} */
  const asked = [];
  const network = {
    answer: async (/** @type {number} */ _epoch, /** @type {Float32Array | Int32Array} */ x, /** @type {number} */ count) => {
      asked.push(count);
      return { layers: [], output: { dims: [count, 2], data: Float32Array.from({ length: 2 * count }, (_, i) => x[i]) } };
    },
  };
  const x = Float32Array.from({ length: 80 }, (_, i) => i);
  assert.deepEqual([...await scoresOf(network, 0, x, 40, 2, () => false)], [...x]);
  assert.deepEqual(asked, [32, 8]);
  await assert.rejects(scoresOf(network, 0, x, 40, 2, () => asked.length > 3), isClosed);
});

test("one failed question does not stop the next", async () => {
  /** @type {unknown[]} */
  const errors = [];
  /** @type {number[]} */
  const shown = [];
  const latest = new Latest(
    (/** @type {number} */ value) => (value < 0 ? Promise.reject(new Error("no")) : Promise.resolve(value)),
    (found) => shown.push(found), (error) => errors.push(error),
  );
  const turn = () => new Promise((resolve) => { setImmediate(resolve); });
  latest.ask(-1);
  await turn();
  latest.ask(2);
  await turn();
  assert.deepEqual([errors.length, shown], [1, [2]]);
});

test("a layer is shown as its channels, its steps from left to right, or a row of units", () => {
  const picture = sheetsOf({ dims: [1, 2, 1, 3], data: new Float32Array([1, 2, 3, 4, 5, 6]) });
  assert.equal(picture.count, 3);
  assert.deepEqual(picture.sheets.map(({ width, height, at }) => [width, height, at(0, 0), at(0, 1)]), [[1, 2, 1, 4], [1, 2, 2, 5], [1, 2, 3, 6]]);
  const [steps] = sheetsOf({ dims: [1, 2, 3], data: new Float32Array([1, 2, 3, 4, 5, 6]) }).sheets;
  assert.deepEqual([steps.width, steps.height, steps.at(1, 0)], [2, 3, 4]);
  const [units] = sheetsOf({ dims: [1, 70], data: Float32Array.from({ length: 70 }, (_, i) => i) }).sheets;
  assert.deepEqual([units.width, units.height, units.at(5, 1)], [64, 2, 69]);
  assert.ok(Number.isNaN(units.at(6, 1)), "beyond the last unit there is none");
  const many = sheetsOf({ dims: [1, 1, 1, 100], data: new Float32Array(100) });
  assert.deepEqual([many.sheets.length, many.count], [64, 100]);
  assert.equal(sheetsOf({ dims: [1, 1, 1, 100], data: new Float32Array(100) }, 12).sheets.length, 12, "where there is less room");
});

test("black is the least and white the most; what is no number is clear", () => {
  const numbers = [-1, 1, NaN, 0];
  const limits = range(numbers);
  assert.deepEqual(limits, { least: -1, most: 1 });
  const found = pixels({ width: 4, height: 1, at: (x) => numbers[x] }, limits);
  assert.deepEqual([...found], [0, 0, 0, 255, 255, 255, 255, 255, 0, 0, 0, 0, 128, 128, 128, 255]);
  assert.deepEqual(range([NaN]), { least: 0, most: 0 });
  assert.deepEqual([...pixels({ width: 1, height: 1, at: () => 3 }, { least: 3, most: 3 })], [0, 0, 0, 255], "a layer that says nothing is black");
});

test("the filter of a map is its weights for each channel, in Keras's layout", () => {
  const kernel = Float32Array.from({ length: 1 * 2 * 2 * 3 }, (_, i) => i); // height 1, width 2, 2 channels, 3 maps
  const weights = new Float32Array([9, ...kernel]).buffer;
  const found = filterOf("Conv2D", [{ name: "kernel", shape: [1, 2, 2, 3], offset: 4 }], weights, 1);
  assert.deepEqual(found?.sheets.map(({ at }) => [at(0, 0), at(1, 0)]), [[1, 7], [4, 10]]);
  assert.deepEqual(found?.limits, { least: -10, most: 10 });
  assert.equal(filterOf("Conv2D", [], weights, 1), null);
});

test("other convolutions lay their weights out otherwise, and those of two steps are multiplied", () => {
  const { buffer: weights } = Float32Array.from({ length: 24 }, (_, i) => i);
  const filter = (/** @type {string} */ kind, /** @type {number} */ map, /** @type {{ name: string, shape: number[], offset: number }[]} */ ...arrays) => {
    const { sheets = [], reads } = filterOf(kind, arrays, weights, map) ?? {};
    return [sheets.map(({ at }) => [at(0, 0), at(1, 0)]), reads];
  };
  const kernel = { name: "kernel", shape: [1, 2, 2, 3], offset: 0 };
  assert.deepEqual(filter("Conv2DTranspose", 1, kernel), [[[3, 9], [4, 10], [5, 11]], null], "(height, width, maps made, maps read)");
  assert.deepEqual(filter("DepthwiseConv2D", 4, kernel), [[[4, 10]], 1], "its fifth map is the second one of the second that it reads");
  const [depth, point] = [{ ...kernel, name: "depthwise_kernel", shape: [1, 2, 2, 1] }, { name: "pointwise_kernel", shape: [1, 1, 2, 3], offset: 16 }];
  assert.deepEqual(filter("SeparableConv2D", 2, depth, point), [[[0 * 6, 2 * 6], [1 * 9, 3 * 9]], null]);
  assert.deepEqual(["Conv2D", "Conv1D", "Dense"].map(filterKind), ["one", "rows", "none"]);
});

test("the chart has the answer of now first, then whatever was ever likeliest", () => {
  const all = [[0.1, 0.8, 0.05, 0.05], [0.3, 0.2, 0.1, 0.4], [0.7, 0.1, 0.1, 0.1]];
  assert.deepEqual(shownClasses(all[2], all), [0, 1, 3]);
  assert.deepEqual(shownClasses([0.4, 0.6], [[0.4, 0.6]]), [1, 0]);
  assert.deepEqual(shownClasses([NaN, NaN], [[NaN, NaN]]), []);
  assert.equal(linePath([{ x: 0, y: 1 }, { x: 2, y: NaN }, { x: 3, y: 4 }]), "M0.0 1.0L3.0 4.0");
});

test("of many epochs the chart has some that stay as more come, and always the last and the one that is shown", () => {
  const all = Array.from({ length: 100 }, (_, i) => i);
  assert.deepEqual(someEpochs(all.slice(0, 5), 8, 3), [0, 1, 2, 3, 4]);
  const [few, more] = [someEpochs(all.slice(0, 40), 32, 7), someEpochs(all.slice(0, 60), 32, 7)];
  assert.ok(few.length <= 34 && more.length <= 34);
  assert.deepEqual([someEpochs(all, 0, 7), someEpochs(all, -1, 7)], [[7], [7]], "of large weights no others are fetched unasked");
  assert.deepEqual([few.includes(7), few.at(-1), more.at(-1)], [true, 39, 59]);
  assert.deepEqual(few.filter((epoch) => epoch % 2 === 0).every((epoch) => more.includes(epoch)), true);
});

test("examples come as pictures, texts or rows", () => {
  const pictures = unpacked({ labels: [1, 0], shape: [1, 2, 1], pixels: btoa("\x00\x01\x02\xff"), same_rows: false });
  assert.deepEqual(pictures.map(({ label, pixels: own }) => [label, ...(own ?? [])]), [[1, 0, 1], [0, 2, 255]]);
  assert.deepEqual(unpacked({ labels: [1], texts: ["good"], same_rows: false }), [{ label: 1, text: "good" }]);
  assert.deepEqual(unpacked({ labels: [1], rows: [[1, 2]], same_rows: true }), [{ label: 1, row: [1, 2] }]);
});
