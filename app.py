"""Fitboard's web server: `streamlit run app.py`. Starts and stops the trainer, and serves the live data."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from anyio import create_task_group, to_thread
from starlette.middleware import Middleware

from components.live_curves.route import live_routes
from components.memory_release import release_memory
from components.shutdown import end_calmly
from components.upload_limit import UploadLimit
from trainer.engine import local


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """The trainer loads TensorFlow while the first page is being read, and ends with the server."""
    engine = local.shared()
    end_calmly(hurry=lambda: engine.close(timeout=0))
    await to_thread.run_sync(engine.start)
    try:
        async with create_task_group() as tasks:
            tasks.start_soon(release_memory)
            yield
            tasks.cancel_scope.cancel()
    finally:
        await to_thread.run_sync(engine.close)


MIDDLEWARE = [Middleware(UploadLimit)]
"""Each request passes them in this order, before Streamlit's own."""

app = st.App("pages/router.py", lifespan=lifespan, routes=live_routes(), middleware=MIDDLEWARE)
