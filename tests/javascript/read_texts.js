/** Reads texts as the page Try it does, for the test that compares it with Python: a line of JSON in, a line out. */

import { createInterface } from "node:readline";

import { readTyped } from "../../components/try_it/typed_text.js";
import { tokens } from "../../components/try_it/tokens.js";

for await (const line of createInterface({ input: process.stdin })) {
  const { text, vocabulary, length, data } = JSON.parse(line);
  const read = readTyped(text, data);
  const found = read === null ? null : tokens(read, vocabulary, length, data.standardize);
  process.stdout.write(`${JSON.stringify(found)}\n`);
}
