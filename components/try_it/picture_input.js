// A picture from elsewhere for the network: a file, the clipboard, or the camera. Nothing leaves the browser.

import { announce } from "../browser/announce.js";
import { button, element, setText, stylesheet } from "../browser/dom.js";
import { t } from "../browser/i18n.js";
import { photoPixels } from "./photo.js";
import { pictureFrom, readPicture, refusalSentence } from "./reading.js";

/**
 * `onPicture` gets the pixels of the network, (height, width, channels) from 0 to 1. `dropOn`: an element that takes
 * files which are dropped on it.
 * @typedef {{ form: import("./picture.js").Form, onPicture: (pixels: Float32Array) => void, dropOn?: HTMLElement }} Options
 */

const STYLE = await stylesheet("./picture_input.css", import.meta.url);
const EDITABLE = "input, textarea, select, [contenteditable]:not([contenteditable=false])";

export class PictureInput {
  /**
   * @param {Element} mount
   * @param {Options} options
   */
  constructor(mount, { form, onPicture, dropOn }) {
    this.form = form;
    this.onPicture = onPicture;
    this.asked = 0; // the newest picture counts
    this.ends = new AbortController();
    this.root = element(mount, "div", "fb-picture-input");
    element(this.root, "style", "", STYLE);
    const row = element(this.root, "div", "fb-picture-input-row", "", { role: "group", "aria-label": t("A picture from elsewhere") });
    this.field = element(row, "input", "", "", { type: "file", accept: "image/*", hidden: "", tabindex: -1 });
    this.field.addEventListener("change", () => {
      const file = this.field.files?.[0];
      this.field.value = ""; // the same file again is a change, too
      if (file) this.take(file);
    });
    button(row, "", t("Open a picture…"), () => this.field.click());
    button(row, "", t("Paste"), () => this.paste());
    button(row, "", t("Camera…"), () => this.camera.open());
    this.said = element(this.root, "p", "fb-picture-input-said");
    this.camera = new Camera(this.root, (video) => this.takeFrame(video), (sentence) => this.say(sentence));
    this.listen(dropOn);
  }

  /** @param {HTMLElement} [dropOn] */
  listen(dropOn) {
    const { signal } = this.ends;
    document.addEventListener("paste", (event) => {
      const file = imageOf(event.clipboardData?.files);
      if (!file || (event.target instanceof Element && event.target.closest(EDITABLE))) return;
      event.preventDefault();
      this.take(file);
    }, { signal });
    dropOn?.addEventListener("dragover", (event) => { if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); }, { signal });
    dropOn?.addEventListener("drop", (event) => {
      const file = event.dataTransfer?.files[0];
      if (!file) return;
      event.preventDefault();
      this.take(file);
    }, { signal });
  }

  close() {
    this.ends.abort();
    this.camera.close();
    this.root.remove();
    this.asked++;
  }

  /**
   * Take a file, or say why not.
   * @param {Blob} file
   */
  async take(file) {
    const mine = ++this.asked, read = await readPicture(file, this.form);
    if (mine !== this.asked) return;
    if ("refusal" in read) return this.say(refusalSentence(read));
    this.give(read.pixels, read.isFirstOfMany ? t("This picture moves; its first frame was taken.") : "");
  }

  /**
   * Take what the camera shows.
   * @param {HTMLVideoElement} video
   */
  takeFrame(video) {
    this.asked++;
    const pixels = photoPixels(pictureFrom(video, video.videoWidth, video.videoHeight), this.form);
    if (!pixels) return this.say(refusalSentence({ refusal: "nothing_drawn" }));
    this.give(pixels, "");
  }

  /** Take a picture from the clipboard, for who has no keyboard. */
  async paste() {
    const byKeys = t("Press Ctrl+V, or ⌘V on a Mac, to paste a picture: this browser lets no page look into the clipboard.");
    if (!navigator.clipboard?.read) return this.say(byKeys);
    try {
      for (const item of await navigator.clipboard.read()) {
        const type = item.types.find((name) => name.startsWith("image/"));
        if (type) return await this.take(await item.getType(type));
      }
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      return this.say(byKeys); // not allowed by a person or a setting
    }
    this.say(t("There is no picture in the clipboard. Copy one first."));
  }

  /**
   * @param {Float32Array} pixels
   * @param {string} remark
   */
  give(pixels, remark) {
    this.say(remark || t("The picture is on the pad now."));
    this.onPicture(pixels);
  }

  /** @param {string} sentence */
  say(sentence) {
    setText(this.said, sentence);
    announce(sentence);
  }
}

/** @param {FileList} [files] */
const imageOf = (files) => [...(files ?? [])].find(({ type }) => type.startsWith("image/"));

/** The camera, in a dialog. It is on only while the dialog is open. */
class Camera {
  /**
   * @param {Element} parent
   * @param {(video: HTMLVideoElement) => void} taken
   * @param {(sentence: string) => void} say
   */
  constructor(parent, taken, say) {
    this.say = say;
    /** @type {MediaStream | null} */
    this.stream = null;
    this.asked = 0;
    this.dialog = element(parent, "dialog", "fb-camera", "", { "aria-label": t("Camera") });
    this.video = element(this.dialog, "video", "", "", { autoplay: "", playsinline: "", muted: "", "aria-label": t("What the camera sees") });
    this.video.muted = true;
    element(this.dialog, "p", "", t("Hold the drawing so that the paper fills the picture. It stays in this browser."));
    const row = element(this.dialog, "div", "fb-picture-input-row");
    this.button = button(row, "", t("Take the picture"), () => {
      if (!this.video.videoWidth) return;
      taken(this.video);
      this.dialog.close();
    });
    button(row, "", t("Cancel"), () => this.dialog.close());
    this.dialog.addEventListener("close", () => { if (!this.dialog.open) this.stop(); });
    this.left = () => { if (document.hidden) this.dialog.close(); };
    document.addEventListener("visibilitychange", this.left);
  }

  /** Ask for the camera and show what it sees, or say why not. */
  async open() {
    const mine = ++this.asked;
    if (!navigator.mediaDevices?.getUserMedia) {
      return this.say(window.isSecureContext
        ? t("This browser has no access to a camera. Open a picture instead.")
        : t("The browser gives the camera only to pages whose address begins with https, or on the server's own computer. Open a picture instead."));
    }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
      if (mine !== this.asked || document.hidden) return stopAll(stream); // it was answered too late
      this.stream = stream;
      this.video.srcObject = stream;
      if (!this.dialog.open) this.dialog.showModal();
      this.button.focus();
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      this.stop();
      this.say(whyNoCamera(error.name));
    }
  }

  stop() {
    this.asked++;
    if (this.stream) stopAll(this.stream);
    this.stream = null;
    this.video.srcObject = null;
  }

  close() {
    this.stop();
    document.removeEventListener("visibilitychange", this.left);
  }
}

/** @param {MediaStream} stream */
const stopAll = (stream) => stream.getTracks().forEach((track) => track.stop());

/**
 * Why there is no camera.
 * @param {string} name of the browser's error
 */
export function whyNoCamera(name) {
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return t("The camera is not allowed for this page. Allow it at the browser's address bar and try again, or open a picture instead.");
    case "NotFoundError":
    case "OverconstrainedError":
      return t("No camera was found. Connect one and try again, or open a picture instead.");
    case "NotReadableError":
    case "AbortError":
      return t("The camera does not answer; another program may be using it. Close that and try again, or open a picture instead.");
    default:
      return t("The camera could not be started ({name}). Open a picture instead.", { name });
  }
}
