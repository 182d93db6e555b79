// As much of a document as the drawings and texts need, for tests without a browser.

/** @typedef {{ tag: string, attributes: Record<string, string>, children: Node[], textContent: string, append: (...nodes: Node[]) => void, setAttribute: (name: string, value: string) => void, cloneNode: () => Node }} Node */

/**
 * @param {string} tag
 * @returns {Node}
 */
function node(tag) {
  /** @type {Node} */
  const made = {
    tag, attributes: {}, children: [], textContent: "",
    append: (...nodes) => { made.children.push(...nodes); },
    setAttribute: (name, value) => { made.attributes[name] = value; },
    cloneNode: () => ({ ...made }),
  };
  return made;
}

/** Let `document` make elements until the test ends. */
export function fakePage() {
  Object.assign(globalThis, { document: { documentElement: { lang: "en" }, createElementNS: (/** @type {string} */ _space, /** @type {string} */ tag) => node(tag) } });
}
