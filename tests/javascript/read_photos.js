/** Makes pixels of pictures as photo.js does, for the test that compares it with Python: a line of JSON in, a line out. */

import { createInterface } from "node:readline";

import { photoPixels } from "../../components/try_it/photo.js";

for await (const line of createInterface({ input: process.stdin })) {
  const { picture, form } = JSON.parse(line);
  const pixels = photoPixels(picture, form);
  process.stdout.write(`${JSON.stringify(pixels && Array.from(pixels))}\n`);
}
