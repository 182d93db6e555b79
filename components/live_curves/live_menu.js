// The Chart menu: what the axis shows, how smooth, linear or logarithmic, zoom, and what is saved. One button beside the
// state of the run, so that the curves have the place.

import { button, element } from "../browser/dom.js";
import { number } from "../browser/formats.js";
import { n, t } from "../browser/i18n.js";

const KEPT = "fitboard.view";
/** How many epochs the smoothed line may average over. */
const SMOOTHING_EPOCHS = [0, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

/** @typedef {"epoch" | "step" | "time"} Axis */
/** @typedef {{ axis: Axis, smoothing: number, log: boolean, keras: boolean }} Choice `smoothing` in epochs; `keras`: whether Keras's names are shown */

/** @returns {[Axis, string][]} */
const axes = () => [["epoch", t("Epochs")], ["step", t("Steps")], ["time", t("Time")]];

/** How this browser last showed curves.
 * @returns {Choice}
 */
export function rememberedChoice() {
  /** @type {Choice} */
  const usual = { axis: "epoch", smoothing: 0.1, log: false, keras: false };
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "null") ?? {};
    return {
      axis: axes().some(([axis]) => axis === kept.axis) ? kept.axis : usual.axis, log: kept.log === true, keras: kept.keras === true,
      smoothing: SMOOTHING_EPOCHS.includes(kept.smoothing) ? kept.smoothing : usual.smoothing,
    };
  } catch {
    return usual; // a browser that keeps nothing, or kept something else: the usual view
  }
}

/** @param {Choice} choice */
function remember({ axis, smoothing, log, keras }) {
  try {
    localStorage.setItem(KEPT, JSON.stringify({ axis, smoothing, log, keras }));
  } catch (error) {
    console.debug("This browser keeps no settings:", error);
  }
}

export class Menu {
  /**
   * @param {Element} parent
   * @param {Choice} choice changed here
   * @param {object} told
   * @param {(part: Partial<Choice>) => void} told.changed
   * @param {(factor: number) => void} told.zoom how many times as much is to be shown
   * @param {(direction: 1 | -1) => void} told.move
   * @param {() => void} told.showAll
   * @param {() => void} told.save
   * @param {string} told.csv the address of the table of epochs
   */
  constructor(parent, choice, { changed, zoom, move, showAll, save, csv }) {
    this.choice = choice;
    this.changed = changed;
    this.back = button(parent, "fb-live-button", t("Show the whole curve"), showAll);
    this.details = element(parent, "details", "fb-live-menu");
    const summary = element(this.details, "summary", "fb-live-button", t("Chart"));
    this.panel = element(this.details, "div", "fb-live-panel", "", { role: "group", "aria-label": t("How the curves are shown") });
    this.addAxes();
    this.addSmoothing();
    this.addSwitch("log", t("Logarithmic loss axis"), t("Each step up is ten times as much, so small losses become visible."));
    this.keras = this.addSwitch("keras", t("Keras names"), t("What Keras calls these numbers, such as val_loss."));
    const zooming = element(this.panel, "div", "fb-live-buttons", "", { role: "group", "aria-label": t("Zoom") });
    button(zooming, "fb-live-button", t("Zoom in"), () => zoom(0.5));
    button(zooming, "fb-live-button", t("Zoom out"), () => zoom(2));
    this.moves = [
      button(zooming, "fb-live-button", t("Earlier"), () => move(-1)), button(zooming, "fb-live-button", t("Later"), () => move(1)),
      button(zooming, "fb-live-button", t("Reset zoom"), showAll),
    ];
    const saving = element(this.panel, "div", "fb-live-buttons", "", { role: "group", "aria-label": t("Save") });
    button(saving, "fb-live-button", t("Save pictures"), save);
    element(saving, "a", "fb-live-button", t("Save as CSV"), { href: csv, download: "" });
    this.details.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.details.open) return;
      event.stopPropagation();
      this.details.open = false;
      summary.focus();
    });
    this.outside = (/** @type {Event} */ event) => {
      if (event.target instanceof Node && !this.details.contains(event.target)) this.details.open = false;
    };
    document.addEventListener("pointerdown", this.outside);
    this.zoomed(false);
  }

  close() {
    document.removeEventListener("pointerdown", this.outside);
  }

  /** @param {Partial<Choice>} part */
  change(part) {
    Object.assign(this.choice, part);
    remember(this.choice);
    this.changed(part);
  }

  addAxes() {
    const choices = element(this.panel, "fieldset", "fb-live-axes");
    element(choices, "legend", "", t("Horizontal axis"));
    const group = `fb-axis-${Math.random().toString(36).slice(2)}`;
    for (const [axis, word] of axes()) {
      const label = element(choices, "label");
      const radio = element(label, "input", "", "", { type: "radio", name: group, value: axis });
      radio.checked = this.choice.axis === axis;
      radio.addEventListener("change", () => this.change({ axis }));
      label.append(word);
    }
  }

  addSmoothing() {
    const label = element(this.panel, "label", "fb-live-smoothing", t("Smoothing"));
    const slider = element(label, "input", "", "", {
      type: "range", min: 0, max: SMOOTHING_EPOCHS.length - 1, step: 1, value: SMOOTHING_EPOCHS.indexOf(this.choice.smoothing), "aria-label": t("Smoothing"),
    });
    const said = element(label, "span");
    const tell = () => {
      const { smoothing } = this.choice;
      said.textContent = smoothing ? n("over {epochs} epoch", "over {epochs} epochs", smoothing > 1 ? 2 : 1, { epochs: number(smoothing) }) : t("none");
      slider.setAttribute("aria-valuetext", said.textContent);
    };
    slider.addEventListener("input", () => { this.change({ smoothing: SMOOTHING_EPOCHS[Number(slider.value)] }); tell(); });
    tell();
  }

  /**
   * @param {"log" | "keras"} name
   * @param {string} text
   * @param {string} help
   * @returns {HTMLInputElement}
   */
  addSwitch(name, text, help) {
    const row = element(this.panel, "div", "fb-live-switch"), id = `fb-help-${Math.random().toString(36).slice(2)}`;
    const label = element(row, "label"), box = element(label, "input", "", "", { type: "checkbox", "aria-describedby": id });
    box.checked = this.choice[name];
    box.addEventListener("change", () => this.change({ [name]: box.checked }));
    label.append(text);
    element(row, "small", "", help, { id });
    return box;
  }

  /** The names were asked for elsewhere. */
  showKeras() {
    this.keras.checked = true;
    this.change({ keras: true });
  }

  /**
   * Offer the way back where only a part of the curve is shown.
   * @param {boolean} isZoomed
   */
  zoomed(isZoomed) {
    const isLeaving = !isZoomed && this.back === document.activeElement;
    this.back.hidden = !isZoomed;
    for (const move of this.moves) move.hidden = !isZoomed;
    if (isLeaving) this.details.querySelector("summary")?.focus(); // a button that goes leaves the focus to its neighbour
  }
}
