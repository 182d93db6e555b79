// Every text that a person reads in our JavaScript passes through here: English in the code, another language from a
// catalogue. Babel extracts the calls: `t("Move {kind}")` and `n("{count} run", "{count} runs", count)`.

/** @typedef {Record<string, string | number>} Parameters */

/** A made-up language that shows which texts are not translatable or have too little space; see trainer/i18n.py. */
const PSEUDO = "xx";

/** @typedef {Record<string, string | string[]>} Texts by the English text; an array holds the plural forms, as `Intl.PluralRules` orders them */

/** @type {{ language: string, texts: Texts }} */
let catalogue = { language: "en", texts: {} };

/**
 * Show texts in another language from now on.
 * @param {string} language
 * @param {Texts} [texts]
 */
export function useLanguage(language, texts = {}) {
  catalogue = { language, texts };
  if (globalThis.document) document.documentElement.lang = language === PSEUDO ? "en" : language;
}

/**
 * A text with its parameters filled in: `t("Layer {number}", { number: 3 })` is "Layer 3".
 * @param {string} text
 * @param {Parameters} [parameters]
 */
export function t(text, parameters = {}) {
  const found = catalogue.texts[text];
  return filled(typeof found === "string" ? found : english(text), parameters);
}

/**
 * A text that depends on a number, which `{count}` stands for.
 * @param {string} one
 * @param {string} many
 * @param {number} count
 * @param {Parameters} [parameters]
 */
export function n(one, many, count, parameters = {}) {
  const forms = catalogue.texts[one];
  if (!Array.isArray(forms)) return filled(english(count === 1 ? one : many), { count, ...parameters });
  const rules = new Intl.PluralRules(catalogue.language);
  const place = rules.resolvedOptions().pluralCategories.indexOf(rules.select(count));
  return filled(forms[place] ?? forms[0], { count, ...parameters });
}

/**
 * @param {string} text
 * @param {Parameters} parameters
 */
const filled = (text, parameters) => text.replace(/\{(\w+)\}/g, (whole, name) => String(parameters[name] ?? whole));

/**
 * The English text, or the made-up language's word for it.
 * @param {string} text
 */
function english(text) {
  if (catalogue.language !== PSEUDO) return text;
  const more = Math.max(1, Math.round(0.4 * text.replace(/\{[^{}]*\}/g, "").length));
  return `[${text} ${"~".repeat(more)}]`;
}
