import assert from "node:assert/strict";
import test from "node:test";

import { rank, spaced, stemmed } from "../../components/layer_stack/search.js";

const item = (/** @type {string} */ kind, /** @type {string} */ sentence) => ({
  kind, words: stemmed(`${kind} ${spaced(kind)} ${sentence}`), text: sentence.toLowerCase(),
});
const BATCH = item("BatchNormalization", "Brings each channel to about mean 0 and spread 1.");
const DROPOUT = item("Dropout", "Sets numbers to zero at random while training.");
const SPATIAL = item("SpatialDropout1D", "Sets whole features to zero at random.");

test("British and American spelling, endings and the word layer do not matter", () => {
  for (const search of ["normalise layer", "Normalisation", "normalizing", "batch norm", "channels"]) assert.notEqual(rank(search, BATCH), undefined, search);
  assert.equal(rank("normalise", DROPOUT), undefined);
});

test("what is called just so comes first, then what begins so", () => {
  assert.equal(rank("dropout", DROPOUT), 0);
  assert.equal(rank("drop", DROPOUT), 1);
  assert.equal(rank("dropout", SPATIAL), 2);
  assert.equal(rank("", SPATIAL), 2, "without a search all are there");
});
