// Which epoch of how many a run is in: follows the run's socket, as the live chart does, and reads nothing but its status.

import { element, setText, shown } from "../browser/dom.js";
import { LiveSocket } from "../live_curves/live_socket.js";
import { progressInEpochs } from "./words.js";

/**
 * @typedef {{ socket: string, state: string }} Data the address of the run's live data, and the state that the page knows
 * @typedef {import("../browser/dom.js").Component<Data>} Component
 * @typedef {import("../live_curves/status.js").Status} Status
 */

class RunProgress {
  /** @param {Component} component */
  constructor({ data, parentElement }) {
    this.line = element(parentElement, "span", "fb-run-progress", "", { style: "font-variant-numeric: tabular-nums" });
    this.told = data.state;
    /** @type {Component["setTriggerValue"] | undefined} */
    this.tell = undefined;
    /** @type {Status} */
    this.status = {};
    this.live = new LiveSocket(data.socket, {
      since: () => -1, heard: ({ s }, isFirst) => this.receive(s ?? {}, isFirst),
      lost: () => setText(this.line, ""), // better nothing than an epoch that is long past
    });
  }

  /** @param {Component} component */
  answered({ setTriggerValue }) {
    this.tell = setTriggerValue;
  }

  /**
   * @param {Status} changed the fields of the status that are new
   * @param {boolean} isFirst whether these are all of them
   */
  receive(changed, isFirst) {
    this.status = isFirst ? changed : { ...this.status, ...changed };
    setText(this.line, progressInEpochs(this.status));
    const { state } = this.status;
    if (!state || state === this.told) return;
    this.told = state;
    this.tell?.("state", state);
  }

  close() {
    this.live.close();
    this.line.remove();
  }
}

export const show = shown(RunProgress);
