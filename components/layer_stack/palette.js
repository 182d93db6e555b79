// All layers that there are, in groups, with a search: what can come next at full strength, the rest with the reason.

import { drawing } from "./drawings.js";
import { element } from "./live_dom.js";

const USUAL = ["Images", "Text", "Dense", "Shape", "Regularisation", "Normalisation", "Activation", "Augmentation"];

/** What people call a group that its layers do not. */
const OTHER = { Images: "pictures", Text: "recurrent rnn words sentences", Dense: "fully connected linear" };
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
    const focus = this.groups.querySelector(":focus")?.dataset.kind;
    this.groups.replaceChildren();
    const groups = new Map();
    for (const item of this.items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
    // The group of which the largest share fits comes first, so that nobody has to look for it.
    const open = (items) => items.filter(({ why }) => !why).length / items.length;
    const ordered = [...groups].sort(([one, a], [other, b]) => open(b) - open(a) || USUAL.indexOf(one) - USUAL.indexOf(other));
    for (const [group, items] of ordered) {
      const part = element(this.groups, "section", "fb-palette-group");
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
    if (why) {
      card.setAttribute("aria-disabled", "true");
      element(words, "small", "fb-palette-why", `Not here: ${why}`);
    }
    card.addEventListener("click", () => { if (!why) this.add(kind); });
  }

  filter() {
    const wanted = stemmed(this.search.value).split(" ").filter((word) => word && !FILLERS.has(word));
    let any = false;
    for (const part of this.groups.children) {
      let some = false;
      for (const card of part.querySelectorAll(".fb-palette-card")) {
        card.hidden = !wanted.every((word) => card.dataset.words.includes(word));
        some ||= !card.hidden;
      }
      part.hidden = !some;
      any ||= some;
    }
    this.none.hidden = any;
  }
}
