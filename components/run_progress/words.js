// What is said of a run's progress in one short line. No page.

import { number } from "../browser/formats.js";
import { t } from "../browser/i18n.js";

/**
 * The epoch that a run is in, of those that it is to have; nothing before the first batch.
 * @param {import("../live_curves/status.js").Status} status
 */
export function progressInEpochs({ epoch, epochs }) {
  return epoch && epochs ? t("epoch {epoch} of {epochs}", { epoch: number(epoch), epochs: number(epochs) }) : "";
}
