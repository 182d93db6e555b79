// One row of the stack: a layer with its handle, its settings, and what it costs.

import { button, element } from "../browser/dom.js";
import { number as written, percent } from "../browser/formats.js";
import { t } from "../browser/i18n.js";
import { icon } from "./drawings.js";

/**
 * @typedef {object} Place
 * @property {number} place among all rows, from 0
 * @property {number | undefined} number as messages count it; undefined for a layer that is turned off
 * @property {boolean} chosen
 *
 * @typedef {object} Handlers
 * @property {(event: PointerEvent, line: HTMLElement, place: number) => void} drag
 * @property {(event: KeyboardEvent, place: number, part: "handle" | "row") => void} walk a key on the handle or the name
 * @property {(place: number) => void} choose
 * @property {(place: number) => void} turn
 */

/**
 * @param {Element} list
 * @param {import("./stack_model.js").Row} row
 * @param {Place} where
 * @param {Handlers} handlers
 */
export function drawRow(list, row, { place, number, chosen }, handlers) {
  const { kind } = row;
  const line = element(list, "li", "fb-stack-row");
  line.classList.toggle("fb-stack-chosen", chosen);
  line.classList.toggle("fb-stack-off", !!row.off);
  line.classList.toggle("fb-stack-trouble", !!row.trouble);

  const handle = button(line, "fb-stack-handle", "⠿", undefined, {
    title: t("Drag to another place, or press the arrow keys"), "data-id": `handle ${place}`,
    "aria-label": number ? t("Move layer {number} ({kind})", { number, kind }) : t("Move {kind}, which is turned off", { kind }),
  });
  handle.addEventListener("pointerdown", (event) => handlers.drag(event, line, place));
  handle.addEventListener("keydown", (event) => handlers.walk(event, place, "handle"));

  const name = number ? `${number}. ${kind}` : kind;
  const main = button(line, "fb-stack-name", "", () => handlers.choose(place), {
    "data-id": `row ${place}`, "aria-label": name, "aria-pressed": chosen, title: row.title,
  });
  element(main, "b", "", name);
  element(main, "small", "", row.off ? [t("turned off"), row.note].filter(Boolean).join(" · ") : row.note);
  main.addEventListener("keydown", (event) => handlers.walk(event, place, "row"));
  if (chosen) toSettings(line);

  const output = row.off ? t("off") : row.trouble ? t("does not fit here") : row.shape ?? "?";
  element(line, "span", row.trouble ? "fb-stack-wrong" : "fb-stack-shape", output);
  const parameters = row.parameters === undefined || row.off ? "" : row.parameters ? written(row.parameters) : t("none");
  const count = element(line, "span", "fb-stack-count", parameters);
  count.dataset.label = t("parameters:");
  if (row.parameters && row.share !== undefined) bar(count, row.share, t("{percent} of all parameters", { percent: percent(row.share) }));
  const work = element(line, "span", "fb-stack-work", row.work === undefined ? "" : percent(row.work));
  if (row.work !== undefined) bar(work, row.work, t("{percent} of all computing", { percent: percent(row.work) }));

  button(line, "fb-stack-eye", "", () => handlers.turn(place), {
    title: row.off ? t("Turn on") : t("Turn off for now (settings are kept)"), "data-id": `eye ${place}`,
    "aria-label": number ? t("Turn layer {number} ({kind}) off", { number, kind }) : t("Turn {kind} on", { kind }),
  }).append(icon(row.off ? "off" : "on"));
}

/**
 * On a phone the form is below the stack, out of sight.
 * @param {Element} line
 */
function toSettings(line) {
  button(line, "fb-stack-down", t("Settings ↓"), () => {
    document.querySelector(".st-key-beside-the-stack")?.scrollIntoView({ behavior: "smooth" });
  });
}

/**
 * @param {HTMLElement} cell
 * @param {number} share
 * @param {string} help
 */
function bar(cell, share, help) {
  cell.title = help;
  element(cell, "i", "fb-stack-bar").style.setProperty("--share", `${100 * share}%`);
}
