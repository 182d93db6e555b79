// All layers that there are, in groups, with a search: what can come next at full strength, the rest with the reason.

import { drawing } from "./drawings.js";
import { element } from "../browser/dom.js";

const USUAL = ["Images", "Text", "Dense", "Shape", "Regularisation", "Normalisation", "Activation", "Augmentation"];

/** What people call a group that its layers do not. */
const OTHER = { Images: "pictures", Text: "recurrent rnn words sentences", Dense: "fully connected linear hidden neuron perceptron" };
const FILLERS = new Set(["lay", "the", "a"]); // "layer", cut short
const stemmed = (text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).map(stem).join(" ").trim();

/** A word as it is looked for: British and American spelling are one, and the ends of words do not count. */
const stem = (word) => word.replace(/is(?=e|a|i)/g, "iz").replace(/(?:ations?|ions?|ing|ers?|s|e)$/, "");

export class Palette {
  constructor(parent, add) {
    this.add = add;
    this.box = element(parent, "details", "fb-palette");
    this.summary = element(this.box, "summary", "", "Add a layer");
    this.inner = element(this.box, "div", "fb-palette-inner");
    const label = element(this.inner, "label", "fb-palette-search");
    element(label, "span", "", "Search");
    this.search = element(label, "input");
    Object.assign(this.search, { type: "search", placeholder: "pooling, memory, noise …", autocomplete: "off" });
    this.search.addEventListener("input", () => this.filter());
    this.search.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.repeat || event.isComposing || !this.search.value.trim()) return;
      event.preventDefault();
      this.groups.querySelector(".fb-palette-card:not([hidden], [aria-disabled])")?.click();
    });
    this.where = element(this.inner, "p", "fb-palette-where");
    this.groups = element(this.inner, "div", "fb-palette-list");
    this.none = element(this.inner, "p", "fb-palette-none", "No layer is called that. Try a shorter word.");
    this.none.hidden = true;
    this.box.addEventListener("toggle", () => { if (this.box.open) this.draw(); });
  }

  show({ palette, rows, place }) {
    this.items = palette;
    const before = rows[place - 1], after = rows[place];
    this.where.textContent = before ? `The new layer comes behind ${before.kind}${after ? `, before ${after.kind}` : ""}. Choose another layer, or the data above them, to put it elsewhere.`
      : "The new layer comes first.";
    if (!rows.length) this.box.open = true;
    if (this.box.open) this.draw();
  }

  draw() {
    const cards = [...this.groups.querySelectorAll(".fb-palette-card")];
    if (cards.length && this.groups.matches(":hover")) {
      // Under the mouse each card stays where it is, so that the next click meets what it was meant for.
      for (const card of cards) this.tell(card, this.items.find(({ kind }) => kind === card.dataset.kind).why);
      return;
    }
    const focus = this.groups.querySelector(":focus")?.dataset.kind;
    this.groups.replaceChildren();
    const groups = new Map();
    for (const item of this.items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
    // The group of which the largest share fits comes first, so that nobody has to look for it.
    const open = (items) => items.filter(({ why }) => !why).length / items.length;
    const ordered = [...groups].sort(([one, a], [other, b]) => open(b) - open(a) || USUAL.indexOf(one) - USUAL.indexOf(other));
    for (const [group, items] of ordered) {
      const part = element(this.groups, "section", "fb-palette-group");
      part.dataset.place = this.groups.children.length;
      element(part, "h4", "", group);
      const cards = element(part, "div", "fb-palette-cards");
      for (const item of [...items].sort((a, b) => !!a.why - !!b.why)) this.card(cards, item);
    }
    this.filter();
    if (focus) this.groups.querySelector(`[data-kind="${focus}"]`)?.focus();
  }

  card(parent, { kind, title, sentence, why, group }) {
    const card = element(parent, "button", "fb-palette-card");
    card.type = "button";
    card.dataset.kind = kind;
    card.dataset.words = stemmed(`${kind} ${kind.replace(/(?<=[a-z])(?=[A-Z])/g, " ")} ${title} ${sentence} ${group} ${OTHER[group] ?? ""} ${kind.includes("Conv") ? "convolution cnn" : ""}`);
    card.setAttribute("aria-label", kind);
    card.append(drawing(kind));
    const words = element(card, "span");
    element(words, "b", "", kind);
    element(words, "small", "", sentence);
    element(words, "small", "fb-palette-why");
    card.dataset.text = card.textContent.toLowerCase();
    card.dataset.place = this.groups.querySelectorAll(".fb-palette-card").length;
    this.tell(card, why);
    // Whoever double-clicks means one layer.
    card.addEventListener("click", ({ detail }) => { if (detail < 2 && !card.hasAttribute("aria-disabled")) this.take(card); });
  }

  tell(card, why) {
    if (why) card.setAttribute("aria-disabled", "true");
    else card.removeAttribute("aria-disabled");
    card.querySelector(".fb-palette-why").textContent = why ? `Not here: ${why}` : "";
  }

  /** The stack above grows by a layer; the card stays under the mouse. */
  take(card) {
    const { top } = card.getBoundingClientRect();
    this.add(card.dataset.kind);
    card.closest("[data-testid=stMain]")?.scrollBy({ top: card.getBoundingClientRect().top - top, behavior: "instant" });
  }

  /** What is called just so comes first, then what begins so. */
  filter() {
    const parts = this.search.value.toLowerCase().split(/[^\p{L}\p{N}]+/u), asked = parts.join("");
    const wanted = parts.filter((word) => word && !FILLERS.has(stem(word)));
    const found = ({ dataset }) => wanted.every((word) => dataset.words.includes(stem(word)) || dataset.text.includes(word.replace(/e?s?$/, "")));
    const name = ({ dataset }) => dataset.kind.toLowerCase();
    const rank = (card) => (asked && name(card) === asked ? 0 : asked && name(card).startsWith(asked) ? 1 : 2);
    const best = (part) => Math.min(3, ...[...part.querySelectorAll(".fb-palette-card:not([hidden])")].map(rank));
    for (const part of this.groups.children) {
      const cards = [...part.querySelectorAll(".fb-palette-card")];
      for (const card of cards) card.hidden = !found(card);
      part.hidden = cards.every((card) => card.hidden);
      part.lastElementChild.append(...cards.sort((one, other) => rank(one) - rank(other) || one.dataset.place - other.dataset.place));
    }
    const groups = [...this.groups.children];
    this.groups.append(...groups.sort((one, other) => best(one) - best(other) || one.dataset.place - other.dataset.place));
    this.none.hidden = groups.some((part) => !part.hidden);
  }
}
