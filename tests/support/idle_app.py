"""Fitboard with a trainer that trains nothing and loads no TensorFlow: `python tests/support/idle_app.py run app.py`.

For journeys that look at data and at runs that are written already: the trainer of a server takes seconds to start.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from streamlit.web.cli import main

from trainer.engine import local
from trainer.runs.store import Store

IDLE = """
print('{"say": "ready"}', flush=True)
while "close" not in input():
    pass
"""

local._shared = local.LocalEngine(Store(), [sys.executable, "-c", IDLE])
main()
