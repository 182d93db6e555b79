"""A text cut into words as `trainer/data/words.py` does it, in a few lines for the programs that people take home.

`writer.py` writes into them what stands below, as it stands here. It asks the Unicode of the Python that runs it, so
that characters which are newer than Fitboard's table may be read otherwise.
"""

import re
import unicodedata

# Apostrophes and characters that nobody sees are dropped within words.
DROPPED = (
    "['`\xb4\xb7\u02b9\u02bb-\u02bf\u0374\u0387\u055a\u05f3\u05f4\u0640\u1fbd\u1fbf\u1fef\u1ffd\u1ffe\u2018\u2019"
    "\u201b\u2032\uff07\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U0001f3fb-\U0001f3ff"
    "\U000e0100-\U000e01ef]"
)
# Thai, Burmese, Khmer, Japanese, Chinese and others put no spaces between words: each character is one.
UNSPACED = (
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\ua9e0-\ua9ff\uaa60-\uaadf\U00011700-\U0001174f"
    "\u3005-\u3007\u3021-\u3029\u3040-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\uff66-\uff9f\U0001aff0-\U0001b16f\U00020000-\U0002fffd\U00030000-\U0003fffd]"
)
LETTERS = ("Lu", "Ll", "Lt", "Lm", "Lo", "Nl", "No")


def kind(character: str) -> str:
    """L: letter or digit, M: mark on one, C: word by itself with its marks, F: half a flag, S: sign or emoji."""
    category = unicodedata.category(character)
    if "\U0001f1e6" <= character <= "\U0001f1ff":
        return "F"
    if re.match(UNSPACED, character) and (category in LETTERS or character >= "\U00020000"):
        return "C"
    if category in LETTERS or category == "Nd":
        return "L"
    if category in ("So", "Sc") or (category == "Cn" and "\U0001f000" <= character <= "\U0001faff"):
        return " " if character in "\ufffc\ufffd" else "S"
    return "M" if category[0] == "M" else " "


def standardize(text: str) -> str:
    """The words of a text, with a space between two."""
    text = "".join(c for c in text if unicodedata.category(c) != "Cf" and not re.match(DROPPED, c))
    found = re.finditer("L[LM]*|CM*|FF|[SF]", "".join(map(kind, text)))
    words = [unicodedata.normalize("NFD", text[one.start() : one.end()]).casefold() for one in found]
    words = [re.sub(DROPPED, "", word).replace("ı", "i").replace("i\u0307", "i") for word in words]
    return unicodedata.normalize("NFC", " ".join(words))
