// The connection to a run's live data: when it is lost it is dialled again, after a wait that grows, until it is closed.

/** Codes with which the server closes a connection; see `route.py`. */
export const NO_SUCH_RUN = 4404, TOO_MANY_WATCHERS = 4429;
/** Milliseconds without a message after which a connection counts as lost; the server sends one every 10 s. */
const SILENCE = 25000;

/** @typedef {import("./status.js").Message & { n: number }} News a message that says something */

/**
 * Open a connection.
 * @param {string} path
 * @param {number} since the number of the last event that is known here; -1 for none
 */
export function dial(path, since) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  return new WebSocket(`${scheme}//${location.host}${path}&since=${since}`);
}

export class LiveSocket {
  /**
   * @param {string} path may be changed later, for the next time that it is dialled
   * @param {object} told
   * @param {() => number} told.since the number of the last event that is known; -1 for none
   * @param {(message: News, isFirst: boolean) => void} told.heard `isFirst`: the first one of its connection
   * @param {(event: { code?: number, reason?: string }) => void} told.lost
   */
  constructor(path, { since, heard, lost }) {
    this.path = path;
    this.since = since;
    this.heard = heard;
    this.lost = lost;
    this.tries = 0;
    /** @type {WebSocket | undefined} */
    this.socket = undefined;
    /** @type {Record<"retry" | "watch", ReturnType<typeof setTimeout> | undefined>} */
    this.timers = { retry: undefined, watch: undefined };
    this.connect();
  }

  connect() {
    this.hush();
    const socket = (this.socket = dial(this.path, this.since()));
    let isFirst = true;
    socket.onmessage = ({ data }) => {
      if (socket !== this.socket) return;
      this.listen();
      /** @type {import("./status.js").Message} */
      const message = JSON.parse(data);
      if (message.n === undefined) return;
      this.tries = 0;
      this.heard(/** @type {News} */ (message), isFirst);
      isFirst = false;
    };
    socket.onclose = (event) => { if (socket === this.socket) this.dropped(event); };
    this.listen();
  }

  /** A connection that says nothing any more (a sleeping computer, lost Wi-Fi) is dropped. */
  listen() {
    clearTimeout(this.timers.watch);
    this.timers.watch = setTimeout(() => {
      const old = this.socket;
      this.socket = undefined;
      old?.close();
      this.dropped({});
    }, SILENCE);
  }

  /** @param {{ code?: number, reason?: string }} event */
  dropped(event) {
    this.hush();
    if (event.code !== NO_SUCH_RUN) {
      // Not all at the same moment: a whole class may have lost the same server.
      const wait = Math.min(250 * 2 ** this.tries++, 5000) * (0.75 + Math.random() / 2);
      this.timers.retry = setTimeout(() => this.connect(), wait);
    }
    this.lost(event);
  }

  /** Wait no longer, where the connection is lost. */
  hurry() {
    if (this.timers.retry) this.connect();
  }

  hush() {
    clearTimeout(this.timers.watch);
    clearTimeout(this.timers.retry);
    this.timers.retry = undefined;
  }

  close() {
    this.hush();
    const old = this.socket;
    this.socket = undefined;
    old?.close();
  }
}
