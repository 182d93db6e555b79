import assert from "node:assert/strict";
import test from "node:test";

import { brief, duration, number, percent, scientific } from "../../components/browser/formats.js";
import { n, t, useLanguage } from "../../components/browser/i18n.js";

test("parameters are filled in, and a name that is not given stays", () => {
  assert.equal(t("Move layer {number} ({kind})", { number: 3, kind: "{number}" }), "Move layer 3 ({number})");
  assert.equal(t("{x} s"), "{x} s");
  assert.equal(n("{count} run", "{count} runs", 1), "1 run");
  assert.equal(n("{count} run", "{count} runs", 0), "0 runs");
});

test("a name that is written from right to left is set apart from the rest of its sentence", () => {
  const sure = (/** @type {string} */ name) => t("{name}, {share} sure", { name, share: percent(0.27) });
  assert.equal(sure("digits"), "digits, 27% sure");
  assert.equal(sure("العربية"), "\u2068العربية\u2069, 27% sure");
  assert.equal(sure("abc\u202e"), "\u2068abc\u202e\u2069, 27% sure", "nor does a sign in it turn what comes after it");
});

test("another language comes from a catalogue, with its own plural forms", () => {
  useLanguage("pl", { "Turn off": "Wyłącz", "{count} run": { one: "{count} bieg", few: "{count} biegi", many: "{count} biegów" } });
  assert.equal(t("Turn off"), "Wyłącz");
  assert.equal(t("Turn on"), "Turn on");
  const forms = [1, 2, 5, 1.5].map((count) => n("{count} run", "{count} runs", count));
  useLanguage("en");
  assert.deepEqual(forms, ["1 bieg", "2 biegi", "5 biegów", "1.5 biegi"]);
});

test("numbers, shares and durations", () => {
  assert.equal(number(12345), "12,345");
  assert.equal(number(0.5, 4), "0.5000");
  assert.equal(scientific(0.00001234), "1.23e-5");
  assert.deepEqual([0.08630001, -0.5, 2427, 123.4, NaN, 1e20].map(brief), ["0.0863", "-0.5", "2,427", "123", "not a number", "1.00e+20"]);
  assert.deepEqual([0, 0.05, 1].map((share) => percent(share)), ["0%", "5%", "100%"]);
  assert.deepEqual([0.004, 0.996].map((share) => percent(share)), ["1%", "99%"], "neither nothing nor all");
  assert.deepEqual([0.00004, 0.987, 0.99996, 1].map((share) => percent(share, 1)), ["0.1%", "98.7%", "99.9%", "100.0%"]);
  assert.deepEqual([0, 59.4, 61, 3725].map(duration), ["0 s", "59 s", "1 min 1 s", "1 h 2 min"]);
});

test("the made-up language marks and lengthens every text, and keeps its parameters", () => {
  useLanguage("xx");
  const texts = [t("Train {epochs} epochs", { epochs: 3 }), n("{count} run", "{count} runs", 2)];
  useLanguage("en");
  assert.deepEqual(texts, ["[Train 3 epochs ~~~~~]", "[2 runs ~~]"]);
});

test("the language of the page is written only where it changes", () => {
  /** @type {string[]} */
  const written = [];
  const root = { set lang(/** @type {string} */ tag) { written.push(tag); }, get lang() { return written.at(-1) ?? ""; } };
  Object.assign(globalThis, { document: { documentElement: root } });
  for (const tag of ["en", "en", "pl", "pl", "en"]) useLanguage(tag);
  Reflect.deleteProperty(globalThis, "document");
  assert.deepEqual(written, ["en", "pl", "en"]);
});
