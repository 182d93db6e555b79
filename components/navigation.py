"""The pages by name, for whatever leads from one to another; `pages/router.py` makes the menu of them."""

from __future__ import annotations

from enum import StrEnum


class Page(StrEnum):
    """A page, as `st.switch_page` and `st.page_link` know it: its file beside the router."""

    START = "start_page.py"
    DATA = "data_page.py"
    MODEL = "model_page.py"
    TRAIN = "train_page.py"
    RESULTS = "results_page.py"
    TRY = "try_page.py"
    RUNS = "runs_page.py"
