// What every part drawn in the browser needs. Text from a run or a recipe only ever goes in as text content.

/** @typedef {Record<string, string | number | boolean>} Attributes */

/**
 * What Streamlit hands a component at each run of the page.
 * @template Data
 * @typedef {{ data: Data, parentElement: HTMLElement, setTriggerValue: (name: string, value: unknown) => void }} Component
 */

/**
 * The `show` of a module: makes the part at the first run of the page, tells it of each, and closes it in the end.
 * @template Data
 * @template {{ answered: (component: Component<Data>) => void, close: () => void }} Part
 * @param {new (component: Component<Data>) => Part} Class
 * @returns {(component: Component<Data>, mount: { part?: Part, close?: () => void }) => void}
 */
export const shown = (Class) => (component, mount) => {
  mount.part ??= new Class(component);
  mount.close = () => { mount.part?.close(); mount.part = undefined; };
  mount.part.answered(component);
};

/**
 * Append a new element.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Element} parent
 * @param {Tag} tag
 * @param {string} [className]
 * @param {string} [text]
 * @param {Attributes} [attributes]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(parent, tag, className, text, attributes = {}) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  set(made, attributes);
  parent.append(made);
  return made;
}

/**
 * Append a button.
 * @param {Element} parent
 * @param {string} className
 * @param {string} text
 * @param {(event: MouseEvent) => void} [pressed]
 * @param {Attributes} [attributes]
 */
export function button(parent, className, text, pressed, attributes = {}) {
  const made = element(parent, "button", className, text, { type: "button", ...attributes });
  if (pressed) made.addEventListener("click", pressed);
  return made;
}

/**
 * Append an SVG element, or make one that is a picture of its own.
 * @param {Element | undefined} parent
 * @param {string} tag
 * @param {Attributes} attributes
 */
export function shape(parent, tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  set(made, attributes);
  parent?.append(made);
  return made;
}

/**
 * Set the attributes of an element.
 * @param {Element} node
 * @param {Attributes} attributes
 */
export function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
}

/**
 * Save a text as a file.
 * @param {string} name
 * @param {string} text
 * @param {string} type
 */
export function save(name, text, type) {
  const link = Object.assign(document.createElement("a"), { download: name });
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // a browser that asks where to save it reads it afterwards
}

/**
 * Write the name of a Keras class, which is broken before a capital letter inside it rather than anywhere.
 * @param {Element} node
 * @param {string} text
 */
export function setKind(node, text) {
  const parts = text.split(/(?<=[a-z])(?=[A-Z])/);
  node.replaceChildren(...parts.flatMap((part, i) => (i ? [document.createElement("wbr"), part] : [part])));
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
 * Bring something into view that a press has changed elsewhere on the page.
 * @param {Element | null} node
 */
export function bringIntoView(node) {
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  node?.scrollIntoView({ behavior: isCalm ? "auto" : "smooth" });
}

/**
 * A file that lies beside a module.
 * @param {string} name
 * @param {string} module the module's `import.meta.url`
 */
export async function neighbour(name, module) {
  const answer = await fetch(new URL(name, module));
  if (!answer.ok) throw new Error(`${name}: status ${answer.status}`);
  return answer;
}

/**
 * The text of a stylesheet that lies beside a module.
 * @param {string} name
 * @param {string} module the module's `import.meta.url`
 */
export async function stylesheet(name, module) {
  return (await neighbour(name, module)).text();
}
