"""Free memory goes back to the operating system from time to time."""

from __future__ import annotations

import threading

import anyio
import pytest

from components import memory_release


def test_it_is_done_again_and_again_until_the_server_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_release, "INTERVAL_SECONDS", 0.001)
    done: list[threading.Thread] = []

    async def serve() -> None:
        async with anyio.create_task_group() as tasks:

            def release() -> None:
                memory_release_now()
                done.append(threading.current_thread())
                if len(done) == 3:
                    anyio.from_thread.run_sync(tasks.cancel_scope.cancel)

            memory_release_now = memory_release.release_now
            monkeypatch.setattr(memory_release, "release_now", release)
            tasks.start_soon(memory_release.release_memory)

    with anyio.from_thread.start_blocking_portal() as portal:
        portal.call(serve)
    assert len(done) == 3
    assert threading.main_thread() not in done, "not where requests are answered"
