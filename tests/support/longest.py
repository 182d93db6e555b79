"""The files of tests that take half a minute or more, which begin first: no process is busy long after the others.

Roughly the longest stand first, and journeys in the browser, which wait most of the time, take turns with fits, which
compute.
"""

from trainer import PROJECT

_NAMES = (
    "journeys/test_access", "trainer/export/test_programs", "journeys/test_try", "trainer/fit/test_epochs",
    "journeys/test_train", "trainer/fit/test_fixes_learn", "journeys/test_pseudo_language",
    "trainer/export/test_exports", "journeys/test_lessons", "trainer/recipe/test_extreme_stacks",
    "journeys/test_start", "trainer/data/test_hostile_files", "journeys/test_reconnect", "trainer/export/test_contract",
    "server/test_shutdown", "trainer/test_command_line", "journeys/test_runs", "trainer/engine/test_kill_loop",
    "journeys/test_data", "trainer/engine/test_memory_budget", "journeys/test_keyboard", "trainer/fit/test_cost",
    "journeys/test_owners", "trainer/fit/test_resume", "journeys/test_model", "trainer/engine/test_stop_everywhere",
    "journeys/test_presses", "trainer/engine/test_local", "trainer/fit/test_answers", "trainer/fit/test_graph",
    "trainer/fit/test_execution", "trainer/fit/test_tested_weights", "trainer/engine/test_school_day",
)  # fmt: skip
LONGEST = tuple(PROJECT / "tests" / f"{name}.py" for name in _NAMES)
