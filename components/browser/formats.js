// Numbers, shares and durations as people read them, in the language of the document.

import { t } from "./i18n.js";

/** @type {Map<string, Intl.NumberFormat>} */
const known = new Map();

/** @param {Intl.NumberFormatOptions} options */
function format(options) {
  const language = globalThis.document?.documentElement.lang || "en";
  const key = `${language} ${JSON.stringify(options)}`;
  const found = known.get(key) ?? new Intl.NumberFormat(language, options);
  known.set(key, found);
  return found;
}

/**
 * A number with the language's separators: 12,345.
 * @param {number} value
 * @param {number} [decimals] exactly so many
 */
export const number = (value, decimals) =>
  format(decimals === undefined ? {} : { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(value);

/**
 * Any number, a fraction with three digits that count: 0.0863, 2,427. As `number` of `trainer/formats.py` writes it.
 * @param {number} value
 */
export function brief(value) {
  if (!Number.isFinite(value)) return t("not a number");
  if (Math.abs(value) >= 1e15) return scientific(value);
  return Number.isInteger(value) || Math.abs(value) >= 100 ? number(value, 0) : format({ maximumSignificantDigits: 3 }).format(value);
}

/**
 * A very small or very large number: 1.23e-5.
 * @param {number} value
 */
export function scientific(value) {
  const [mantissa, exponent] = value.toExponential(2).split("e");
  return `${number(Number(mantissa), 2)}e${exponent}`;
}

/**
 * A share of 1 in per cent, as whole numbers unless `decimals` says otherwise; it reads 100% or 0% only where it is that.
 * @param {number} share
 * @param {number} [decimals]
 */
export function percent(share, decimals = 0) {
  const written = format({ style: "percent", minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const smallest = 10 ** (-decimals - 2);
  return written.format(share > 0 && share < 1 ? Math.min(Math.max(share, smallest), 1 - smallest) : share);
}

/**
 * A length of time to the second, or to the minute from an hour on.
 * @param {number} seconds
 */
export function duration(seconds) {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (whole < 60) return t("{s} s", { s: whole });
  if (!hours) return t("{min} min {s} s", { min: minutes, s: whole % 60 });
  return t("{h} h {min} min", { h: number(hours), min: minutes });
}
