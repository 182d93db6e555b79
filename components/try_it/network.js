// A trained network in the browser: it answers with the weights of any epoch, in a worker of its own.

/**
 * What the server knows of a run's network; `route.py` writes it.
 * @typedef {object} Description
 * @property {"ready" | "making" | "refused" | "none" | "trainer"} state `trainer`: no browser can run it, but the trainer answers
 * @property {string} message what is waited for, or why there is no network, in words
 * @property {string} [ask] where the trainer is asked
 * @property {string} [graph] the address of the graph
 * @property {{ dtype: "float32" | "int32", shape: number[] }} [input]
 * @property {Layer[]} [layers]
 * @property {Weight[]} [weights]
 * @property {number} [bytes] of all weights of one epoch
 * @property {KeptEpoch[]} epochs those whose weights are there, in order
 * @property {number | null} [kept] the one among them whose weights are in the model
 * @property {string[]} classes their names
 * @property {boolean} [digits] whether its pictures were made as MNIST's were
 * @property {number} [border] how bright the border of its pictures is, 0 to 1
 * @property {import("./typed_text.js").Reading} [reading] how the recipe has its texts read
 * @property {boolean} [probabilities] whether its last layer makes probabilities
 * @property {{ mean: number[], deviation: number[] }} [scaling] of rows of numbers
 * @property {string[]} [features] what the numbers of a row are
 * @property {boolean} over whether the run is over
 *
 * @typedef {{ kind: string, name: string, output: string, shape: number[], only_training: boolean }} Layer `only_training`: it lets everything through as it is, but in training
 * @typedef {{ name: string, layer: number, shape: number[], offset: number, length: number }} Weight
 * @typedef {{ epoch: number, address: string, inside: boolean }} KeptEpoch `inside`: from the middle of the epoch
 * @typedef {import("./network_worker.js").Output} Output
 * @typedef {import("./network_worker.js").Reply} Reply
 * @typedef {import("./network_worker.js").Runtime} Runtime
 * @typedef {{ layers: Output[], output: Output }} Answer
 */

/** Why a network gave no answer: `code` is the worker's, `message` what the server says of it, if it does. */
export class NetworkError extends Error {
  /**
   * @param {string} code
   * @param {string} [message]
   */
  constructor(code, message = "") {
    super(message);
    this.code = code;
  }
}

/**
 * Whether nobody wanted the answer any more: nothing that needs to be said.
 * @param {unknown} error
 */
export const isClosed = (error) => error instanceof NetworkError && error.code === "closed";

/** @type {WeakMap<Worker, NetworkError>} workers that could not even be loaded, and so answer nothing */
const UNLOADED = new WeakMap();
/** Workers that are kept for the next network, and for how many milliseconds: with the library, and the networks that were asked last. */
const MOST_IDLE = 2, IDLE_FOR = 600_000;
/** @type {{ worker: Worker, timer: ReturnType<typeof setTimeout> }[]} those that nobody uses; the one that was let go first comes first */
const idle = [];
/** Requests of all networks: what is answered to one that is closed is nobody's. */
let requests = 0;

export class Network {
  /**
   * @param {Worker} worker
   * @param {Description} description
   */
  constructor(worker, description) {
    this.worker = worker;
    this.description = description;
    /** Whether the worker is no good for another network. */
    this.hasFailed = false;
    this.isClosed = false;
    /** @type {Map<number, { resolve: (reply: Reply) => void, reject: (error: Error) => void }>} */
    this.waiting = new Map();
    worker.onmessage = ({ data }) => this.receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.fail(UNLOADED.get(worker) ?? new NetworkError("failed", event.message));
    };
  }

  /**
   * A worker that loads the library already, before it is known what it is to run; one that has loaded it, if one is idle.
   * @param {Runtime} runtime
   */
  static prepare(runtime) {
    for (let kept = idle.shift(); kept; kept = idle.shift()) {
      clearTimeout(kept.timer);
      if (!UNLOADED.has(kept.worker)) return kept.worker;
    }
    const worker = new Worker(new URL("./network_worker.js", import.meta.url), { type: "module" });
    const note = (/** @type {ErrorEvent} */ event) => {
      event.preventDefault();
      UNLOADED.set(worker, new NetworkError("unloaded"));
    };
    worker.addEventListener("error", note);
    worker.addEventListener("message", () => worker.removeEventListener("error", note), { once: true }); // it runs
    worker.postMessage({ id: 0, do: "load", runtime });
    return worker;
  }

  /**
   * Have a worker ready before somebody opens a network.
   * @param {Runtime} runtime
   */
  static warm(runtime) {
    if (!idle.length) Network.release(Network.prepare(runtime));
  }

  /**
   * A worker that nobody asks any more: the next network takes it.
   * @param {Worker} worker that has nothing left to compute
   */
  static release(worker) {
    worker.onmessage = null;
    worker.onerror = (event) => {
      event.preventDefault();
      UNLOADED.set(worker, new NetworkError("unloaded"));
    };
    if (UNLOADED.has(worker) || idle.length >= MOST_IDLE) return worker.terminate();
    const timer = setTimeout(() => {
      idle.splice(idle.findIndex((one) => one.worker === worker), 1);
      worker.terminate();
    }, IDLE_FOR);
    idle.push({ worker, timer });
  }

  /**
   * A network that has been loaded.
   * @param {Description} description of a network that is ready
   * @param {Runtime} runtime
   * @param {Worker} [worker] that was prepared for it
   * @param {number} [epoch] the one that answers first; if none is said, the last
   */
  static async open(description, runtime, worker = Network.prepare(runtime), epoch = undefined) {
    const network = new Network(worker, description);
    await network.load(epoch);
    return network;
  }

  /**
   * Load the library, the graph and the weights that answer first; those of other epochs come with their first answer.
   * A network that cannot be loaded is closed.
   * @param {number} [epoch] as for `open`
   */
  async load(epoch) {
    const { epochs } = this.description, first = epochs.find((one) => one.epoch === epoch) ?? epochs[epochs.length - 1];
    try {
      await this.ask({ do: "open", ...this.which(first) });
    } catch (error) {
      this.hasFailed = true;
      this.close();
      throw error;
    }
  }

  /** @param {KeptEpoch} kept whose weights answer */
  which({ address }) {
    return { graph: this.description.graph, bytes: this.description.bytes, weights: address };
  }

  /** The epochs whose weights are there, in order. */
  get epochs() {
    return this.description.epochs.map(({ epoch }) => epoch);
  }

  /**
   * What the network answers with the weights of an epoch.
   * @param {number} epoch one of `epochs`
   * @param {Float32Array | Int32Array} x `count` examples, one after the other
   * @param {number} count
   * @param {boolean} [isWhole] whether all layers are wanted, and not the last one alone
   * @returns {Promise<Answer>}
   * @throws {NetworkError} the weights are gone or damaged, or the graph cannot be computed
   */
  async answer(epoch, x, count, isWhole = false) {
    const { input, layers } = this.description;
    const kept = this.description.epochs.find((one) => one.epoch === epoch);
    if (!input || !layers || !kept) throw new NetworkError("gone");
    const names = layers.map(({ output }) => output);
    const outputs = isWhole ? names : names.slice(-1);
    const reply = await this.ask({ do: "answer", ...this.which(kept), dtype: input.dtype, x, dims: [count, ...input.shape], outputs });
    const found = reply.outputs ?? [];
    return { layers: isWhole ? found : [], output: found[found.length - 1] };
  }

  /**
   * The weights of an epoch; where they have answered already, the browser has them.
   * @param {number} epoch
   * @returns {Promise<ArrayBuffer>}
   * @throws {NetworkError} they are gone
   */
  async weights(epoch) {
    const found = await fetch(this.description.epochs.find((one) => one.epoch === epoch)?.address ?? "");
    if (!found.ok) throw new NetworkError("gone");
    return found.arrayBuffer();
  }

  /**
   * @param {object} request
   * @returns {Promise<Reply>}
   */
  ask(request) {
    const unloaded = UNLOADED.get(this.worker);
    if (unloaded) return Promise.reject(unloaded);
    const id = ++requests;
    this.worker.postMessage({ id, ...request });
    return new Promise((/** @type {(reply: Reply) => void} */ resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  /** @param {Reply} reply */
  receive(reply) {
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if (!reply.error) return waiting?.resolve(reply);
    const { code, message } = reply.error;
    if (code === "failed" || code === "unusable") this.hasFailed = true; // the library may be at its end
    waiting?.reject(new NetworkError(code, message));
  }

  /** @param {NetworkError} error */
  fail(error) {
    this.hasFailed = true;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }

  /** Whoever still waits is told; a worker that has nothing to compute is kept for the next network. */
  close() {
    if (this.isClosed) return;
    this.isClosed = true;
    if (this.hasFailed || this.waiting.size) this.worker.terminate();
    else Network.release(this.worker);
    this.fail(new NetworkError("closed"));
  }
}

/** A network that is opened once somebody needs it; by the next one who asks if that failed. */
export class OnDemand {
  /** @param {() => Promise<Network>} open */
  constructor(open) {
    this.open = open;
    this.isClosed = false;
    /** @type {Promise<Network> | undefined} */
    this.opened = undefined;
  }

  /** @returns {Promise<Network>} */
  async get() {
    const opened = (this.opened ??= this.open());
    try {
      const network = await opened;
      if (this.isClosed) throw new NetworkError("closed");
      return network;
    } catch (error) {
      if (this.opened === opened) this.opened = undefined;
      throw error;
    }
  }

  close() {
    this.isClosed = true;
    this.opened?.then((network) => network.close(), () => {});
    this.opened = undefined;
  }
}

/**
 * Called as soon as it is known that a page needs a network, before the rest of its modules have come.
 * @param {{ runtime: Runtime }} data
 */
export const begin = ({ runtime }) => Network.warm(runtime);
