"""How the characters of a text file are stored as bytes. Nothing is ever replaced: a text is read whole or refused."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from trainer.data.content import Pieces, beginning
from trainer.data.files import FileError
from trainer.data.wording import WORDING

_KANA = re.compile(r"[\u3041-\u30ff]")
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_RUN = re.compile(rb"[\x80-\xff]+")
_HIGH = bytes(range(128, 256))
# Quotation marks, dashes and other symbols of cp1252 occur in any Western language and say nothing about which.
_LETTERS_BEYOND_ASCII = re.compile(rb"[\x81-\x84\x86-\x90\x98-\x9f\xc0-\xff]")
_ASCII_LETTERS = re.compile(rb"[A-Za-z]")
_NAMES = (
    "utf-8", "utf-16", "utf-32", "cp1252", "latin-1", "iso8859_15", "mac_roman", "cp850", "cp1250", "iso8859_2",
    "cp1251", "koi8_r", "cp866", "cp1253", "cp1254", "cp1255", "cp1256", "cp932", "euc_jp", "gb18030", "big5",
    "cp949", "cp874",
)  # fmt: skip
CHOICES = {name: WORDING.message(f"encoding_{name.replace('-', '_')}") for name in _NAMES}
"""The encodings to choose from, with their names for people."""
_WEST = (
    "äöüß", "àâçéèêëîïôùûüœæÿ", "áéíóúñü¿¡ª", "ãõáéíóúâêôàçª", "àèéìíòóù", "åäöæøéü", "áéíóúýðþæö", "éëïöüóáè",
)  # fmt: skip
_CENTRE = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţșț", "čćđšž")
_LANGUAGES: dict[str, tuple[str, ...]] = {
    "cp1252": _WEST,
    "cp1250": _CENTRE,
    "cp1254": ("çğıöşüâîûİ",),
    "iso8859_2": _CENTRE,
    "mac_roman": _WEST,
    "cp850": _WEST,
}
"""The letters that languages have beyond A to Z, by the encodings in which they are written; the most likely first."""
_COMMON = {
    "cp1251": "оеаинтсрвлкм",
    "koi8_r": "оеаинтсрвлкм",
    "cp866": "оеаинтсрвлкм",
    "cp1253": "αοιετσνηυρπκ",
    "cp1255": "יוהלאמרתבשנם",
    "cp1256": "اليمنوترهبعف",
    "cp874": "านรกอเงวมยลตดีท่้",
}
"""The most common letters of alphabets other than the Latin one: they tell one alphabet's encodings apart."""
_SIGNS = "’‘“”„–—…«»‚\u00a0"
_OTHER_SCRIPTS = ["cp932", "euc_jp", "gb18030", "big5", "cp949", "cp1251", "koi8_r", "cp1253", "cp1255", "cp1256"]
_SPECIAL = re.compile(r"[^\x00-\x7f]")
SAMPLE_BYTES = 200_000
"""How many bytes of lines with non-ASCII characters are enough to detect an encoding."""
MAX_LETTERS = 20_000
"""Non-ASCII characters that are enough to detect a language."""
MARGIN, MAX_DOUBTFUL, SHOWN_PLACES = 0.1, 2_000, 3
"""By how much an encoding may explain fewer characters and be about as likely; lines that are compared; and places that
are shown."""
_BEFORE = 1_000
"""ASCII bytes that are kept before the first other character of a very long line."""


class EncodingError(FileError):
    """The characters cannot be read with certainty."""


def find_encoding(pieces: Pieces, chosen: str | None = None) -> str:
    """The name of a file's encoding; all of the file can be read in it.

    UTF-8 and UTF-16 prove themselves. Anything else is a well-founded guess: Japanese by its kana, text in mostly plain
    letters A to Z by the one language whose non-ASCII letters it has, other scripts by charset-normalizer. That library
    alone reads short Western texts as cp1250 or cp775, with other letters in place of è or €; hence the rules before.

    Args:
        pieces: the file.
        chosen: an encoding that somebody chose; None detects it.

    Raises:
        EncodingError: no encoding fits, not the chosen one, or the file is UTF-8 with damaged places.
    """
    if chosen is not None:
        return _checked(pieces, chosen)
    first = beginning(pieces, SAMPLE_BYTES)
    for mark, name in ((b"\xff\xfe\0\0", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if first.startswith(mark):
            if not _fits(pieces, name):
                raise EncodingError("utf16_damaged")
            return name
    order = byte_order(first)
    if order is not None and _fits(pieces, order):
        return order
    name = "utf-8-sig" if first.startswith(b"\xef\xbb\xbf") else "utf-8"
    if _fits(pieces, name):
        return name
    _refuse_damaged_utf8(pieces)
    for name in _guesses(_lines_beyond_ascii(pieces)):
        if _fits(pieces, name):
            return name
    raise EncodingError("encoding_unclear")


def decoded(pieces: Iterable[bytes], name: str, *, whole: bool = True) -> Iterator[str]:
    """A file's text piece by piece; one call for all would hold up Python.

    Args:
        pieces: the file, or its beginning.
        name: of the encoding.
        whole: whether the file must not end inside a character.

    Raises:
        UnicodeError: some characters do not exist in the encoding.
    """
    decoder = codecs.getincrementaldecoder(name)()
    for piece in pieces:
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=whole)


def _guesses(sample: bytes) -> list[str]:
    """Encodings that fit a sample, best first."""
    kana = {name: _kana_share(sample, name) for name in ("cp932", "euc_jp")}
    japanese = max(kana, key=lambda name: kana[name])
    if kana[japanese] > 0.2:
        return [japanese]
    special, plain = len(_LETTERS_BEYOND_ASCII.findall(sample)), len(_ASCII_LETTERS.findall(sample))
    explained = {name: _explained(_try(sample, name), languages) for name, languages in _LANGUAGES.items()}
    best = max(explained, key=lambda name: explained[name])
    few = special <= 0.35 * (special + plain)
    if few or (special <= 1.5 * plain and explained[best] > 0.95):
        clear = [best] if explained[best] > explained["cp1252"] + 0.2 or not few else []
        return [*clear, "cp1252", "latin-1"]  # latin-1 for the five bytes that cp1252 leaves free
    common = {name: _commonness(_try(sample, name), letters) for name, letters in _COMMON.items()}
    likeliest = max(common, key=lambda name: common[name])
    if common[likeliest] > 0.5:
        return [likeliest]
    from charset_normalizer import from_bytes  # here, since hardly any file needs it

    return [match.encoding for match in from_bytes(sample, cp_isolation=_OTHER_SCRIPTS)]


def _commonness(text: str | None, letters: str) -> float:
    """The share of what is beyond ASCII that is one of an alphabet's most common letters; over a half where it is."""
    beyond = [letter for letter in text or "" if letter > "\x7f"]
    return sum(letter in letters for letter in beyond) / len(beyond) if beyond else 0.0


def _explained(text: str | None, languages: tuple[str, ...], least: int = 4) -> float:
    """The share of the non-ASCII characters in words that belong to the best of some languages, 0 to 1.

    Of fewer than `least` nothing is said: then they are taken for Western ones.
    """
    if text is None:
        return 0.0
    special: list[tuple[str, str]] = []
    for match in islice(_SPECIAL.finditer(text), MAX_LETTERS):
        sign, before = match.group(), text[match.start() - 1 : match.start()]
        if sign not in _SIGNS and (sign.isalpha() or before.isalpha()):
            special.append((before, sign))
    if len(special) < least:
        return 1.0 if languages is _WEST else 0.0

    def fits(before: str, letter: str, language: str) -> bool:
        # A capital after a small letter is no capital: "TÈlÈphone" is "Téléphone" read wrongly.
        return letter in language or (letter.lower() in language and not before.islower())

    return max(sum(fits(*pair, language) for pair in special) / len(special) for language in languages)


def byte_order(first: bytes) -> str | None:
    """utf-16-le or utf-16-be if a file may be UTF-16 without a mark: then every second byte of ASCII letters is zero.

    Args:
        first: `SAMPLE_BYTES` bytes from its beginning, or all of a smaller file.
    """
    zeros = first[::2].count(0), first[1::2].count(0)
    # A letter of Korean or Chinese may have a zero on the other side now and then.
    if not any(zeros) or min(zeros) * 4 > max(zeros) or max(zeros) * 50 < len(first) // 2:
        return None
    name = "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    text = _try(first, name, whole=len(first) < SAMPLE_BYTES)
    return name if text is not None and "\0" not in text and ("\n" in text or "\r" in text) else None


def alternatives(pieces: Pieces, found: str) -> list[tuple[str, str]]:
    """Other encodings in which a file can be read, each with the first words that it would then have.

    Args:
        pieces: the file.
        found: how it is read now; encodings that would give the same words are left out.
    """
    sample = _lines_beyond_ascii(pieces)[:2000]
    seen = {_readable(sample, found)}
    others = []
    for name in CHOICES:
        text = _readable(sample, name)
        if text is None or text in seen or not _fits(pieces, name):
            continue
        seen.add(text)
        others.append((name, text))
    return others


def doubt(pieces: Pieces, found: str) -> tuple[str, list[tuple[str, str]]] | None:
    """Another encoding that is about as likely, with places of the text as it is read and as it would be read.

    Args:
        pieces: the file.
        found: how it is read now.

    Returns:
        The encoding and up to `SHOWN_PLACES` places where it makes a difference; None where there is no doubt.
    """
    if found not in _LANGUAGES:
        return None
    sample = _lines_beyond_ascii(pieces)
    lines = sample.splitlines()[:MAX_DOUBTFUL]
    now = [line.decode(found, errors="replace") for line in lines]
    likely = _explained(_try(sample, found), _LANGUAGES[found], least=1)
    close = [
        name
        for name, languages in _LANGUAGES.items()
        if name != found and _explained(_try(sample, name), languages, least=1) >= likely - MARGIN
    ]
    for name in [*_other_alphabets(sample), *close]:
        pairs = zip(now, (line.decode(name, errors="replace") for line in lines), strict=True)
        places = list(dict.fromkeys(_place(*pair) for pair in pairs if _differ(*pair)))
        if places and _fits(pieces, name):
            return name, places[:SHOWN_PLACES]
    return None


def _other_alphabets(sample: bytes) -> list[str]:
    """Encodings of other alphabets, likeliest first, in which words without a letter of A to Z are words.

    A file may be Latin but for its headings or labels. Western languages hardly ever have three accents in a row.
    """
    runs = _RUN.findall(sample)
    words = b"".join(run for run in runs if len(run) >= 3)
    if not words or len(words) < 0.9 * sum(map(len, runs)):
        return []
    read = {name: _try(words, name) for name in ("cp1251", "koi8_r", "cp1253", "cp1255")}
    common = {
        name: _commonness(text, _COMMON[name]) for name, text in read.items() if text is not None and text.isalpha()
    }
    return sorted((name for name, share in common.items() if share > 0.5), key=lambda name: -common[name])


def _differ(one: str, other: str) -> bool:
    """Whether two readings of the same bytes differ in a letter, which one may take for a sign before a letter."""
    return any(
        a != b and b.isalpha() and (a.isalpha() or one[place + 1 : place + 2].isalpha())
        for place, (a, b) in enumerate(zip(one, other, strict=False))
    )


def _place(one: str, other: str) -> tuple[str, str]:
    """The words around the first letter in which two readings of the same bytes differ."""
    first = next(n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    begin = max(one.rfind(" ", 0, max(0, first - 15)) + 1, first - 40)
    return one[begin : first + 25].strip(), other[begin : first + 25].strip()


def preview(pieces: Pieces, encoding: str) -> str:
    """The first words with non-ASCII characters, as an encoding reads them; empty if there are none."""
    return _readable(_lines_beyond_ascii(pieces)[:2000], encoding) or ""


def _readable(sample: bytes, name: str) -> str | None:
    """Some words around the first non-ASCII character; None if there is none, or it is a control character."""
    text = sample.decode(
        name, errors="ignore"
    )  # a sample may end inside a character; the whole file is tried elsewhere
    first = next((place for place, letter in enumerate(text) if letter > "\x7f"), None)
    if first is None or re.search(r"[\x80-\x9f\0-\x08]", text):
        return None
    return " ".join(text[max(0, first - 30) : first + 40].split())


def _checked(pieces: Pieces, chosen: str) -> str:
    if chosen not in CHOICES and chosen not in {"utf-8-sig", "utf-16-le", "utf-16-be", "utf-32"}:
        raise EncodingError("encoding_unknown", encoding=chosen[:40])
    if not _fits(pieces, chosen):
        raise EncodingError("encoding_wrong", encoding=CHOICES.get(chosen, chosen))
    return chosen


def _kana_share(sample: bytes, name: str) -> float:
    """How much of what is beyond ASCII is hiragana or katakana; half-width ones do not count, any byte gives them."""
    text = _try(sample, name)
    beyond = sum(letter > "\x7f" for letter in text) if text else 0
    return len(_KANA.findall(text)) / beyond if text and beyond else 0.0


def _refuse_damaged_utf8(pieces: Pieces) -> None:
    """A UTF-8 file with one bad byte would read as “grÃ¶ÃŸer” in any other encoding."""
    letters = rest = 0
    for piece in pieces():
        found = _UTF8_LETTER.findall(piece)
        letters += len(found)
        rest += len(piece) - len(piece.translate(None, _HIGH)) - sum(map(len, found))
        if letters + rest > SAMPLE_BYTES:
            break
    if letters <= rest:
        return
    line = 1
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in pieces():
            decoder.decode(piece)
            line += piece.count(b"\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        line += error.object.count(b"\n", 0, error.start)
        raise EncodingError("utf8_damaged", line=line) from None


def _lines_beyond_ascii(pieces: Pieces) -> bytes:
    """Lines with bytes beyond ASCII, up to the size of a sample; a line end never lies inside a character."""
    found: list[bytes] = []
    size, rest = 0, b""
    for piece in chain(pieces(), (b"",)):
        data = rest + piece
        # Only whole lines, unless one fills all of a piece; what is left over at the end is a line as well.
        stop = data.rfind(b"\n") + 1 if piece else 0
        stop = stop or len(data)
        rest, end = data[stop:], 0
        # One pattern for the whole line would scan a line without such bytes once for each of its characters.
        while size <= SAMPLE_BYTES and (special := _BEYOND_ASCII.search(data, end, stop)):
            begin = max(data.rfind(b"\n", 0, special.start()) + 1, special.start() - _BEFORE)
            end = data.find(b"\n", special.start(), stop) + 1 or stop
            found.append(data[begin : min(end, begin + SAMPLE_BYTES)])
            size += len(found[-1])
        if size > SAMPLE_BYTES:
            break
    return b"".join(found)


def _try(data: bytes, name: str, *, whole: bool = False) -> str | None:
    """The text of a sample, which may end inside a character; None if some do not exist in the encoding."""
    try:
        return "".join(decoded([data], name, whole=whole))
    except UnicodeError:
        return None


def _fits(pieces: Pieces, name: str) -> bool:
    """Whether all of a file can be read in an encoding."""
    try:
        for _ in decoded(pieces(), name):
            pass
    except UnicodeError:
        return False
    return True
