// Small things that the parts drawn in the browser need. Text that stems from a run or recipe only ever goes in as textContent.

export const WORDS = {
  loss: "Loss", accuracy: "Accuracy", val_loss: "Validation loss", val_accuracy: "Validation accuracy",
  learning_rate: "Learning rate",
};
export const OVER = ["finished", "stopped", "failed", "interrupted"];

export const isShare = (metric) => /acc|precision|recall|auc/i.test(metric);

export function element(parent, tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  parent.append(made);
  return made;
}

export function number(metric, value) {
  if (value === undefined) return "–";
  if (value === null) return "not a number";
  if (isShare(metric) && value >= 0 && value <= 1) return `${(100 * value).toFixed(1)} %`;
  return value !== 0 && (Math.abs(value) < 0.001 || Math.abs(value) >= 1e5) ? value.toExponential(2) : value.toFixed(4);
}

export function percent(share) {
  if (share === undefined) return "";
  return share > 0 && share < 0.01 ? "< 1 %" : `${Math.round(100 * share)} %`;
}

export function duration(seconds) {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}
