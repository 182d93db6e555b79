"""Whose runs, recipes and uploaded files are whose. Pure.

Nobody signs in, so a person is a browser (`person.py`). What was made from the command line, or by a version without
owners, has none and belongs to everybody: on a computer that one person uses, nothing is hidden from them.
"""

from __future__ import annotations

NOT_YOURS = (
    "This belongs to another browser on this computer: you can look at it, but not change it. To change it "
    "anyway, switch on “Show everybody's on this computer” on the Runs page."
)


def may_change(owner: str | None, person: str | None, show_all: bool) -> bool:
    """Whether somebody finds something in their lists, and may open, stop, change or delete it.

    Args:
        owner: whose it is; None is everybody's.
        person: who asks; None is nobody in particular, such as the command line, who may do everything.
        show_all: whether they have switched on that they see everybody's.
    """
    return show_all or owner is None or person is None or owner == person
