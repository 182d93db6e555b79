// The picture of the network: a click on a block chooses its layer. The SVG is our own, made of kinds and numbers.

import { element } from "../browser/dom.js";

const STYLE = `
.fb-picture { overflow-x: auto; }
.fb-picture g[data-place]:not([data-place="0"]) { cursor: pointer; }
.fb-picture-save { font: inherit; font-family: var(--st-font, inherit); color: var(--st-text-color, inherit); cursor: pointer; padding: 0.25rem 0.75rem; margin-top: 0.5rem;
  border: 1px solid var(--st-border-color, #ccc); border-radius: 0.5rem; background: none; }
.fb-picture-save:hover { border-color: var(--st-primary-color, #3457d5); color: var(--st-primary-color, #3457d5); }
`;

/** Called at each run of the page. */
export function show(component, mount) {
  mount.data = component.data;
  mount.tell = component.setTriggerValue;
  mount.box ??= make(component.parentElement, mount);
  if (mount.svg === mount.data.svg) return;
  mount.svg = mount.data.svg;
  const drawn = new DOMParser().parseFromString(mount.svg, "image/svg+xml").documentElement;
  mount.box.querySelector(".fb-picture").replaceChildren(document.importNode(drawn, true));
}

function make(parent, mount) {
  const box = element(parent, "div");
  element(box, "style", "", STYLE);
  const frame = element(box, "div", "fb-picture");
  frame.tabIndex = 0;
  frame.addEventListener("click", ({ target }) => {
    const place = mount.data.entries[Number(target.closest?.("g[data-place]")?.dataset.place ?? 0) - 1]; // the data is no layer
    if (place !== undefined) mount.tell("act", { do: "choose", place });
  });
  const save = element(box, "button", "fb-picture-save", "Save the picture (SVG)");
  save.type = "button";
  save.addEventListener("click", () => {
    const link = Object.assign(document.createElement("a"), { download: "network.svg" });
    link.href = URL.createObjectURL(new Blob([mount.svg], { type: "image/svg+xml" }));
    link.click();
    URL.revokeObjectURL(link.href);
  });
  mount.close = () => { box.remove(); mount.box = mount.svg = undefined; };
  return box;
}
