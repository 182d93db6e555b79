import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { hasKnownWord, numbers, tokens, wordsIn } from "../../components/try_it/tokens.js";

/** @type {{why: string, text: string, unicode: string[], lower_and_strip_punctuation: string[]}[]} */
const VECTORS = JSON.parse(readFileSync(new URL("../vectors/words.json", import.meta.url), "utf-8"));
const VOCABULARY = ["", "[UNK]", "stop", "here"];

for (const { why, text, ...expected } of VECTORS) {
  test(`words: ${why}`, () => {
    assert.deepEqual(wordsIn(text, "unicode"), expected.unicode);
    assert.deepEqual(wordsIn(text, "lower_and_strip_punctuation"), expected.lower_and_strip_punctuation);
  });
}

test("what becomes of a text", () => {
  const found = tokens("Don't STOP, new words here!", VOCABULARY, 4, "unicode");
  assert.deepEqual(found, [
    { word: "dont", number: 1, kind: "unknown" },
    { word: "stop", number: 2, kind: "known" },
    { word: "new", number: 1, kind: "unknown" },
    { word: "words", number: 1, kind: "unknown" },
    { word: "here", number: null, kind: "cut off" },
  ]);
  assert.deepEqual([...numbers(found)], [1, 2, 1, 1]);
  assert.deepEqual(tokens("stop", VOCABULARY, 3, "unicode").map((token) => token.number), [2, 0, 0]);
});

test("a text without a word is read as one unknown word, and says so", () => {
  const found = tokens("!?", VOCABULARY, 2, "unicode");
  assert.deepEqual(found.map(({ number, kind }) => [number, kind]), [[1, "no word"], [0, "padding"]]);
});

test("there is no ground for an answer without a known word among those that are read", () => {
  const known = (/** @type {string} */ text) => hasKnownWord(tokens(text, VOCABULARY, 2, "unicode"));
  assert.deepEqual(["stop", "x stop", "x y stop", "x y", "!", "", "[UNK]"].map(known), [true, true, false, false, false, false, false]);
});
