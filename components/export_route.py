"""The address from which a browser saves an export that was made on the page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from components.browser_files import base_path
from components.refusals import refused
from components.signatures import has_key, signed
from components.wording import WORDING
from trainer.export.kept_exports import file_of
from trainer.runs.store import RunNotFoundError, Store


def export_routes() -> list[BaseRoute]:
    """What `st.App(routes=...)` needs for exports."""
    return [Route(f"{base_path()}/live/{{run}}/exports/{{key}}", _export)]


def export_address(run_id: str, key: str) -> str:
    """Where the browser finds an export; given only to those who may see the data of its run, some of which is in it.

    Args:
        run_id: which run.
        key: of the export.
    """
    return f"{base_path()}/live/{run_id}/exports/{key}?key={signed(run_id, f'export {key}')}"


def _export(request: Request) -> Response:
    """The file, read from the disk while it is sent; always to be saved, since a page of it is not one of ours."""
    run_id, key = request.path_params["run"], request.path_params["key"]
    if not has_key(request, f"export {key}"):
        return refused(WORDING.message("no_such_file"), 404, request.scope)
    store = Store()
    try:
        store.folder(run_id)
        path, export = file_of(store.root, run_id, key)
    except RunNotFoundError as error:
        return refused(error.message, 404, request.scope)
    except FileNotFoundError:
        return refused(WORDING.message("export_gone"), 404, request.scope)
    headers = {"Cache-Control": "no-store"}
    return FileResponse(path, media_type="application/octet-stream", filename=export.file, headers=headers)
