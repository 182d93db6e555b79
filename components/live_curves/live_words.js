// What the live chart says beside its curves: the bar, the line below it, the values, and a sentence for the curves.

import { OVER, WORDS, duration, element, number } from "../browser/dom.js";

const STATES = {
  queued: "Waiting for its turn", running: "Running", paused: "Paused", finished: "Finished", stopped: "Stopped",
  failed: "Failed", interrupted: "Interrupted",
};
const PHASES = {
  preparing: "Getting the data ready", building: "Building the model", compiling: "Getting the first batch ready",
  saving: "Saving the weights", testing: "Testing",
};

export class Words {
  constructor(parent) {
    this.bar = element(parent, "div", "fb-live-bar");
    const names = { role: "progressbar", "aria-label": "Training progress", "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": 0 };
    for (const [name, value] of Object.entries(names)) this.bar.setAttribute(name, value);
    this.fill = element(this.bar, "div", "fb-live-fill");
    this.line = element(parent, "p", "fb-live-line", "Connecting…");
    this.facts = element(parent, "p", "fb-live-note");
    this.note = element(parent, "p", "fb-live-note fb-live-notice");
    this.lost = element(parent, "p", "fb-live-lost");
    this.lost.setAttribute("role", "status");
    this.values = element(parent, "dl", "fb-live-values");
    this.tiles = new Map();
  }

  /** A sentence that says what the curves show; read out when it changes, which is at the end of an epoch. */
  addSentence(parent) {
    this.says = element(parent, "p", "fb-live-says");
    this.says.setAttribute("role", "status");
  }

  /** `since`: seconds since the last message of a run that goes on. */
  say(s, since) {
    const isOver = OVER.includes(s.state);
    this.fill.style.width = `${100 * (s.progress ?? 0)}%`;
    this.line.textContent = this.sentence(s, since);
    this.bar.setAttribute("aria-valuenow", Math.round(100 * (s.progress ?? 0)));
    this.bar.setAttribute("aria-valuetext", this.line.textContent);
    const notes = [];
    if (s.reason && !isOver) notes.push(s.reason); // the end has a card of its own on the page
    if (s.trouble) notes.push(s.trouble);
    if (s.notice && !isOver) notes.push(s.notice);
    if (s.newer) notes.push("This run was made by a newer Fitboard. Update Fitboard to open it.");
    else if (s.damaged) notes.push("The record of this run is damaged; what stands before the damage is shown.");
    put(this.note, notes.join(" "));
    const facts = [];
    if (s.best?.epoch) {
      facts.push(`Best epoch${isOver ? "" : " so far"}: ${s.best.epoch} (${s.best.by} ${number(s.best.by, s.best[s.best.by])}).`);
    }
    if (s.patience) facts.push(s.patience);
    if (s.weights) facts.push(`Weights in the model: ${s.weights}.`);
    if (s.rate && !isOver) facts.push(`${s.rate.toLocaleString("en")} examples a second.`);
    if (s.memory && !isOver) facts.push(`Trainer’s memory: ${s.memory >= 1000 ? `${(s.memory / 1000).toFixed(1)} GB` : `${s.memory} MB`}.`);
    put(this.facts, facts.join(" "));
    put(this.says, s.says ?? "");
    const usual = ["loss", "accuracy", ...(s.validation ? ["val_loss", "val_accuracy"] : [])];
    for (const name of [...usual, ...Object.keys(s.now ?? {})]) {
      if (!this.tiles.has(name)) {
        const tile = element(this.values, "div");
        const label = element(tile, "dt", "", `${WORDS[name] ?? name} `);
        if (WORDS[name]) element(label, "code", "", name);
        this.tiles.set(name, element(tile, "dd"));
      }
      put(this.tiles.get(name), number(name, s.now?.[name]));
    }
  }

  sentence(s, since) {
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
    if (s.seconds) parts.push(`${duration(s.seconds + since)} ${isOver ? "in all" : "gone"}`);
    if (s.left != null && !busy) {
      const left = Math.max(s.left - since, 0);
      parts.push(`about ${left < 120 ? duration(left) : duration(60 * Math.round(left / 60)).replace(" 0 s", "")} left`);
    }
    return parts.join(" · ");
  }
}

/** A screen reader says again what is written again, so only what is new is written. */
function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
