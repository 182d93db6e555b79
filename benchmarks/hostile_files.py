"""What comes of hostile files, as a table: `python -m benchmarks.hostile_files`; see `tests/support`."""

from tests.support.hostile_files import main

if __name__ == "__main__":
    main()
