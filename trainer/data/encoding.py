"""How the letters of a text file are written as bytes. Nothing is ever replaced: a text is read whole or refused."""

from __future__ import annotations

import re

_KANA = re.compile(r"[\u3041-\u30ff]")
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
# Quotation marks, dashes and signs of cp1252, which stand in texts of any Western language and say nothing about it.
_LETTERS_BEYOND_ASCII = re.compile(rb"[\x81-\x84\x86-\x90\x98-\x9f\xc0-\xff]")
_ASCII_LETTERS = re.compile(rb"[A-Za-z]")
_OTHER_SCRIPTS = ["cp932", "euc_jp", "gb18030", "big5", "cp949", "cp1251", "koi8_r", "cp1253", "cp1255", "cp1256"]
SAMPLE = 200_000
"""How many bytes of lines with special letters are enough to tell an encoding."""


class EncodingError(ValueError):
    """The letters cannot be read with certainty; the message is the end of a sentence about the file."""


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file and the name of its encoding.

    UTF-8 and UTF-16 prove themselves. Anything else is a well-founded guess: Japanese by its kana, Western text
    (most letters plain A to Z) as cp1252, other scripts by charset-normalizer. That library alone reads short Western
    texts as cp1250 or cp775, with other letters in place of è or €; hence the rules before it.

    Raises:
        EncodingError: no encoding fits, or the file is UTF-8 with damaged places.
    """
    for mark, name in ((b"\xff\xfe\0\0", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            text = _try(data, name)
            if text is None:
                raise EncodingError("begins like a UTF-16 text but breaks off or is damaged")
            return text, name
    name = "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8"
    text = _try(data, name)
    if text is not None:
        return text, name
    _refuse_damaged_utf8(data)
    for name in _guesses(_lines_with_special_letters(data)):
        text = _try(data, name)
        if text is not None:
            return text, name
    raise EncodingError("is written in letters that cannot be told for certain")


def _guesses(sample: bytes) -> list[str]:
    """Encodings that fit a sample, best first."""
    kana = {name: _kana_share(sample, name) for name in ("cp932", "euc_jp")}
    japanese = max(kana, key=lambda name: kana[name])
    if kana[japanese] > 0.2:
        return [japanese]
    special, plain = len(_LETTERS_BEYOND_ASCII.findall(sample)), len(_ASCII_LETTERS.findall(sample))
    if special <= 0.35 * (special + plain):
        return ["cp1252", "latin-1"]  # latin-1 for the five bytes that cp1252 leaves free
    from charset_normalizer import from_bytes  # here, since hardly any file needs it

    return [match.encoding for match in from_bytes(sample, cp_isolation=_OTHER_SCRIPTS)]


def _kana_share(sample: bytes, name: str) -> float:
    """How much of what is beyond ASCII is hiragana or katakana; half-width ones do not count, any byte gives them."""
    text = _try(sample, name)
    beyond = sum(letter > "\x7f" for letter in text) if text else 0
    return len(_KANA.findall(text)) / beyond if text and beyond else 0.0


def _refuse_damaged_utf8(data: bytes) -> None:
    """A UTF-8 file with one bad byte would read as “grÃ¶ÃŸer” in any other encoding."""
    letters = _UTF8_LETTER.findall(data)
    rest = len(_BEYOND_ASCII.findall(data)) - sum(map(len, letters))
    if len(letters) <= rest:
        return
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise EncodingError(f"is UTF-8 text, but a letter in line {line:,} is damaged or written differently") from None


def _lines_with_special_letters(data: bytes) -> bytes:
    """Lines with bytes beyond ASCII, up to the size of a sample; a line end never lies inside a letter."""
    found, size = [], 0
    for match in re.finditer(rb"[^\n]*[\x80-\xff][^\n]*\n?", data):
        found.append(match.group())
        size += len(found[-1])
        if size > SAMPLE:
            break
    return b"".join(found)


def _try(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except UnicodeError:
        return None
