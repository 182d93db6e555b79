// The controls above the plots: what stands on the axis, how smooth, linear or logarithmic, back to the live edge.

import { element } from "../browser/dom.js";

const KEPT = "fitboard.view";
const AXES = { epoch: "Epochs", step: "Steps", time: "Time" };
const OVER = [0, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]; // epochs

/** How this browser last looked at curves. */
export function rememberedView() {
  const usual = { axis: "epoch", smoothing: 0.1, log: false };
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT)) ?? {};
    return {
      axis: kept.axis in AXES ? kept.axis : usual.axis, log: kept.log === true,
      smoothing: OVER.includes(kept.smoothing) ? kept.smoothing : usual.smoothing,
    };
  } catch {
    return usual; // a browser that keeps nothing, or kept something else: the usual view
  }
}

function remember({ axis, smoothing, log }) {
  try {
    localStorage.setItem(KEPT, JSON.stringify({ axis, smoothing, log }));
  } catch (error) {
    console.debug("This browser keeps no settings:", error);
  }
}

/** `changed(part of the view)` is called for each change; `follow`, `save` when they are asked for. */
export class Controls {
  constructor(parent, view, { changed, follow, save, csv }) {
    const row = element(parent, "div", "fb-live-controls");
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", "How the curves are shown");
    const change = (part) => { Object.assign(view, part); remember(view); changed(part); };

    const axes = element(row, "fieldset", "fb-live-axes");
    element(axes, "legend", "", "Along the axis");
    const group = `fb-axis-${Math.random().toString(36).slice(2)}`;
    for (const [axis, word] of Object.entries(AXES)) {
      const label = element(axes, "label");
      const choice = element(label, "input");
      Object.assign(choice, { type: "radio", name: group, value: axis, checked: view.axis === axis });
      choice.addEventListener("change", () => change({ axis }));
      label.append(word);
    }

    const smoothing = element(row, "label", "fb-live-smoothing", "Smoothing ");
    const slider = element(smoothing, "input");
    Object.assign(slider, { type: "range", min: 0, max: OVER.length - 1, step: 1, value: OVER.indexOf(view.smoothing) });
    slider.setAttribute("aria-label", "Smoothing");
    const said = element(smoothing, "span");
    const tell = () => {
      said.textContent = view.smoothing ? `over ${view.smoothing} epoch${view.smoothing > 1 ? "s" : ""}` : "none";
      slider.setAttribute("aria-valuetext", said.textContent);
    };
    slider.addEventListener("input", () => { change({ smoothing: OVER[slider.value] }); tell(); });
    tell();

    const log = element(row, "label");
    const box = element(log, "input");
    Object.assign(box, { type: "checkbox", checked: view.log });
    box.addEventListener("change", () => change({ log: box.checked }));
    log.append(" Log scale");
    log.title = "Each step up the loss axis is ten times as much: small losses become visible.";

    this.button(row, "Save pictures", save);
    const link = element(row, "a", "fb-live-button", "Save as CSV");
    link.href = csv;
    link.setAttribute("download", "");
    this.back = this.button(row, "Follow", follow);
    this.back.title = "You have zoomed in. This shows the whole curve again, up to its newest point.";
    this.back.classList.add("fb-live-follow");
    this.zoomed(false);
  }

  button(parent, word, act) {
    const made = element(parent, "button", "fb-live-button", word);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }

  zoomed(isZoomed) {
    this.back.hidden = !isZoomed;
  }
}
