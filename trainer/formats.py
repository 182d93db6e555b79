"""Numbers, shares, sizes, durations and dates as people read them, in the language of whoever is looking."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from math import isfinite
from typing import Literal

from babel import Locale, dates, lists, numbers

from trainer.i18n import ENGLISH, PSEUDO, _, language


def number(value: float, digits: int | None = None) -> str:
    """A number with the language's own signs.

    Args:
        value: any number.
        digits: after the decimal point; None writes a whole number as it is and another with three digits that count.

    >>> number(54000), number(0.9714, 2), number(0.00012345), number(2.0)
    ('54,000', '0.97', '0.000123', '2')
    """
    if not isfinite(value):
        return _("not a number")
    if abs(value) >= 1e15:
        return f"{value:.3g}"
    if digits is None:
        pattern = "#,##0" if value == int(value) else "@##" if abs(value) < 100 else "#,##0"
    else:
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(numbers.format_decimal(value, format=pattern, locale=_locale()))


def exact(value: float) -> str:
    """A number with all of its digits.

    >>> exact(0.001), exact(10_000), exact(0.12345), exact(100.0), exact(1e-30)
    ('0.001', '10,000', '0.12345', '100', '1e-30')
    """
    if value != 0 and not 1e-6 <= abs(value) < 1e15:
        return f"{value:g}"
    decimals = Decimal(repr(value)).normalize().as_tuple().exponent
    return number(value, max(0, -int(decimals)))


def percent(share: float, digits: int = 1) -> str:
    """A share from 0 to 1 in per cent, which reads all or nothing only where it is that.

    >>> percent(0.9714), percent(0.5, 0)
    ('97.1%', '50%')
    >>> percent(0.99996), percent(0.00004), percent(0.996, 0), percent(1), percent(0)
    ('99.9%', '0.1%', '99%', '100.0%', '0.0%')
    >>> percent(1e300)  # a damaged log may say anything
    '1e+302%'
    """
    if not isfinite(share):
        return _("not a number")
    if abs(share) >= 1e13:
        return f"{100 * share:.3g}%"
    if 0 < share < 1:
        smallest = 10 ** -(digits + 2)
        share = min(max(share, smallest), 1 - smallest)
    # The language says where the sign stands and with which space; its pattern has a single 0.
    pattern = _locale().percent_formats[None].pattern.replace("0", "0." + "0" * digits if digits else "0")
    return str(numbers.format_percent(share, format=pattern, locale=_locale()))


def size(count: float, *, round_up: bool = False) -> str:
    """Bytes, rounded down, or up so that what is too much also reads so; with one digit between 1 and 10 GB.

    >>> size(640_000_000), size(1_440_000_000), size(23e9), size(1_440_000_000, round_up=True), size(40)
    ('640 MB', '1.4 GB', '23 GB', '1.5 GB', '0 MB')
    """
    unit, digits = (10**6, 0) if count < 10**9 else (10**8, 1) if count < 10**10 else (10**9, 0)
    name = _("{size} MB") if count < 10**9 else _("{size} GB")
    whole = int(-(-count // unit) if round_up else count // unit)
    return name.format(size=number(whole / 10 if digits else whole, digits))


def file_size(count: int) -> str:
    """Bytes of a file, rounded up, since none that holds anything is empty.

    >>> file_size(40), file_size(45_000), file_size(1_500_000)
    ('1 kB', '45 kB', '2 MB')
    """
    return size(count, round_up=True) if count >= 10**6 else _("{size} kB").format(size=number(-(-count // 1000)))


def duration(seconds: float) -> str:
    """Seconds that were measured.

    >>> duration(8.2), duration(200), duration(7500)
    ('8 s', '3 min 20 s', '2 h 5 min')
    """
    whole = round(seconds)
    if whole < 60:
        return _("{s} s").format(s=whole)
    if whole < 3600:
        return _("{min} min {s} s").format(min=whole // 60, s=whole % 60)
    return _("{h} h {min} min").format(h=number(whole // 3600), min=whole % 3600 // 60)


def about(seconds: float) -> str:
    """Seconds that were estimated, no finer than an estimate can be.

    >>> about(0.4), about(26), about(131), about(300), about(1500), about(5100)
    ('less than 1 s', '26 s', '2 min 10 s', '5 min', '25 min', '1 h 25 min')
    """
    if seconds < 1:
        return _("less than 1 s")
    if round(seconds) < 60:
        return _("{s} s").format(s=round(seconds))
    if round(seconds, -1) < 600:
        minutes, rest = divmod(round(seconds / 10) * 10, 60)
        return _("{min} min {s} s").format(min=minutes, s=rest) if rest else _("{min} min").format(min=minutes)
    if round(seconds / 60) < 60:
        return _("{min} min").format(min=round(seconds / 60))
    hours, minutes = divmod(round(seconds / 300) * 5, 60)
    if minutes and hours < 10:
        return _("{h} h {min} min").format(h=hours, min=minutes)
    return _("{h} h").format(h=number(hours))


def date(moment: datetime) -> str:
    """A day and a time of day, in the moment's own time zone.

    >>> date(datetime(2026, 11, 29, 21, 5, 7))
    '29 Nov 2026, 21:05:07'
    """
    return str(dates.format_datetime(moment, "medium", locale=_locale()))


def day_and_time(moment: datetime, now: datetime | None = None) -> str:
    """A day and a time of day, short, in the moment's own time zone.

    Args:
        moment: what is told.
        now: whose year is not said.

    >>> day_and_time(datetime(2026, 11, 29, 21, 5, 7)), day_and_time(datetime(2026, 11, 29), datetime(2027, 1, 1))
    ('29 Nov, 21:05', '29 Nov 2026, 00:00')
    """
    skeleton = "MMMd" if now is None or moment.year == now.year else "yMMMd"
    day = dates.format_skeleton(skeleton, moment, locale=_locale())
    return _("{day}, {time}").format(day=day, time=dates.format_time(moment, "short", locale=_locale()))


def listing(items: Sequence[object], style: Literal["and", "or"] = "and") -> str:
    """Several things in one sentence.

    >>> listing(["loss", "accuracy", "rate"]), listing(["a", "b"], "or"), listing(["a"])
    ('loss, accuracy and rate', 'a or b', 'a')
    """
    kind: Literal["standard", "or"] = "standard" if style == "and" else "or"
    return str(lists.format_list([isolated(str(item)) for item in items], style=kind, locale=_locale()))


_TURNS = re.compile(
    "[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""Letters that are written from right to left, and signs that turn the direction of what follows them."""


def isolated(name: str) -> str:
    """A name as part of a sentence, where one that is written from right to left would carry along the numbers and
    commas beside it: such a name is set apart by two signs that nobody sees. Any other stays as it is.

    Messages do so with all of their parameters. Only for what is read: a text that is compared, copied or kept, or that
    names a file, stays without.

    >>> isolated("digits"), len(isolated("كتاب"))
    ('digits', 6)
    """
    return f"\u2068{name}\u2069" if _TURNS.search(name) else name


def _locale() -> Locale:
    return _parsed(language())


@cache
def _parsed(tag: str) -> Locale:
    # British: the day before the month, and 24 hours.
    return Locale.parse("en_GB" if tag in {ENGLISH, PSEUDO} else tag.replace("-", "_"))
