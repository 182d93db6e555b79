// Many buttons that are one stop of the Tab key: keys lead from one to the next.

/**
 * @callback Next where a key leads, if anywhere
 * @param {KeyboardEvent} event
 * @param {HTMLButtonElement} from the button that has the focus
 * @param {HTMLButtonElement[]} buttons all that can be seen, in their order
 * @param {boolean} [isMirrored] whether they stand from right to left
 * @returns {HTMLElement | undefined}
 */

/**
 * Each button is made with `tabindex` -1.
 * @param {HTMLElement} host what holds the buttons
 * @param {() => Element | null | undefined} rest the button that Tab leads to
 * @param {Next} [next] arrow keys and Home and End, if it is not given
 * @returns {() => void} to be called once other buttons have been drawn
 */
export function rove(host, rest, next = inLine) {
  const mark = (/** @type {Element | null | undefined} */ stop) => {
    for (const one of host.querySelectorAll("button[tabindex='0']")) one.setAttribute("tabindex", "-1");
    stop?.setAttribute("tabindex", "0");
  };
  const settle = () => mark(rest());
  host.addEventListener("focusin", ({ target }) => { if (target instanceof HTMLButtonElement) mark(target); });
  host.addEventListener("focusout", ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && host.contains(relatedTarget))) settle();
  });
  host.addEventListener("keydown", (event) => {
    if (!(event.target instanceof HTMLButtonElement) || event.ctrlKey || event.metaKey) return;
    const visible = [...host.querySelectorAll("button")].filter((one) => one.offsetParent !== null);
    const to = next(event, event.target, visible, getComputedStyle(host).direction === "rtl");
    if (!to) return;
    event.preventDefault();
    to.focus();
  });
  return settle;
}

/** @type {Next} */
export function inLine({ key, altKey }, from, buttons, isMirrored = false) {
  if (altKey) return undefined;
  const at = buttons.indexOf(from), [on, back] = isMirrored ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"];
  if (key === on || key === "ArrowDown") return buttons[at + 1];
  if (key === back || key === "ArrowUp") return buttons[at - 1];
  if (key === "Home") return buttons[0];
  return key === "End" ? buttons.at(-1) : undefined;
}
