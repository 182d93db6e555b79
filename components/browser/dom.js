// What every part drawn in the browser needs. Text from a run or a recipe only ever goes in as text content.

/**
 * What Streamlit hands a component at each run of the page.
 * @template Data
 * @typedef {{ data: Data, parentElement: HTMLElement, setTriggerValue: (name: string, value: unknown) => void }} Component
 */

/**
 * Append a new element.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Element} parent
 * @param {Tag} tag
 * @param {string} [className]
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(parent, tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  parent.append(made);
  return made;
}

/**
 * Append a button.
 * @param {Element} parent
 * @param {string} className
 * @param {string} text
 * @param {(event: MouseEvent) => void} [pressed]
 */
export function button(parent, className, text, pressed) {
  const made = element(parent, "button", className, text);
  made.type = "button";
  if (pressed) made.addEventListener("click", pressed);
  return made;
}

/**
 * Write a text only where it is new: screen readers announce again whatever is written again.
 * @param {Element} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * The text of a stylesheet that lies beside a module.
 * @param {string} name
 * @param {string} module the module's `import.meta.url`
 */
export async function stylesheet(name, module) {
  const answer = await fetch(new URL(name, module));
  if (!answer.ok) throw new Error(`${name}: status ${answer.status}`);
  return answer.text();
}
