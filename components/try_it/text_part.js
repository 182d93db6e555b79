// An example that is a text: a field, the words as the network sees them, and what leaving each one out changes.

import { button, element, set, setText } from "../browser/dom.js";
import { number } from "../browser/formats.js";
import { n, t } from "../browser/i18n.js";
import { rove } from "../layer_stack/roving.js";
import { isClosed } from "./network.js";
import { drops, withoutEach } from "./occlusion.js";
import { hasKnownWord, numbers as numbersOf, tokens } from "./tokens.js";
import { readTyped } from "./typed_text.js";

/**
 * @typedef {import("./network.js").Description} Description
 * @typedef {import("./examples.js").Example} Example
 * @typedef {import("./try_it.js").Probe} Probe
 * @typedef {import("./tokens.js").Token} Token
 */

/** Characters of a text; whatever comes after them is far beyond what any network reads. */
const LONGEST = 100_000;
/** What answers where the browser cannot. */
const COMMAND = "python -m trainer predict";
/** Words that are shown. */
const MOST_WORDS = 300;

export class TextPart {
  /**
   * @param {Element} parent of the field
   * @param {Element} beside where the words stand
   * @param {Description} description
   * @param {import("./try_it.js").Data} data
   * @param {(input: import("./try_it.js").Input) => void} changed
   */
  constructor(parent, beside, { input, reading, probabilities }, data, changed) {
    this.length = input?.shape[0] ?? 1;
    this.reading = reading;
    this.areProbabilities = probabilities !== false;
    this.changed = changed;
    /** Whether the text in the field is an example, which the trainer has cleaned already. */
    this.isExample = false;
    /** Whether only the trainer can clean the text in the field as the recipe wants it. */
    this.isOnlyForTrainer = false;
    /** @type {Set<number>} the words that are left out, by their places in the text */
    this.left = new Set();
    /** @type {Token[]} */
    this.found = [];
    /** @type {HTMLButtonElement[]} */
    this.buttons = [];
    this.round = 0;
    const label = element(parent, "label", "fb-try-text");
    element(label, "span", "fb-try-title", t("Your text"));
    this.field = element(label, "textarea", "", "", { rows: 5, maxlength: LONGEST, spellcheck: "false", "aria-describedby": "fb-try-text-note" });
    this.field.addEventListener("input", () => {
      this.left.clear();
      this.isExample = false;
      this.read();
    });
    this.note = element(parent, "p", "fb-try-note", "", { id: "fb-try-text-note" });
    const seen = element(beside, "section", "fb-try-words", "", { "aria-labelledby": "fb-try-words-title" });
    element(seen, "h2", "fb-try-title", t("What it reads"), { id: "fb-try-words-title" });
    this.list = element(seen, "div", "fb-try-tokens", "", { role: "group", "aria-labelledby": "fb-try-words-title" });
    this.settle = rove(this.list, () => this.buttons[0]);
    this.legend = element(seen, "p", "fb-try-note");
    this.why = element(seen, "p", "fb-try-note", t("Orange: without this word the network is less sure of its answer. Blue: it is surer. Press a word to leave it out. Two words of the same meaning hide each other: leaving out one alone changes little."));
    /** @type {string[] | undefined} the word of each number */
    this.vocabulary = undefined;
    /** @type {Map<string, number>} */
    this.known = new Map();
    this.changed({ x: null, why: t("Loading the words …") });
    vocabularyOf(data.vocabulary).then((found) => {
      this.vocabulary = found;
      this.known = new Map(found.map((word, place) => [word, place]));
      this.read();
    }, (/** @type {Error} */ { message }) => this.changed({ x: null, why: message }));
  }

  /** @param {string} text as the recipe has it read */
  tokensOf(text) {
    return this.vocabulary ? tokens(text, this.vocabulary, this.length, this.reading?.standardize ?? "unicode") : [];
  }

  read() {
    if (!this.vocabulary) return;
    const { value } = this.field, text = this.isExample || !this.reading ? value : readTyped(value, this.reading);
    this.isOnlyForTrainer = text === null;
    this.found = text === null ? [] : this.tokensOf(text);
    this.lay();
    this.tell();
  }

  /** The places of the words that are read, in their order. */
  get words() {
    return this.found.map((_, place) => place).filter((place) => this.found[place].word !== "");
  }

  /** The numbers of the words that are not left out, also of those that would be cut off. */
  get numbersLeft() {
    return this.words.filter((place) => !this.left.has(place)).map((place) => this.numberOf(this.found[place]));
  }

  /** @param {Token} token */
  numberOf({ word, number: known }) {
    return known ?? this.known.get(word) ?? 1; // one that is cut off has its number all the same
  }

  tell() {
    const left = this.numbersLeft, { isExample } = this;
    if (this.isOnlyForTrainer && this.field.value.trim()) {
      return this.changed({ x: null, why: t("The texts of this run were cleaned before training, in a way that only the trainer can do. So ask on the command line: {command}", { command: COMMAND }) });
    }
    if (!left.length) return this.changed({ x: null, isExample, why: t("Type a text: without a word there is no answer.") });
    if (left.slice(0, this.length).every((one) => one === 1)) {
      return this.changed({ x: null, isExample, why: t("The network knows none of these words: none of them was common enough in its training texts. So there is no ground for an answer.") });
    }
    this.changed({ x: padded(left, this.length), why: "", isExample });
  }

  /** @param {Example} example */
  take({ text }) {
    this.field.value = (text ?? "").slice(0, LONGEST);
    this.left.clear();
    this.isExample = true;
    this.read();
  }

  /**
   * What the network gets of an example; null for a text without a word that it knows, which gets no answer here.
   * @param {Example} example
   */
  numbers({ text }) {
    const found = this.tokensOf(text ?? "");
    return hasKnownWord(found) ? numbersOf(found) : null;
  }

  /** Draw the words. */
  lay() {
    const words = this.words, shown = words.slice(0, MOST_WORDS), counts = { unknown: 0, cut: 0 };
    for (const place of words) {
      if (this.found[place].kind === "unknown") counts.unknown += 1;
      if (this.found[place].kind === "cut off") counts.cut += 1;
    }
    this.list.replaceChildren();
    this.buttons = shown.map((place) => {
      const { word, kind } = this.found[place], made = button(this.list, "fb-try-token", word, () => this.turn(place), { tabindex: -1, translate: "no" });
      made.dataset.kind = kind;
      made.dataset.place = String(place);
      set(made, { "aria-pressed": this.left.has(place), "aria-label": named(word, kind), title: named(word, kind) });
      return made;
    });
    this.settle();
    const padding = this.found.filter(({ kind }) => kind === "padding").length;
    const parts = [
      n("{count} word", "{count} words", words.length),
      counts.unknown ? n("{count} of them unknown", "{count} of them unknown", counts.unknown) : "",
      counts.cut ? n("{count} cut off: the network reads only the first {length}", "{count} cut off: the network reads only the first {length}", counts.cut, { length: number(this.length) }) : "",
      padding ? n("filled up with {count} empty place", "filled up with {count} empty places", padding) : "",
    ];
    setText(this.legend, words.length ? parts.filter(Boolean).join(" · ") : "");
    setText(this.note, this.field.value.length >= LONGEST ? t("A text may have at most {count} characters here; the rest was left out.", { count: number(LONGEST) }) : "");
  }

  /**
   * Leave a word out, or put it back.
   * @param {number} place
   */
  turn(place) {
    if (!this.left.delete(place)) this.left.add(place);
    for (const made of this.buttons) set(made, { "aria-pressed": this.left.has(Number(made.dataset.place)) });
    this.tell();
  }

  /** @param {Probe | null} probe */
  explain(probe) {
    const round = ++this.round;
    if (!probe) return this.colour([]);
    this.weigh(probe, round).catch((error) => {
      if (round === this.round && !isClosed(error)) this.colour([]); // the answer itself stays
    });
  }

  /**
   * @param {Probe} probe
   * @param {number} round
   */
  async weigh(probe, round) {
    const places = this.words.filter((place) => !this.left.has(place));
    const batch = withoutEach(this.numbersLeft, this.length), count = batch.length / this.length;
    const found = drops(probe.scores[probe.answer], await probe.ask(batch, count), probe.scores.length, probe.answer);
    if (round !== this.round) return;
    this.colour(Array.from(found, (drop, i) => ({ place: places[i], drop })));
  }

  /** @param {{ place: number, drop: number }[]} found */
  colour(found) {
    const far = Math.max(0.02, ...found.map(({ drop }) => Math.abs(drop)));
    const drop = new Map(found.map((one) => [one.place, one.drop]));
    for (const made of this.buttons) {
      const place = Number(made.dataset.place), own = drop.get(place) ?? 0, { word, kind } = this.found[place];
      made.style.setProperty("--fb-share", String(Math.abs(own) / far));
      made.dataset.side = own > 0 ? "for" : own < 0 ? "against" : "";
      const label = drop.has(place) ? told(named(word, kind), own, this.areProbabilities) : named(word, kind);
      set(made, { "aria-label": label, title: label });
    }
  }

  close() {
    this.round = -1;
  }
}

/**
 * @param {string} word
 * @param {string} kind
 */
function named(word, kind) {
  if (kind === "unknown") return t("{word}, a word that it does not know", { word });
  if (kind === "cut off") return t("{word}, cut off", { word });
  return word;
}

/**
 * @param {string} word
 * @param {number} drop
 * @param {boolean} areProbabilities
 */
function told(word, drop, areProbabilities) {
  if (!areProbabilities) {
    const score = number(Math.abs(drop), 2);
    return drop >= 0 ? t("{word}: without it the score is lower by {score}", { word, score }) : t("{word}: without it the score is higher by {score}", { word, score });
  }
  const points = number(Math.abs(100 * drop), 0);
  return drop >= 0 ? t("{word}: without it {points} percentage points less sure", { word, points }) : t("{word}: without it {points} percentage points surer", { word, points });
}

/**
 * @param {number[]} numbers
 * @param {number} length
 */
function padded(numbers, length) {
  const x = new Int32Array(length);
  x.set(numbers.slice(0, length));
  return x;
}

/** @type {{ address: string, words: Promise<string[]> }} those that were asked for last: they outlive the page */
let latest = { address: "", words: Promise.resolve([]) };

/**
 * The word of each number of a run.
 * @param {string} address
 */
export function vocabularyOf(address) {
  if (latest.address === address) return latest.words;
  const words = wordsAt(address);
  words.catch(() => { if (latest.words === words) latest.address = ""; }); // the next one who asks tries again
  latest = { address, words };
  return words;
}

/**
 * @param {string} address
 * @returns {Promise<string[]>}
 */
async function wordsAt(address) {
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) throw new Error((await answer?.text()) || t("The words of this run cannot be read, so it cannot read a text."));
  return answer.json();
}
