// Why a network gives no answer, in words.

import { t } from "../browser/i18n.js";
import { NetworkError } from "./network.js";

/** Whether the page is a file of its own, so that no server can be at fault. */
let isOneFile = false;

/** There is no server behind this page. */
export function withoutServer() {
  isOneFile = true;
}

/**
 * What happened and what to do, where the server has not said it.
 * @param {unknown} error
 */
export function sentenceOf(error) {
  if (isOneFile) return t("This browser cannot run the network ({reason}). Update this browser, or try another one.", { reason: reasonOf(error) });
  if (!(error instanceof NetworkError)) return t("The server cannot be reached. Is Fitboard still running?");
  const { code, message } = error;
  if (code === "refused" || code === "gone") return message || t("These weights are no longer on the server. Choose another epoch, or reload the page.");
  if (code === "unreachable") return t("The server cannot be reached. Is Fitboard still running?");
  if (code === "unloaded") return t("The program that runs the network cannot be loaded. Is Fitboard still running? If so, update this browser, or try another one.");
  if (code === "damaged") return t("The weights of this epoch are damaged. Choose another epoch.");
  return t("This browser cannot run the network ({reason}). Update this browser, or try another one.", { reason: message });
}

/** @param {unknown} error */
const reasonOf = (error) => (error instanceof Error && error.message) || (error instanceof NetworkError ? error.code : String(error));
