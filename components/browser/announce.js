// The one live region of the page: what it holds is read out by screen readers, politely, after what they are saying.

const ID = "fb-status";

/** The region; made once, before anything is said in it, since screen readers miss a region that comes with its text. */
export function region() {
  const found = document.getElementById(ID);
  if (found) return found;
  const made = Object.assign(document.createElement("div"), { id: ID, className: "fb-hidden" });
  made.setAttribute("role", "status");
  document.body.append(made);
  return made;
}

/**
 * Have a sentence read out; the same one again, too.
 * @param {string} text
 */
export function announce(text) {
  const status = region();
  status.textContent = status.textContent === text ? `${text}\u00a0` : text;
}
