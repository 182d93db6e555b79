// A file becomes a picture: checked by its first bytes, unpacked small, and turned into a network's pixels.

import { number } from "../browser/formats.js";
import { t } from "../browser/i18n.js";
import { photoPixels } from "./photo.js";
import { HEADER_BYTES, headerOf } from "./picture_header.js";

/**
 * @typedef {import("./picture.js").Form} Form
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {import("./picture_header.js").Header} Header
 *
 * Why a picture is not taken.
 * @typedef {"file_too_large" | "svg" | "heic" | "not_a_picture" | "too_many_pixels" | "damaged" | "nothing_drawn"} Refusal
 *
 * @typedef {{ pixels: Float32Array, isFirstOfMany: boolean } | { refusal: Refusal, megapixels?: number }} Read
 */

/** The longer side, in pixels, to which a picture is unpacked. */
const UNPACKED = 640;
/** Files and pictures beyond these are refused: a browser takes four bytes for each pixel while it unpacks one. */
export const MAX_FILE_BYTES = 40_000_000, MAX_PIXELS = 60_000_000;

/**
 * Why a picture cannot be taken, as its first bytes tell; null if it may be.
 * @param {Header} header
 * @param {number} bytes of the file
 * @returns {{ refusal: Refusal, megapixels?: number } | null}
 */
export function refusalOf({ kind, width, height }, bytes) {
  if (kind === "svg") return { refusal: "svg" };
  if (kind === "unknown") return { refusal: "not_a_picture" };
  if (bytes > MAX_FILE_BYTES) return { refusal: "file_too_large" };
  if (kind === "heic") return { refusal: "heic" };
  if (!width || !height) return { refusal: "damaged" };
  return width * height > MAX_PIXELS ? { refusal: "too_many_pixels", megapixels: Math.round((width * height) / 1e6) } : null;
}

/**
 * Read a file.
 * @param {Blob} file
 * @param {Form} form
 * @returns {Promise<Read>}
 */
export async function readPicture(file, form) {
  const header = headerOf(new Uint8Array(await file.slice(0, HEADER_BYTES).arrayBuffer()));
  const refused = refusalOf(header, file.size);
  if (refused) return refused;
  const bitmap = await unpacked(file, header);
  if (!bitmap) return { refusal: "damaged" };
  const picture = pictureFrom(bitmap, bitmap.width, bitmap.height);
  bitmap.close();
  const pixels = photoPixels(picture, form);
  return pixels ? { pixels, isFirstOfMany: header.isAnimated } : { refusal: "nothing_drawn" };
}

/**
 * @param {Blob} file
 * @param {Header} header
 * @returns {Promise<ImageBitmap | null>} null if it is damaged
 */
async function unpacked(file, header) {
  const [width, height] = [header.width ?? 1, header.height ?? 1], scale = Math.min(1, UNPACKED / Math.max(width, height));
  try {
    // One side alone: a photo may be stored on its side, and keeps its proportions in this way.
    if (scale < 1) return await createImageBitmap(file, { resizeWidth: Math.max(1, Math.round(width * scale)), resizeQuality: "high" });
    return await createImageBitmap(file);
  } catch (error) {
    if (error instanceof DOMException) return null; // what a browser says of bytes that it cannot unpack
    throw error;
  }
}

/**
 * The pixels of what a canvas can draw, made smaller if it is large. What shows through gets a ground that its ink
 * stands out from.
 * @param {CanvasImageSource} source
 * @param {number} width
 * @param {number} height
 * @returns {Picture}
 */
export function pictureFrom(source, width, height) {
  const scale = Math.min(1, UNPACKED / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return fromBytes(context.getImageData(0, 0, canvas.width, canvas.height));
}

/**
 * A picture in colours from bytes of red, green, blue and opacity.
 * @param {{ width: number, height: number, data: Uint8ClampedArray }} image
 * @returns {Picture}
 */
export function fromBytes({ width, height, data: bytes }) {
  let brightness = 0, opacity = 0;
  for (let i = 0; i < bytes.length; i += 4) {
    brightness += ((bytes[i] + bytes[i + 1] + bytes[i + 2]) / 765) * bytes[i + 3];
    opacity += bytes[i + 3];
  }
  const ground = brightness > 0.5 * opacity ? 0 : 1, data = new Float32Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const share = bytes[4 * i + 3] / 255;
    for (let c = 0; c < 3; c++) data[3 * i + c] = share * (bytes[4 * i + c] / 255) + (1 - share) * ground;
  }
  return { width, height, channels: 3, data };
}

/**
 * Why a picture was not taken, and what to do.
 * @param {{ refusal: Refusal, megapixels?: number }} refused
 */
export function refusalSentence({ refusal, megapixels = 0 }) {
  switch (refusal) {
    case "file_too_large":
      return t("This file is larger than {limit} MB. Save the picture smaller and choose it again.", { limit: number(MAX_FILE_BYTES / 1e6) });
    case "too_many_pixels":
      return t("This picture has {found} megapixels; {limit} are the most that can be opened here. Make it smaller and choose it again.", { found: number(megapixels), limit: number(MAX_PIXELS / 1e6) });
    case "svg":
      return t("An SVG file holds instructions for drawing, no pixels, and is not opened here. Save it as PNG or take a screenshot of it.");
    case "heic":
      return t("This photo is a HEIC file, which browsers do not open. Save it as JPEG, or take a screenshot of it.");
    case "not_a_picture":
      return t("This file is not a picture that can be opened here. Choose a PNG, JPEG, GIF, WebP, AVIF or BMP file.");
    case "damaged":
      return t("This picture cannot be opened: the file is damaged or incomplete. Save it once more and choose it again.");
    case "nothing_drawn":
      return t("No drawing was found in this picture. Draw with a dark pen on plain light paper, and let the drawing fill the picture.");
  }
}
