// The picture of the network: a click on a block chooses its layer. The SVG is our own, made of kinds and numbers.

/** Called at each run of the page. */
export function show(component, mount) {
  const { svg, entries } = component.data;
  mount.tell = component.setTriggerValue;
  if (mount.svg === svg) return;
  mount.svg = svg;
  const host = component.parentElement;
  const drawn = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  let frame = host.querySelector(".fb-picture");
  if (!frame) {
    frame = document.createElement("div");
    frame.className = "fb-picture";
    frame.style.overflowX = "auto";
    frame.tabIndex = 0;
    host.append(frame);
  }
  frame.replaceChildren(document.importNode(drawn, true));
  frame.onclick = (event) => {
    const place = entries[Number(event.target.closest?.("g[data-place]")?.dataset.place ?? 0) - 1]; // the data is no layer
    if (place !== undefined) mount.tell("act", { do: "choose", place });
  };
  mount.close = () => { frame.remove(); mount.svg = undefined; };
}
