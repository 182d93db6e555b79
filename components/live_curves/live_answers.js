// A few validation examples below the curves, and what the network answers to them after each epoch: red turns to green.
// Nothing here is announced: the chart's own sentence is, at the end of an epoch.

import { element, set, setText, stylesheet } from "../browser/dom.js";
import { percent } from "../browser/formats.js";
import { t } from "../browser/i18n.js";
import { Known, heading, isRight, sentence } from "./answers.js";

/**
 * @typedef {import("./status.js").Message} Message
 *
 * What the page gives (`answer_examples.py`): a picture or a text for each example, in the order of the answers.
 * @typedef {{ picture?: string, text?: string }} Example
 * @typedef {{ checksum: string, items: Example[], why_not: string }} Examples
 */

const STYLE = await stylesheet("./live_answers.css", import.meta.url);

/** @typedef {{ root: HTMLElement, example: HTMLElement, answer: HTMLElement, sure: HTMLElement, sign: HTMLElement, verdict: HTMLElement }} Tile */

export class Answers {
  /** @param {Element} parent */
  constructor(parent) {
    this.known = new Known();
    /** @type {Examples | null} */
    this.examples = null;
    /** @type {Tile[]} */
    this.tiles = [];
    this.drawn = "";
    this.root = element(parent, "section", "fb-answers", "", { hidden: "" });
    element(this.root, "style", "", STYLE);
    this.title = element(this.root, "h2", "fb-answers-title");
    this.explained = element(this.root, "p");
    const line = element(this.root, "div", "fb-answers-line");
    this.sentence = element(line, "p", "fb-answers-sentence");
    this.choice = element(line, "label", "fb-answers-choice", "", { hidden: "" });
    element(this.choice, "span", "", t("Show another epoch"));
    this.slider = element(this.choice, "input", "", "", { type: "range", min: 0, step: 1 });
    this.slider.addEventListener("input", () => {
      this.known.choose(this.known.epochs[Number(this.slider.value)]);
      this.draw();
    });
    this.list = element(this.root, "ul", "fb-answers-list", "", { role: "list" });
    this.list.addEventListener("keydown", (event) => this.pressed(event));
    this.whyNot = element(this.root, "p");
  }

  /**
   * The page has run.
   * @param {Examples | null} [examples]
   */
  page(examples) {
    this.examples = examples ?? null;
    this.draw();
  }

  /** @param {Message} message */
  hear(message) {
    if (!message.answers && !message.all) return;
    this.known.hear(message);
    this.draw();
  }

  draw() {
    const { known } = this, epoch = known.shown, entry = epoch === undefined ? undefined : known.byEpoch.get(epoch);
    this.root.hidden = !entry;
    if (!entry) return;
    this.lay();
    const [, answers, confidences] = entry;
    answers.forEach((answer, i) => this.show(this.tiles[i], answer, confidences[i], known.truth[i]));
    setText(this.sentence, sentence(entry, known.truth));
    const { epochs } = known, place = epochs.indexOf(entry[0]);
    this.choice.hidden = epochs.length < 2;
    set(this.slider, { max: epochs.length - 1, "aria-valuetext": this.sentence.textContent ?? "" });
    this.slider.value = String(place);
  }

  /** Make the tiles, where these are other examples than those that are there. */
  lay() {
    const { known, examples } = this;
    const items = examples?.checksum === known.checksum ? examples.items : [];
    setText(this.whyNot, items.length ? "" : examples?.why_not ?? "");
    const mark = JSON.stringify([known.checksum, known.truth.length, items.length, known.sameRows]);
    if (mark === this.drawn) return;
    this.drawn = mark;
    setText(this.title, heading(known.truth.length, known.sameRows));
    setText(this.explained, known.sameRows
      ? t("There are too few rows to set some aside, so the network also trains on these. They show what it remembers.")
      : t("They are validation examples: the network never learns from them, but answers them again after each epoch."));
    this.root.classList.toggle("fb-answers-texts", items.some(({ text }) => text !== undefined));
    this.list.replaceChildren();
    this.tiles = known.truth.map((label, i) => this.tile(items[i] ?? {}, known.name(label), i));
  }

  /**
   * @param {Example} item
   * @param {string} truth
   * @param {number} place
   * @returns {Tile}
   */
  tile({ picture, text }, truth, place) {
    const root = element(this.list, "li", "fb-answer");
    const example = element(root, "div", "fb-answer-example");
    if (picture) element(example, "img", "", "", { src: picture, alt: t("A picture of class {name}", { name: truth }) });
    // A text is cut off by its tile; pointing at it, or the focus, shows all of it. One stop for Tab, arrows in between.
    if (text !== undefined) element(example, "p", "fb-answer-text", text, { dir: "auto", tabindex: place ? -1 : 0 });
    const line = element(root, "p", "fb-answer-line");
    const answer = element(line, "b", "", "", { dir: "auto" }), sure = element(line, "span", "fb-answer-sure");
    const below = element(root, "p", "fb-answer-verdict");
    const sign = element(below, "span", "fb-answer-sign", "", { "aria-hidden": "true" });
    return { root, example, answer, sure, sign, verdict: element(below, "span") };
  }

  /**
   * @param {Tile} tile
   * @param {number | null} answer
   * @param {number | null} confidence
   * @param {number} truth
   */
  show(tile, answer, confidence, truth) {
    const right = isRight(answer, truth);
    tile.root.dataset.verdict = right ? "right" : "wrong";
    setText(tile.answer, this.known.name(answer));
    setText(tile.sure, confidence === null ? "" : percent(confidence));
    setText(tile.sign, right ? "✓" : "✗");
    setText(tile.verdict, right ? t("right") : t("wrong, it is {name}", { name: this.known.name(truth) }));
  }

  /** Arrow keys go from text to text; Escape hides the whole text until the focus comes again.
   * @param {KeyboardEvent} event
   */
  pressed(event) {
    const texts = /** @type {HTMLElement[]} */ ([...this.list.querySelectorAll(".fb-answer-text")]);
    const here = texts.indexOf(/** @type {HTMLElement} */ (event.target)), last = texts.length - 1;
    if (here < 0) return;
    if (event.key === "Escape") texts[here].blur();
    const places = { ArrowRight: here + 1, ArrowDown: here + 1, ArrowLeft: here - 1, ArrowUp: here - 1, Home: 0, End: last };
    const next = places[/** @type {keyof typeof places} */ (event.key)];
    if (next === undefined) return;
    event.preventDefault();
    const place = Math.min(Math.max(next, 0), last);
    texts.forEach((text, i) => { text.tabIndex = i === place ? 0 : -1; });
    texts[place].focus();
  }
}
