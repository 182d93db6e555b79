// The picture of the network: a click on a block chooses its layer. The SVG is our own, made of kinds and numbers.

import { button, element, save, shown, stylesheet } from "../browser/dom.js";
import { t } from "../browser/i18n.js";

/**
 * @typedef {{ svg: string, entries: number[] }} Data `entries`: the place in the stack of each layer of the picture
 * @typedef {import("../browser/dom.js").Component<Data>} Component
 */

const STYLE = await stylesheet("./picture.css", import.meta.url);

class Picture {
  /** @param {Component} component */
  constructor(component) {
    this.component = component;
    this.svg = "";
    this.box = element(component.parentElement, "div");
    element(this.box, "style", "", STYLE);
    this.frame = element(this.box, "div", "fb-picture", "", { tabindex: 0, role: "group", "aria-label": t("Your network, drawn to scale") });
    this.frame.addEventListener("click", ({ target }) => this.choose(target));
    button(this.box, "fb-picture-save", t("Save the picture (SVG)"), () => save("network.svg", this.svg, "image/svg+xml"));
  }

  close() {
    this.box.remove();
  }

  /** @param {Component} component */
  answered(component) {
    this.component = component;
    if (component.data.svg === this.svg) return;
    this.svg = component.data.svg;
    // eslint-disable-next-line no-restricted-globals -- read as XML, of which our server has made every element
    const drawn = new DOMParser().parseFromString(this.svg, "image/svg+xml").documentElement;
    this.frame.replaceChildren(document.importNode(drawn, true));
  }

  /** @param {EventTarget | null} target */
  choose(target) {
    const group = target instanceof Element ? target.closest("g[data-place]") : null;
    const place = group instanceof SVGElement ? this.component.data.entries[Number(group.dataset.place) - 1] : undefined;
    if (place !== undefined) this.component.setTriggerValue("action", { do: "choose", place }); // the data, 0, is no layer
  }
}

export const show = shown(Picture);
