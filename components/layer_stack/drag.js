// A row that follows the mouse or the finger that holds its handle.

/** Pixels from the window's edge at which a drag takes the page along, and by how many at a time. */
const EDGE = 60, STEP = 12;

/**
 * @param {PointerEvent} event the press on the handle
 * @param {HTMLElement} line the row
 * @param {(place?: number) => void} dropped told where among the rows it was let go; without a place the drag was cancelled
 */
export function follow(event, line, dropped) {
  if (event.button) return;
  event.preventDefault();
  const handle = event.currentTarget, list = line.parentElement;
  if (!(handle instanceof HTMLElement) || !list) return;
  handle.setPointerCapture(event.pointerId);
  line.classList.add("fb-stack-dragged");
  // The others move around it: a row that leaves the page for a moment would lose the finger that drags it.
  const middle = (/** @type {Element} */ other) => { const { top, height } = other.getBoundingClientRect(); return top + height / 2; };
  const move = (/** @type {{ clientY: number }} */ { clientY }) => {
    at = clientY;
    while (line.previousElementSibling && clientY < middle(line.previousElementSibling)) {
      list.insertBefore(line.previousElementSibling, line.nextElementSibling);
    }
    while (line.nextElementSibling && clientY > middle(line.nextElementSibling)) list.insertBefore(line.nextElementSibling, line);
  };
  // At the window's edge the page goes along, so that a long stack can be crossed.
  let at = event.clientY;
  const scroller = line.closest("[data-testid=stMain]") ?? document.documentElement;
  const along = setInterval(() => {
    const by = at < EDGE ? -STEP : at > window.innerHeight - EDGE ? STEP : 0;
    if (by) { scroller.scrollBy(0, by); move({ clientY: at }); }
  }, 30);
  const ended = new AbortController(), { signal } = ended;
  const drop = (/** @type {{ type: string }} */ { type }) => {
    clearInterval(along);
    ended.abort();
    line.classList.remove("fb-stack-dragged");
    dropped(type === "pointerup" ? [...list.children].indexOf(line) : undefined);
  };
  document.addEventListener("keydown", ({ key }) => { if (key === "Escape") drop({ type: "pointercancel" }); }, { signal });
  handle.addEventListener("pointermove", move, { signal });
  handle.addEventListener("pointerup", drop, { signal });
  handle.addEventListener("pointercancel", drop, { signal });
}
