// What the stack has asked of the page, and has not yet been told to have been heard.

/** Milliseconds after which a page that does not say what it has heard is believed again. */
const PATIENCE = 8000;
/** Milliseconds after which what is still open is said again. */
const REPEAT = 3000;

export class Wishes {
  /** `changed(open)` is called with those that are open whenever there are others. */
  constructor(changed) {
    this.changed = changed;
    this.name = crypto.randomUUID?.() ?? String(Math.random());
    this.open = [];
    this.number = 0;
  }

  close() {
    clearTimeout(this.again);
  }

  /** Take the page's word for what it has heard, and tell it of the next ones by `tell`. */
  heard(heard, tell) {
    this.tell = tell;
    const open = ({ number }) => heard?.browser !== this.name || number > heard.number;
    this.open = performance.now() - this.asked < PATIENCE ? this.open.filter(open) : [];
    this.changed(this.open);
  }

  /** `shown` says whether the stack shows already what will come of it. */
  add(wish, { shown = true } = {}) {
    this.open.push({ ...wish, number: ++this.number, shown });
    this.asked = performance.now();
    this.changed(this.open);
    this.send();
  }

  /** Of two messages in a row the page may get the second alone, and sometimes none: so all that is open, and again. */
  send() {
    this.tell("act", { browser: this.name, wishes: this.open });
    clearTimeout(this.again);
    this.again = setTimeout(() => {
      if (!this.open.length) return;
      if (performance.now() - this.asked < PATIENCE) this.send();
      else this.changed(this.open = []); // nobody is to wait for ever
    }, REPEAT);
  }

  /** Whether what is shown is ahead of the page; the answer to the last wish has it all. */
  get ahead() {
    return this.open.some(({ shown }) => shown);
  }

  /** Whether the page will show something that nobody knows here yet. */
  get unsure() {
    return this.open.some(({ shown }) => !shown);
  }
}
