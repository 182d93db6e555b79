// The page Try it: draw, type or take an example, and see at once what the network answers, and what goes on inside it.
// The network runs in this browser (`network.js`); the server only hands over files.

import { announce } from "../browser/announce.js";
import { element, setText, shown, stylesheet } from "../browser/dom.js";
import { t } from "../browser/i18n.js";
import { LiveSocket } from "../live_curves/live_socket.js";
import { Answer } from "./answer.js";
import { Latest, best, calibrated, classScores, scoresOf } from "./answering.js";
import { someEpochs } from "./epoch_lines.js";
import { Examples } from "./examples.js";
import { Layers } from "./layers.js";
import { Network, NetworkError, OnDemand, isClosed } from "./network.js";
import { PicturePart } from "./picture_part.js";
import { RowPart } from "./row_part.js";
import { sentenceOf } from "./sentence.js";
import { TextPart, vocabularyOf } from "./text_part.js";
import { TimeMachine } from "./time_machine.js";
import { TrainerPart } from "./trainer_part.js";

/**
 * @typedef {import("./network.js").Description} Description
 * @typedef {import("./network.js").Answer} NetworkAnswer
 * @typedef {import("../live_curves/status.js").Status} Status
 *
 * What the page gives; `components/try_it/__init__.py` writes it.
 * @typedef {object} Data
 * @property {string} run
 * @property {string} state the state of the run that the page knows
 * @property {string} socket empty where nothing more will happen
 * @property {"image" | "text" | "table"} modality
 * @property {string} network the address of the description
 * @property {string} vocabulary the address of the words
 * @property {{ module: string, wasm: string }} runtime
 * @property {{ validation: string, test: string, asked: string, why_not: string }} examples addresses; empty where there are none
 *
 * @typedef {import("../browser/dom.js").Component<Data>} Component
 *
 * What the network is asked: the numbers of an example, or nothing and why.
 * @typedef {{ x: Float32Array | Int32Array | null, why: string, isExample?: boolean }} Input `isExample`: as it was taken from the data
 *
 * A part of the page in which an example is made.
 * @typedef {object} Part
 * @property {(found: import("./examples.js").Example) => void} take show an example
 * @property {(found: import("./examples.js").Example) => Float32Array | Int32Array | null} numbers what the network gets of an example; null where it gets no answer
 * @property {(probe: Probe | null) => void} explain what is known of the answer that is shown; null while there is none
 * @property {() => void} close
 *
 * How a part finds out why: it may ask the network about changed examples.
 * @typedef {object} Probe
 * @property {Float32Array | Int32Array} x
 * @property {number} answer the class that the network gives
 * @property {Float32Array} scores of each class
 * @property {(x: Float32Array | Int32Array, count: number, untrained?: boolean) => Promise<Float32Array>} ask scores, example after example
 * @property {boolean} hasUntrained whether the weights before training are there
 */

const STYLE = await stylesheet("./try_it.css", import.meta.url);
/** Milliseconds without a change after which slower things are computed, and after which the answer is read out. */
const CALM = 250, SPOKEN = 900;
/** The same as `CALM` until the second network is there: whoever begins to draw is not to wait while it is loaded. */
const FIRST_CALM = 600;
/** Milliseconds between two looks at a network that trains, and at one that is being made. */
const AGAIN = 500, MADE_SOON = 150;
/** The same while nothing is heard of a run that trains: its connection may be lost. */
const SELDOM = 10_000;
/** Epochs in the chart of the time machine. */
const MOST_POINTS = 32;
/** Bytes of their weights that are fetched without being asked for, and once somebody has pressed Play: fewer than the worker keeps. */
const UNASKED_BYTES = 16_000_000, MOST_BYTES = 128_000_000;

class TryIt {
  /** @param {Component} component */
  constructor({ data, parentElement }) {
    this.data = data;
    this.host = element(parentElement, "div", "fb-try");
    element(this.host, "style", "", STYLE);
    this.status = element(this.host, "p", "fb-try-status", t("Loading the network …"));
    this.stage = element(this.host, "div", "fb-try-stage", "", { hidden: "" });
    /** @type {Description | undefined} */
    this.description = undefined;
    /** @type {Network | undefined} */
    this.network = undefined;
    /** @type {number | null} the epoch that somebody looks at; null follows the run */
    this.chosen = null;
    /** A second one for what takes longer, so that drawing never waits for it. */
    this.background = new OnDemand(() => Network.open(this.net.description, data.runtime, undefined, this.epoch));
    /** @type {Input} */
    this.input = { x: null, why: "" };
    /** @type {Record<"calm" | "spoken" | "look" | "again", ReturnType<typeof setTimeout> | undefined>} */
    this.timers = { calm: undefined, spoken: undefined, look: undefined, again: undefined };
    /** @type {Map<string, import("./answering.js").Calibration>} by the address of the weights */
    this.calibrations = new Map();
    /** @type {Set<string>} the addresses of weights that the chart goes without: they are gone or damaged */
    this.lost = new Set();
    /** When the next look is due, and whether something was heard since the last one. */
    this.due = 0;
    this.isNews = false;
    this.isClosed = false;
    this.isLoaded = false;
    /** @type {Promise<unknown> | undefined} over once the network has answered for the first time */
    this.warm = undefined;
    this.round = 0;
    this.spoken = "";
    this.told = data.state;
    /** @type {Component["setTriggerValue"] | undefined} */
    this.tell = undefined;
    this.latest = new Latest(
      (/** @type {{ x: Float32Array | Int32Array, epoch: number }} */ { x, epoch }) => this.net.answer(epoch, x, 1, true),
      (found, question) => this.showAnswer(found, question),
      (error) => this.failed(error),
    );
    this.live = data.socket ? new LiveSocket(data.socket, {
      since: () => -1, heard: ({ s }) => this.heard(s ?? {}), lost: () => {},
    }) : null;
    /** @type {Worker | undefined} one that loads the library while the server is asked what there is to run */
    this.worker = Network.prepare(data.runtime);
    if (data.modality === "text") vocabularyOf(data.vocabulary).catch(() => {}); // whoever needs it is told
    void this.look();
  }

  get net() {
    if (!this.network) throw new NetworkError("closed");
    return this.network;
  }

  /** @param {Component} component */
  answered({ data, setTriggerValue }) {
    this.tell = setTriggerValue;
    this.told = data.state;
    if (data.examples.test !== this.data.examples.test || data.examples.validation !== this.data.examples.validation) this.examples?.use(data.examples);
    this.data = data;
  }

  /** @param {Status} changed */
  heard({ state, epoch, phase }) {
    if (state && state !== this.told) {
      this.told = state;
      this.tell?.("state", state);
    }
    if (!state && !epoch && !phase) return;
    this.isNews = true;
    this.lookSoon(AGAIN * (1 + Math.random() / 2)); // not all of a class at the same moment
  }

  /**
   * Look after so long, unless that is to happen sooner anyway.
   * @param {number} wait milliseconds
   */
  lookSoon(wait) {
    const due = performance.now() + wait;
    if (this.timers.look !== undefined && this.due <= due) return;
    clearTimeout(this.timers.look);
    this.due = due;
    this.timers.look = setTimeout(() => {
      this.timers.look = undefined;
      void this.look();
    }, wait);
  }

  /** Ask the server what it knows of the network, until there is one; then whenever something has changed. */
  async look() {
    /** @type {Description} */
    let found;
    try {
      const answer = await fetch(this.data.network);
      if (!answer.ok) throw new NetworkError("refused", await answer.text());
      found = await answer.json();
    } catch (error) {
      if (!this.isClosed) this.cannot(error);
      return this.lookSoon(4 * AGAIN);
    }
    if (this.isClosed) return;
    const before = JSON.stringify(this.description?.epochs);
    this.description = found;
    if (found.state === "trainer") return this.askTrainer(found);
    if (found.state !== "ready") {
      setText(this.status, found.message);
      if (found.state === "making" || !found.over) this.lookSoon(found.state === "making" ? MADE_SOON : 2 * AGAIN);
      return;
    }
    // News of an epoch may be there before its weights are. Later on the next news comes by itself.
    if (!found.over) this.lookSoon(this.isNews ? 4 * AGAIN : SELDOM);
    this.isNews = false;
    if (!this.network) return this.open(found);
    this.network.description = found;
    if (before !== JSON.stringify(found.epochs) || this.shownEpoch !== this.epoch) this.update();
    else this.time?.know(found.epochs, this.epoch, this.ownEpoch, this.whyOwn);
  }

  /**
   * The pad or the field stands at once; its first answer comes once the network has been loaded.
   * @param {Description} description
   */
  async open(description) {
    const network = (this.network = new Network(this.worker ?? Network.prepare(this.data.runtime), description));
    this.worker = undefined; // it is the network's from here on
    const loading = network.load(this.epoch);
    this.warm = loading.then(() => this.warmUp(network)).catch(() => {});
    if (this.part) this.update();
    else this.build(description);
    try {
      await loading;
      this.isLoaded = true;
      this.status.hidden = true;
    } catch (error) {
      if (this.isClosed) return;
      this.network = undefined;
      this.cannot(error);
      this.lookSoon(4 * AGAIN);
    }
  }

  /**
   * No browser can run the network, so the trainer is asked: there is a pad or a field, and an answer at a press.
   * @param {Description} description
   */
  askTrainer(description) {
    if (this.trainer) return;
    if (this.worker) Network.release(this.worker);
    this.worker = undefined;
    this.buildInput(description);
    if (this.answer) this.trainer = new TrainerPart(this.answer.root, this.answer, description);
    this.stand();
    this.update();
  }

  /** @param {Description} description */
  build(description) {
    this.buildInput(description);
    void this.examples?.loaded("validation").then(() => this.calmSoon());
    this.time = new TimeMachine(this.stage, this.names, this.areProbabilities, (epoch) => this.choose(epoch));
    this.layers = new Layers(this.stage, description, () => this.net.weights(this.epoch));
    this.stand();
    this.update();
  }

  /** Something can be drawn or typed. */
  stand() {
    this.stage.hidden = false;
    this.status.hidden = true;
    this.host.dataset.ready = "true";
  }

  /**
   * Where an example is made, and the answer.
   * @param {Description} description
   */
  buildInput(description) {
    const { names } = this, top = element(this.stage, "div", "fb-try-top");
    const made = element(top, "div", "fb-try-input"), more = element(top, "div", "fb-try-more");
    const changed = (/** @type {Input} */ input) => this.changed(input);
    const { modality } = this.data;
    /** @type {Part} */
    const part = modality === "image" ? new PicturePart(made, top, more, description, changed)
      : modality === "text" ? new TextPart(made, top, description, this.data, changed)
      : new RowPart(made, description, changed);
    this.part = part;
    const right = element(top, "div", "fb-try-right");
    this.answer = new Answer(right, names, this.areProbabilities, () => this.speakSoon());
    this.examples = new Examples(more, names, (example) => part.take(example));
    top.append(more); // behind the answer, which a phone shows first
    this.examples.use(this.data.examples);
    void this.examples.takeAsked();
  }

  /**
   * Have the network computed once, so that the first stroke is answered at once; what fails is said then.
   * @param {Network} network
   */
  warmUp(network) {
    const { dtype, shape = [] } = network.description.input ?? {}, size = shape.reduce((all, one) => all * one, 1);
    return network.answer(this.epoch, dtype === "int32" ? new Int32Array(size).fill(1) : new Float32Array(size), 1, true);
  }

  get names() {
    return this.description?.classes ?? [];
  }

  get areProbabilities() {
    return this.description?.probabilities !== false;
  }

  /** The epoch that is shown by itself: the newest one while the run trains, else that of the weights in the model. */
  get ownEpoch() {
    const { epochs = [], kept = null, over } = this.description ?? {}, found = epochs.map(({ epoch }) => epoch);
    return over && kept !== null && found.includes(kept) ? kept : found[found.length - 1];
  }

  get whyOwn() {
    if (!this.description?.over) return "training";
    return this.description.kept === this.ownEpoch ? "kept" : "last";
  }

  get epoch() {
    return this.chosen !== null && this.addressOf(this.chosen) ? this.chosen : this.ownEpoch;
  }

  /** @param {number | null} epoch */
  choose(epoch) {
    this.chosen = epoch;
    this.update();
  }

  /** @param {Input} input */
  changed(input) {
    this.input = input;
    if (!input.isExample) this.examples?.forget();
    this.update();
  }

  /** Something is another one: what is asked, or the weights that answer. */
  update() {
    if (this.trainer) return this.trainer.know(this.input);
    if (!this.network || !this.answer || !this.time) return;
    const { epoch } = this, { x, why } = this.input;
    this.shownEpoch = epoch;
    this.host.dataset.epoch = String(epoch);
    this.time.know(this.net.description.epochs, epoch, this.ownEpoch, this.whyOwn);
    this.answer.know(this.calibrations.get(this.addressOf(epoch)), this.examples?.sameRows);
    if (x) {
      if (!this.isLoaded) this.answer.show(null, t("Loading the network …"));
      this.asked = { x, epoch };
      this.host.dataset.asking = "true";
      this.latest.ask(this.asked);
    } else {
      this.latest.forget();
      delete this.host.dataset.asking;
      this.answer.show(null, why);
      this.host.dataset.answer = "";
      this.layers?.show([]);
      this.time.show(new Map());
      this.part?.explain(null);
      this.speakSoon();
    }
    this.calmSoon();
  }

  /**
   * @param {NetworkAnswer} found
   * @param {{ x: Float32Array | Int32Array, epoch: number }} question
   */
  showAnswer(found, question) {
    if (this.isClosed || !this.input.x || !this.answer) return;
    if (question === this.asked) delete this.host.dataset.asking;
    this.status.hidden = true;
    const scores = classScores(found.output, this.names.length);
    this.answer.show(scores);
    this.layers?.show(found.layers);
    const { answer } = this.answer.verdict;
    this.host.dataset.answer = this.names[answer] ?? "";
    this.host.dataset.sure = String(scores[answer] ?? "");
    this.shown = { question, scores, answer };
    this.speakSoon();
    this.calmSoon();
  }

  /** Once nothing has changed for a moment: why it answers so, what it answered at other epochs, and what validation says. */
  calmSoon() {
    clearTimeout(this.timers.calm);
    const round = ++this.round;
    this.timers.calm = setTimeout(() => void this.calm(round).catch((error) => {
      // The answer stands; what is missing beside it is computed at the next change.
      if (round === this.round && !isClosed(error)) this.part?.explain(null);
    }), this.background.opened ? CALM : FIRST_CALM);
  }

  /** @param {number} round */
  async calm(round) {
    const isOver = () => this.isClosed || round !== this.round;
    await this.warm; // a second network that is opened at the same time would keep the first answer waiting
    if (!this.network || isOver()) return;
    const background = await this.background.get();
    background.description = this.net.description;
    if (isOver()) return;
    const { x } = this.input, { epoch } = this;
    if (x && this.shown && this.shown.question === this.asked) {
      const { scores, answer } = this.shown;
      this.part?.explain(answer < 0 ? null : {
        x, scores, answer, hasUntrained: this.net.epochs.includes(0),
        ask: (examples, count, untrained = false) => scoresOf(background, untrained ? 0 : epoch, examples, count, this.names.length, isOver),
      });
      await this.byEpoch(background, x, isOver);
    }
    await this.calibrate(background, epoch, isOver);
  }

  /**
   * What the network would have answered at each epoch.
   * @param {Network} network
   * @param {Float32Array | Int32Array} x
   * @param {() => boolean} isOver
   */
  async byEpoch(network, x, isOver) {
    if (!this.areProbabilities) return;
    /** @type {Map<number, ArrayLike<number>>} */
    const found = new Map(), bytes = this.time?.wasPlayed ? MOST_BYTES : UNASKED_BYTES;
    const most = Math.min(MOST_POINTS, Math.floor(bytes / Math.max(this.description?.bytes ?? 0, 1)) - 2);
    for (const epoch of someEpochs(network.epochs, most, this.epoch)) {
      const address = this.addressOf(epoch);
      if (this.lost.has(address)) continue;
      const answer = await network.answer(epoch, x, 1).catch((error) => this.lose(address, error));
      if (isOver()) return;
      const scores = answer && classScores(answer.output, this.names.length);
      if (scores && best(scores) >= 0) found.set(epoch, scores); // a network that gives no numbers has no point
    }
    this.time?.show(found);
  }

  /**
   * The chart goes without the weights of an epoch that are gone or damaged; whoever chooses that epoch is told.
   * @param {string} address
   * @param {unknown} error
   */
  lose(address, error) {
    const isLost = error instanceof NetworkError && ["gone", "refused", "damaged"].includes(error.code);
    if (!isLost) throw error;
    this.lost.add(address);
    return undefined;
  }

  /**
   * What the network answers to validation examples, as a measure of its sureness; kept for each epoch.
   * @param {Network} network
   * @param {number} epoch
   * @param {() => boolean} isOver
   */
  async calibrate(network, epoch, isOver) {
    const address = this.addressOf(epoch), examples = this.examples?.all("validation") ?? [];
    if (!examples.length || this.time?.playing !== undefined || !this.areProbabilities) return;
    if (!this.calibrations.has(address)) {
      const known = examples.map((one) => ({ x: this.part?.numbers(one) ?? null, label: one.label })).filter(({ x }) => x !== null);
      if (!known.length) return;
      const joined = join(known.map(({ x }) => /** @type {Float32Array | Int32Array} */ (x)));
      const scores = await scoresOf(network, epoch, joined, known.length, this.names.length, isOver);
      if (isOver()) return;
      this.calibrations.set(address, calibrated(scores, this.names.length, known.map(({ label }) => label), examples.length - known.length));
    }
    if (this.epoch === epoch) this.answer?.know(this.calibrations.get(address), this.examples?.sameRows);
  }

  /** @param {number} epoch */
  addressOf(epoch) {
    return this.description?.epochs.find((one) => one.epoch === epoch)?.address ?? "";
  }

  /** Screen readers hear the answer once it stays as it is. */
  speakSoon() {
    clearTimeout(this.timers.spoken);
    this.timers.spoken = setTimeout(() => {
      const { sentence = "" } = this.answer ?? {}, epoch = this.time?.sentence ?? "";
      const said = this.input.x && this.chosen !== null ? t("{epoch}: {answer}", { epoch, answer: sentence }) : sentence;
      if (said && said !== this.spoken) announce(said);
      this.spoken = said;
    }, SPOKEN);
  }

  /**
   * There is no network to be used here.
   * @param {unknown} error
   */
  cannot(error) {
    this.status.hidden = false;
    setText(this.status, sentenceOf(error));
  }

  /**
   * One answer could not be computed; the rest of the page stays.
   * @param {unknown} error
   */
  failed(error) {
    if (this.isClosed || isClosed(error)) return;
    this.shown = undefined;
    delete this.host.dataset.asking;
    this.host.dataset.answer = "";
    this.answer?.show(null, sentenceOf(error));
    this.layers?.show([]);
    this.speakSoon();
  }

  close() {
    this.isClosed = true;
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
    this.time?.stop();
    this.live?.close();
    this.part?.close();
    this.trainer?.close();
    this.network?.close(); // first: whoever comes back gets its worker
    this.background.close();
    if (this.worker) Network.release(this.worker);
    this.host.remove();
  }
}

/**
 * Examples one after the other.
 * @param {(Float32Array | Int32Array)[]} examples
 */
function join(examples) {
  const size = examples[0].length, Kind = /** @type {Float32ArrayConstructor | Int32ArrayConstructor} */ (examples[0].constructor);
  const joined = new Kind(size * examples.length);
  examples.forEach((x, i) => joined.set(x, i * size));
  return joined;
}

export const show = shown(TryIt);
