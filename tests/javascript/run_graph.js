/** Runs graphs in the runtime that browsers get, for the test that compares it with Keras: a line of JSON in, a line out. */

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { gunzipSync } from "node:zlib";

const RUNTIME = new URL("../../components/onnxruntime_web/", import.meta.url);
const ort = await import(new URL("ort.wasm.bundle.min.mjs", RUNTIME).href);
ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmBinary = new Uint8Array(gunzipSync(readFileSync(new URL("ort-wasm-simd-threaded.wasm.gz", RUNTIME))));

/** @param {string} text */
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));

for await (const line of createInterface({ input: process.stdin })) {
  const { graph, weights, x, dtype, shape, output } = JSON.parse(line);
  const options = { externalData: [{ path: "weights.bin", data: bytes(weights) }] };
  const session = await ort.InferenceSession.create(bytes(graph), options);
  const numbers = dtype === "int32" ? new Int32Array(bytes(x).buffer) : new Float32Array(bytes(x).buffer);
  const { data } = (await session.run({ x: new ort.Tensor(dtype, numbers, shape) }))[output];
  process.stdout.write(`${JSON.stringify(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64"))}\n`);
}
