// The live chart of one run: follows the run's socket and draws what comes. Hand-written, no build step.
// Everything that stems from a run is shown through textContent, never as markup.

import { Controls, rememberedView } from "./live_controls.js";
import { Legend } from "./live_legend.js";
import { Plots } from "./live_plots.js";
import { Table } from "./live_table.js";
import { Words } from "./live_words.js";
import { element } from "../browser/dom.js";

const NO_SUCH_RUN = 4404;
const TOO_MANY_WATCHERS = 4429;
const REST = 10000; // ms
const SILENCE = 25000; // ms; the server says something at least every 10 s
const STYLE = `
.fb-live { color: var(--st-text-color, inherit); font-family: var(--st-font, inherit); margin: 0.25rem 0 1rem; }
.fb-live p { margin: 0; }
.fb-live-bar { height: 0.5rem; border-radius: 0.25rem; overflow: hidden;
  background: var(--st-secondary-background-color, #eee); box-shadow: inset 0 0 0 1px var(--st-border-color, #ddd); }
.fb-live-fill { height: 100%; width: 0; border-radius: inherit; background: var(--st-primary-color, #3457d5);
  transition: width 0.2s linear; }
.fb-live-line { padding-top: 0.6rem; font-variant-numeric: tabular-nums; }
.fb-live .fb-live-note { opacity: 0.8; font-size: 0.9em; margin-top: 0.3rem; }
.fb-live .fb-live-notice { opacity: 1; }
.fb-live-lost { font-size: 0.9em; padding-top: 0.3rem; font-weight: 600; }
.fb-live-values { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: 0.75rem; margin: 0.75rem 0 1rem; }
.fb-live-values div { min-width: 0; }
.fb-live-values dt { font-size: 0.85em; opacity: 0.8; }
.fb-live-values dt code { display: block; font-size: 0.9em; background: none; color: inherit; padding: 0; opacity: 0.8; }
.fb-live-values dd { margin: 0; font-size: 1.5rem; font-variant-numeric: tabular-nums; overflow: hidden; text-overflow: ellipsis; }
.fb-live-plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: 1rem; min-height: 18rem; }
.fb-live-plots figure { margin: 0; min-width: 0; }
.fb-live-plots figcaption { font-weight: 600; padding-bottom: 0.25rem; }
.fb-live-canvas { height: 16rem; }
.fb-live-strip { grid-column: 1 / -1; }
.fb-live-strip .fb-live-canvas { height: 6rem; }
.fb-live [hidden] { display: none; }
.fb-live-controls { display: flex; flex-wrap: wrap; gap: 0.5rem 1.25rem; align-items: center; font-size: 0.9em; margin-bottom: 0.5rem; }
.fb-live-controls input { accent-color: var(--st-primary-color, #3457d5); vertical-align: middle; }
.fb-live-axes { border: 0; margin: 0; padding: 0; display: flex; gap: 0.75rem; }
.fb-live-axes legend { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.fb-live-axes label { display: inline-flex; gap: 0.3rem; align-items: center; }
.fb-live-smoothing span { display: inline-block; min-width: 7em; padding-left: 0.4rem; opacity: 0.8; }
.fb-live-button { font: inherit; color: inherit; text-decoration: none; background: none; cursor: pointer; padding: 0.15rem 0.6rem;
  border: 1px solid var(--st-border-color, #ccc); border-radius: var(--st-button-radius, 0.5rem); }
.fb-live-button:hover, .fb-live-button:focus-visible { border-color: var(--st-primary-color, #3457d5); color: var(--st-primary-color, #3457d5); }
.fb-live .fb-live-follow { background: var(--st-primary-color, #3457d5); color: #fff; border-color: transparent; }
.fb-live-legend { display: flex; flex-wrap: wrap; gap: 0.1rem 1rem; font-size: 0.85em; margin-bottom: 0.4rem; }
.fb-live-entry { font: inherit; color: inherit; background: none; border: 0; padding: 0.1rem 0; cursor: pointer; }
.fb-live-entry[aria-pressed="false"] { opacity: 0.45; text-decoration: line-through; }
.fb-live-entry:hover { text-decoration: underline; }
.fb-live .fb-live-says { margin: 0.75rem 0 0.25rem; min-height: 1.6em; }
.fb-live-table summary { cursor: pointer; font-size: 0.9em; padding: 0.25rem 0; }
.fb-live-scroll { max-height: 18rem; overflow: auto; }
.fb-live-table table { border-collapse: collapse; font-size: 0.9em; font-variant-numeric: tabular-nums; }
.fb-live-table caption { text-align: left; opacity: 0.8; padding-bottom: 0.25rem; }
.fb-live-table th, .fb-live-table td { padding: 0.15rem 0.9rem 0.15rem 0; text-align: right; font-weight: 400; white-space: nowrap; }
.fb-live-table thead th { font-weight: 600; position: sticky; top: 0; background: var(--st-background-color, #fff); }
@media (prefers-reduced-motion: reduce) { .fb-live-fill { transition: none; } }
`;

/** Run -> its chart that the page has taken away, and that goes on unseen for a moment. */
const resting = new Map();

/**
 * Called at each run of the page: draws the run anew only if it is another one. `mount.close` takes it away.
 * When a connection is lost while the page runs, Streamlit's front end hears the end of that run without its middle, and
 * takes away what it has not heard of until the page has run again: a chart that comes back is the one that was there.
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
  constructor(data, parent) {
    this.run = data.run;
    this.data = data;
    this.told = data.state; // what the page knows of the state
    this.status = {};
    this.cursor = -1;
    this.marks = [];
    this.tries = 0;
    this.closed = false;
    this.build(parent);
    const view = { ...rememberedView(), run: data.run, steps: 1, marks: [], spans: data.spans ?? [], hidden: new Set() };
    this.controls = new Controls(this.host, { ...view }, {
      changed: (part) => this.plots.change(part), follow: () => this.plots.follow(),
      save: () => this.plots.save(`fitboard-${data.run}`), csv: data.csv,
    });
    this.ghostNote = element(this.host, "p", "fb-live-note");
    this.legend = new Legend(this.host, (hidden) => this.plots.change({ hidden }));
    this.grid = element(this.host, "div", "fb-live-plots");
    this.words.addSentence(this.host);
    this.plots = new Plots(this.grid, data.plotly, view, {
      onDrawn: (points, error, newest) => {
        Object.assign(this.host.dataset, { points, drawn: newest ?? "" });
        if (error) this.trouble.textContent = "The curves could not be drawn. Reload this page.";
        if (this.plots.ink) this.legend.show(this.plots.present, this.plots.ink);
        this.table.fill();
      },
      onZoom: (isZoomed) => this.controls.zoomed(isZoomed),
    });
    this.table = new Table(this.host, this.plots);
    this.clock = setInterval(() => this.tick(), 1000);
    this.wake = () => {
      if (document.hidden) return;
      if (this.retry) this.connect();
      this.plots.draw(); // what has come while nobody looked
    };
    window.addEventListener("online", this.wake);
    document.addEventListener("visibilitychange", this.wake);
    this.connect();
  }

  build(parent) {
    this.host = element(parent, "section", "fb-live");
    this.host.setAttribute("aria-label", "Training progress and curves");
    Object.assign(this.host.dataset, { run: this.run, points: 0, state: "", connection: "connecting" });
    element(this.host, "style", "", STYLE);
    this.words = new Words(this.host);
    this.trouble = element(this.host, "p", "fb-live-lost");
    this.trouble.setAttribute("role", "alert");
  }

  /** The page has run: take its newest word, and its newest colours. */
  page(component) {
    if (component.data.state !== this.data.state) this.told = component.data.state;
    const { reference: ghost, spans = [] } = component.data;
    if (JSON.stringify(spans) !== JSON.stringify(this.plots.view.spans)) this.plots.change({ spans });
    this.data = component.data;
    this.tell = component.setTriggerValue;
    this.plots.dress();
    this.haunt(ghost);
    this.report();
  }

  rest() {
    resting.get(this.run)?.close();
    resting.set(this.run, this);
    this.tell = undefined;
    this.host.remove();
    this.end = setTimeout(() => this.close(), REST);
  }

  wakeIn(parent) {
    clearTimeout(this.end);
    if (resting.get(this.run) === this) resting.delete(this.run);
    parent.append(this.host);
  }

  close() {
    this.closed = true;
    clearTimeout(this.end);
    if (resting.get(this.run) === this) resting.delete(this.run);
    clearInterval(this.clock);
    clearTimeout(this.retry);
    clearTimeout(this.watch);
    window.removeEventListener("online", this.wake);
    document.removeEventListener("visibilitychange", this.wake);
    this.socket?.close();
    this.medium?.close();
    this.plots.close();
    this.host.remove();
  }

  // The connection

  connect() {
    clearTimeout(this.retry);
    this.retry = undefined;
    const socket = (this.socket = this.dial(this.data.socket, this.cursor));
    this.first = true;
    socket.onmessage = (message) => { if (socket === this.socket) this.receive(JSON.parse(message.data)); };
    socket.onclose = (event) => { if (socket === this.socket && !this.closed) this.dropped(event); };
    this.listen();
  }

  dial(path, since) {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    return new WebSocket(`${scheme}//${location.host}${path}?since=${since}`);
  }

  /** A connection that says nothing any more (a sleeping computer, lost Wi-Fi) is given up. */
  listen() {
    clearTimeout(this.watch);
    this.watch = setTimeout(() => { const old = this.socket; this.socket = undefined; old.close(); this.dropped({}); }, SILENCE);
  }

  dropped(event) {
    clearTimeout(this.watch);
    if (event.code === NO_SUCH_RUN) {
      this.host.dataset.connection = "gone";
      this.words.lost.textContent = "This run is no longer there. It may have been deleted; choose another one under Runs.";
      return;
    }
    this.host.dataset.connection = "lost";
    const why = event.code === TOO_MANY_WATCHERS ? event.reason : "Not live: connection lost, trying again.";
    this.words.lost.textContent = why;
    // Not all at the same moment: a whole class may have lost the same server.
    const wait = Math.min(250 * 2 ** this.tries++, 5000) * (0.75 + Math.random() / 2);
    this.retry = setTimeout(() => this.connect(), wait);
  }

  receive(message) {
    this.listen();
    if (this.closed || message.n === undefined) return;
    if (this.first) {
      this.first = false;
      this.tries = 0;
      this.status = {};
      this.host.dataset.connection = "live";
      this.words.lost.textContent = "";
    }
    if (message.all) this.plots.replace(message.all);
    else if (message.add && message.n > this.cursor) this.plots.append(message.add);
    if (message.all) this.marks = [];
    if (message.all || message.n > this.cursor) this.marks.push(...(message.marks ?? []));
    this.cursor = message.n;
    for (const [name, value] of Object.entries(message.s ?? {})) {
      const isTable = value !== null && typeof value === "object";
      this.status[name] = isTable ? { ...this.status[name], ...value } : value;
    }
    this.heard = performance.now();
    this.say();
    const { best, end, epochs, steps } = this.status;
    this.plots.mark({ marks: [...this.marks], best: best?.epoch, end: end ?? undefined, epochs, steps: steps ?? 1 });
    this.plots.newest = message.n;
    this.plots.draw();
    this.report();
  }

  /** Let the page run if it does not know how the run stands. */
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
    this.host.dataset.state = this.status.state ?? "";
  }

  /** Another run, pale, behind this one: its curves come over the same kind of socket, once. */
  haunt(ghost) {
    if (ghost?.run === this.ghost?.run) return;
    this.ghost = ghost;
    this.medium?.close();
    this.plots.ghost(null);
    this.ghostNote.textContent = ghost ? `Pale behind it: ${ghost.name}` : "";
    if (!ghost) return;
    const medium = (this.medium = this.dial(ghost.socket, -1));
    medium.onmessage = (message) => {
      if (medium !== this.medium) return;
      const { all, s } = JSON.parse(message.data);
      if (!all) return;
      medium.close();
      this.plots.view.ghostSteps = s?.steps;
      this.plots.ghost(all);
    };
    medium.onerror = () => { if (medium === this.medium) this.ghostNote.textContent = "The pale run could not be read. Choose another one."; };
  }
}
