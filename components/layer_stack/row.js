// One row of the stack: a layer with its handle, its settings, what it costs, and below it what it outputs.

import { bringIntoView, button, element, set } from "../browser/dom.js";
import { number as written, percent } from "../browser/formats.js";
import { n, t } from "../browser/i18n.js";
import { drawing, icon } from "./drawings.js";

/**
 * @typedef {object} Place
 * @property {number} place among all rows, from 0
 * @property {number | undefined} number as messages count it; undefined for a layer that is turned off
 * @property {boolean} chosen
 * @property {import("./palette.js").Item | undefined} item what the palette says of its kind
 * @property {boolean} canGrow whether a layer can be added below it
 *
 * @typedef {object} Handlers
 * @property {(event: PointerEvent, line: HTMLElement, place: number) => void} drag
 * @property {(place: number) => void} choose
 * @property {(place: number) => void} turn
 * @property {(place: number) => void} add
 */

/** @param {Element} list */
export function drawHead(list) {
  const head = element(list, "div", "fb-stack-head", "", { role: "row" });
  const titles = [
    { text: t("Move"), isHidden: true }, { text: t("Layer") }, { text: t("Parameters") }, { text: t("Computing") },
    { text: t("On or off"), isHidden: true }, { text: t("Output"), isHidden: true }, { text: t("Add"), isHidden: true },
  ];
  for (const { text, isHidden } of titles) {
    const title = element(head, "div", "", "", { role: "columnheader" });
    element(title, "span", isHidden ? "fb-hidden" : "", text);
  }
}

/**
 * @param {import("./stack_model.js").Row} row
 * @param {Place} where
 * @param {Handlers} handlers
 */
export function drawRow(row, { place, number, chosen, item, canGrow }, handlers) {
  const { kind } = row;
  const line = Object.assign(document.createElement("div"), { className: "fb-stack-row" });
  set(line, { role: "row", "aria-selected": chosen, "data-family": item?.family ?? "" });
  line.classList.toggle("fb-stack-chosen", chosen);
  line.classList.toggle("fb-stack-off", !!row.off);
  line.classList.toggle("fb-stack-trouble", !!row.trouble);
  const box = element(line, "div", "fb-stack-box");

  const handle = button(cell(box), "fb-stack-handle", "", undefined, {
    title: t("Drag to another place, or press the arrow keys"), ...part("handle", place),
    "aria-label": number ? t("Move layer {number} ({kind})", { number, kind }) : t("Move {kind}, which is turned off", { kind }),
  });
  handle.append(icon("handle"));
  handle.addEventListener("pointerdown", (event) => handlers.drag(event, line, place));

  const told = `fb-stack-told-${place}`;
  const main = button(cell(box), "fb-stack-name", "", () => handlers.choose(place), {
    ...part("row", place), "aria-pressed": chosen, "aria-describedby": told, title: row.title,
  });
  main.append(drawing(item?.drawing ?? ""));
  const name = number ? `${number}. ${kind}` : kind, words = element(main, "span");
  element(words, "b", "", name);
  words.append(" ");
  element(words, "small", "", row.off ? [t("turned off"), row.note].filter(Boolean).join(" · ") : row.note);
  element(line, "span", "", costs(row), { id: told, hidden: "" });

  if (row.trouble) element(cell(box, "fb-stack-wrong"), "span", "", t("does not fit here")).prepend(icon("wrong"));
  else {
    const count = cell(box, "fb-stack-count"), work = cell(box, "fb-stack-work");
    if (!row.off && row.parameters !== undefined) {
      count.dataset.label = t("parameters:");
      count.classList.toggle("fb-stack-none", !row.parameters);
      element(count, "span", "", row.parameters ? written(row.parameters) : t("none"));
      if (row.parameters && row.share !== undefined) bar(count, row.share, t("{percent} of all parameters", { percent: percent(row.share) }));
    }
    if (row.work !== undefined) {
      element(work, "span", "", percent(row.work));
      bar(work, row.work, t("{percent} of all computing", { percent: percent(row.work) }));
    }
  }

  button(cell(box), "fb-stack-eye", "", () => handlers.turn(place), {
    title: row.off ? t("Turn on") : t("Turn off for now (settings are kept)"), ...part("eye", place),
    "aria-label": number ? t("Turn layer {number} ({kind}) off", { number, kind }) : t("Turn {kind} on", { kind }),
  }).append(icon(row.off ? "off" : "on"));

  drawLink(line, { place, shape: row.off || row.trouble ? "" : row.shape ?? "?", name, canGrow }, () => handlers.add(place));
  if (chosen) toSettings(line);
  return line;
}

/**
 * What leads from a row to the next one: the shape of what passes, and the button that adds a layer in between.
 * @param {Element} line
 * @param {{ place: number, shape: string, name: string, canGrow: boolean }} what `place` is -1 for the data
 * @param {() => void} add
 */
export function drawLink(line, { place, shape, name, canGrow }, add) {
  const link = element(line, "div", "fb-stack-link");
  cell(link, "fb-stack-shape").textContent = shape;
  const plus = cell(link, "fb-stack-between");
  if (!canGrow) return;
  button(plus, "fb-stack-plus", "", add, {
    ...part("add", place), title: t("Add a layer here"), "aria-label": t("Add a layer after {name}", { name }),
  }).append(icon("add"));
}

/**
 * On a narrow page the form is below the stack, out of sight.
 * @param {Element} line
 */
function toSettings(line) {
  const show = () => bringIntoView(document.querySelector(".st-key-beside-the-stack"));
  button(cell(line.lastElementChild ?? line, "fb-stack-to"), "fb-stack-down", t("Settings ↓"), show, part("settings", 0));
}

/**
 * What the columns of a row say, for whoever hears only its name.
 * @param {import("./stack_model.js").Row} row
 */
function costs(row) {
  if (row.off) return "";
  if (row.trouble) return t("does not fit here");
  const said = row.shape ? [t("Outputs {shape}.", { shape: row.shape })] : [];
  if (row.parameters !== undefined) said.push(n("{number} parameter.", "{number} parameters.", row.parameters, { number: written(row.parameters) }));
  if (row.work !== undefined) said.push(t("{percent} of the computing.", { percent: percent(row.work) }));
  return said.join(" ");
}

/**
 * @param {Element} parent
 * @param {string} [className]
 */
export const cell = (parent, className) => element(parent, "div", className, "", { role: "gridcell" });

/**
 * What a button of the stack is of which row, for keys and for the focus.
 * @param {string} name
 * @param {number} place
 */
export const part = (name, place) => ({ "data-id": `${name} ${place}`, "data-part": name, "data-place": place, tabindex: -1 });

/**
 * @param {HTMLElement} parent
 * @param {number} share
 * @param {string} help
 */
function bar(parent, share, help) {
  parent.title = help;
  element(parent, "i", "fb-stack-bar").style.setProperty("--share", `${100 * share}%`);
}
