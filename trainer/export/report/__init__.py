"""The lab report of a run: one page of HTML that says what was tried and what came of it, for printing on two sheets.

`material.py` reads what there is, `contents.py` and `curves.py` make of it what is shown, and `page.py` writes it with
the templates beside it. What cannot be read any more is said in a sentence; the rest of the report is still there.
"""
