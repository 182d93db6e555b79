import assert from "node:assert/strict";
import test, { mock } from "node:test";

import { LiveSocket, NO_SUCH_RUN } from "../../components/live_curves/live_socket.js";

class FakeSocket {
  /** @type {FakeSocket[]} */
  static all = [];

  /** @param {string} address */
  constructor(address) {
    this.address = address;
    this.isClosed = false;
    /** @type {(event: { data: string }) => void} */
    this.onmessage = () => {};
    /** @type {(event: { code?: number }) => void} */
    this.onclose = () => {};
    FakeSocket.all.push(this);
  }

  close() { this.isClosed = true; }
}

/** A connection whose clock stands still, and what it has told. */
function connected() {
  mock.timers.enable();
  mock.method(Math, "random", () => 0.5); // each wait is then as long as it is on average
  FakeSocket.all = [];
  Object.assign(globalThis, { WebSocket: FakeSocket, location: { protocol: "https:", host: "school:8501" } });
  /** @type {[number, boolean][]} */
  const heard = [];
  let lost = 0;
  const live = new LiveSocket("/live/x?lang=en", {
    since: () => heard.at(-1)?.[0] ?? -1, heard: (message, isFirst) => heard.push([message.n, isFirst]), lost: () => { lost++; },
  });
  return { live, heard, lost: () => lost, sockets: () => FakeSocket.all, newest: () => FakeSocket.all[FakeSocket.all.length - 1] };
}

test.afterEach(() => { mock.timers.reset(); mock.restoreAll(); });

test("a lost connection is dialled again where it was, and each time in vain after a longer wait", () => {
  const { heard, lost, sockets, newest } = connected();
  assert.equal(newest().address, "wss://school:8501/live/x?lang=en&since=-1");
  newest().onmessage({ data: '{"n": 4}' });
  newest().onmessage({ data: "{}" });
  newest().onmessage({ data: '{"n": 5}' });
  for (const wait of [250, 500, 1000, 2000, 4000, 5000, 5000]) {
    const count = sockets().length;
    newest().onclose({ code: 1006 });
    mock.timers.tick(wait - 1);
    assert.equal(sockets().length, count);
    mock.timers.tick(1);
    assert.equal(sockets().length, count + 1);
  }
  assert.equal(newest().address, "wss://school:8501/live/x?lang=en&since=5");
  newest().onmessage({ data: '{"n": 6}' });
  newest().onclose({});
  mock.timers.tick(250); // it was there again: the waits begin anew
  assert.equal(sockets().length, 9);
  assert.deepEqual(heard, [[4, true], [5, false], [6, true]]);
  assert.equal(lost(), 8);
});

test("a connection that says nothing any more is dropped", () => {
  const { lost, sockets, newest } = connected(), silent = newest();
  mock.timers.tick(25_000);
  assert.equal(lost(), 1);
  assert.equal(silent.isClosed, true);
  mock.timers.tick(250);
  assert.equal(sockets().length, 2);
});

test("nothing is dialled again once the run is gone, or the connection was closed", () => {
  const gone = connected();
  gone.newest().onclose({ code: NO_SUCH_RUN });
  mock.timers.tick(60_000);
  assert.deepEqual([gone.sockets().length, gone.lost()], [1, 1]);
  mock.timers.reset();
  const left = connected();
  left.live.close();
  left.newest().onclose({});
  mock.timers.tick(60_000);
  assert.deepEqual([left.sockets().length, left.lost()], [1, 0]);
});
