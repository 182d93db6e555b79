// Every text that a person reads in our JavaScript passes through here: English in the code, another language from a
// catalogue. Babel extracts the calls: `t("Move {kind}")` and `n("{count} run", "{count} runs", count)`.

/** @typedef {Record<string, string | number>} Parameters */

/** @type {{ language: string, texts: Record<string, string | string[]> }} */
let catalogue = { language: "en", texts: {} };

/**
 * Take the texts of another language.
 * @param {{ language: string, texts: Record<string, string | string[]> }} other
 *   by the English text; an array holds the plural forms, in the order of the language's `Intl.PluralRules` categories
 */
export function useCatalogue(other) {
  catalogue = other;
}

/**
 * A text with its parameters filled in: `t("Layer {number}", { number: 3 })` is "Layer 3".
 * @param {string} text
 * @param {Parameters} [parameters]
 */
export function t(text, parameters = {}) {
  const found = catalogue.texts[text];
  return filled(typeof found === "string" ? found : text, parameters);
}

/**
 * A text that depends on a number, which `{count}` stands for.
 * @param {string} one
 * @param {string} many
 * @param {number} count
 * @param {Parameters} [parameters]
 */
export function n(one, many, count, parameters = {}) {
  const rules = new Intl.PluralRules(catalogue.language);
  const forms = catalogue.texts[one];
  const place = rules.resolvedOptions().pluralCategories.indexOf(rules.select(count));
  const text = Array.isArray(forms) ? forms[place] ?? forms[0] : count === 1 ? one : many;
  return filled(text, { count, ...parameters });
}

/**
 * @param {string} text
 * @param {Parameters} parameters
 */
const filled = (text, parameters) => text.replace(/\{(\w+)\}/g, (whole, name) => String(parameters[name] ?? whole));
