import assert from "node:assert/strict";
import test from "node:test";

import { Network, NetworkError } from "../../components/try_it/network.js";

/** @typedef {import("../../components/try_it/network.js").Description} Description */

/** @type {Description} */
const DESCRIPTION = {
  state: "ready", message: "", graph: "/graph", bytes: 8, over: true, classes: ["a", "b"],
  input: { dtype: "float32", shape: [2, 2, 1] },
  layers: [{ kind: "Flatten", name: "layer_1", output: "layer_0", shape: [4], only_training: false }, { kind: "Dense", name: "layer_2", output: "layer_1", shape: [2], only_training: false }],
  epochs: [{ epoch: 0, address: "/0", inside: false }, { epoch: 3, address: "/3?v=1", inside: false }],
};

/** A worker that notes what it is asked and answers when it is told to. */
class FakeWorker {
  constructor() {
    /** @type {any[]} */
    this.asked = [];
    this.isOver = false;
    /** @type {(event: { data: object }) => void} */
    this.onmessage = () => {};
  }

  /** @param {object} request */
  postMessage(request) {
    this.asked.push(request);
  }

  terminate() {
    this.isOver = true;
  }
}

function made() {
  const worker = new FakeWorker();
  return { worker, network: new Network(/** @type {any} */ (worker), { ...DESCRIPTION }) };
}

test("an answer is asked for with the weights of its epoch, and of all layers only where they are wanted", async () => {
  const { worker, network } = made();
  const first = network.answer(3, new Float32Array(8), 2), second = network.answer(0, new Float32Array(4), 1, true);
  assert.deepEqual(worker.asked.map(({ weights, dims, outputs }) => [weights, dims, outputs]), [
    ["/3?v=1", [2, 2, 2, 1], ["layer_1"]], ["/0", [1, 2, 2, 1], ["layer_0", "layer_1"]],
  ]);
  const flat = { dims: [1, 4], data: new Float32Array(4) }, dense = { dims: [1, 2], data: new Float32Array(2) };
  worker.onmessage({ data: { id: worker.asked[1].id, outputs: [flat, dense] } });
  worker.onmessage({ data: { id: worker.asked[0].id, outputs: [dense] } });
  assert.deepEqual(await second, { layers: [flat, dense], output: dense });
  assert.deepEqual(await first, { layers: [], output: dense });
});

test("what the worker cannot do is told to whoever asked, and to nobody else", async () => {
  const { worker, network } = made();
  const bad = network.answer(0, new Float32Array(4), 1), good = network.answer(3, new Float32Array(4), 1);
  worker.onmessage({ data: { id: worker.asked[0].id, error: { code: "damaged", message: "" } } });
  await assert.rejects(bad, (error) => error instanceof NetworkError && error.code === "damaged");
  worker.onmessage({ data: { id: worker.asked[1].id, outputs: [{ dims: [1, 2], data: new Float32Array(2) }] } });
  await good;
});

test("an epoch that is not kept is not asked for, and who waits when it is closed is told", async () => {
  const { worker, network } = made();
  await assert.rejects(network.answer(1, new Float32Array(4), 1), (error) => error instanceof NetworkError && error.code === "gone");
  const waiting = network.answer(0, new Float32Array(4), 1);
  network.close();
  await assert.rejects(waiting, (error) => error instanceof NetworkError && error.code === "closed");
  assert.equal(worker.isOver, true);
});

test("a worker that cannot be loaded is said at once, also where that was known before anybody asked", async () => {
  const real = globalThis.Worker;
  class Unloaded extends EventTarget {
    postMessage() {}
    terminate() {}
  }
  Object.assign(globalThis, { Worker: Unloaded });
  try {
    const runtime = { module: "/module", wasm: "/wasm" }, isUnloaded = (/** @type {unknown} */ error) => error instanceof NetworkError && error.code === "unloaded";
    const early = Network.prepare(runtime);
    early.dispatchEvent(new Event("error", { cancelable: true }));
    await assert.rejects(Network.open(DESCRIPTION, runtime, early), isUnloaded);
    const late = Network.prepare(runtime), opening = Network.open(DESCRIPTION, runtime, late);
    late.dispatchEvent(new Event("error", { cancelable: true }));
    late.onerror?.(/** @type {any} */ (new Event("error", { cancelable: true }))); // which a browser calls with all others
    await assert.rejects(opening, isUnloaded);
  } finally {
    Object.assign(globalThis, { Worker: real });
  }
});
