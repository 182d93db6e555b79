// What a file says of itself in its first bytes: which kind of picture it is, how large, and whether it moves. Pure; it
// is read before anything is unpacked, since a small file can hold a picture that fills all memory.

/**
 * `width` and `height` are null where the kind has them somewhere else.
 * @typedef {{ kind: "png" | "jpeg" | "gif" | "webp" | "bmp" | "avif" | "heic" | "svg" | "unknown", width: number | null, height: number | null, isAnimated: boolean }} Header
 */

/** Bytes of a file that are enough for `headerOf`: cameras put a preview of up to some hundred kB before the size. */
export const HEADER_BYTES = 4_000_000;

/**
 * @param {Uint8Array} bytes the beginning of a file
 * @returns {Header}
 */
export function headerOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const read of [png, gif, bmp, webp, jpeg, boxes, svg]) {
    const found = read(bytes, view);
    if (found) return found;
  }
  return { kind: "unknown", width: null, height: null, isAnimated: false };
}

/**
 * Some bytes as text, where each is a letter.
 * @param {Uint8Array} bytes
 * @param {number} start
 * @param {number} length
 */
const text = (bytes, start, length) => String.fromCharCode(...bytes.subarray(start, start + length));

/** @typedef {(bytes: Uint8Array, view: DataView) => Header | null} Reader */

/** @type {Reader} */
function png(bytes, view) {
  if (bytes.length < 24 || text(bytes, 1, 3) !== "PNG") return null;
  return { kind: "png", width: view.getUint32(16), height: view.getUint32(20), isAnimated: hasChunk(bytes, view, "acTL") };
}

/**
 * Whether a PNG has a chunk before its pixels.
 * @param {Uint8Array} bytes
 * @param {DataView} view
 * @param {string} name
 */
function hasChunk(bytes, view, name) {
  for (let at = 8; at + 8 <= bytes.length; at += 12 + view.getUint32(at)) {
    const found = text(bytes, at + 4, 4);
    if (found === name) return true;
    if (found === "IDAT") return false;
  }
  return false;
}

/** @type {Reader} */
function gif(bytes, view) {
  if (bytes.length < 13 || !/^GIF8[79]a$/.test(text(bytes, 0, 6))) return null;
  return { kind: "gif", width: view.getUint16(6, true), height: view.getUint16(8, true), isAnimated: gifPictures(bytes) > 1 };
}

/**
 * How many pictures a GIF holds, as far as its bytes go; it is enough to know of two.
 * @param {Uint8Array} bytes
 */
function gifPictures(bytes) {
  const palette = (/** @type {number} */ flags) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let at = 13 + palette(bytes[10]), pictures = 0;
  while (at < bytes.length && pictures < 2) {
    if (bytes[at] === 0x2c) {
      pictures++;
      at += 11 + palette(bytes[at + 9]);
    } else if (bytes[at] === 0x21) {
      at += 2;
    } else {
      break;
    }
    while (bytes[at]) at += bytes[at] + 1;
    at++;
  }
  return pictures;
}

/** @type {Reader} */
function bmp(bytes, view) {
  if (bytes.length < 26 || text(bytes, 0, 2) !== "BM") return null;
  return { kind: "bmp", width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)), isAnimated: false };
}

/** @type {Reader} */
function webp(bytes, view) {
  if (bytes.length < 30 || text(bytes, 0, 4) !== "RIFF" || text(bytes, 8, 4) !== "WEBP") return null;
  const made = (/** @type {number} */ width, /** @type {number} */ height, isAnimated = false) => /** @type {Header} */ ({ kind: "webp", width, height, isAnimated });
  const form = text(bytes, 12, 4), three = (/** @type {number} */ at) => 1 + bytes[at] + 256 * bytes[at + 1] + 65536 * bytes[at + 2];
  if (form === "VP8X") return made(three(24), three(27), Boolean(bytes[20] & 2));
  if (form === "VP8L") return made(1 + (view.getUint16(21, true) & 0x3fff), 1 + ((view.getUint32(21, true) >> 14) & 0x3fff));
  return made(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
}

/** @type {Reader} */
function jpeg(bytes, view) {
  if (bytes.length < 4 || bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  const made = (/** @type {number | null} */ width, /** @type {number | null} */ height) => /** @type {Header} */ ({ kind: "jpeg", width, height, isAnimated: false });
  let at = 2;
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      at++; // a byte of filling
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return made(view.getUint16(at + 7), view.getUint16(at + 5));
    at += 2 + view.getUint16(at + 2);
  }
  return made(null, null);
}

/** AVIF and HEIC, which are made of boxes. @type {Reader} */
function boxes(bytes, view) {
  if (bytes.length < 16 || text(bytes, 4, 4) !== "ftyp") return null;
  const brands = text(bytes, 8, Math.min(64, view.getUint32(0) - 8));
  const kind = brands.includes("avi") ? "avif" : /hei|hev|mif1/.test(brands) ? "heic" : null;
  if (!kind) return null;
  // The sizes of all pictures in it, previews too; the largest is the one that is shown.
  const sizes = [...text(bytes, 0, Math.min(bytes.length, 60_000)).matchAll(/ispe/g)].map(({ index = 0 }) => index + 8).filter((at) => at + 8 <= bytes.length);
  const [width, height] = sizes.map((at) => [view.getUint32(at), view.getUint32(at + 4)]).sort((a, b) => b[0] * b[1] - a[0] * a[1])[0] ?? [null, null];
  return { kind, width, height, isAnimated: brands.includes("avis") };
}

/** @type {Reader} */
function svg(bytes) {
  const start = new TextDecoder().decode(bytes.subarray(0, 2000));
  return /^\s*(<\?xml|<!--|<!doctype svg|<svg)/i.test(start) && /<svg[\s>]/i.test(start) ? { kind: "svg", width: null, height: null, isAnimated: false } : null;
}
