// The actions that were dispatched to the page, until it acknowledges them.

/**
 * @typedef {{ do: string, place?: number, to?: number, kind?: string, layers?: [string, boolean][] }} Action
 * @typedef {Action & { number: number, shown: boolean }} Pending
 * @typedef {{ browser: string, number: number }} Acknowledged
 * @typedef {(message: { browser: string, actions: Pending[] }) => void} Send
 * @typedef {{ now: () => number, start: (run: () => void, ms: number) => unknown, stop: (timer: any) => void }} Clock
 */

/** Milliseconds after which the page's answer counts even if it acknowledges nothing. */
const TIMEOUT = 8000;
/** Milliseconds after which pending actions are sent again. */
const RESEND = 3000;

/** @type {Clock} */
const BROWSER_CLOCK = { now: () => performance.now(), start: (run, ms) => setTimeout(run, ms), stop: (timer) => clearTimeout(timer) };

export class Actions {
  /**
   * @param {(pending: Pending[]) => void} changed called whenever other actions are pending
   * @param {Clock} clock
   */
  constructor(changed, clock = BROWSER_CLOCK) {
    this.changed = changed;
    this.clock = clock;
    this.browser = globalThis.crypto?.randomUUID?.() ?? String(Math.random());
    /** @type {Pending[]} */
    this.pending = [];
    this.number = 0;
    this.dispatchedAt = -Infinity;
    /** @type {unknown} */
    this.timer = undefined;
    /** @type {Send} */
    this.send = () => {};
  }

  close() {
    this.clock.stop(this.timer);
  }

  /**
   * The page has answered.
   * @param {Acknowledged} acknowledged the last action that it has carried out, and the browser it came from
   * @param {Send} send how the page is told of further ones
   */
  acknowledge(acknowledged, send) {
    this.send = send;
    const isPending = (/** @type {Pending} */ { number }) => acknowledged.browser !== this.browser || number > acknowledged.number;
    this.pending = this.hasTimedOut ? [] : this.pending.filter(isPending);
    this.changed(this.pending);
  }

  /**
   * @param {Action} action
   * @param {boolean} shown whether the stack already shows what will come of it
   */
  dispatch(action, shown = true) {
    this.pending.push({ ...action, number: ++this.number, shown });
    this.dispatchedAt = this.clock.now();
    this.changed(this.pending);
    this.sendAll();
  }

  /** Of two messages in a row the page may get only the second, and sometimes neither: so all that is pending, and again. */
  sendAll() {
    this.send({ browser: this.browser, actions: this.pending });
    this.clock.stop(this.timer);
    this.timer = this.clock.start(() => {
      if (!this.pending.length) return;
      if (this.hasTimedOut) this.changed(this.pending = []); // nobody should wait for ever
      else this.sendAll();
    }, RESEND);
  }

  get hasTimedOut() {
    return this.clock.now() - this.dispatchedAt >= TIMEOUT;
  }

  /** Whether the stack shows more than the page's answers say. */
  get isAhead() {
    return this.pending.some(({ shown }) => shown);
  }

  /** Whether the page is about to show something that nobody knows here yet. */
  get isUnknown() {
    return this.pending.some(({ shown }) => !shown);
  }
}
