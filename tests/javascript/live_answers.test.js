import assert from "node:assert/strict";
import test from "node:test";

/** @typedef {import("../../components/live_curves/live_answers.js").Examples} Examples */

globalThis.fetch = async () => new Response(""); // its stylesheet
const { Answers } = await import("../../components/live_curves/live_answers.js");
const { lay } = Answers.prototype;

test("the reason why there are no examples is shown also when it comes after the answers", () => {
  let laid = 0;
  const text = () => ({ textContent: "" }), whyNot = text();
  /** @type {any} */
  const answers = {
    known: { checksum: "0badcafe", truth: [], sameRows: false }, drawn: "", title: text(), explained: text(), whyNot,
    root: { classList: { toggle() {} } }, list: { replaceChildren() { laid++; } },
    /** @type {Examples} */
    examples: { checksum: "", items: [], why_not: "" },
  };
  lay.call(answers);
  assert.deepEqual([whyNot.textContent, laid], ["", 1]);
  answers.examples = { checksum: "", items: [], why_not: "The file is gone." };
  lay.call(answers);
  assert.deepEqual([whyNot.textContent, laid], ["The file is gone.", 1]);
});
