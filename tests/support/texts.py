"""Texts of all scripts and of none, for whatever has to read any of them."""

from __future__ import annotations

from hypothesis import strategies as st

ALPHABETS = {
    "Latin": "aBcI iİıßẞéÉe\u0301ñŉﬁſÅ\u0308",
    "Cyrillic": "абвАБВёЁіІ",
    "Greek": "αΣσςΆάᾳ\u0345\u0313",
    "Hebrew and Arabic": "אבגצ״׳مُحَمَّدـ،؟٣",
    "Indic": "हिन्दीகிதமிழ்বাংলা\u200d\u200c।",
    "Chinese and Japanese": "我喜。々〇かがカ\u3099ー１２ｱﾞ㋿豈",
    "Thai, Khmer, Tibetan": "ที่นี่๒ខ្មែរབོད་ཡིག",
    "Korean": "한글\u1112\u1161\u11abㅎ",
    "emoji": "😀👍🏽❤\ufe0f\u200d💻🇩🇪🏴\U000e0067\U000e007f1\u20e3\U0001fae8\U0001faff",
    "punctuation": " .,'’`´-–„“‘!?…$€°+_#@&/\\\t\n\x1c\x85\u2028",
    "invisible": "\u200b\u200e\u00ad\ufeff\u2060\u034f\u00a0\u202f\u3164\0",
    "Cherokee and others": "Ꭰꭰ\U00010400\U00010428\U0001e900\U0001e922\ue000\U0010ffff",
    "newer than Unicode 14": "\u0897\U00010d6f\U000323b0\U00016121\u1c89\ua7dc",
}


def is_text(text: str) -> bool:
    """Whether no two halves of a surrogate pair stand side by side, which in JavaScript are one character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") == text


def texts(*without: str) -> st.SearchStrategy[str]:
    """Any text, also an empty one, one without words, and one with half a surrogate pair.

    Args:
        without: names of `ALPHABETS` that are left out.
    """
    alphabets = [letters for name, letters in ALPHABETS.items() if name not in without]
    return st.one_of(
        st.text("".join(alphabets), max_size=20),
        *(st.text(alphabet, max_size=12) for alphabet in alphabets),
        *(
            []
            if without
            else [st.text(max_size=12), st.text(st.characters(categories=["Cs", "L", "M", "S", "Cf"]), max_size=12)]
        ),
    ).filter(is_text)
