"""Fitboard's web server: `streamlit run app.py`. Starts and stops the trainer and the reader, serves the live data."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from anyio import to_thread

from components.live_curves.route import live_routes
from components.shutdown import end_calmly
from trainer.engine import local, reader


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """The trainer loads TensorFlow while the first page is being read, and ends with the server."""
    engine = local.shared()
    end_calmly(hurry=lambda: engine.close(timeout=0))
    await to_thread.run_sync(engine.start)
    reader.shared().start()
    try:
        yield
    finally:
        await to_thread.run_sync(reader.shared().close)
        await to_thread.run_sync(engine.close)


app = st.App("pages/router.py", lifespan=lifespan, routes=live_routes())
