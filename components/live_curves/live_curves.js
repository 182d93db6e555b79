// The live chart of one run: follows the run's socket and draws what comes. Hand-written, no build step.
// Everything that stems from a run is shown through textContent, never as markup.

import { announce } from "../browser/announce.js";
import { element, setText, stylesheet } from "../browser/dom.js";
import { t } from "../browser/i18n.js";
import { Announcer } from "./live_announcer.js";
import { Answers } from "./live_answers.js";
import { Legend } from "./live_legend.js";
import { Menu, rememberedChoice } from "./live_menu.js";
import { Plots } from "./live_plots.js";
import { LiveSocket, NO_SUCH_RUN, TOO_MANY_WATCHERS, dial } from "./live_socket.js";
import { Table } from "./live_table.js";
import { Words, waitingWords } from "./live_words.js";

/**
 * @typedef {import("./status.js").Status} Status
 * @typedef {import("./status.js").Message} Message
 * @typedef {{ run: string, name: string, socket: string }} Reference another run to compare with
 *
 * @typedef {object} Data
 * @property {string} run its id
 * @property {string} name what it is called
 * @property {string} state the state that the page believes it to be in
 * @property {string} plotly the address of Plotly.js
 * @property {string} socket
 * @property {string} csv
 * @property {boolean} keras whether the page shows Keras's names
 * @property {number | null} first seconds from the beginning to the first point, if known
 * @property {Reference | null} reference
 * @property {import("./live_look.js").Span[]} spans what is shaded
 * @property {import("./live_answers.js").Examples | null} examples on which the model is watched
 *
 * @typedef {import("../browser/dom.js").Component<Data>} Component
 */

/** Milliseconds for which a chart that was taken away is kept. */
const REST = 10000;
const STYLE = (await Promise.all(["./live_curves.css", "./live_headings.css"].map((name) => stylesheet(name, import.meta.url)))).join("\n");

/** Run -> its chart that the page has taken away, and that continues unseen for a moment.
 * @type {Map<string, LiveCurves>}
 */
const resting = new Map();

/**
 * Called at each run of the page: draws the chart again only for another run. `mount.close` takes it away.
 * When a connection is lost while the page runs, Streamlit's front end hears the end of that run without its middle, and
 * takes away what it has not heard of until the page has run again: a chart that comes back is the one that was there.
 * @param {Component} component
 * @param {{ chart?: LiveCurves, close?: () => void }} mount
 */
export function show(component, mount) {
  const { data, parentElement } = component;
  if (mount.chart && mount.chart.run !== data.run) { mount.chart.close(); mount.chart = undefined; }
  if (!mount.chart) {
    const chart = (mount.chart = resting.get(data.run) ?? new LiveCurves(data, parentElement));
    chart.wakeIn(parentElement);
    mount.close = () => { mount.chart = undefined; chart.rest(); };
  }
  mount.chart.page(component);
}

class LiveCurves {
  /**
   * @param {Data} data
   * @param {HTMLElement} parent
   */
  constructor(data, parent) {
    this.run = data.run;
    this.data = data;
    this.told = data.state; // what the page knows of the state
    /** @type {Status} */
    this.status = {};
    this.cursor = -1;
    /** @type {import("./status.js").Mark[]} */
    this.marks = [];
    this.heard = 0;
    this.isPaged = false;
    /** @type {Reference | null} */
    this.reference = null;
    /** @type {WebSocket | undefined} */
    this.referenceSocket = undefined;
    /** @type {Component["setTriggerValue"] | undefined} */
    this.tell = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.end = undefined;
    this.keras = false; // whether the page showed Keras's names when it last ran
    this.host = element(parent, "section", "fb-live", "", { "aria-label": t("Training progress and curves") });
    Object.assign(this.host.dataset, { run: this.run, points: 0, state: "", connection: "connecting" });
    element(this.host, "style", "", STYLE);
    const head = element(this.host, "div", "fb-live-head");
    this.words = new Words(head, this.host);
    const choice = rememberedChoice();
    this.menu = new Menu(head, choice, {
      changed: (part) => this.choose(part), zoom: (factor) => this.plots.zoom(factor), move: (direction) => this.plots.move(direction),
      showAll: () => this.plots.showAll(), save: () => this.plots.save(this.data.name), csv: data.csv,
    });
    this.trouble = element(this.host, "p", "fb-live-lost");
    this.host.classList.toggle("fb-live-keras", choice.keras);
    /** @type {import("./live_look.js").View} */
    const view = { axis: choice.axis, smoothing: choice.smoothing, log: choice.log, steps: 1, marks: [], spans: data.spans ?? [], hidden: new Set() };
    this.grid = element(this.host, "div", "fb-live-plots");
    this.legend = new Legend(this.host, (hidden) => this.plots.change({ hidden }));
    this.referenceNote = element(this.host, "p", "fb-live-note");
    this.words.addBelow(this.host);
    this.announcer = new Announcer(announce);
    this.plots = new Plots(this.grid, data.plotly, view, {
      onDrawn: (points, error, newest) => {
        Object.assign(this.host.dataset, { points: String(points), drawn: String(newest ?? "") });
        if (error) this.complain(this.trouble, t("The curves could not be drawn. Reload this page."));
        if (this.plots.ink) this.legend.show(this.plots.present, this.plots.ink);
        this.table.fill();
      },
      onZoom: (isZoomed) => this.menu.zoomed(isZoomed),
    });
    this.answers = new Answers(this.host);
    this.table = new Table(this.host, this.plots);
    this.words.addHelp(this.host);
    this.clock = setInterval(() => this.tick(), 1000);
    this.wake = () => {
      if (document.hidden) return;
      this.live.hurry();
      this.plots.draw(); // what has come while nobody looked
    };
    window.addEventListener("online", this.wake);
    document.addEventListener("visibilitychange", this.wake);
    this.live = new LiveSocket(data.socket, {
      since: () => this.cursor, heard: (message, isFirst) => this.receive(message, isFirst), lost: (event) => this.dropped(event),
    });
  }

  /** @param {Partial<import("./live_menu.js").Choice>} part what was chosen in the menu */
  choose({ keras, ...part }) {
    if (keras !== undefined) this.host.classList.toggle("fb-live-keras", keras);
    else this.plots.change(part);
  }

  /**
   * Show a trouble, and have it read out.
   * @param {HTMLElement} node
   * @param {string} text
   */
  complain(node, text) {
    if (node.textContent === text) return;
    setText(node, text);
    announce(text);
  }

  /** The page has run: take its newest word, and its newest colours.
   * @param {Component} component
   */
  page(component) {
    if (component.data.state !== this.data.state) this.told = component.data.state;
    const { reference, spans = [], keras } = component.data;
    if (keras && !this.keras) this.menu.showKeras();
    this.keras = keras;
    if (JSON.stringify(spans) !== JSON.stringify(this.plots.view.spans)) this.plots.change({ spans });
    this.data = component.data;
    this.live.path = component.data.socket;
    this.answers.page(component.data.examples);
    this.tell = component.setTriggerValue;
    this.plots.dress();
    this.loadReference(reference);
    this.report();
  }

  rest() {
    resting.get(this.run)?.close();
    resting.set(this.run, this);
    this.tell = undefined;
    this.host.remove();
    this.end = setTimeout(() => this.close(), REST);
  }

  /** @param {HTMLElement} parent */
  wakeIn(parent) {
    this.wakeUp();
    parent.append(this.host);
  }

  wakeUp() {
    clearTimeout(this.end);
    if (resting.get(this.run) === this) resting.delete(this.run);
  }

  close() {
    this.wakeUp();
    clearInterval(this.clock);
    window.removeEventListener("online", this.wake);
    document.removeEventListener("visibilitychange", this.wake);
    this.live.close();
    this.referenceSocket?.close();
    this.plots.close();
    this.menu.close();
    this.host.remove();
  }

  // The connection

  /** @param {{ code?: number, reason?: string }} event */
  dropped(event) {
    if (event.code === NO_SUCH_RUN) {
      this.host.dataset.connection = "gone";
      this.complain(this.words.lost, t("This run no longer exists. It may have been deleted; choose another one under Runs."));
      return;
    }
    this.host.dataset.connection = "lost";
    const why = event.code === TOO_MANY_WATCHERS ? event.reason : t("Connection lost. Reconnecting …");
    this.complain(this.words.lost, why ?? "");
  }

  /**
   * @param {import("./live_socket.js").News} message
   * @param {boolean} isFirst whether it is the first one of its connection, with all of the status
   */
  receive(message, isFirst) {
    if (isFirst) {
      this.status = {};
      this.host.dataset.connection = "live";
      this.words.lost.textContent = "";
    }
    if (message.all) {
      this.plots.replace(message.all);
      this.marks = message.marks ?? [];
    } else if (message.n > this.cursor) {
      this.plots.append(message.add ?? {});
      this.marks.push(...(message.marks ?? []));
    }
    this.answers.hear(message);
    this.cursor = message.n;
    for (const [name, value] of Object.entries(message.s ?? {})) {
      const status = /** @type {Record<string, any>} */ (this.status), isTable = value !== null && typeof value === "object";
      status[name] = isTable ? { ...status[name], ...value } : value;
    }
    this.heard = performance.now();
    this.say();
    const { best, end, epochs, steps } = this.status;
    this.plots.mark({ marks: [...this.marks], best: best?.epoch, end: end ?? undefined, epochs, steps: steps ?? 1 });
    this.plots.newest = message.n;
    this.plots.isGrowing = this.status.state === "running";
    this.plots.draw();
    this.report();
  }

  /** Let the page run if it does not know the state of the run. */
  report() {
    const { state } = this.status;
    if (!state || state === this.told || !this.tell) return;
    this.told = state;
    this.tell("state", state);
  }

  tick() {
    if (this.status.state === "running" && this.host.dataset.connection === "live") this.say();
  }

  say() {
    const since = this.status.state === "running" ? (performance.now() - this.heard) / 1000 : 0;
    this.words.say(this.status, since);
    this.plots.say(this.status, waitingWords(this.status, since, this.data.first ?? undefined));
    this.announcer.hear(this.status, performance.now());
    this.host.dataset.state = this.status.state ?? "";
  }

  /**
   * Show another run behind this one, in grey: its curves come over the same kind of socket, once.
   * @param {Reference | null} reference
   */
  loadReference(reference) {
    if (reference?.run === this.reference?.run) return;
    this.reference = reference;
    this.referenceSocket?.close();
    this.plots.setReference(null);
    this.referenceNote.textContent = reference ? t("Compared with {name} (grey)", { name: reference.name }) : "";
    if (!reference) return;
    const socket = (this.referenceSocket = dial(reference.socket, -1));
    socket.onmessage = (message) => {
      if (socket !== this.referenceSocket) return;
      /** @type {Message} */
      const { all, s } = JSON.parse(message.data);
      if (!all) return;
      socket.close();
      this.plots.view.referenceSteps = s?.steps ?? undefined;
      this.plots.setReference(all);
    };
    socket.onerror = () => {
      if (socket === this.referenceSocket) this.referenceNote.textContent = t("The other run could not be read. Choose another one.");
    };
  }
}
