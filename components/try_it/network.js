// A trained network in the browser: it answers with the weights of any epoch, in a worker of its own.

/**
 * What the server knows of a run's network; `route.py` writes it.
 * @typedef {object} Description
 * @property {"ready" | "making" | "refused" | "none"} state
 * @property {string} message what is waited for, or why there is no network, in words
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

export class Network {
  /**
   * @param {Worker} worker
   * @param {Description} description
   */
  constructor(worker, description) {
    this.worker = worker;
    this.description = description;
    this.count = 0;
    /** @type {Map<number, { resolve: (reply: Reply) => void, reject: (error: Error) => void }>} */
    this.waiting = new Map();
    worker.onmessage = ({ data }) => this.receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.fail(UNLOADED.get(worker) ?? new NetworkError("failed", event.message));
    };
  }

  /**
   * A worker that loads the library already, before it is known what it is to run.
   * @param {Runtime} runtime
   */
  static prepare(runtime) {
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
   * Load the library and the graph; weights come with the first answer that needs them.
   * @param {Description} description of a network that is ready
   * @param {Runtime} runtime
   * @param {Worker} [worker] that was prepared for it
   */
  static async open(description, runtime, worker = Network.prepare(runtime)) {
    const network = new Network(worker, description);
    try {
      await network.ask({ do: "open", graph: description.graph, bytes: description.bytes });
    } catch (error) {
      network.close();
      throw error;
    }
    return network;
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
    const reply = await this.ask({ do: "answer", weights: kept.address, dtype: input.dtype, x, dims: [count, ...input.shape], outputs });
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
    const id = ++this.count;
    this.worker.postMessage({ id, ...request });
    return new Promise((/** @type {(reply: Reply) => void} */ resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  /** @param {Reply} reply */
  receive(reply) {
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if (reply.error) waiting?.reject(new NetworkError(reply.error.code, reply.error.message));
    else waiting?.resolve(reply);
  }

  /** @param {NetworkError} error */
  fail(error) {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }

  close() {
    this.worker.terminate();
    this.fail(new NetworkError("closed"));
  }
}
