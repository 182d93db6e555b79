"""Routes beside Streamlit's own: a WebSocket that streams a run's progress, and the files that draw it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic
from typing import IO
from urllib.parse import quote

import anyio
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from components.browser_files import MEDIA_TYPES, base_path, files, texts, texts_address
from components.errors import note
from components.language import is_available, of_request
from components.live_curves.channel import TooManyWatchersError, watched, watchers
from components.live_curves.messages import Reader, StepReader
from components.live_curves.table import epochs_csv
from components.markup import cut
from components.refusals import refused
from components.wording import WORDING
from trainer.i18n import _, using
from trainer.runs.callback_files import ARCHIVE, callback_files, pack_tensorboard
from trainer.runs.store import RunNotFoundError, Store

TICK, TICK_PER_WATCHER, LONGEST_TICK = 0.05, 0.0025, 0.25
"""Seconds between two reads of the log of a run in progress: longer if many watch, since a fit needs the processor."""
IDLE_TICK = 1.0
"""The same once the run is over: a test or a resume may still add to it."""
HEARTBEAT = 10.0
"""After this many silent seconds, an empty message tells the browser that the connection is alive."""
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
"""Of a file whose address has its version in it."""
MAX_MESSAGE = 4096
"""Bytes that a browser may send at once; the page's own JavaScript sends nothing."""
MAX_REASON = 123
"""Bytes that a WebSocket's reason for closing may have."""
MESSAGE_TOO_BIG, CANNOT_READ, NO_SUCH_RUN, TOO_MANY_WATCHERS = 1009, 1011, 4404, 4429


def live_routes() -> list[BaseRoute]:
    """What `st.App(routes=...)` needs for the live chart."""
    base = base_path()
    return [
        WebSocketRoute(f"{base}/live/{{run}}", _live),
        Route(f"{base}/live/{{run}}/epochs.csv", _csv),
        Route(f"{base}/live/{{run}}/files/{{name:path}}", _file),
        Route(f"{base}/live-static/{{version}}/locale/{{tag}}.json", _texts),
        Route(f"{base}/live-static/{{version}}/{{path:path}}", _static),
    ]


def _not_found(request: Request) -> Response:
    return refused(WORDING.message("no_such_file"), 404, request.scope)


def _texts(request: Request) -> Response:
    tag = request.path_params["tag"]
    if not is_available(tag) or texts_address(tag) != request.url.path:
        return _not_found(request)
    return Response(texts(tag), media_type="application/json", headers=FOR_EVER)


async def _static(request: Request) -> Response:
    version, file = files().get(request.path_params["path"], ("", Path()))
    # Another version's address must not be answered with this one's file: the browser would keep it for ever.
    if not version or version != request.path_params["version"]:
        return _not_found(request)
    media_type = MEDIA_TYPES[Path(request.path_params["path"]).suffix]
    if file.suffix != ".gz":
        return FileResponse(file, media_type=media_type, headers=FOR_EVER)
    # Stored compressed, and sent as it is stored: unpacked it would be four times as long on a school's line.
    return FileResponse(file, media_type=media_type, headers={**FOR_EVER, "Content-Encoding": "gzip"})


async def _csv(request: Request) -> Response:
    """The epochs of a run as a table, for everybody who has its link."""
    try:
        found = await run_sync(Store().read_summary, request.path_params["run"])
    except RunNotFoundError as error:
        return refused(error.message, 404, request.scope)
    names = f'filename="fitboard-{found.id}.csv"'
    if found.recipe is not None:
        names += f"; filename*=UTF-8''{quote(_file_name(found.title), safe='')}"
    headers = {"Content-Disposition": f"attachment; {names}", "Cache-Control": "no-store"}
    return Response(epochs_csv(found.history), media_type="text/csv; charset=utf-8", headers=headers)


def _file_name(run: str) -> str:
    """As `live_picture.js` names a run's pictures: without what a file system refuses.

    >>> _file_name('Lesson 1: Read "digits"')
    'Lesson 1 - Read digits - epochs.csv'
    """
    name = re.sub(r'[<>"*?\x00-\x1f\x7f]', "", re.sub(r"\s*[:/\\|]\s*", " - ", cut(run, 80))).strip(" .-")
    return f"{name} - epochs.csv" if name else "epochs.csv"


def _file(request: Request) -> Response:
    """A file that a callback of a run wrote, for everybody who has its link; read from the disk while it is sent."""
    name, run_id = request.path_params["name"], request.path_params["run"]
    try:
        folder = Store().folder(run_id)
    except RunNotFoundError as error:
        return refused(error.message, 404, request.scope)
    if name not in {one.name for one in callback_files(folder)}:
        return _not_found(request)
    saved_as = f"fitboard-{run_id}-{name.rpartition('/')[2]}"
    headers = {"Cache-Control": "no-store"}
    if name != ARCHIVE:
        return FileResponse(folder / name, media_type="application/octet-stream", filename=saved_as, headers=headers)
    packed = TemporaryFile()  # noqa: SIM115 - closed when it has been sent, or nobody waits for it any more
    pack_tensorboard(folder, packed)
    packed.seek(0)
    headers["Content-Disposition"] = f'attachment; filename="{saved_as}"'
    return StreamingResponse(_chunks(packed), media_type="application/zip", headers=headers)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(1 << 20):
            yield chunk


async def _live(websocket: WebSocket) -> None:
    with using(of_request(websocket.scope)):
        await _serve(websocket)


async def _serve(websocket: WebSocket) -> None:
    await websocket.accept()
    is_too_big = False
    async with anyio.create_task_group() as group:

        async def listen() -> None:
            # What the browser sends is ignored, but this is how we notice that the connection is closed.
            nonlocal is_too_big
            while not is_too_big and (message := await websocket.receive())["type"] != "websocket.disconnect":
                is_too_big = len(message.get("bytes") or message.get("text") or "") > MAX_MESSAGE
            group.cancel_scope.cancel()

        group.start_soon(listen)
        try:
            await _follow(websocket, websocket.path_params["run"], _since(websocket))
        except WebSocketDisconnect:
            pass
        except (RunNotFoundError, FileNotFoundError):
            await _close(websocket, NO_SUCH_RUN, _("There is no run of this name."))
        except OSError as error:
            reason = _("The record of this run cannot be read ({reason}).").format(reason=error.strerror)
            await _close(websocket, CANNOT_READ, reason)
        except TooManyWatchersError as error:
            await _close(websocket, TOO_MANY_WATCHERS, str(error))
        except Exception as error:  # noqa: BLE001 - other watchers, and the server, go on
            reason = _("The curves cannot be drawn. Reference: {reference}").format(reference=note(error))
            await _close(websocket, CANNOT_READ, reason)
        group.cancel_scope.cancel()
    if is_too_big:
        await _close(
            websocket, MESSAGE_TOO_BIG, _("A message may have at most {bytes} bytes here.").format(bytes=MAX_MESSAGE)
        )


async def _close(websocket: WebSocket, code: int, reason: str) -> None:
    await websocket.close(code, reason.encode()[:MAX_REASON].decode(errors="ignore"))


def tick(watching: int) -> float:
    """Seconds between two reads of a log while this many browsers watch."""
    return min(TICK + TICK_PER_WATCHER * watching, LONGEST_TICK)


def _since(websocket: WebSocket) -> int:
    try:
        return int(websocket.query_params.get("since", "-1"))
    except ValueError:
        return -1


async def _follow(websocket: WebSocket, run_id: str, since: int) -> None:
    """Send what the run's log holds after event `since`, then whatever is added, until the browser goes away.

    Raises:
        RunNotFoundError, FileNotFoundError: there is no such run, or it was deleted.
        TooManyWatchersError: as many as there may be watch already.
    """
    async with watched(run_id) as channel:
        feed = channel.feed
        reader = StepReader(feed) if "steps" in websocket.query_params else Reader(feed)
        await websocket.send_text(await channel.first(reader, since))
        sent = monotonic()
        while True:
            await anyio.sleep(tick(watchers()) if feed.is_open and feed.alive else IDLE_TICK)
            message = await channel.news(reader)
            if message is None and monotonic() - sent > HEARTBEAT:
                message = "{}"
            if message is not None:
                await websocket.send_text(message)
                sent = monotonic()
