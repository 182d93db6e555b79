"""Where the files that tests read are."""

from trainer import PROJECT

GOLDEN = PROJECT / "tests" / "golden"
"""Run folders as earlier versions wrote them; see `tests/trainer/runs/test_golden.py`."""
HISTORIES = PROJECT / "tests" / "histories"
"""Histories of the runs that the coach is judged by; see `tests/support/coach_runs.py`."""
BROKEN_APP = PROJECT / "tests" / "support" / "broken_app.py"
"""Starts Streamlit with a fault in each page."""
SMS = PROJECT.parent / "shared" / "data" / "sms_spam.csv"
"""A table of real messages, on computers that have it beside the checkout."""
