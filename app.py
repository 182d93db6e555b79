"""Fitboard's web server (`streamlit run app.py`): runs the trainer and the reader, and serves the live data."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from anyio import create_task_group, to_thread

from components import open_files
from components.errors import on_script_error, silence_streamlit_log
from components.export_route import export_routes
from components.header_size import allow_long_headers
from components.live_curves.route import live_routes
from components.memory_release import release_memory
from components.middleware import middleware
from components.shutdown import end_on_signals, refuse_to_start
from components.try_it.route import try_routes
from trainer.engine import local, reader
from trainer.export import orders
from trainer.runs.store import StoreError


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Start the trainer, which loads TensorFlow while the first page is read, and end it with the server."""
    try:
        engine = local.shared()
        end_on_signals(hurry=lambda: engine.close(timeout=0))
        await to_thread.run_sync(engine.start)
    except StoreError as error:
        refuse_to_start(str(error))
    except OSError as error:
        refuse_to_start(f"Fitboard's trainer cannot be started ({error}). Fix that, then start Fitboard again.")
    reader.shared().start()
    exports = orders.shared(engine.store)
    try:
        async with create_task_group() as tasks:
            tasks.start_soon(release_memory)
            tasks.start_soon(to_thread.run_sync, exports.clean_up)
            yield
            tasks.cancel_scope.cancel()
    finally:
        await to_thread.run_sync(exports.close)
        await to_thread.run_sync(reader.shared().close)
        await to_thread.run_sync(engine.close)


silence_streamlit_log()
open_files.prepare()
allow_long_headers()
app = st.App(
    "pages/router.py",
    lifespan=lifespan,
    routes=[*live_routes(), *try_routes(), *export_routes()],
    middleware=middleware(),
    on_script_error=on_script_error,
)
