// An example that is a text: a field, the words as the network sees them, and what leaving each one out changes.

import { announce } from "../browser/announce.js";
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
/** Characters of a word that is put in. */
const LONGEST_WORD = 60;
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
    /** @type {Map<number, Token>} those that stand in the place of a word of the text */
    this.instead = new Map();
    /** @type {number | undefined} the word that was pressed last, in whose place another one can be put */
    this.place = undefined;
    /** @type {Token[]} */
    this.found = [];
    /** @type {HTMLButtonElement[]} */
    this.buttons = [];
    this.round = 0;
    const label = element(parent, "label", "fb-try-text");
    element(label, "span", "fb-try-title", t("Your text"));
    this.field = element(label, "textarea", "", "", { dir: "auto", rows: 5, maxlength: LONGEST, spellcheck: "false", "aria-describedby": "fb-try-text-note" });
    this.field.addEventListener("input", () => {
      this.forget();
      this.isExample = false;
      this.read();
    });
    this.note = element(parent, "p", "fb-try-note", "", { id: "fb-try-text-note" });
    const seen = element(beside, "section", "fb-try-words", "", { "aria-labelledby": "fb-try-words-title" });
    element(seen, "h2", "fb-try-title", t("What it reads"), { id: "fb-try-words-title" });
    this.list = element(seen, "div", "fb-try-tokens", "", { dir: "auto", role: "group", "aria-labelledby": "fb-try-words-title" });
    this.settle = rove(this.list, () => this.buttons[0]);
    this.form = element(seen, "form", "fb-try-instead", "", { hidden: "" });
    const other = element(this.form, "label", "fb-try-field");
    this.insteadOf = element(other, "span");
    this.other = element(other, "input", "", "", { dir: "auto", type: "text", maxlength: LONGEST_WORD, autocomplete: "off", spellcheck: "false", "aria-describedby": "fb-try-instead-note" });
    element(this.form, "button", "fb-try-button", t("Put it in"), { type: "submit" });
    this.back = button(this.form, "fb-try-button", "", () => this.putBack());
    this.otherNote = element(this.form, "p", "fb-try-note", "", { id: "fb-try-instead-note" });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.putIn();
    });
    this.legend = element(seen, "p", "fb-try-note");
    this.why = element(seen, "p", "fb-try-note", t("Orange: without this word the network is less sure of its answer. Blue: it is surer. Press a word to leave it out, or to put another one in its place. Two words of the same meaning hide each other: leaving out one alone changes little."));
    element(seen, "p", "fb-try-note fb-try-forced", t("In the colours of your system, a thick frame stands for orange, and a double one for blue."));
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
    return this.words.filter((place) => !this.left.has(place)).map((place) => this.numberOf(this.tokenAt(place)));
  }

  /**
   * The word that stands at a place by now.
   * @param {number} place
   */
  tokenAt(place) {
    return this.instead.get(place) ?? this.found[place];
  }

  /** Another text: nothing of it is left out, and nothing put in. */
  forget() {
    this.left.clear();
    this.instead.clear();
    this.place = undefined;
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
    this.forget();
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
      const { kind } = this.tokenAt(place);
      if (kind === "unknown") counts.unknown += 1;
      if (kind === "cut off") counts.cut += 1;
    }
    this.list.replaceChildren();
    this.buttons = shown.map((place) => {
      const made = button(this.list, "fb-try-token", "", () => this.turn(place), { tabindex: -1, translate: "no" });
      made.dataset.place = String(place);
      return made;
    });
    this.settle();
    this.drawWords();
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

  /** The words as they are by now, and what can be done with the one that was pressed last. */
  drawWords() {
    for (const made of this.buttons) {
      const place = Number(made.dataset.place), { word, kind } = this.tokenAt(place), label = this.named(place);
      setText(made, word);
      made.dataset.kind = kind;
      made.toggleAttribute("data-instead", this.instead.has(place));
      set(made, { "aria-pressed": this.left.has(place), "aria-label": label, title: label });
    }
    const { place } = this;
    this.form.hidden = place === undefined;
    if (place === undefined) return;
    const { word } = this.found[place];
    setText(this.insteadOf, t("Instead of “{word}”", { word }));
    setText(this.back, t("Put “{word}” back", { word }));
    this.back.hidden = !this.left.has(place) && !this.instead.has(place);
  }

  /**
   * What a word is called.
   * @param {number} place
   */
  named(place) {
    const { word, kind } = this.tokenAt(place), name = named(word, kind);
    return this.instead.has(place) ? t("{word}, instead of “{before}”", { word: name, before: this.found[place].word }) : name;
  }

  /**
   * Leave a word out, or let it count again.
   * @param {number} place
   */
  turn(place) {
    if (!this.left.delete(place)) this.left.add(place);
    if (this.place !== place) this.other.value = "";
    this.place = place;
    setText(this.otherNote, "");
    this.drawWords();
    this.tell();
  }

  /** Put what was typed in the place of the word that was pressed last. */
  putIn() {
    const { place } = this, text = this.reading ? readTyped(this.other.value, this.reading) : this.other.value;
    if (place === undefined) return;
    const [found, ...others] = this.tokensOf(text ?? this.other.value).filter(({ word }) => word !== "");
    if (!found || others.length) {
      setText(this.otherNote, t("Type one word."));
      return announce(this.otherNote.textContent ?? "");
    }
    setText(this.otherNote, "");
    const isCutOff = this.found[place].kind === "cut off";
    this.instead.set(place, isCutOff ? { ...found, number: null, kind: "cut off" } : found);
    this.left.delete(place);
    this.drawWords();
    this.tell();
    announce(this.named(place));
  }

  /** The word of the text stands in its place again. */
  putBack() {
    const { place } = this;
    if (place === undefined) return;
    this.instead.delete(place);
    this.left.delete(place);
    this.other.value = "";
    this.drawWords();
    this.tell();
    announce(this.named(place));
    this.buttons.find((made) => made.dataset.place === String(place))?.focus(); // the button that was pressed is gone
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
      const place = Number(made.dataset.place), own = drop.get(place) ?? 0, name = this.named(place);
      made.style.setProperty("--fb-share", String(Math.abs(own) / far));
      made.dataset.side = own > 0 ? "for" : own < 0 ? "against" : "";
      const label = drop.has(place) ? told(name, own, this.areProbabilities) : name;
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
