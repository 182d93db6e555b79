// A button that saves a text as a file. The text is in the browser already, so that nothing is asked of the server when
// it is pressed: Streamlit's own button holds an address that is gone as soon as the page is run again.

import { button, element, stylesheet } from "../browser/dom.js";

/**
 * @typedef {{ label: string, help: string, framed: boolean, text: string, file: string, mime: string }} Data
 * @typedef {import("../browser/dom.js").Component<Data>} Component
 */

const STYLE = await stylesheet("./download.css", import.meta.url);
const ARROW = "M12 3v12m0 0l-5-5m5 5l5-5M4 20h16";

/**
 * Called at each run of the page.
 * @param {Component} component
 * @param {{ download?: Download, close?: () => void }} mount
 */
export function show(component, mount) {
  const download = (mount.download ??= new Download(component));
  mount.close = () => { download.box.remove(); mount.download = undefined; };
  download.answered(component.data);
}

class Download {
  /** @param {Component} component */
  constructor({ data, parentElement }) {
    this.data = data;
    this.box = element(parentElement, "div");
    element(this.box, "style", "", STYLE);
    this.button = button(this.box, "fb-download", "", () => save(this.data));
    const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    icon.setAttribute("viewBox", "0 0 24 24");
    icon.setAttribute("aria-hidden", "true");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.setAttribute("d", ARROW);
    icon.append(line);
    this.button.append(icon);
    this.label = element(this.button, "span");
  }

  /** @param {Data} data */
  answered(data) {
    this.data = data;
    this.label.textContent = data.label;
    this.button.title = data.help;
    this.button.classList.toggle("framed", data.framed);
  }
}

/** @param {Data} data */
function save({ text, file, mime }) {
  const link = Object.assign(document.createElement("a"), { download: file });
  link.href = URL.createObjectURL(new Blob([text], { type: mime }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // a browser that asks where to save it reads it afterwards
}
