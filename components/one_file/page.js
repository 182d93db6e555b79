// A run's network as one HTML file: the page Try it, alone. `trainer/export/html_page.py` puts all of it into the file;
// what Try it fetches from a server lies in elements of the page, packed, and gets addresses of this browser's own.

import { setText } from "../browser/dom.js";
import { t } from "../browser/i18n.js";
import { scoresOf } from "../try_it/answering.js";
import { sentenceOf, withoutServer } from "../try_it/sentence.js";
import { show } from "../try_it/try_it.js";

/**
 * @typedef {import("../try_it/network.js").Description} Description
 * @typedef {import("../try_it/examples.js").Example} Example
 *
 * What the file says of itself; `graph` and the addresses of weights are missing in the description.
 * @typedef {{ run: string, modality: "image" | "text" | "table", network: Description }} Told
 */

/**
 * What lies packed in the page, as an address.
 * @param {string} id
 * @param {string} type
 */
async function address(id, type) {
  const letters = atob(found(id).textContent ?? ""), packed = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) packed[i] = letters.charCodeAt(i);
  found(id).remove(); // what is unpacked is not kept twice
  const content = new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")));
  return URL.createObjectURL(new Blob([await content.arrayBuffer()], { type }));
}

/** @param {string} id */
function found(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error(`The file is incomplete: ${id} is missing.`);
  return node;
}

/** @param {string} text */
const script = (text) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));

/** Whether a worker can do what ours has to: some browsers let pages that are opened from a disk have none. */
async function hasWorkers() {
  const other = script("export {};");
  const own = script(`import("${other}").then(() => fetch("${other}")).then(() => postMessage(true), () => postMessage(false));`);
  try {
    const worker = new Worker(own, { type: "module" });
    const works = await new Promise((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => { event.preventDefault(); resolve(false); };
    });
    worker.terminate();
    return works;
  } catch {
    return false; // why does not matter: there is another way
  }
}

/** In place of a worker: the same program in the page itself. Drawing may stutter then, and answers stay the same. */
class InPage extends EventTarget {
  /** @param {string | URL} url of the program */
  constructor(url) {
    super();
    /** @type {((event: MessageEvent) => void) | null} */
    this.onmessage = null;
    this.isOver = false;
    /** What the program takes for its worker. */
    const self = {
      /** @type {(event: { data: unknown }) => void} */
      onmessage: () => {},
      postMessage: (/** @type {unknown} */ data) => this.hear(data),
    };
    this.program = fetch(url).then((answer) => answer.text())
      .then((text) => import(script(`export default (self) => {\n${text}\n};`))).then((loaded) => { loaded.default(self); return self; });
  }

  /** @param {unknown} data */
  hear(data) {
    if (this.isOver) return;
    const event = new MessageEvent("message", { data });
    this.onmessage?.(event);
    this.dispatchEvent(event);
  }

  /** @param {unknown} data */
  postMessage(data) {
    void this.program.then((program) => program.onmessage({ data }), () => this.dispatchEvent(new Event("error", { cancelable: true })));
  }

  terminate() {
    this.isOver = true;
  }
}

async function start() {
  const place = found("try");
  setText(place, t("Loading the network …"));
  /** @type {Told} */
  const { run, modality, network } = JSON.parse(found("told").textContent ?? "");
  const [module, wasm, graph, weights, vocabulary] = await Promise.all([
    address("runtime", "text/javascript"), address("wasm", "application/wasm"), address("graph", ""), address("weights", ""),
    modality === "text" ? address("vocabulary", "application/json") : "", hasWorkers().then((has) => { if (!has) Object.assign(globalThis, { Worker: InPage }); }),
  ]);
  const description = { ...network, graph, epochs: network.epochs.map((one) => ({ ...one, address: weights })) };
  const data = {
    run, modality, vocabulary, state: "finished", socket: "", runtime: { module, wasm },
    network: URL.createObjectURL(new Blob([JSON.stringify(description)], { type: "application/json" })),
    examples: { validation: "", test: "", asked: "", why_not: "" },
  };
  /** @type {Parameters<typeof show>[1]} */
  const mount = {};
  place.replaceChildren();
  show({ data, parentElement: place, setTriggerValue: () => {} }, mount);
  Object.assign(globalThis, { fitboard: { scores: (/** @type {Example[]} */ examples) => scores(mount, examples) } });
}

/**
 * For the browser's console: what the network answers to examples of the data, by the way that all examples take here.
 * @param {Parameters<typeof show>[1]} mount
 * @param {Example[]} examples
 * @returns {Promise<(number[] | null)[]>} the score of each class; null for an example that gets no answer
 */
async function scores(mount, examples) {
  const tried = mount.part;
  if (!tried?.part) throw new Error("The network is not ready yet.");
  const all = [];
  for (const one of examples) {
    const x = tried.part.numbers(one);
    all.push(x && Array.from(await scoresOf(tried.net, tried.epoch ?? 0, x, 1, tried.names.length, () => false)));
  }
  return all;
}

withoutServer();
start().catch((error) => setText(found("try"), sentenceOf(error)));
