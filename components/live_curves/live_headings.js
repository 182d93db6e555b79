// The headings of the plots hold the values: "Loss 0.1490, validation 0.2100", and the best so far.

import { element, setText } from "../browser/dom.js";
import { number } from "../browser/formats.js";
import { t } from "../browser/i18n.js";
import { isOver, metricName, metricValue } from "./metrics.js";

const COUNTING = 180; // ms in which a new best value counts up

/** @typedef {import("./status.js").Status} Status */

/** @returns {boolean} */
const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export class Heading {
  /**
   * @param {Element} figure
   * @param {string} metric
   */
  constructor(figure, metric) {
    const row = element(figure, "figcaption", "fb-live-heading"), name = metricName(metric);
    this.metric = metric;
    this.value = part(row, "train", name ?? metric, name === undefined ? "" : metric);
    this.validation = part(row, "val", t("validation"), `val_${metric}`);
    this.best = part(row, "best", t("best"), "");
    this.star = element(this.best.node, "span", "fb-live-star", "★", { "aria-hidden": true });
    this.best.node.prepend(this.star);
    this.epoch = element(row, "span", "fb-live-epoch");
    /** @type {{ epoch: number, value: number } | undefined} */
    this.known = undefined;
    this.counting = 0;
    this.say({});
  }

  /** @param {Status} s */
  say(s) {
    const { metric } = this, now = s.now ?? {}, val = `val_${metric}`;
    setText(this.value.value, metric in now ? metricValue(metric, now[metric]) : "");
    this.validation.node.hidden = !(val in now);
    setText(this.validation.value, metricValue(val, now[val]));
    const over = isOver(s), by = s.best?.by;
    const best = /** @type {Record<string, number | undefined>} */ (s.best ?? {})[by ?? ""];
    const isBest = !over && s.best?.epoch !== undefined && best != null && (by === metric || by === val);
    this.best.node.hidden = !isBest;
    if (isBest) this.sayBest(s.best?.epoch ?? 0, best);
    setText(this.epoch, over && s.scored && metric in now ? t("epoch {epoch}", { epoch: number(s.scored) }) : "");
  }

  /**
   * A new best value: its star pops, and it counts up.
   * @param {number} epoch
   * @param {number} value
   */
  sayBest(epoch, value) {
    const before = this.known;
    if (before?.epoch === epoch && before.value === value) return;
    this.known = { epoch, value };
    const write = (/** @type {number} */ shown) => setText(this.best.value, metricValue(this.metric, shown));
    cancelAnimationFrame(this.counting);
    if (!before || isStill()) { write(value); return; }
    this.star.animate([{ transform: "scale(1)" }, { transform: "scale(1.8)" }, { transform: "scale(1)" }], COUNTING);
    const began = performance.now();
    const step = () => {
      const share = Math.min((performance.now() - began) / COUNTING, 1);
      write(before.value + (value - before.value) * share);
      if (share < 1) this.counting = requestAnimationFrame(step);
    };
    step();
  }
}

/**
 * A name and its value; Keras's name is only shown on demand.
 * @param {Element} row
 * @param {string} kind
 * @param {string} name
 * @param {string} keras empty where Keras has no other
 */
function part(row, kind, name, keras) {
  const node = element(row, "span", `fb-live-part fb-live-${kind}`);
  element(node, "span", "", name);
  if (keras) element(node, "code", "", keras);
  return { node, value: element(node, "b") };
}
