// Loads what runs networks once somebody is about to open the page Try it: the pointer or the focus rests on a link to it.

/** Milliseconds for which it rests there; whoever passes over the link on the way to another one loads nothing. */
const RESTS = 80;

/** @typedef {import("./network_worker.js").Runtime} Runtime */

/** @param {() => Runtime | undefined} runtime the addresses of the library */
export function loadAhead(runtime) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer = undefined;
  const about = (/** @type {Event} */ { target }) => {
    clearTimeout(timer);
    const link = target instanceof Element ? target.closest("a") : null, found = runtime();
    if (!link || !found || !leadsThere(link.href, location.href)) return;
    timer = setTimeout(() => {
      import("./network.js").then(({ begin }) => begin({ runtime: found }), () => {}); // the page says what cannot be loaded
    }, RESTS);
  };
  document.addEventListener("pointerover", about, { passive: true });
  document.addEventListener("focusin", about);
}

/**
 * Whether a link leads from another page to Try it, with a run that can be tried.
 * @param {string} link
 * @param {string} here
 */
export function leadsThere(link, here) {
  const there = new URL(link, here), from = new URL(here), isTry = (/** @type {string} */ path) => path.endsWith("/try");
  return isTry(there.pathname) && !isTry(from.pathname) && (from.searchParams.has("run") || there.searchParams.has("run"));
}
