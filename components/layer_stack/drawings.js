// A small drawing of what each layer does to what arrives: left what comes in, right what goes out. Our own shapes only.

import { shape } from "../browser/dom.js";

/**
 * @typedef {SVGElement} Canvas
 * @typedef {import("../browser/dom.js").Attributes} Attributes
 * @typedef {(i: number, j: number) => number} Shade how dark the box at a place is, 0 to 1
 */

const ink = { fill: "currentColor" };
/** @type {(svg: Canvas, x: number, y: number, width: number, height: number, opacity?: number) => Element} */
const box = (svg, x, y, width, height, opacity = 1) => shape(svg, "rect", { x, y, width, height, rx: 1, ...ink, opacity });
/** @type {(svg: Canvas, d: string, more?: Attributes) => Element} */
const line = (svg, d, more = {}) => shape(svg, "path", { d, fill: "none", stroke: "currentColor", "stroke-width": 1.6, "stroke-linecap": "round", ...more });
/** @type {(svg: Canvas) => Element} */
const arrow = (svg) => line(svg, "M27 20h6m-2.5-2.5L33 20l-2.5 2.5", { opacity: 0.6 });

/** @type {(svg: Canvas, x: number, y: number, across: number, down: number, size: number, shade?: Shade) => void} */
const grid = (svg, x, y, across, down, size, shade = () => 0.35) => {
  for (let j = 0; j < down; j++) for (let i = 0; i < across; i++) box(svg, x + i * size, y + j * size, size - 1, size - 1, shade(i, j));
};
/** @type {(svg: Canvas, x: number, count: number, shade?: Shade) => void} */
const dots = (svg, x, count, shade = () => 1) => {
  const gap = 32 / count;
  for (let i = 0; i < count; i++) shape(svg, "circle", { cx: x, cy: 4 + gap * (i + 0.5), r: Math.min(2.6, gap / 2.4), ...ink, opacity: shade(i, 0) });
};
/** @type {(svg: Canvas, x: number, y: number, count: number, shade?: Shade) => void} */
const row = (svg, x, y, count, shade = () => 0.6) => { for (let i = 0; i < count; i++) box(svg, x, y + 5 * i, 18, 4, shade(i, 0)); };
/** @type {(d: string) => (svg: Canvas) => void} */
const axes = (d) => (svg) => { line(svg, "M8 34V6M4 30h52", { opacity: 0.3 }); line(svg, d, { "stroke-width": 2.2 }); };
/** @type {(i: number, j?: number) => number} */
const some = (i, j = 0) => [0.9, 0.2, 0.5, 0.3, 0.7][(i * 2 + j * 3) % 5];

/** @type {Record<string, (svg: Canvas) => void>} */
export const DRAWINGS = {
  dense: (svg) => { for (const a of [8, 16, 24, 32]) for (const b of [12, 20, 28]) line(svg, `M12 ${a}L48 ${b}`, { opacity: 0.35, "stroke-width": 0.8 }); dots(svg, 12, 4); dots(svg, 48, 3); },
  ramp: axes("M6 30h22L52 8"),
  leaky_ramp: axes("M6 34l22-4L52 8"),
  smooth_step: axes("M6 32c18 0 18-2 24-12S48 8 54 8"),
  probabilities: (svg) => { [8, 20, 12, 28].forEach((height, i) => box(svg, 10 + 11 * i, 34 - height, 8, height, i === 3 ? 1 : 0.4)); },
  convolution: (svg) => { grid(svg, 2, 8, 5, 5, 5, (i, j) => (i < 3 && j < 3 ? 0.95 : 0.3)); arrow(svg); grid(svg, 38, 10, 4, 4, 5, (i, j) => (i + j ? 0.35 : 1)); },
  depthwise_convolution: (svg) => { for (const at of [0, 4, 8]) { shape(svg, "rect", { x: 4 + at, y: 6 + at, width: 17, height: 17, rx: 1, fill: "none", stroke: "currentColor", opacity: 0.5 + at / 16 }); } arrow(svg); for (const at of [0, 4, 8]) box(svg, 38 + at, 8 + at, 13, 13, 0.3 + at / 16); },
  convolution_1d: (svg) => { row(svg, 4, 5, 6, (i) => (i < 3 ? 0.95 : 0.3)); arrow(svg); row(svg, 38, 10, 4, (i) => (i ? 0.35 : 1)); },
  upsampling: (svg) => { grid(svg, 5, 13, 3, 3, 5, some); arrow(svg); grid(svg, 36, 8, 6, 6, 4, (i, j) => some(i >> 1, j >> 1)); },
  pooling: (svg) => { grid(svg, 2, 8, 6, 6, 4, (i, j) => (i % 2 + j % 2 === 2 ? 0.95 : 0.3)); arrow(svg); grid(svg, 40, 13, 3, 3, 5, () => 0.95); },
  pooling_1d: (svg) => { row(svg, 4, 5, 6, (i) => (i % 2 ? 0.95 : 0.3)); arrow(svg); row(svg, 38, 12, 3, () => 0.95); },
  global_pooling: (svg) => { grid(svg, 2, 8, 5, 5, 5, some); arrow(svg); dots(svg, 46, 3); },
  flatten: (svg) => { grid(svg, 3, 10, 4, 4, 5, some); arrow(svg); for (let i = 0; i < 9; i++) box(svg, 44, 2 + 4 * i, 7, 3, some(i)); },
  reshape: (svg) => { for (let i = 0; i < 8; i++) box(svg, 12, 4 + 4 * i, 7, 3, some(i)); arrow(svg); grid(svg, 40, 12, 4, 2, 5, some); },
  permute: (svg) => { grid(svg, 3, 12, 5, 3, 5, some); arrow(svg); grid(svg, 41, 8, 3, 5, 5, (i, j) => some(j, i)); },
  repeat: (svg) => { row(svg, 4, 18, 1); arrow(svg); row(svg, 38, 8, 5); },
  padding: (svg) => { grid(svg, 6, 12, 3, 3, 5, some); arrow(svg); grid(svg, 36, 8, 5, 5, 5, (i, j) => (i % 4 && j % 4 ? some(i, j) : 0.12)); },
  cropping: (svg) => { grid(svg, 2, 8, 5, 5, 5, (i, j) => (i % 4 && j % 4 ? 0.9 : 0.15)); arrow(svg); grid(svg, 40, 13, 3, 3, 5, () => 0.9); },
  dropout: (svg) => { dots(svg, 16, 5, (i) => 0.9 - 0.1 * i); arrow(svg); dots(svg, 46, 5, (i) => (i % 2 ? 0.12 : 0.9)); },
  spatial_dropout: (svg) => { for (const i of [0, 1, 2]) box(svg, 4 + 7 * i, 8 + 6 * i, 9, 12, 0.8); arrow(svg); for (const i of [0, 1, 2]) box(svg, 36 + 7 * i, 8 + 6 * i, 9, 12, i === 1 ? 0.12 : 0.8); },
  noise: (svg) => { line(svg, "M3 20h20", { "stroke-width": 2 }); arrow(svg); line(svg, "M37 20l3-6 3 11 3-8 3 9 3-13 3 8", { "stroke-width": 1.8 }); },
  normalization: (svg) => { line(svg, "M3 32c6 0 10-8 12-8s3 8 9 8", { opacity: 0.6 }); arrow(svg); line(svg, "M36 32c6 0 6-24 11-24s5 24 11 24", { "stroke-width": 2.2 }); },
  embedding: (svg) => { ["7", "42", "3"].forEach((word, i) => { shape(svg, "text", { x: 4, y: 13 + 11 * i, "font-size": 10, ...ink }).textContent = word; }); arrow(svg); for (const j of [0, 1, 2]) for (const i of [0, 1, 2, 3]) box(svg, 38 + 5 * i, 6 + 11 * j, 4, 7, some(i, j)); },
  recurrent: (svg) => { for (const i of [0, 1, 2, 3]) { box(svg, 4 + 14 * i, 16, 9, 9, 0.35 + 0.2 * i); if (i < 3) line(svg, `M${13 + 14 * i} 20.5h5`); } line(svg, "M8 14c4-10 38-10 44 0", { opacity: 0.5 }); },
  bidirectional: (svg) => { row(svg, 21, 8, 5, some); line(svg, "M14 8v22m-3-3l3 3 3-3"); line(svg, "M46 32V10m-3 3l3-3 3 3"); },
  attention: (svg) => { const at = [6, 18, 30, 42, 54]; for (const a of at) for (const b of at) if (a !== b) line(svg, `M${a} 30Q${(a + b) / 2} ${30 - Math.abs(a - b) * 0.95} ${b} 30`, { opacity: a === 18 || b === 18 ? 0.9 : 0.15, "stroke-width": a === 18 || b === 18 ? 1.4 : 0.8 }); at.forEach((x) => shape(svg, "circle", { cx: x, cy: 30, r: 3.2, ...ink, opacity: x === 18 ? 1 : 0.6 })); },
  transformation: (svg) => { grid(svg, 3, 10, 4, 4, 5, some); arrow(svg); const turned = shape(svg, "g", { transform: "rotate(18 47 20)" }); grid(turned, 37, 10, 4, 4, 5, some); },
  flip: (svg) => { line(svg, "M8 30l10-20v20z", { fill: "currentColor" }); arrow(svg); line(svg, "M52 30L42 10v20z", { fill: "currentColor" }); },
  brightness: (svg) => { grid(svg, 3, 10, 4, 4, 5, (i, j) => 0.5 * some(i, j)); arrow(svg); grid(svg, 37, 10, 4, 4, 5, (i, j) => Math.min(1, 1.3 * some(i, j))); },
  plain: (svg) => { box(svg, 6, 12, 16, 16, 0.5); arrow(svg); box(svg, 38, 12, 16, 16, 0.8); },
};

/**
 * The drawing of a kind of layer, as an SVG element without a name: the words beside it say the same.
 * @param {string} name the layer's `drawing`; one that is not known here is drawn plain
 */
export function drawing(name) {
  const known = drawn.get(name) ?? canvas("0 0 60 40");
  if (!drawn.has(name)) (DRAWINGS[name] ?? DRAWINGS.plain)(known);
  drawn.set(name, known);
  return known.cloneNode(true);
}

/** @type {Map<string, SVGElement>} A copy is made far faster than a drawing of up to sixty pieces. */
const drawn = new Map();

const EYE = "M1 8c2-3.5 4.5-5 7-5s5 1.5 7 5c-2 3.5-4.5 5-7 5s-5-1.5-7-5zM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4z";
/** @type {Record<string, string>} */
const ICONS = {
  undo: "M6 3L3 6l3 3M3 6h6.5a3.5 3.5 0 0 1 0 7H6",
  redo: "M10 3l3 3-3 3M13 6H6.5a3.5 3.5 0 0 0 0 7H10",
  up: "M8 13.5V3M4 7l4-4 4 4",
  down: "M8 2.5v10.5M4 9l4 4 4-4",
  duplicate: "M5.5 5.5h8v8h-8zM2.5 10.5v-8h8",
  switch: `${EYE}M2 14L14 2`,
  on: EYE,
  off: `${EYE}M2 14L14 2`,
  handle: "M6 3.5v.01M10 3.5v.01M6 8v.01M10 8v.01M6 12.5v.01M10 12.5v.01",
  add: "M8 3.5v9M3.5 8h9",
  wrong: "M8 2L15 14H1zM8 6.5v3.5M8 12v.01",
  remove: "M2.5 4h11M6 4V2h4v2M4 4l.7 10h6.6L12 4M6.7 6.5v5M9.3 6.5v5",
};

/**
 * The picture on a button, which has a name of its own.
 * @param {string} name
 */
export function icon(name) {
  const svg = canvas("0 0 16 16");
  shape(svg, "path", { d: ICONS[name] });
  return svg;
}

/** @param {string} viewBox */
const canvas = (viewBox) => shape(undefined, "svg", { viewBox, "aria-hidden": true });
