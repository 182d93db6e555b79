"""Limits that hold for a table in whichever form it comes: as text, packed, or as a workbook."""

MAX_FILE_BYTES = 100_000_000
"""Of a file on disk."""
MAX_TEXT_BYTES = 100_000_000
"""Of the text of a table, unpacked."""
MAX_ROW = 4_000_000
"""Characters of a row, all its lines together; in a workbook, bytes of a row, of a text or of a part read whole."""
