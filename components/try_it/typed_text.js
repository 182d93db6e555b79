/**
 * What a recipe has done to a text before it is cut into words, as `read_text` in
 * `trainer/sources/text_csv/cleaning.py` does it.
 */

/** @typedef {import("./tokens.js").Rule} Rule */
/**
 * What decides it, as it stands in a recipe's `data`; `route.py` sends it.
 *
 * @typedef {Object} Reading
 * @property {Rule} standardize
 * @property {boolean} split_characters
 * @property {boolean} every_character
 * @property {boolean} repair_letters
 * @property {boolean} plain_text
 * @property {boolean} fold_case
 * @property {boolean} hide_labels
 * @property {string} hide_words
 */

const UNSPACED =
  /[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff66-\uff9d\u{20000}-\u{3134f}]/gu;
/** White space as Python knows it: with separators of data, without the byte order mark. */
const SPACE = String.raw`\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;
const CHARACTER = new RegExp(
  String.raw`[^${SPACE}](?:[\u0300-\u036f]|\ufe0f|\u20e3|[\u{1f3fb}-\u{1f3ff}]|\u200d[^${SPACE}])*`,
  "gu",
);

/**
 * A text as the recipe has it read.
 *
 * @param {string} text As somebody has typed it.
 * @param {Reading} data
 * @returns {string | null} Null where only the trainer can do what the recipe asks for, such as repairing letters.
 */
export function readTyped(text, data) {
  const isCleaned = data.repair_letters || data.plain_text || data.hide_labels || data.hide_words !== "";
  if (isCleaned || (data.fold_case && data.standardize !== "unicode")) return null;
  if (data.every_character) return (text.match(CHARACTER) ?? []).join(" ");
  const isSplit = data.split_characters && data.standardize !== "unicode"; // that splits anyway
  return isSplit ? text.replace(UNSPACED, " $& ") : text;
}
