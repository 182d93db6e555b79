// Runs networks in a thread of its own, so that drawing never stutters. `network.js` is the only one that talks to it.

/**
 * A request, with a number by which its answer is known.
 * @typedef {{ id: number } & (Load | Open | Ask)} Request
 * @typedef {{ module: string, wasm: string }} Runtime the addresses of the library
 * @typedef {{ do: "load", runtime: Runtime }} Load
 * @typedef {{ do: "open", graph: string, bytes: number }} Open the address of the graph, and the bytes of all weights
 * @typedef {object} Ask
 * @property {"answer"} do
 * @property {string} weights the address of the weights, by which they are known
 * @property {"float32" | "int32"} dtype
 * @property {Float32Array | Int32Array} x
 * @property {number[]} dims
 * @property {string[]} outputs the names of what is wanted
 *
 * @typedef {{ dims: number[], data: Float32Array }} Output
 * @typedef {{ id: number, outputs?: Output[], error?: { code: string, message: string } }} Reply
 */

/** Bytes of weights that are held at once; the ones that were used longest ago are let go. */
const MOST_BYTES = 256_000_000;
/** Networks that are held at once: each takes a megabyte or two besides its weights. */
const MOST_SESSIONS = 64;

class Failure extends Error {
  /**
   * @param {string} code
   * @param {string} message what the server says of it, if it says something
   */
  constructor(code, message = "") {
    super(message);
    this.code = code;
  }
}

/** @type {Promise<any>} */
let library;
/** @type {any} the library, which has no types here */
let ort;
/** @type {Uint8Array} */
let graph;
/** Bytes of all weights of one epoch. */
let bytes = 0;
/** @type {Map<string, Promise<any>>} a network with weights, by their address; the one that was used last comes last */
const sessions = new Map();

/** @param {string} address */
async function fetched(address) {
  const found = await fetch(address).catch(() => { throw new Failure("unreachable"); });
  if (!found.ok) throw new Failure(found.status === 404 ? "gone" : "refused", await found.text());
  return new Uint8Array(await found.arrayBuffer());
}

/** @param {Load} request */
function load({ runtime }) {
  library = import(runtime.module).then((loaded) => {
    loaded.env.wasm.numThreads = 1; // more need a page that is isolated from all others
    loaded.env.wasm.wasmPaths = { wasm: runtime.wasm };
    loaded.env.logLevel = "error";
    return loaded;
  });
  library.catch(() => {}); // whoever opens a network is told
  void fetch(runtime.wasm).catch(() => {}); // into the browser's cache
}

/** @param {Open} request */
async function open({ graph: address, bytes: size }) {
  bytes = size;
  [ort, graph] = await Promise.all([library.catch(() => { throw new Failure("unreachable"); }), fetched(address)]);
}

/** @param {string} weights the address of the weights */
function session(weights) {
  const found = sessions.get(weights) ?? made(weights);
  sessions.delete(weights);
  sessions.set(weights, found);
  return found;
}

/** @param {string} weights */
function made(weights) {
  const most = Math.max(2, Math.min(MOST_SESSIONS, Math.floor(MOST_BYTES / Math.max(bytes, 1))));
  for (const [address, old] of sessions) {
    if (sessions.size < most) break;
    sessions.delete(address);
    void old.then((one) => one.release(), () => {});
  }
  const making = create(weights);
  making.catch(() => sessions.delete(weights)); // the next one who asks tries again
  return making;
}

/** @param {string} weights */
async function create(weights) {
  const data = await fetched(weights);
  if (bytes && data.byteLength !== bytes) throw new Failure("damaged");
  try {
    return await ort.InferenceSession.create(graph, { externalData: [{ path: "weights.bin", data }], executionProviders: ["wasm"] });
  } catch (error) {
    throw new Failure("unusable", String(error));
  }
}

/**
 * @param {Ask} request
 * @returns {Promise<Output[]>}
 */
async function answer({ weights, dtype, x, dims, outputs }) {
  const network = await session(weights);
  const input = new ort.Tensor(dtype, x, dims);
  const found = await network.run({ x: input }, outputs);
  return outputs.map((name) => ({ dims: [...found[name].dims], data: Float32Array.from(found[name].data) }));
}

/** One request after the other: the library cannot compute two at once. */
let queue = Promise.resolve();

/** @param {Request} request */
async function handle(request) {
  /** @type {Reply} */
  const reply = { id: request.id };
  try {
    if (request.do === "load") load(request);
    else if (request.do === "open") await open(request);
    else reply.outputs = await answer(request);
  } catch (error) {
    const code = error instanceof Failure ? error.code : "failed";
    reply.error = { code, message: error instanceof Error ? error.message : String(error) };
  }
  const moved = (reply.outputs ?? []).map(({ data }) => data.buffer);
  /** @type {any} */ (self).postMessage(reply, moved);
}

self.onmessage = ({ data }) => { queue = queue.then(() => handle(data)); };
