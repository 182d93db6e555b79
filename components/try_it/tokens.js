/**
 * A text as the network reads it: the same words and numbers as `trainer/data/words.py` finds, for every text.
 */

import { WORD_CHARACTERS } from "./word_characters.js";

/** @typedef {"unicode" | "lower_and_strip_punctuation"} Rule By which a text is cut into words. */
/**
 * One place of what the network reads.
 *
 * @typedef {Object} Token
 * @property {string} word Without punctuation; empty for padding, and in a text without a word.
 * @property {number | null} number What the network gets; null if the word is cut off.
 * @property {"known" | "unknown" | "no word" | "padding" | "cut off"} kind “No word” is the first place of a text
 *   without a single one, which is read as one unknown word.
 */

const PADDING = 0;
const UNKNOWN = 1;
const KERAS_PUNCTUATION = /[!"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~']/g;
const KERAS_WORD = /[^ \t\n\v\f\r]+/g;

/** @param {string} ranges Such as `41-5a 61`, in hexadecimal. */
const characters = (ranges) => ranges.replace(/[0-9a-f]+/g, "\\u{$&}").replaceAll(" ", "");

const [LETTER, ALONE, MARK, SIGN, FLAG] = [
  WORD_CHARACTERS.letters, WORD_CHARACTERS.unspaced, WORD_CHARACTERS.marks, WORD_CHARACTERS.signs, WORD_CHARACTERS.flags,
].map(characters);
const IGNORED = new RegExp(`[${characters(WORD_CHARACTERS.ignored)}]`, "gu");
const WORD = new RegExp(`[${LETTER}][${LETTER}${MARK}]*|[${ALONE}][${MARK}]*|[${FLAG}]{2}|[${SIGN}${FLAG}]`, "gu");
const FOLDED = new Map(Object.entries(WORD_CHARACTERS.folded));

/** @type {WeakMap<readonly string[], Map<string, number>>} */
const NUMBERS = new WeakMap();

/**
 * The words of a text, as the network reads them.
 *
 * @param {string} text
 * @param {Rule} rule
 * @returns {string[]}
 */
export function wordsIn(text, rule) {
  if (rule === "unicode") return (text.replace(IGNORED, "").match(WORD) ?? []).map(folded);
  const small = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return small.replace(KERAS_PUNCTUATION, "").match(KERAS_WORD) ?? [];
}

/** @param {string} word A word without capitals; composed, whichever way its letters are written. */
function folded(word) {
  const letters = [...word.normalize("NFD")].map((letter) => FOLDED.get(letter) ?? letter.toLowerCase());
  const small = letters.join("").replace(IGNORED, ""); // such as the apostrophe that is part of `ŉ`
  return small.replaceAll("ı", "i").replaceAll("i\u0307", "i").normalize("NFC");
}

/**
 * What becomes of a text: its words, known or not, then padding up to `length`, or what is cut off after it.
 *
 * @param {string} text
 * @param {readonly string[]} vocabulary Of the run: the word of each number; the first two are padding and “unknown”.
 * @param {number} length How many words the network reads.
 * @param {Rule} rule
 * @returns {Token[]}
 */
export function tokens(text, vocabulary, length, rule) {
  const known = numbersOf(vocabulary);
  /** @type {Token[]} */
  const found = wordsIn(text, rule).map((word, place) => {
    if (place >= length) return { word, number: null, kind: "cut off" };
    const number = known.get(word) ?? UNKNOWN;
    return { word, number, kind: number === UNKNOWN ? "unknown" : "known" };
  });
  if (!found.length) found.push({ word: "", number: UNKNOWN, kind: "no word" });
  while (found.length < length) found.push({ word: "", number: PADDING, kind: "padding" });
  return found;
}

/**
 * Whether the network knows any word that it reads of a text: without one, its answer has no ground.
 *
 * @param {readonly Token[]} found
 */
export function hasKnownWord(found) {
  return found.some((token) => token.kind === "known");
}

/**
 * What the network gets for a text.
 *
 * @param {readonly Token[]} found
 * @returns {Int32Array} (length,)
 */
export function numbers(found) {
  return Int32Array.from(found.flatMap((token) => (token.number === null ? [] : [token.number])));
}

/** @param {readonly string[]} vocabulary */
function numbersOf(vocabulary) {
  let known = NUMBERS.get(vocabulary);
  if (!known) {
    known = new Map(vocabulary.map((word, number) => /** @type {[string, number]} */ ([word, number])).slice(2));
    NUMBERS.set(vocabulary, known);
  }
  return known;
}
