// From any picture to the pixels a network gets: the form in which its training pictures came. Pure; the trainer does
// the same in Python for `predict`, and tests compare the two.

/**
 * Numbers from 0 (black) to 1 (white), row after row, with the channels of a pixel side by side.
 * @typedef {{ width: number, height: number, channels: number, data: ArrayLike<number> }} Picture
 *
 * The form of a data set's pictures. `border`: the mean brightness of the outermost pixels of its training pictures, 0
 * to 1; what is left free around a picture gets it. `digits`: its pictures were made as MNIST's were.
 * @typedef {{ width: number, height: number, channels: number, border: number, digits: boolean }} Form
 *
 * A rectangle of pixels, from its left upper corner on.
 * @typedef {{ left: number, top: number, width: number, height: number }} Box
 */

/** From this brightness on a pixel belongs to the ink. */
export const INK = 0.1;
/** The longer side of the ink, in parts of the picture: 20 of MNIST's 28 pixels. */
export const INK_SIDE = 20 / 28;
/** Of a data set whose border is darker or brighter than this, on average, it is known on what ground it draws. */
const DARK = 0.25, BRIGHT = 0.75;
/** How bright red, green and blue are to the eye. */
const LUMINANCE = [0.299, 0.587, 0.114];

/** Round to the nearest whole number; a half goes up, in Python too.
 * @param {number} value
 */
const whole = (value) => Math.floor(value + 0.5);

/**
 * The pixels that a network gets of a picture; null where there is nothing to see for one that reads digits.
 *
 * A picture of exactly the network's size is taken as it is. Of another one, a network for digits gets the ink alone,
 * by MNIST's recipe; other networks get the whole of it, scaled to fit, with a border where the sides do not match.
 * @param {Picture} picture
 * @param {Form} form
 * @returns {Float32Array | null}
 */
export function pixelsOf(picture, form) {
  const same = picture.width === form.width && picture.height === form.height;
  if (form.digits && !same) {
    const ink = digit(inkOf(grey(picture)), form);
    return ink && onGround(ink, form);
  }
  const alike = sameGround(withChannels(picture, form.channels), form);
  const pixels = same ? Float32Array.from(alike.data) : contained(alike, form);
  return form.digits && !pixels.some((value) => Math.abs(value - (form.border > 0.5 ? 1 : 0)) > INK) ? null : pixels;
}

/**
 * MNIST's own recipe: crop to the ink, scale its longer side to 20 of 28 pixels by averaging areas, and move its centre
 * of mass to the middle.
 * @param {Picture} ink of one channel, white on black
 * @param {{ width: number, height: number }} form
 * @returns {Float32Array | null} white on black, one channel; null without ink
 */
export function digit(ink, { width, height }) {
  const box = inkBox(ink);
  if (!box) return null;
  const scale = (INK_SIDE * Math.min(width, height)) / Math.max(box.width, box.height);
  const small = resized(cropped(ink, box), Math.max(1, whole(box.width * scale)), Math.max(1, whole(box.height * scale)));
  const { x, y } = centre(small);
  // Never beyond the edge, however far from its middle the weight of a drawing lies.
  const left = within(Math.floor(width / 2) - whole(x), width - small.width);
  const top = within(Math.floor(height / 2) - whole(y), height - small.height);
  const pixels = new Float32Array(width * height);
  place(pixels, width, small, left, top);
  return pixels;
}

/** @param {number} value @param {number} largest */
const within = (value, largest) => Math.min(Math.max(value, 0), largest);

/**
 * The smallest box with all the ink of a picture of one channel.
 * @param {Picture} ink
 * @returns {Box | null}
 */
export function inkBox({ width, height, data }) {
  let left = width, right = -1, top = height, bottom = -1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] < INK) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/**
 * A part of a picture.
 * @param {Picture} picture
 * @param {Box} box
 * @returns {Picture}
 */
export function cropped({ width, channels, data }, box) {
  const part = new Float32Array(box.width * box.height * channels), row = box.width * channels;
  for (let y = 0; y < box.height; y++) {
    const start = ((box.top + y) * width + box.left) * channels;
    for (let i = 0; i < row; i++) part[y * row + i] = data[start + i];
  }
  return { width: box.width, height: box.height, channels, data: part };
}

/**
 * A picture in another size: each pixel is the mean of the area that it covers.
 * @param {Picture} picture
 * @param {number} width
 * @param {number} height
 * @returns {Picture}
 */
export function resized(picture, width, height) {
  const { channels } = picture, columns = shares(picture.width, width), rows = shares(picture.height, height);
  const narrow = new Float64Array(picture.height * width * channels);
  for (let y = 0; y < picture.height; y++) {
    columns.forEach(({ from, weights }, x) => {
      weights.forEach((weight, i) => {
        for (let c = 0; c < channels; c++) {
          narrow[(y * width + x) * channels + c] += weight * picture.data[(y * picture.width + from + i) * channels + c];
        }
      });
    });
  }
  const data = new Float64Array(height * width * channels), row = width * channels;
  rows.forEach(({ from, weights }, y) => {
    weights.forEach((weight, i) => {
      for (let k = 0; k < row; k++) data[y * row + k] += weight * narrow[(from + i) * row + k];
    });
  });
  return { width, height, channels, data };
}

/**
 * Which pixels of a row of `size` each pixel of a row of `target` covers, and with which share.
 * @param {number} size
 * @param {number} target
 */
function shares(size, target) {
  return Array.from({ length: target }, (_, i) => {
    const begin = (i * size) / target, end = ((i + 1) * size) / target, from = Math.floor(begin);
    const count = Math.max(1, Math.min(size, Math.ceil(end)) - from);
    const covered = Array.from({ length: count }, (__, k) => Math.min(end, from + k + 1) - Math.max(begin, from + k));
    return { from, weights: covered.map((part) => (part * target) / size) };
  });
}

/**
 * The centre of mass, counted in pixels from the first one.
 * @param {Picture} picture of one channel
 */
function centre({ width, data }) {
  let mass = 0, x = 0, y = 0;
  for (let i = 0; i < data.length; i++) {
    mass += data[i];
    x += data[i] * (i % width);
    y += data[i] * Math.floor(i / width);
  }
  return { x: x / mass, y: y / mass };
}

/**
 * The whole of a picture, as large as fits, in the middle of the network's.
 * @param {Picture} picture with the network's channels
 * @param {Form} form
 */
function contained(picture, { width, height, channels, border }) {
  const scale = Math.min(width / picture.width, height / picture.height);
  const side = (/** @type {number} */ length, /** @type {number} */ most) => Math.min(most, Math.max(1, whole(length * scale)));
  const small = resized(picture, side(picture.width, width), side(picture.height, height));
  const pixels = new Float32Array(width * height * channels).fill(border);
  place(pixels, width, small, Math.floor((width - small.width) / 2), Math.floor((height - small.height) / 2));
  return pixels;
}

/**
 * Put a small picture into the pixels of a larger one.
 * @param {Float32Array} pixels
 * @param {number} width of the larger one
 * @param {Picture} small
 * @param {number} left
 * @param {number} top
 */
function place(pixels, width, small, left, top) {
  const row = small.width * small.channels;
  for (let y = 0; y < small.height; y++) {
    const start = ((top + y) * width + left) * small.channels;
    for (let i = 0; i < row; i++) pixels[start + i] = small.data[y * row + i];
  }
}

/**
 * A picture in shades of grey.
 * @param {Picture} picture
 * @returns {Picture}
 */
export function grey(picture) {
  const { width, height, channels, data } = picture;
  if (channels === 1) return picture;
  const shades = new Float64Array(width * height);
  for (let i = 0; i < shades.length; i++) {
    for (let c = 0; c < 3; c++) shades[i] += LUMINANCE[c] * data[i * channels + c];
  }
  return { width, height, channels: 1, data: shades };
}

/**
 * A picture with as many channels as the network takes.
 * @param {Picture} picture
 * @param {number} channels
 * @returns {Picture}
 */
function withChannels(picture, channels) {
  if (picture.channels === channels) return picture;
  if (channels === 1) return grey(picture);
  const data = Float64Array.from({ length: picture.width * picture.height * channels }, (_, i) => picture.data[Math.floor(i / channels)]);
  return { ...picture, channels, data };
}

/**
 * The mean brightness of the outermost pixels.
 * @param {Picture} picture
 */
export function borderOf({ width, height, channels, data }) {
  let sum = 0, count = 0;
  for (let i = 0; i < width * height; i++) {
    const x = i % width, y = Math.floor(i / width);
    if (x && y && x < width - 1 && y < height - 1) continue;
    for (let c = 0; c < channels; c++) sum += data[i * channels + c];
    count += channels;
  }
  return sum / count;
}

/** @param {Picture} picture @returns {Picture} */
const inverted = (picture) => ({ ...picture, data: Float64Array.from(picture.data, (value) => 1 - value) });

/**
 * White on black, whatever the ground of a picture in shades of grey is.
 * @param {Picture} picture
 */
const inkOf = (picture) => (borderOf(picture) > 0.5 ? inverted(picture) : picture);

/**
 * A picture in shades of grey on the ground that its data set draws on, where that has one; colours stay as they are.
 * @param {Picture} picture
 * @param {Form} form
 */
function sameGround(picture, { channels, border }) {
  if (channels > 1 || (border > DARK && border < BRIGHT)) return picture;
  return (border > 0.5) === (borderOf(picture) > 0.5) ? picture : inverted(picture);
}

/**
 * White ink on black as the data set has it: its own ground, and in all of its channels.
 * @param {Float32Array} ink
 * @param {Form} form
 */
export function onGround(ink, { width, height, channels, border }) {
  const shown = border > 0.5 ? ink.map((value) => 1 - value) : ink;
  return channels === 1 ? shown : Float32Array.from({ length: width * height * channels }, (_, i) => shown[Math.floor(i / channels)]);
}
