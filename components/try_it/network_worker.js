// Runs networks in a thread of its own, so that drawing never stutters. `network.js` is the only one that talks to it.

/**
 * A request, with a number by which its answer is known.
 * @typedef {{ id: number } & (Load | Open | Ask)} Request
 * @typedef {{ module: string, wasm: string }} Runtime the addresses of the library
 * @typedef {{ do: "load", runtime: Runtime }} Load
 * @typedef {{ graph: string, bytes: number, weights: string }} Which a network: the addresses of its graph and its weights, and the bytes of the latter
 * @typedef {{ do: "open" } & Which} Open
 * @typedef {object} Own
 * @property {"answer"} do
 * @property {"float32" | "int32"} dtype
 * @property {Float32Array | Int32Array} x
 * @property {number[]} dims
 * @property {string[]} outputs the names of what is wanted
 * @typedef {Own & Which} Ask
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
/** @type {Map<string, Promise<Uint8Array>>} by address */
const graphs = new Map();
/** @type {Map<string, { bytes: number, network: Promise<any> }>} networks with weights, by both addresses; the one that was used last comes last */
const sessions = new Map();
/** A network that outputs what it gets: one node `Identity` from `x` to `y`. Opening it starts the library. */
const NOTHING = Uint8Array.of(
  8, 8, 58, 55, 10, 16, 10, 1, 120, 18, 1, 121, 34, 8, 73, 100, 101, 110, 116, 105, 116, 121, 18, 1, 110, 90, 15, 10, 1, 120, 18, 10, 10,
  8, 8, 1, 18, 4, 10, 2, 8, 1, 98, 15, 10, 1, 121, 18, 10, 10, 8, 8, 1, 18, 4, 10, 2, 8, 1, 66, 4, 10, 0, 16, 18,
);

/** @param {string} address */
async function fetched(address) {
  const found = await fetch(address).catch(() => { throw new Failure("unreachable"); });
  if (!found.ok) throw new Failure(found.status === 404 ? "gone" : "refused", await found.text());
  return new Uint8Array(await found.arrayBuffer());
}

/** @param {Load} request */
function load({ runtime }) {
  library = import(runtime.module).then(async (loaded) => {
    ort = loaded;
    ort.env.wasm.numThreads = 1; // more need a page that is isolated from all others
    ort.env.wasm.wasmPaths = { wasm: runtime.wasm };
    ort.env.logLevel = "error";
    await ort.InferenceSession.create(NOTHING, { executionProviders: ["wasm"] });
  });
  library.catch(() => {}); // whoever opens a network is told
}

/** @param {string} address */
function graphAt(address) {
  const found = graphs.get(address) ?? fetched(address);
  graphs.set(address, found);
  found.catch(() => graphs.delete(address)); // the next one who asks tries again
  return found;
}

/** @param {Open} request */
async function open(request) {
  const first = session(request); // its weights come while the library starts
  first.catch(() => {}); // whoever asks it is told
  await Promise.all([library.catch(() => { throw new Failure("unreachable"); }), graphAt(request.graph)]);
  await first.catch(() => {});
}

/** @param {Which} which */
function session(which) {
  const key = `${which.graph} ${which.weights}`, found = sessions.get(key) ?? made(key, which);
  sessions.delete(key);
  sessions.set(key, found);
  return found.network;
}

/**
 * @param {string} key
 * @param {Which} which
 */
function made(key, which) {
  let bytes = which.bytes + [...sessions.values()].reduce((sum, one) => sum + one.bytes, 0);
  for (const [other, old] of sessions) {
    if (sessions.size < 2 || (sessions.size < MOST_SESSIONS && bytes <= MOST_BYTES)) break;
    sessions.delete(other);
    bytes -= old.bytes;
    void old.network.then((one) => one.release(), () => {});
  }
  const network = create(which);
  network.catch(() => sessions.delete(key)); // the next one who asks tries again
  return { bytes: which.bytes, network };
}

/** @param {Which} which */
async function create({ graph: address, bytes, weights }) {
  const [graph, data] = await Promise.all([graphAt(address), fetched(weights), library.catch(() => { throw new Failure("unreachable"); })]);
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
async function answer({ dtype, x, dims, outputs, ...which }) {
  const network = await session(which);
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
