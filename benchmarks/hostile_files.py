"""How files that were made to exhaust memory or time are refused: `python -m benchmarks.hostile_files` prints a table.

The files, and what is measured, are in `tests/support/hostile_files.py`.
"""

from tests.support.hostile_files import main

if __name__ == "__main__":
    main()
