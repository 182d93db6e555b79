"""What uploaded files may hold of the server's memory: per person and in all, and for how long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import anyio
from starlette.types import Message, Receive, Scope, Send

from components.person import COOKIE
from components.upload_limit import UNUSED_SECONDS, UploadLimit
from tests.support.clock import Clock

MB = 1_000_000
Put = Callable[..., Any]


class Kept:
    """Files as Streamlit keeps them, without their bytes."""

    def __init__(self) -> None:
        self.files: set[tuple[str, str]] = set()

    def get_files(self, session_id: str, file_ids: Sequence[str]) -> list[Any]:
        return [one for one in file_ids if (session_id, one) in self.files]

    def remove_file(self, session_id: str, file_id: str) -> None:
        self.files.discard((session_id, file_id))


class Server:
    """An application that keeps what it is sent, behind the limit."""

    def __init__(self, clock: Clock, **limits: Any) -> None:
        self.kept, self.status, self.received = Kept(), 204, 0
        self.pauses: list[Callable[[], object]] = []
        """What happens while an upload waits, a step at a time."""
        self.limit = UploadLimit(self, files=lambda: self.kept, clock=clock, pause=self._pause, **limits)

    async def _pause(self) -> None:
        self.pauses.pop(0)()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        more = scope["method"] == "PUT"
        while more:
            message = await receive()
            self.received += len(message.get("body", b""))
            more = message.get("more_body", False)
        if self.status == 204 and scope["method"] == "PUT":
            session, file = scope["path"].split("/")[-2:]
            self.kept.files.add((session, file))
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def put(
        self, session: str, file: str, size: int | None, receive: Receive | None = None, cookie: str | None = None
    ) -> tuple[int, str]:
        headers = [] if size is None else [(b"content-length", str(size).encode())]
        if cookie is not None:
            headers.append((b"cookie", f"{COOKIE}={cookie}".encode()))
        path = f"/_stcore/upload_file/{session}/{file}"
        answer: list[Message] = []

        async def send(message: Message) -> None:
            answer.append(message)

        async def whole() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        scope = {"type": "http", "method": "PUT", "path": path, "headers": headers}
        await self.limit(scope, receive or whole, send)
        return answer[0]["status"], answer[-1]["body"].decode()


def run(work: Callable[[], Any]) -> Any:
    return anyio.run(work)


def test_a_tab_that_hoards_uploads_is_refused_with_a_sentence(clock: Clock) -> None:
    """Twelve files of 48 MB that no page asked for took 578 MB, for as long as the tab was open."""
    server = Server(clock)

    async def work() -> list[tuple[int, str]]:
        return [await server.put("a", str(number), 48 * MB) for number in range(12)]

    answers = run(work)
    assert [status for status, _ in answers] == [204] + [429] * 11
    assert all(said.endswith(".") for _, said in answers[1:])
    assert server.limit.held() == 48 * MB


def test_small_files_of_a_tab_add_up(clock: Clock) -> None:
    server = Server(clock, per_person=10 * MB)

    async def work() -> list[int]:
        return [(await server.put("a", str(number), 4 * MB))[0] for number in range(3)]

    assert run(work) == [204, 204, 429]


def test_the_tabs_of_one_browser_share_what_it_may_hold(clock: Clock) -> None:
    server = Server(clock)

    async def work() -> list[int]:
        return [
            (await server.put(tab, "1", 40 * MB, cookie=browser.ljust(43, "-")))[0]
            for tab, browser in (("a", "one"), ("b", "one"), ("c", "another"))
        ]

    assert run(work) == [204, 429, 204]


def test_where_all_hold_too_much_the_next_waits_until_a_page_has_taken_one(clock: Clock) -> None:
    server = Server(clock, total=100 * MB)
    server.pauses = [lambda: None, lambda: server.kept.remove_file("a", "1")]

    async def work() -> list[int]:
        return [(await server.put(session, "1", 48 * MB))[0] for session in "abc"]

    assert run(work) == [204, 204, 204]
    assert not server.pauses, "the third has waited"
    assert server.kept.files == {("b", "1"), ("c", "1")}


def test_who_waits_too_long_is_told_so(clock: Clock) -> None:
    server = Server(clock, total=50 * MB, wait=30.0)

    def later() -> None:
        clock.now += 20.0

    server.pauses = [later, later]

    async def work() -> list[tuple[int, str]]:
        return [await server.put(session, "1", 48 * MB) for session in "ab"]

    (_, (status, said)) = run(work)
    assert status == 503
    assert said.endswith(".")


def test_what_no_page_has_taken_is_removed_after_a_while(clock: Clock) -> None:
    server = Server(clock)
    run(lambda: server.put("a", "1", 48 * MB))
    clock.now += UNUSED_SECONDS - 1
    server.limit.remove_unused()
    assert server.kept.files
    clock.now += 1
    server.limit.remove_unused()
    assert not server.kept.files
    assert server.limit.held() == 0


def test_what_went_with_its_session_counts_no_longer(clock: Clock) -> None:
    server = Server(clock)
    run(lambda: server.put("a", "1", 48 * MB))
    server.kept.files.clear()
    assert server.limit.held() == 0


def test_an_unknown_size_counts_as_the_largest(clock: Clock) -> None:
    server = Server(clock, largest=lambda: 50 * MB)
    run(lambda: server.put("a", "1", None))
    assert server.limit.held() == 50 * MB


def test_streamlit_itself_refuses_what_is_larger_than_the_largest(clock: Clock) -> None:
    server = Server(clock, largest=lambda: 50 * MB, total=0, per_person=0)
    server.status = 413
    assert run(lambda: server.put("a", "1", 10**12))[0] == 413
    assert server.limit.held() == 0


def test_a_refused_file_is_read_to_its_end_so_that_the_browser_hears_why(clock: Clock) -> None:
    server = Server(clock)
    pieces = [True, True, False]

    async def receive() -> Message:
        return {"type": "http.request", "body": b"x", "more_body": pieces.pop(0)}

    async def work() -> int:
        await server.put("a", "1", 48 * MB)
        return int((await server.put("a", "2", 48 * MB, receive))[0])

    assert run(work) == 429
    assert not pieces
    assert server.received == 0, "none of it reached Streamlit"


def test_a_refused_file_is_not_counted(clock: Clock) -> None:
    server = Server(clock)
    server.status = 413
    assert run(lambda: server.put("a", "1", 48 * MB))[0] == 413
    assert server.limit.held() == 0


def test_an_upload_of_which_nothing_comes_any_more_is_given_up(clock: Clock) -> None:
    server = Server(clock, stalled=0.01)

    async def never() -> Message:
        await anyio.sleep_forever()
        raise AssertionError

    status, said = run(lambda: server.put("a", "1", 48 * MB, never))
    assert status == 408
    assert said.endswith(".")
    assert server.limit.held() == 0


def test_an_upload_that_comes_byte_by_byte_is_given_up(clock: Clock) -> None:
    server = Server(clock)

    async def slowly() -> Message:
        clock.now += 10.0
        return {"type": "http.request", "body": b"x", "more_body": True}

    assert run(lambda: server.put("a", "1", 48 * MB, slowly))[0] == 408
    assert server.received < 100


def test_other_requests_pass(clock: Clock) -> None:
    server = Server(clock, total=0, per_person=0)
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    async def work() -> None:
        for method, path in (("GET", "/train"), ("DELETE", "/_stcore/upload_file/a/1")):
            scope = {"type": "http", "method": method, "path": path, "headers": []}
            await server.limit(scope, receive, send)

    run(work)
    assert [message["status"] for message in sent if "status" in message] == [204, 204]
