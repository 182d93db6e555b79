"""Letters that were garbled before a file was saved are seen and repaired; others stay as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainer.data import load
from trainer.data.garbled import is_garbled, repaired
from trainer.sources.text_csv.cleaning import read_text
from trainer.sources.text_csv.spec import TextCsv

TEXTS = [
    "Das ist schön, Straße und ÄÖÜ",
    "привет мир, всё ещё так",
    "Ми сьогодні йдемо в кіно, її Україна",
    "Καλημέρα κόσμε",
    "こんにちは世界",
    "我们今天去看电影，很好看。",
    "cómo estás, mañana",
    "don’t say “no” – never…",
    "ČŠŽ čšž",
    "żółć i gęś",
    "« l’été » à la plage",
    "İstanbul ığ",
    "Đường Việt Nam đẹp",
    "£10 or €20",
]
ONCE_READ_AS = {
    "cp1252": ["Das ist schön, Straße und ÄÖÜ", "привет мир", "don’t say “no” – never…", "£10 or €20", "😀 gut"],
    "latin-1": ["cómo estás, mañana", "« l’été »", "こんにちは"],
    "cp1251": ["привет мир, всё ещё так", "don’t"],
    "mac-roman": ["schön", "ČŠŽ čšž"],
    "cp1250": ["cómo estás"],
}


@pytest.mark.parametrize("text", TEXTS)
def test_good_letters_stay(text: str) -> None:
    assert repaired(text) == text
    assert not is_garbled(text)


@pytest.mark.parametrize(("encoding", "text"), [(one, text) for one, texts in ONCE_READ_AS.items() for text in texts])
def test_garbled_letters_are_repaired(encoding: str, text: str) -> None:
    try:
        garbled = text.encode().decode(encoding)
    except UnicodeDecodeError:  # a byte that Windows-1252 does not have; programs let it through as it is
        garbled = "".join(bytes([b]).decode(encoding, "ignore") or chr(b) for b in text.encode())
    assert garbled != text
    assert is_garbled(garbled)
    assert repaired(garbled) == text


def test_quotation_marks_of_windows_in_latin_1() -> None:
    """The SMS Spam set has 35 such texts."""
    assert repaired("I\x92m cool") == "I’m cool"


def test_texts_and_labels_are_read_so_only_if_the_recipe_says_so(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(
        "text,label\n" + "".join(f"so schÃ¶n {n},{'gÃ¼t' if n % 2 else 'nein'}\n" for n in range(60)), "utf-8"
    )
    spec = TextCsv(path=str(path))
    assert load(spec, 1).class_names == ("gÃ¼t", "nein")
    mended = spec.with_(repair_letters=True)
    assert load(mended, 1).class_names == ("güt", "nein")
    assert all("schön" in text for text in load(mended, 1).train.x)
    assert read_text(mended, "typed by hand: schÃ¶n") == "typed by hand: schön"
