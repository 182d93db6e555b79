// All layers that there are, in groups, with a search: what can come next at full strength, the rest with the reason.
// It is below the stack, or for a place between two layers in a dialog there.

import { button, element } from "../browser/dom.js";
import { t } from "../browser/i18n.js";
import { drawing } from "./drawings.js";
import { rove } from "./roving.js";
import { rank, spaced, stemmed } from "./search.js";

/**
 * A kind of layer.
 * @typedef {object} Item
 * @property {string} kind
 * @property {string} title
 * @property {string} sentence what it does
 * @property {string} drawing
 * @property {string} family which colour it has
 * @property {string} group the heading that it is listed under
 * @property {string} keywords other words that people search for
 * @property {string | null} why why it cannot come next; null if it can
 * @property {number | null} usual its place among those that usually come next; null for all others
 *
 * @typedef {{ item: Item, node: HTMLButtonElement, place: number, words: string, text: string }} Card
 * @typedef {{ node: HTMLElement, list: HTMLElement, place: number, cards: Card[], isUsual: boolean }} Group
 */

/** Pixels that the dialog needs below its button; with less, it goes up. */
const ROOM = 420;

export class Palette {
  /**
   * @param {Element} parent
   * @param {(kind: string) => void} add
   * @param {() => void} closed told that the dialog was closed without a choice
   */
  constructor(parent, add, closed) {
    this.add = add;
    /** @type {Item[]} */
    this.items = [];
    /** @type {Group[]} */
    this.groups = [];
    this.box = element(parent, "details", "fb-palette");
    element(this.box, "summary", "", t("Add a layer"));
    this.inner = element(this.box, "div", "fb-palette-inner");
    const head = element(this.inner, "div", "fb-palette-head");
    element(head, "h2", "", t("Add a layer here"));
    button(head, "fb-palette-close", "✕", () => this.dialog.close(), { "aria-label": t("Close") });
    const line = element(this.inner, "div", "fb-palette-search");
    element(line, "label", "", t("Search"), { for: "fb-palette-search" });
    this.search = element(line, "input", "", "", { id: "fb-palette-search", type: "search", placeholder: t("pooling, memory, noise …"), autocomplete: "off" });
    this.search.addEventListener("input", () => this.filter());
    this.search.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.repeat || event.isComposing || !this.search.value.trim()) return;
      event.preventDefault();
      /** @type {HTMLElement | null} */ (this.list.querySelector("section:not([hidden]) .fb-palette-card:not([hidden], [aria-disabled])"))?.click();
    });
    const place = element(this.inner, "p", "fb-palette-where");
    this.where = element(place, "span");
    place.append(" ");
    this.change = element(place, "span", "fb-palette-change", t("Select another layer to change that."));
    this.list = element(this.inner, "div", "fb-palette-list");
    this.none = element(this.inner, "p", "fb-palette-none", t("Nothing found. Try a shorter word."), { role: "status" });
    this.none.hidden = true;
    this.settle = rove(this.list, () => this.list.querySelector("section:not([hidden]) .fb-palette-card:not([hidden])"));
    this.box.addEventListener("toggle", () => { if (this.box.open) this.draw(); });
    this.dialog = element(parent, "dialog", "fb-palette-dialog", "", { "aria-label": t("Add a layer here") });
    this.dialog.addEventListener("click", ({ target }) => { if (target === this.dialog) this.dialog.close(); });
    this.dialog.addEventListener("close", () => {
      if (this.dialog.open) return; // the event comes late: a quick hand has opened it again
      this.box.append(this.inner);
      if (!this.chosen) closed();
      this.chosen = false;
    });
    /** Whether the dialog was closed by a choice. */
    this.chosen = false;
  }

  /** Open it for the place that was just selected, beside the button that was pressed for it.
   * @param {DOMRect} at
   */
  open(at) {
    this.search.value = "";
    this.dialog.append(this.inner);
    const room = window.innerHeight - at.bottom, top = room < ROOM ? Math.max(8, window.innerHeight - ROOM - 8) : at.bottom + 4;
    this.dialog.style.setProperty("--top", `${top}px`);
    this.dialog.style.setProperty("--left", `${at.left}px`);
    this.dialog.showModal();
    this.draw();
    this.list.scrollTop = 0;
    this.search.focus({ preventScroll: true });
  }

  get isOpen() {
    return this.box.open || this.dialog.open;
  }

  /** @param {import("./stack_model.js").Stack & { palette: Item[] }} stack */
  show({ palette, rows, place }) {
    this.items = palette;
    this.where.textContent = whereItGoes(rows[place - 1]?.kind, rows[place]?.kind);
    this.change.hidden = !rows.length;
    if (!rows.length) this.box.open = true;
    if (this.isOpen) this.draw();
  }

  draw() {
    if (this.groups.length && this.list.matches(":hover")) {
      // Under the mouse each card stays where it is, so that the next click meets what it was meant for.
      for (const { item, node } of this.cards) tell(node, this.items.find(({ kind }) => kind === item.kind)?.why ?? null);
      return;
    }
    const focused = this.cards.find(({ node }) => node === document.activeElement)?.item.kind;
    this.list.replaceChildren();
    this.groups = [];
    const usual = this.items.filter((item) => item.usual !== null).sort((one, other) => Number(one.usual) - Number(other.usual));
    if (usual.length) this.group(t("Usual next"), usual, true);
    /** @type {Map<string, Item[]>} */
    const groups = new Map();
    for (const item of this.items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
    // The group with the largest share of layers that fit comes first, so that nobody has to look for it.
    const open = (/** @type {Item[]} */ items) => items.filter(({ why }) => !why).length / items.length;
    for (const [title, items] of [...groups].sort(([, one], [, other]) => open(other) - open(one))) {
      this.group(title, [...items].sort((one, other) => Number(!!one.why) - Number(!!other.why)), false);
    }
    this.filter();
    this.cards.find(({ item }) => item.kind === focused)?.node.focus();
  }

  /**
   * @param {string} title
   * @param {Item[]} items
   * @param {boolean} isUsual
   */
  group(title, items, isUsual) {
    const node = element(this.list, "section", "fb-palette-group");
    element(node, "h3", "", title);
    const list = element(node, "div", "fb-palette-cards");
    this.groups.push({ node, list, isUsual, place: this.groups.length, cards: items.map((item, place) => this.card(list, item, place)) });
  }

  get cards() {
    return this.groups.flatMap(({ cards }) => cards);
  }

  /**
   * @param {Element} parent
   * @param {Item} item
   * @param {number} place
   * @returns {Card}
   */
  card(parent, item, place) {
    const { kind, title, sentence, group, keywords } = item;
    const node = button(parent, "fb-palette-card", "", ({ detail }) => {
      // A double click means one layer.
      if (detail < 2 && !node.hasAttribute("aria-disabled")) this.take(node, kind);
    }, { "data-kind": kind, "data-family": item.family, tabindex: -1 });
    node.append(drawing(item.drawing));
    const texts = element(node, "span");
    element(texts, "b", "", title);
    texts.append(" ");
    if (kind !== title) element(texts, "code", "", kind);
    texts.append(" ");
    element(texts, "small", "", sentence);
    texts.append(" ");
    const text = texts.textContent?.toLowerCase() ?? "";
    element(texts, "small", "fb-palette-why");
    tell(node, item.why);
    return { item, node, place, text, words: stemmed(`${kind} ${spaced(kind)} ${title} ${sentence} ${group} ${keywords}`) };
  }

  /**
   * In the dialog one choice is all; below the stack, which grows by a layer, the card stays under the mouse.
   * @param {HTMLElement} card
   * @param {string} kind
   */
  take(card, kind) {
    if (this.dialog.open) {
      this.chosen = true;
      this.dialog.close();
      this.add(kind);
      return;
    }
    const { top } = card.getBoundingClientRect();
    this.add(kind);
    card.closest("[data-testid=stMain]")?.scrollBy({ top: card.getBoundingClientRect().top - top, behavior: "instant" });
  }

  /** Show what fits the search: first what is called just so, then what begins so. */
  filter() {
    const search = this.search.value, isSearch = !!search.trim();
    const ranked = this.groups.map((group) => {
      const cards = group.cards.map((card) => ({ card, rank: rank(search, { kind: card.item.kind, ...card }) }));
      cards.sort((one, other) => (one.rank ?? 3) - (other.rank ?? 3) || one.card.place - other.card.place);
      for (const { card, rank: fits } of cards) card.node.hidden = fits === undefined;
      group.list.append(...cards.map(({ card }) => card.node));
      group.node.hidden = cards.every((one) => one.rank === undefined) || (group.isUsual && isSearch);
      return { group, best: cards[0]?.rank ?? 3 };
    });
    ranked.sort((one, other) => one.best - other.best || one.group.place - other.group.place);
    this.list.append(...ranked.map(({ group }) => group.node));
    this.none.hidden = this.groups.some(({ node }) => !node.hidden);
    this.settle();
  }
}

/**
 * @param {HTMLElement} card
 * @param {string | null} why
 */
function tell(card, why) {
  if (why) card.setAttribute("aria-disabled", "true");
  else card.removeAttribute("aria-disabled");
  const reason = card.querySelector(".fb-palette-why");
  if (reason) reason.textContent = why ? t("Not here: {reason}", { reason: why }) : "";
}

/**
 * @param {string | undefined} after
 * @param {string | undefined} before
 */
function whereItGoes(after, before) {
  if (after === undefined) return t("The next layer goes to the top.");
  return before === undefined ? t("Goes after {after}.", { after }) : t("Goes after {after}, before {before}.", { after, before });
}
