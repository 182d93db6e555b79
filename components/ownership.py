"""Who owns runs, recipes and uploaded files. Pure.

Nobody signs in, so a person is a browser (`person.py`). What was made from the command line, or by a version without
owners, has no owner and belongs to everybody: on a computer with one user, nothing is hidden from that user.
"""

from __future__ import annotations


def may_change(owner: str | None, person: str | None, show_all: bool) -> bool:
    """Whether a person finds something in their lists, and may open, stop, change or delete it.

    Args:
        owner: its owner; None if it belongs to everybody.
        person: who asks; None is nobody in particular, such as the command line, who may do everything.
        show_all: whether this person has switched on to see everybody's.

    >>> may_change("ann", "ann", False), may_change("ann", "bob", False), may_change(None, "bob", False)
    (True, False, True)
    """
    return show_all or owner is None or person is None or owner == person
