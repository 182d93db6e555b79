// A pad to draw on with mouse, finger, pen or keys. The strokes are what there is; the canvas is drawn from them.

import { announce } from "../browser/announce.js";
import { button, element, set, stylesheet } from "../browser/dom.js";
import { percent } from "../browser/formats.js";
import { t } from "../browser/i18n.js";
import { PEN, Sketch, drawnPixels } from "./strokes.js";

/**
 * @typedef {import("./picture.js").Form} Form
 * @typedef {import("./strokes.js").Drawing} Drawing
 *
 * `onChange`: called with the pixels that the network gets, (height, width, channels) from 0 to 1, or null for an empty
 * pad; at most once a frame, after something has changed. Without `border` the ground is black, and without `digits`
 * a drawing is taken as it stands on the pad.
 * @typedef {{ width: number, height: number, channels: number, border?: number, digits?: boolean, onChange: (pixels: Float32Array | null) => void }} Options
 */

const STYLE = await stylesheet("./pad.css", import.meta.url);
/** What a press of an arrow key moves the pen by, in parts of the pad; with Shift. */
const STEP = 1 / 25, SMALL_STEP = 1 / 100;
/** Milliseconds without a key until the place of the pen is said. */
const QUIET = 500;
/** The edge of a stroke on the screen: parts of its width, from outside to inside, and how much of them is painted. */
const EDGE = /** @type {const} */ ([[1.12, 0.3], [1, 0.55], [0.88, 1]]);
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

let pads = 0;

export class Pad {
  /**
   * @param {Element} mount
   * @param {Options} options
   */
  constructor(mount, { border = 0, digits = false, onChange, width, height, channels }) {
    const form = this.form = /** @type {Form} */ ({ width, height, channels, border, digits });
    this.onChange = onChange;
    this.sketch = new Sketch();
    /** @type {number | null} the pointer that draws */
    this.pointer = null;
    /** @type {[number, number]} where the keys have the pen */
    this.cursor = [0.5, 0.5];
    this.frame = 0;
    this.isNews = false;
    this.quiet = 0;
    const id = `fb-pad-${++pads}`;
    this.root = element(mount, "div", "fb-pad");
    element(this.root, "style", "", STYLE);
    this.surface = element(this.root, "div", "fb-pad-surface", "", {
      role: "application", tabindex: 0, "aria-label": t("Drawing pad"), "aria-describedby": `${id}-keys`,
    });
    this.surface.style.aspectRatio = `${form.width} / ${form.height}`;
    this.surface.classList.toggle("fb-pad-bright", form.border > 0.5);
    this.canvas = element(this.surface, "canvas", "", "", { "aria-hidden": "true" });
    this.invitation = element(this.surface, "p", "fb-pad-invitation", t("Draw here"), { "aria-hidden": "true" });
    this.mark = element(this.surface, "span", "fb-pad-cursor", "", { "aria-hidden": "true" });
    const tools = element(this.root, "div", "fb-pad-tools", "", { role: "group", "aria-label": t("Drawing") });
    this.undoButton = button(tools, "", t("Undo"), () => this.undo());
    this.redoButton = button(tools, "", t("Redo"), () => this.redo());
    this.clearButton = button(tools, "", t("Clear"), () => this.clear());
    this.colour = form.channels > 1 ? this.colourField(tools) : null;
    element(this.root, "p", "fb-pad-keys", t("With keys: the arrow keys move the pen, with Shift by less. Space puts it down and lifts it."), { id: `${id}-keys` });
    this.listen();
    this.resizes = new ResizeObserver(() => this.paintSoon());
    this.resizes.observe(this.surface);
    this.paintSoon();
  }

  /** @param {Element} tools */
  colourField(tools) {
    const label = element(tools, "label", "fb-pad-colour");
    element(label, "span", "", t("Colour of the pen"));
    return element(label, "input", "", "", { type: "color", value: this.form.border > 0.5 ? "#000000" : "#ffffff" });
  }

  listen() {
    const { surface } = this;
    surface.addEventListener("pointerdown", (event) => this.pressed(event));
    surface.addEventListener("pointermove", (event) => this.moved(event));
    for (const name of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"])) {
      surface.addEventListener(name, (event) => { if (event.pointerId === this.pointer) this.lifted(); });
    }
    surface.addEventListener("keydown", (event) => this.keyed(event));
    surface.addEventListener("blur", () => {
      this.lifted();
      surface.dataset.by = "keys";
    });
  }

  /** What is drawn; to keep it while the pad is away. */
  get drawing() {
    return this.sketch.drawing;
  }

  /** Go on with a drawing that was kept.
   * @param {Drawing} drawing
   */
  restore(drawing) {
    this.lifted();
    this.sketch.change(drawing);
    this.changed();
  }

  /**
   * Put a picture on the pad, to be drawn upon, in place of what is there; Undo brings that back.
   * @param {Float32Array} pixels as the network gets them
   */
  show(pixels) {
    this.lifted();
    this.sketch.show(pixels);
    this.changed();
  }

  clear() {
    if (this.sketch.isEmpty) return announce(t("The pad is empty."));
    this.lifted();
    this.sketch.clear();
    this.changed();
    announce(t("The pad is empty now. Undo brings the drawing back."));
  }

  undo() {
    if (!this.sketch.past.length) return announce(t("There is nothing to undo."));
    this.lifted();
    this.sketch.undo();
    this.changed();
    announce(t("Undone"));
  }

  redo() {
    if (!this.sketch.future.length) return announce(t("There is nothing to redo."));
    this.lifted();
    this.sketch.redo();
    this.changed();
    announce(t("Done again"));
  }

  close() {
    this.lifted();
    this.resizes.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.quiet);
    this.root.remove();
  }

  /** The pen that is in the hand. */
  get pen() {
    const { width, height, border, channels } = this.form, value = this.colour?.value;
    const pen = Math.max(PEN, 2 / Math.min(width, height)); // it leaves a mark also in the smallest pictures
    if (!value) return { width: pen, colour: Array(channels).fill(border > 0.5 ? 0 : 1) };
    return { width: pen, colour: [1, 3, 5].map((place) => parseInt(value.slice(place, place + 2), 16) / 255) };
  }

  /** @param {PointerEvent} event */
  pressed(event) {
    if (event.button !== 0 || this.pointer !== null) return; // another button, or a second finger
    event.preventDefault();
    this.lifted();
    this.surface.focus({ preventScroll: true });
    this.surface.dataset.by = "pointer";
    this.pointer = event.pointerId;
    this.surface.setPointerCapture(event.pointerId);
    this.cursor = this.placeOf(event);
    this.sketch.begin(...this.cursor, this.pen);
    this.changed();
  }

  /** @param {PointerEvent} event */
  moved(event) {
    if (event.pointerId !== this.pointer) return;
    if (!event.buttons) return this.lifted(); // released where nobody told us
    const all = event.getCoalescedEvents?.() ?? [];
    for (const one of all.length ? all : [event]) {
      const place = this.placeOf(one);
      if (this.sketch.extend(...place)) this.changed();
      this.cursor = /** @type {[number, number]} */ (place.map((part) => Math.min(1, Math.max(0, part))));
    }
  }

  /** The pen is up, however that came. */
  lifted() {
    this.pointer = null;
    this.sketch.end();
    this.surface.classList.remove("fb-pad-down");
  }

  /**
   * Where on the pad an event happened, 0 to 1; beyond that, beside it.
   * @param {PointerEvent} event
   * @returns {[number, number]}
   */
  placeOf(event) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return [(event.clientX - left) / width, (event.clientY - top) / height];
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    if (!this.handled(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * Do what a key is for; whether it is for anything.
   * @param {KeyboardEvent} event
   */
  handled(event) {
    const key = event.key.toLowerCase(), isCommand = event.ctrlKey || event.metaKey;
    this.surface.dataset.by = "keys";
    if (event.altKey) return false;
    if (isCommand && key === "z") event.shiftKey ? this.redo() : this.undo();
    else if (isCommand && key === "y") this.redo();
    else if (isCommand) return false;
    else if (ARROWS[event.key]) this.step(ARROWS[event.key], event.shiftKey ? SMALL_STEP : STEP);
    else if (event.key === " ") this.toggle(event.repeat);
    else if (event.key === "Escape" && this.sketch.pen) this.toggle(event.repeat);
    else return false;
    return true;
  }

  /**
   * Move the pen by a key.
   * @param {[number, number]} direction
   * @param {number} by
   */
  step([right, down], by) {
    const { width, height } = this.form, shorter = Math.min(width, height), inside = (/** @type {number} */ value) => Math.min(1, Math.max(0, value));
    this.cursor = [inside(this.cursor[0] + (right * by * shorter) / width), inside(this.cursor[1] + (down * by * shorter) / height)];
    if (this.sketch.extend(...this.cursor)) this.changed();
    else this.paintSoon();
    clearTimeout(this.quiet);
    const [across, below] = this.cursor;
    this.quiet = window.setTimeout(() => announce(t("{across} from the left, {below} from the top", { across: percent(across), below: percent(below) })), QUIET);
  }

  /**
   * Put the pen down, or lift it.
   * @param {boolean} isHeld the key
   */
  toggle(isHeld) {
    if (isHeld) return;
    if (this.sketch.pen) {
      this.lifted();
      announce(t("The pen is up."));
    } else {
      this.sketch.begin(...this.cursor, this.pen);
      this.surface.classList.add("fb-pad-down");
      announce(t("The pen is down."));
      this.changed();
    }
    this.paintSoon();
  }

  /** The drawing is another one: paint it, and tell of its pixels, at the next frame. */
  changed() {
    this.isNews = true;
    this.paintSoon();
  }

  paintSoon() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.paint();
      if (!this.isNews) return;
      this.isNews = false;
      this.onChange(drawnPixels(this.sketch.drawing, this.form));
    });
  }

  paint() {
    const { canvas, sketch } = this, ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const context = canvas.getContext("2d");
    if (!context || !width || !height) return;
    this.paintGround(context, width, height);
    for (const stroke of sketch.drawing.strokes) paintStroke(context, stroke, width, height);
    this.invitation.hidden = !sketch.isEmpty;
    set(this.undoButton, { "aria-disabled": !sketch.past.length });
    set(this.redoButton, { "aria-disabled": !sketch.future.length });
    set(this.clearButton, { "aria-disabled": sketch.isEmpty });
    this.mark.style.left = `${100 * this.cursor[0]}%`;
    this.mark.style.top = `${100 * this.cursor[1]}%`;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} width
   * @param {number} height
   */
  paintGround(context, width, height) {
    const { form, sketch: { drawing: { ground } } } = this;
    context.fillStyle = colourOf([form.digits ? Math.round(form.border) : form.border]);
    context.fillRect(0, 0, width, height);
    if (!ground) return;
    const small = Object.assign(document.createElement("canvas"), { width: form.width, height: form.height });
    drawPixels(small, ground, form);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, width, height);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import("./strokes.js").Stroke} stroke
 * @param {number} width
 * @param {number} height
 */
function paintStroke(context, { points, width: pen, colour }, width, height) {
  context.lineCap = "round";
  context.lineJoin = "round";
  context.strokeStyle = colourOf(colour);
  context.beginPath();
  context.moveTo(points[0][0] * width, points[0][1] * height);
  for (const [x, y] of points) context.lineTo(x * width, y * height);
  for (const [part, share] of EDGE) {
    context.lineWidth = part * pen * Math.min(width, height);
    context.globalAlpha = share;
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** @param {number[]} colour of one channel or three */
function colourOf(colour) {
  const [red, green = red, blue = red] = colour.map((value) => Math.round(255 * value));
  return `rgb(${red}, ${green}, ${blue})`;
}

/**
 * Paint the pixels of a network on a canvas of their size.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} pixels
 * @param {{ width: number, height: number, channels: number }} form
 */
export function drawPixels(canvas, pixels, { width, height, channels }) {
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = Math.round(255 * pixels[i * channels + (channels === 1 ? 0 : c)]);
    image.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}
