// A row that follows the mouse or the finger that holds its handle.

/** Pixels from the window's edge at which a drag takes the page along, and by how many at a time. */
const EDGE = 60, STEP = 12;

/** `dropped(place)` says where among the rows it was let go; without a place the drag was called off. */
export function follow(event, line, dropped) {
  if (event.button) return;
  event.preventDefault();
  const handle = event.currentTarget, list = line.parentElement;
  handle.setPointerCapture(event.pointerId);
  line.classList.add("fb-stack-dragged");
  // The others move around it: a row that leaves the page for a moment would lose the finger that drags it.
  const middle = (other) => { const { top, height } = other.getBoundingClientRect(); return top + height / 2; };
  const move = ({ clientY }) => {
    at = clientY;
    while (line.previousElementSibling && clientY < middle(line.previousElementSibling)) {
      list.insertBefore(line.previousElementSibling, line.nextElementSibling);
    }
    while (line.nextElementSibling && clientY > middle(line.nextElementSibling)) list.insertBefore(line.nextElementSibling, line);
  };
  // At the window's edge the page goes along, so that a long stack can be crossed.
  let at = event.clientY;
  const scroller = line.closest("[data-testid=stMain]") ?? document.scrollingElement;
  const along = setInterval(() => {
    const by = at < EDGE ? -STEP : at > window.innerHeight - EDGE ? STEP : 0;
    if (by) { scroller.scrollBy(0, by); move({ clientY: at }); }
  }, 30);
  const escape = (key) => { if (key.key === "Escape") drop({ type: "pointercancel" }); };
  document.addEventListener("keydown", escape);
  const drop = ({ type }) => {
    clearInterval(along);
    document.removeEventListener("keydown", escape);
    handle.removeEventListener("pointerup", drop);
    handle.removeEventListener("pointercancel", drop);
    handle.removeEventListener("pointermove", move);
    line.classList.remove("fb-stack-dragged");
    dropped(type === "pointerup" ? [...list.children].indexOf(line) : undefined);
  };
  handle.addEventListener("pointermove", move);
  handle.addEventListener("pointerup", drop, { once: true });
  handle.addEventListener("pointercancel", drop, { once: true });
}
