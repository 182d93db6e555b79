// The live chart of one run: follows the run's socket and draws what comes. Hand-written, no build step.
// Everything that stems from a run is shown through textContent, never as markup.

import { Plots, WORDS, element, isShare } from "./live_plots.js";

const STATES = {
  queued: "Waiting for its turn", running: "Running", paused: "Paused", finished: "Finished", stopped: "Stopped",
  failed: "Failed", interrupted: "Interrupted",
};
const PHASES = {
  preparing: "Getting the data ready", building: "Building the model", compiling: "Getting the first batch ready",
  saving: "Saving the weights", testing: "Testing",
};
const OVER = ["finished", "stopped", "failed", "interrupted"];
const NO_SUCH_RUN = 4404;
const SILENCE = 25000; // ms; the server says something at least every 10 s
const STYLE = `
.fb-live { color: var(--st-text-color, inherit); font-family: var(--st-font, inherit); margin: 0.25rem 0 1rem; }
.fb-live p { margin: 0; }
.fb-live-bar { height: 0.5rem; border-radius: 0.25rem; overflow: hidden;
  background: var(--st-secondary-background-color, #eee); box-shadow: inset 0 0 0 1px var(--st-border-color, #ddd); }
.fb-live-fill { height: 100%; width: 0; border-radius: inherit; background: var(--st-primary-color, #3457d5);
  transition: width 0.2s linear; }
.fb-live-line { padding-top: 0.6rem; font-variant-numeric: tabular-nums; }
.fb-live .fb-live-note { opacity: 0.8; font-size: 0.9em; margin-top: 0.3rem; min-height: 1.6em; }
.fb-live-lost { font-size: 0.9em; padding-top: 0.3rem; font-weight: 600; }
.fb-live-values { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: 0.75rem; margin: 0.75rem 0 1rem; }
.fb-live-values div { min-width: 0; }
.fb-live-values dt { font-size: 0.85em; opacity: 0.8; }
.fb-live-values dt code { display: block; font-size: 0.9em; background: none; color: inherit; padding: 0; opacity: 0.8; }
.fb-live-values dd { margin: 0; font-size: 1.5rem; font-variant-numeric: tabular-nums; overflow: hidden; text-overflow: ellipsis; }
.fb-live-plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: 1rem; min-height: 18rem; }
.fb-live-plots figure { margin: 0; min-width: 0; }
.fb-live-plots figcaption { font-weight: 600; padding-bottom: 0.25rem; }
.fb-live-canvas { height: 17rem; }
@media (prefers-reduced-motion: reduce) { .fb-live-fill { transition: none; } }
`;

/** Called at each run of the page: draws the run anew only if it is another one. `mount.close` ends it. */
export function show(component, mount) {
  const { data, parentElement } = component;
  if (mount.chart && mount.chart.run !== data.run) mount.close();
  if (!mount.chart) {
    const chart = (mount.chart = new LiveCurves(data, parentElement));
    mount.close = () => { mount.chart = undefined; chart.close(); };
  }
  mount.chart.page(component);
}

function number(metric, value) {
  if (value === undefined) return "–";
  if (value === null) return "not a number";
  if (isShare(metric) && value >= 0 && value <= 1) return `${(100 * value).toFixed(1)} %`;
  return value !== 0 && (Math.abs(value) < 0.001 || Math.abs(value) >= 1e5) ? value.toExponential(2) : value.toFixed(4);
}

function duration(seconds) {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

class LiveCurves {
  constructor(data, parent) {
    this.run = data.run;
    this.data = data;
    this.told = data.state; // what the page knows of the state
    this.status = {};
    this.cursor = -1;
    this.tries = 0;
    this.closed = false;
    this.build(parent);
    this.plots = new Plots(this.grid, data.plotly, data.run, (points, error) => {
      this.host.dataset.points = points;
      if (error) this.trouble.textContent = "The curves could not be drawn. Reload this page.";
    });
    this.clock = setInterval(() => this.tick(), 1000);
    this.wake = () => { if (!document.hidden && this.retry) this.connect(); };
    window.addEventListener("online", this.wake);
    document.addEventListener("visibilitychange", this.wake);
    this.connect();
  }

  build(parent) {
    this.host = element(parent, "section", "fb-live");
    this.host.setAttribute("aria-label", "Training progress and curves");
    Object.assign(this.host.dataset, { run: this.run, points: 0, state: "", connection: "connecting" });
    element(this.host, "style", "", STYLE);
    this.bar = element(this.host, "div", "fb-live-bar");
    const names = { role: "progressbar", "aria-label": "Training progress", "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": 0 };
    for (const [name, value] of Object.entries(names)) this.bar.setAttribute(name, value);
    this.fill = element(this.bar, "div", "fb-live-fill");
    this.line = element(this.host, "p", "fb-live-line", "Connecting…");
    this.note = element(this.host, "p", "fb-live-note");
    this.lost = element(this.host, "p", "fb-live-lost");
    this.lost.setAttribute("role", "status");
    this.values = element(this.host, "dl", "fb-live-values");
    this.tiles = new Map();
    this.trouble = element(this.host, "p", "fb-live-lost");
    this.trouble.setAttribute("role", "alert");
    this.grid = element(this.host, "div", "fb-live-plots");
  }

  /** The page has run: take its newest word, and its newest colours. */
  page(component) {
    if (component.data.state !== this.data.state) this.told = component.data.state;
    this.data = component.data;
    this.tell = component.setTriggerValue;
    this.plots.dress();
  }

  close() {
    this.closed = true;
    clearInterval(this.clock);
    clearTimeout(this.retry);
    clearTimeout(this.watch);
    window.removeEventListener("online", this.wake);
    document.removeEventListener("visibilitychange", this.wake);
    this.socket?.close();
    this.plots.close();
    this.host.remove();
  }

  // The connection

  connect() {
    clearTimeout(this.retry);
    this.retry = undefined;
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = (this.socket = new WebSocket(`${scheme}//${location.host}${this.data.socket}?since=${this.cursor}`));
    this.first = true;
    socket.onmessage = (message) => { if (socket === this.socket) this.receive(JSON.parse(message.data)); };
    socket.onclose = (event) => { if (socket === this.socket && !this.closed) this.dropped(event); };
    this.listen();
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
      this.lost.textContent = "This run is no longer there. It may have been deleted; choose another one under Runs.";
      return;
    }
    this.host.dataset.connection = "lost";
    this.lost.textContent = "Not live: connection lost, trying again.";
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
      this.lost.textContent = "";
    }
    if (message.all) this.plots.replace(message.all);
    else if (message.add && message.n > this.cursor) this.plots.append(message.add);
    this.cursor = message.n;
    for (const [name, value] of Object.entries(message.s ?? {})) {
      const isTable = value !== null && typeof value === "object";
      this.status[name] = isTable ? { ...this.status[name], ...value } : value;
    }
    this.heard = performance.now();
    this.say();
    this.plots.draw();
    const { state } = this.status;
    if (state && state !== this.told) {
      this.told = state;
      this.tell?.("state", state);
    }
  }

  // Words and numbers

  tick() {
    if (this.status.state === "running" && this.host.dataset.connection === "live") this.say();
  }

  say() {
    const s = this.status;
    const percent = Math.round(100 * (s.progress ?? 0));
    this.fill.style.width = `${100 * (s.progress ?? 0)}%`;
    this.line.textContent = this.sentence(s);
    this.bar.setAttribute("aria-valuenow", percent);
    this.bar.setAttribute("aria-valuetext", this.line.textContent);
    const notes = [];
    if (s.reason && !OVER.includes(s.state)) notes.push(s.reason); // the end has a card of its own on the page
    if (s.trouble) notes.push(s.trouble);
    if (s.notice && !OVER.includes(s.state)) notes.push(s.notice);
    if (s.damaged) notes.push("The record of this run is damaged; what stands before the damage is shown.");
    if (s.best?.epoch) {
      const name = "val_loss" in s.best ? "val_loss" : "loss";
      notes.push(`Best epoch${OVER.includes(s.state) ? "" : " so far"}: ${s.best.epoch} (${name} ${number(name, s.best[name])}).`);
    }
    this.note.textContent = notes.join(" ");
    this.host.dataset.state = s.state ?? "";
    const usual = ["loss", "accuracy", ...(s.validation ? ["val_loss", "val_accuracy"] : [])];
    for (const name of [...usual, ...Object.keys(s.now ?? {})]) {
      if (!this.tiles.has(name)) {
        const tile = element(this.values, "div");
        const label = element(tile, "dt", "", `${WORDS[name] ?? name} `);
        if (WORDS[name]) element(label, "code", "", name);
        this.tiles.set(name, element(tile, "dd"));
      }
      this.tiles.get(name).textContent = number(name, s.now?.[name]);
    }
  }

  sentence(s) {
    const parts = [];
    const busy = s.state === "running" && PHASES[s.phase];
    if (busy) parts.push(PHASES[s.phase]);
    else if (s.state !== "running" || !s.epoch) parts.push(STATES[s.state] ?? "Connecting…");
    if (s.state === "queued" && s.before) {
      const runs = s.before === 1 ? "1 run is" : `${s.before} runs are`;
      parts.push(`${runs} before it${s.wait ? `, about ${duration(Math.max(s.wait, 1))}` : ""}`);
    }
    const isOver = OVER.includes(s.state);
    if (s.epoch && s.epochs) parts.push(`${s.state === "finished" ? "epoch" : parts.length ? "in epoch" : "Epoch"} ${s.epoch} of ${s.epochs}`);
    if (s.epoch && s.steps && !isOver) {
      parts.push(`step ${(s.step ?? 0).toLocaleString("en")} of ${s.steps.toLocaleString("en")}`);
    }
    const since = s.state === "running" ? (performance.now() - this.heard) / 1000 : 0;
    if (s.seconds) parts.push(`${duration(s.seconds + since)} ${isOver ? "in all" : "gone"}`);
    if (s.left != null && !busy) {
      const left = Math.max(s.left - since, 0);
      parts.push(`about ${left < 120 ? duration(left) : duration(60 * Math.round(left / 60)).replace(" 0 s", "")} left`);
    }
    return parts.join(" · ");
  }
}
