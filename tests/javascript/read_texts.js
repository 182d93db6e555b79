/** Reads texts as tokens.js does, for the test that compares it with Python: a line of JSON in, a line out. */

import { createInterface } from "node:readline";

import { tokens } from "../../components/try_it/tokens.js";

for await (const line of createInterface({ input: process.stdin })) {
  const { text, vocabulary, length, rule } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(tokens(text, vocabulary, length, rule))}\n`);
}
