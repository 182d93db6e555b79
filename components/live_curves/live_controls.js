// The controls above the plots: what the axis shows, how smooth, linear or logarithmic, back to the live edge.

import { button, element } from "../browser/dom.js";
import { number } from "../browser/formats.js";
import { n, t } from "../browser/i18n.js";

const KEPT = "fitboard.view";
/** How many epochs the smoothed line may average over. */
const SMOOTHING_EPOCHS = [0, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

/** @typedef {"epoch" | "step" | "time"} Axis */
/** @typedef {{ axis: Axis, smoothing: number, log: boolean }} View `smoothing` in epochs */

/** @returns {[Axis, string][]} */
const axes = () => [["epoch", t("Epochs")], ["step", t("Steps")], ["time", t("Time")]];

/** How this browser last showed curves.
 * @returns {View}
 */
export function rememberedView() {
  /** @type {View} */
  const usual = { axis: "epoch", smoothing: 0.1, log: false };
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "null") ?? {};
    return {
      axis: axes().some(([axis]) => axis === kept.axis) ? kept.axis : usual.axis, log: kept.log === true,
      smoothing: SMOOTHING_EPOCHS.includes(kept.smoothing) ? kept.smoothing : usual.smoothing,
    };
  } catch {
    return usual; // a browser that keeps nothing, or kept something else: the usual view
  }
}

/** @param {View} view */
function remember({ axis, smoothing, log }) {
  try {
    localStorage.setItem(KEPT, JSON.stringify({ axis, smoothing, log }));
  } catch (error) {
    console.debug("This browser keeps no settings:", error);
  }
}

export class Controls {
  /**
   * @param {Element} parent
   * @param {View} view changed here
   * @param {object} told
   * @param {(part: Partial<View>) => void} told.changed
   * @param {() => void} told.follow
   * @param {() => void} told.save
   * @param {string} told.csv the address of the table of epochs
   */
  constructor(parent, view, { changed, follow, save, csv }) {
    const row = element(parent, "div", "fb-live-controls", "", { role: "group", "aria-label": t("How the curves are shown") });
    const change = (/** @type {Partial<View>} */ part) => { Object.assign(view, part); remember(view); changed(part); };

    const choices = element(row, "fieldset", "fb-live-axes");
    element(choices, "legend", "", t("Horizontal axis"));
    const group = `fb-axis-${Math.random().toString(36).slice(2)}`;
    for (const [axis, word] of axes()) {
      const label = element(choices, "label");
      const choice = element(label, "input", "", "", { type: "radio", name: group, value: axis });
      choice.checked = view.axis === axis;
      choice.addEventListener("change", () => change({ axis }));
      label.append(word);
    }

    const smoothing = element(row, "label", "fb-live-smoothing", t("Smoothing"));
    smoothing.append(" ");
    const slider = element(smoothing, "input", "", "", {
      type: "range", min: 0, max: SMOOTHING_EPOCHS.length - 1, step: 1, value: SMOOTHING_EPOCHS.indexOf(view.smoothing), "aria-label": t("Smoothing"),
    });
    const said = element(smoothing, "span");
    const tell = () => {
      const epochs = { epochs: number(view.smoothing) };
      said.textContent = view.smoothing ? n("over {epochs} epoch", "over {epochs} epochs", view.smoothing > 1 ? 2 : 1, epochs) : t("none");
      slider.setAttribute("aria-valuetext", said.textContent);
    };
    slider.addEventListener("input", () => { change({ smoothing: SMOOTHING_EPOCHS[Number(slider.value)] }); tell(); });
    tell();

    const log = element(row, "label", "", "", { title: t("Each step up the loss axis is ten times as much, so small losses become visible.") });
    const box = element(log, "input");
    Object.assign(box, { type: "checkbox", checked: view.log });
    box.addEventListener("change", () => change({ log: box.checked }));
    log.append(" ", t("Log scale"));

    button(row, "fb-live-button", t("Save pictures"), save);
    element(row, "a", "fb-live-button", t("Save as CSV"), { href: csv, download: "" });
    this.back = button(row, "fb-live-button fb-live-follow", t("Follow"), follow, {
      title: t("You have zoomed in. This shows the whole curve again, up to its newest point."),
    });
    this.zoomed(false);
  }

  /** @param {boolean} isZoomed */
  zoomed(isZoomed) {
    this.back.hidden = !isZoomed;
  }
}
