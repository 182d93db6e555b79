import assert from "node:assert/strict";
import test from "node:test";

import { leadsThere } from "../../components/try_it/ahead.js";
import { Network, NetworkError, OnDemand } from "../../components/try_it/network.js";

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

/**
 * Workers that answer each request at once, and how many were workers, while `work` lasts.
 * @param {(workers: FakeWorker[]) => Promise<void>} work
 */
async function withWorkers(work) {
  const real = globalThis.Worker;
  /** @type {FakeWorker[]} */
  const workers = [];
  class Obliging extends FakeWorker {
    constructor() {
      super();
      workers.push(this);
    }

    addEventListener() {}

    /** @param {{ id: number }} request */
    postMessage(request) {
      super.postMessage(request);
      if (request.id) queueMicrotask(() => this.onmessage?.({ data: { id: request.id, outputs: [{ dims: [1, 2], data: new Float32Array(2) }] } }));
    }
  }
  Object.assign(globalThis, { Worker: Obliging });
  try {
    await work(workers);
  } finally {
    Object.assign(globalThis, { Worker: real });
  }
}

const RUNTIME = { module: "/module", wasm: "/wasm" };

test("the worker of a network that is closed is the next one's, and at most two are kept", async (context) => {
  context.mock.timers.enable(["setTimeout"]);
  await withWorkers(async (workers) => {
    const open = () => Network.open(DESCRIPTION, RUNTIME);
    const [first, second, third] = [await open(), await open(), await open()];
    assert.deepEqual(workers[0].asked.map(({ do: what, weights }) => [what, weights]), [["load", undefined], ["open", "/3?v=1"]]);
    for (const one of [first, second, third, first]) one.close();
    assert.deepEqual(workers.map(({ isOver }) => isOver), [false, false, true]);
    const again = await open();
    assert.equal(again.worker, first.worker, "the one that was let go first");
    await again.answer(0, new Float32Array(4), 1);
    assert.equal(workers.length, 3);
    again.close();
    context.mock.timers.tick(600_000);
    assert.deepEqual(workers.map(({ isOver }) => isOver), [true, true, true], "nobody came back");
  });
});

test("a network that is opened on demand is opened once, again after a try that failed, and closed whenever it comes", async (context) => {
  context.mock.timers.enable(["setTimeout"]);
  await withWorkers(async (workers) => {
    let tries = 0;
    const demand = new OnDemand(() => (++tries === 1 ? Promise.reject(new NetworkError("unreachable")) : Network.open(DESCRIPTION, RUNTIME)));
    await assert.rejects(demand.get(), (error) => error instanceof NetworkError && error.code === "unreachable");
    const [one, other] = await Promise.all([demand.get(), demand.get()]);
    assert.deepEqual([one === other, tries, workers.length], [true, 2, 1]);
    demand.close();
    await Promise.resolve();
    assert.equal(one.isClosed, true);
    const late = new OnDemand(() => Network.open(DESCRIPTION, RUNTIME)), waiting = late.get();
    late.close();
    await assert.rejects(waiting, (error) => error instanceof NetworkError && error.code === "closed");
  });
});

test("the library is loaded ahead for a link that leads to a network, from another page", () => {
  const run = "?run=1";
  assert.equal(leadsThere("/try", `http://a/results${run}`), true);
  assert.equal(leadsThere(`/school/try${run}`, "http://a/school/runs"), true);
  assert.equal(leadsThere("/try", "http://a/data"), false, "there is nothing to try");
  assert.equal(leadsThere("/try", `http://a/try${run}`), false);
  assert.equal(leadsThere("/train", `http://a/results${run}`), false);
});
