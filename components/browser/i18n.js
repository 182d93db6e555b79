// Every text that a person reads in our JavaScript passes through here: English in the code, another language from a
// catalogue. Babel extracts the calls: `t("Move {kind}")` and `n("{count} run", "{count} runs", count)`.

/** @typedef {Record<string, string | number>} Parameters */

/** A made-up language that shows which texts are not translatable or have too little space; see trainer/i18n.py. */
const PSEUDO = "xx";

/** @typedef {Record<string, string | Record<string, string>>} Texts by the English text; a text with a number by the categories of `Intl.PluralRules` */

/** @type {{ language: string, texts: Texts }} */
let catalogue = { language: "en", texts: {} };

/** @type {Map<string, Promise<Texts>>} */
const fetched = new Map();

/**
 * Show texts in the language of the page from now on.
 * @param {string} language
 * @param {string} [address] of its catalogue
 */
export async function followPage(language, address) {
  if (!address) return useLanguage(language);
  const texts = fetched.get(address) ?? fetch(address).then((answer) => answer.json());
  fetched.set(address, texts);
  useLanguage(language, await texts);
}

/**
 * Show texts in another language from now on.
 * @param {string} language
 * @param {Texts} [texts]
 */
export function useLanguage(language, texts = {}) {
  catalogue = { language, texts };
  const root = globalThis.document?.documentElement, spoken = language === PSEUDO ? "en" : language;
  if (root && root.lang !== spoken) root.lang = spoken; // where it is set, the browser works out the styles of the whole page
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
  if (typeof forms !== "object") return filled(english(count === 1 ? one : many), { count, ...parameters });
  const rules = new Intl.PluralRules(catalogue.language);
  // A catalogue has the forms of whole numbers below a thousand; what is counted in yet another way reads as 2 does.
  return filled(forms[rules.select(count)] ?? forms[rules.select(2)], { count, ...parameters });
}

/**
 * @param {string} text
 * @param {Parameters} parameters
 */
const filled = (text, parameters) => text.replace(/\{(\w+)\}/g, (whole, name) => isolated(String(parameters[name] ?? whole)));

/** Letters that are written from right to left, and signs that turn the direction of what follows them. */
const TURNS = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * A name as part of a sentence: one that is written from right to left would carry along the numbers and commas beside
 * it, so it is set apart. Any other stays as it is. As `isolated` of `trainer/formats.py`.
 * @param {string} name
 */
const isolated = (name) => (TURNS.test(name) ? `\u2068${name}\u2069` : name);

/**
 * The English text, or the made-up language's word for it.
 * @param {string} text
 */
function english(text) {
  if (catalogue.language !== PSEUDO) return text;
  const more = Math.max(1, Math.round(0.4 * text.replace(/\{[^{}]*\}/g, "").length));
  return `[${text} ${"~".repeat(more)}]`;
}
