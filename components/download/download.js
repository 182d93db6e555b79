// A button that saves a text as a file. The text is in the browser already, so that nothing is asked of the server when
// it is pressed: Streamlit's own button holds an address that is gone as soon as the page is run again.

import { button, element, save, shape, shown, stylesheet } from "../browser/dom.js";

/**
 * @typedef {{ label: string, help: string, framed: boolean, text: string, file: string, mime: string }} Data
 * @typedef {import("../browser/dom.js").Component<Data>} Component
 */

const STYLE = await stylesheet("./download.css", import.meta.url);
const ARROW = "M12 3v12m0 0l-5-5m5 5l5-5M4 20h16";

class Download {
  /** @param {Component} component */
  constructor({ data, parentElement }) {
    this.data = data;
    this.box = element(parentElement, "div");
    element(this.box, "style", "", STYLE);
    this.button = button(this.box, "fb-download", "", () => save(this.data.file, this.data.text, this.data.mime));
    shape(shape(this.button, "svg", { viewBox: "0 0 24 24", "aria-hidden": true }), "path", { d: ARROW });
    this.label = element(this.button, "span");
  }

  close() {
    this.box.remove();
  }

  /** @param {Component} component */
  answered({ data }) {
    this.data = data;
    this.label.textContent = data.label;
    this.button.title = data.help;
    this.button.classList.toggle("framed", data.framed);
  }
}

export const show = shown(Download);
