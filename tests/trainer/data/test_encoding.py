"""The same table in every encoding is the same table, or a refusal: never other letters."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.refusals import refused
from trainer.data.encoding import EncodingError, alternatives, decoded, doubt, find_encoding, preview
from trainer.data.table import doubtful_encoding, read_table
from trainer.sources.text_csv.doctor import diagnose
from trainer.sources.text_csv.spec import TextCsv

GERMAN = "text,label\nSchöne Grüße aus Köln,gut\nÄrger über die Straße,schlecht\n"
FRENCH = "text,label\nil va à l’opéra ce soir… « déçu »,oui\nça coûte 5 €,non\n"
SPANISH = "text,label\n¿Qué tal? El niño está aquí,1\nmañana,0\n"
JAPANESE = "text,label\nこれは良い映画です,1\nとても悲しい,0\n友達と日本語のテストを見に行きました,negative\n"
RUSSIAN = "text,label\nэто хороший фильм и мы его очень любим,1\nплохой день для прогулки в парке,0\n"
UNICODE = ["utf-8", "utf-8-sig", "utf-16", "utf-32"]


def decode(data: bytes, chosen: str | None = None, piece: int = 1_000) -> tuple[str, str]:
    """The text of a file and its encoding, read in pieces."""

    def pieces() -> list[bytes]:
        return [data[begin : begin + piece] for begin in range(0, len(data), piece)]

    name = find_encoding(pieces, chosen)
    return "".join(decoded(pieces(), name)), name


@pytest.mark.parametrize("times", [1, 50])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((text, encoding) for text in (GERMAN, FRENCH, SPANISH, JAPANESE, RUSSIAN) for encoding in UNICODE),
        *((text, "cp1252") for text in (GERMAN, FRENCH, SPANISH)),
        *((text, "latin-1") for text in (GERMAN, SPANISH)),
        *((JAPANESE, encoding) for encoding in ("shift_jis", "cp932", "euc_jp")),
        (RUSSIAN, "cp1251"),
    ],
)
def test_round_trip(text: str, encoding: str, times: int) -> None:
    assert decode((text * times).encode(encoding))[0] == text * times


@pytest.mark.parametrize(
    "text", ["text,label\ncosts 5 €,1\nfine,0\n", "a,b\nMüller,1\n", "a,b\nJe vais à Paris,x\n", "a,b\nnaïve café,x\n"]
)
def test_a_single_special_letter_in_western_text(text: str) -> None:
    """charset-normalizer alone read “5 €” as cyrillic and “Müller” as cp775."""
    for times in (1, 40):
        assert decode((text * times).encode("cp1252")) == (text * times, "cp1252")


def test_byte_order_marks_are_no_letters() -> None:
    assert decode(b"\xef\xbb\xbfa") == ("a", "utf-8-sig")
    assert decode("a".encode("utf-16")) == ("a", "utf-16")
    assert decode(b"\xfe\xff" + "ä".encode("utf-16-be")) == ("ä", "utf-16")


def test_utf16_big_endian_table(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"\xfe\xff" + GERMAN.encode("utf-16-be"))
    assert read_table(path).frame["text"].tolist() == ["Schöne Grüße aus Köln", "Ärger über die Straße"]


def test_damaged_utf8_is_refused_with_its_line() -> None:
    """Any byte is a letter in cp1252, so the whole file would have become “SchÃ¶ne GrÃ¼ÃŸe”."""
    data = GERMAN.encode().replace("über".encode(), b"\xfcber")
    with refused("utf8_damaged", EncodingError, line=3):
        decode(data)


def test_torn_utf16_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "torn.csv"
    path.write_bytes(GERMAN.encode("utf-16")[:-1])
    with refused("data.utf16_damaged", file="torn.csv"):
        read_table(path)


def test_a_text_without_special_letters_is_looked_through_once() -> None:
    """A table of 100,000 plain rows held the whole server up for 40 s: each line was gone over once for each letter.

    So it would be for hours here, with one line of two million letters.
    """
    plain = b"a" * 2_000_000
    assert preview(lambda: [plain], "utf-8") == ""
    assert alternatives(lambda: [plain], "utf-8") == []
    mixed = b"plain\n" + plain + "\nschön\n".encode() + plain
    assert preview(lambda: [mixed], "utf-8").startswith("schön")
    assert preview(lambda: [mixed[:1_500_000], mixed[1_500_000:]], "utf-8").startswith("schön")


def test_letters_that_lie_on_the_border_of_two_pieces() -> None:
    text = "日本語のテキスト,a\n"
    for name in ("utf-8-sig", "utf-16", "gb18030", "cp932"):
        assert decode(text.encode(name), name, piece=3)[0] == text
    with pytest.raises(EncodingError):
        decode("日本".encode("cp932")[:-1], "cp932", piece=3)


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        (("sığ deniz", "ılık su"), "cp1254"),
        (("ő az", "nem jó"), "iso8859_2"),
        (("łatwe zadanie", "trudne"), "cp1250"),
    ],
)
def test_where_two_encodings_fit_both_readings_are_shown(
    write: Callable[[str | bytes], Path], words: tuple[str, str], encoding: str
) -> None:
    content = "text,label\n" + "".join(f"{words[row % 2]} {row},{row % 2}\n" for row in range(200))
    path = write(content.encode(encoding))
    found = doubtful_encoding(path, read_table(path))
    assert found is not None
    name, places = found
    assert name in {encoding, "cp1250"}
    assert len(places) == 3
    assert any(word.split()[0] in after for word in words for _, after in places)
    spec = TextCsv(path=str(path))
    (one,) = [one for one in diagnose(spec, None) if one.code == "text_csv.encoding_unclear"]
    kept, other = (fix.result.encoding for fix in one.fixes)
    assert other == name
    assert kept == read_table(path).encoding
    assert not [one for one in diagnose(one.fixes[0].result, None) if one.code == "text_csv.encoding_unclear"]


@pytest.mark.parametrize(
    "text",
    ["schöner Tag, böse Grüße", "très bon, déçu, ça va, là", "não é bom, coração", "blåbær, søt, år", "mañana, ¿qué?"],
)
def test_usual_texts_of_the_west_raise_no_question(write: Callable[[str | bytes], Path], text: str) -> None:
    path = write(("text,label\n" + "".join(f'"{text} {row}",{row % 2}\n' for row in range(200))).encode("cp1252"))
    assert doubtful_encoding(path, read_table(path)) is None


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("cp1251", ("хорошо", "плохо")),
        ("cp1253", ("θετικο", "αρνητικο")),
        ("cp1255", ("חיובי", "שלילי")),
    ],
)
def test_labels_in_another_alphabet_beside_latin_texts_are_asked_for(name: str, labels: tuple[str, str]) -> None:
    text = "text,label\n" + "".join(f"a quite usual English sentence {n},{labels[n % 2]}\n" for n in range(50))
    data = text.encode(name)
    found = doubt(lambda: iter((data,)), "cp1252")
    assert found is not None
    assert found[0] == name
    assert any(label in now for _, now in found[1] for label in labels)


@pytest.mark.parametrize("word", ["crème brûlée", "Größe", "niño", "“quoted”", "Fußgängerübergänge"])
def test_western_words_are_not_taken_for_another_alphabet(word: str) -> None:
    data = f"text,label\n{word} is here,a\n".encode("cp1252") * 20
    found = doubt(lambda: iter((data,)), "cp1252")
    assert found is None or found[0] not in {"cp1251", "koi8_r", "cp1253", "cp1255"}
