// Finding layers by words, forgiving about endings and about British and American spelling. Pure.

/**
 * What is searched.
 * @typedef {{ kind: string, words: string, text: string }} Searched `words` as `stemmed` makes them, `text` in lower case
 */

const FILLERS = new Set(["lay", "the", "a"]); // "layer", cut short
const SEPARATORS = /[^\p{L}\p{N}]+/u;

/**
 * A word as it is searched for: British and American spelling are one, and the ends of words do not count.
 * @param {string} word
 */
const stem = (word) => word.replace(/is(?=e|a|i)/g, "iz").replace(/(?:ations?|ions?|ing|ers?|s|e)$/, "");

/**
 * The stems of all words of a text.
 * @param {string} text
 */
export const stemmed = (text) => text.toLowerCase().split(SEPARATORS).map(stem).join(" ").trim();

/** A kind's name as people write it: "max pooling 2d".
 * @param {string} kind
 */
export const spaced = (kind) => kind.replace(/(?<=[a-z])(?=[A-Z])/g, " ");

/**
 * How well something fits a search: 0 if it is called just so, 1 if its name begins so, 2 if all words are in it;
 * undefined if it does not fit.
 * @param {string} search
 * @param {Searched} item
 */
export function rank(search, { kind, words, text }) {
  const parts = search.toLowerCase().split(SEPARATORS), whole = parts.join(""), name = kind.toLowerCase();
  const wanted = parts.filter((word) => word && !FILLERS.has(stem(word)));
  const fits = wanted.every((word) => words.includes(stem(word)) || text.includes(word.replace(/e?s?$/, "")));
  if (!fits) return undefined;
  return whole && name === whole ? 0 : whole && name.startsWith(whole) ? 1 : 2;
}
