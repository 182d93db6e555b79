// A button that saves a text as a file. The text is in the browser already, so that nothing is asked of the server when
// it is pressed: Streamlit's own button holds an address that is gone as soon as the page is run again.

import { element } from "../browser/dom.js";

const STYLE = `
.fb-download { display: inline-flex; align-items: center; gap: 0.5rem; min-height: 2.5rem; padding: 0.25rem 0.75rem; cursor: pointer;
  font: inherit; font-size: 0.875rem; font-family: var(--st-font, inherit); color: var(--st-text-color, inherit); background: none;
  border: 1px solid transparent; border-radius: 0.5rem; }
.fb-download.framed { border-color: var(--st-border-color, #ccc); }
.fb-download:hover { color: var(--st-primary-color, #3457d5); border-color: currentColor; }
.fb-download:focus-visible { outline: 2px solid var(--st-primary-color, #3457d5); outline-offset: 2px; }
.fb-download svg { width: 1.1rem; height: 1.1rem; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; }
`;
const ARROW = "M12 3v12m0 0l-5-5m5 5l5-5M4 20h16";

/** Called at each run of the page. */
export function show(component, mount) {
  mount.data = component.data;
  mount.button ??= make(component.parentElement, mount);
  const { label, help, framed } = mount.data;
  mount.button.querySelector("span").textContent = label;
  mount.button.title = help;
  mount.button.classList.toggle("framed", framed);
}

function make(parent, mount) {
  const box = element(parent, "div");
  element(box, "style", "", STYLE);
  const button = element(box, "button", "fb-download");
  button.type = "button";
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", ARROW);
  icon.append(line);
  button.append(icon);
  element(button, "span");
  button.addEventListener("click", () => save(mount.data));
  mount.close = () => { box.remove(); mount.button = undefined; };
  return button;
}

function save({ text, file, mime }) {
  const link = Object.assign(document.createElement("a"), { download: file });
  link.href = URL.createObjectURL(new Blob([text], { type: mime }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // a browser that asks where to save it reads it afterwards
}
