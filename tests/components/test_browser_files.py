"""What a component is told beside its data, and what of `components/` is served."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from components import language
from components.browser_files import data_for, files, runtime_addresses, texts, texts_address
from components.language import is_available
from components.live_curves.route import live_routes
from tests.support.catalogues import Texts, make_catalogue
from trainer import PROJECT, i18n
from trainer.i18n import PSEUDO, catalogue, ngettext, using


@pytest.fixture
def polish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two texts of the browser and one of the server in a language with three plural forms."""
    ahead = ("{count} bieg przed twoim", "{count} biegi przed twoim", "{count} biegów przed twoim")
    classes = ("{count} klasa", "{count} klasy", "{count} klas")
    chosen: Texts = {"Turn off": "Wyłącz", "{count} run ahead of yours": ahead, "{count} class": classes}
    make_catalogue(tmp_path, "pl", chosen)
    kept = (catalogue, texts, is_available)
    for module in (i18n, language):
        monkeypatch.setattr(module, "CATALOGUES", tmp_path)
    for function in kept:
        function.cache_clear()
    yield
    for function in kept:
        function.cache_clear()


@pytest.mark.usefixtures("polish")
def test_a_browser_gets_the_texts_of_our_javascript_with_plural_forms_by_category() -> None:
    found = json.loads(texts("pl"))
    assert found["Turn off"] == "Wyłącz"
    assert found["Turn on"] == "Turn on", "what is not translated is English"
    assert {name: form.split()[1] for name, form in found["{count} run ahead of yours"].items()} == {
        "one": "bieg", "few": "biegi", "many": "biegów",
    }  # fmt: skip
    assert "{count} class" not in found, "that one is Python's"
    address = texts_address("pl")
    assert address is not None
    client = TestClient(Starlette(routes=live_routes()))
    answer = client.get(address)
    assert (answer.json(), "immutable" in answer.headers["cache-control"]) == (found, True)
    assert client.get(address.replace("/locale/", "0/locale/")).status_code == 404, "another version"
    with using("pl"):
        assert data_for("layer_stack/stack.js")["texts"] == address
        counted = [ngettext("{count} class", "{count} classes", count) for count in (1, 2, 5, 1.5, 2.0)]
    assert [text.split()[1] for text in counted] == ["klasa", "klasy", "klas", "klasy", "klasy"]


@pytest.mark.parametrize("tag", ["en", "xx"])
def test_what_the_browser_knows_by_itself_is_not_fetched(tag: str) -> None:
    assert texts_address(tag) is None


def test_a_component_is_told_its_module_and_the_language_of_whoever_is_looking() -> None:
    with using(PSEUDO):
        data = data_for("layer_stack/stack.js", chosen=3)
    assert data["language"] == PSEUDO
    assert data["chosen"] == 3
    assert data["module"].endswith("/layer_stack/stack.js")
    assert data["failed"].startswith("["), "translated like everything else"
    assert data_for("layer_stack/stack.js")["language"] == "en"


def test_only_what_a_page_needs_is_served_and_all_of_ours_in_one_version() -> None:
    foreign = ("plotly.min.js", "onnxruntime_web/")
    ours = {path: version for path, (version, _) in files().items() if not path.startswith(foreign)}
    assert {path.rpartition(".")[2] for path in ours} == {"js", "css", "json", "png", "svg"}
    assert {"browser/dom.js", "layer_stack/stack.css", "live_curves/live_curves.js"} <= ours.keys()
    assert len(set(ours.values())) == 1


def test_no_class_that_changes_concerns_all_that_is_in_its_element() -> None:
    """Streamlit changes classes all over the page in each run, and the browser heeds no value of `[class*=...]`."""
    broad = re.compile(r"\[class[*^$|~]?=[^\]]*\][^,{}]*[\s>+~]+[*:]")
    sheets = {path: file.read_text("utf-8") for path, (_, file) in files().items() if path.endswith(".css")}
    rules = {path: re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL) for path, text in sheets.items()}
    assert {path: found.group() for path, text in rules.items() if (found := broad.search(text))} == {}
    assert broad.search('[class*="st-key-finding-"] [data-testid=stAlertContainer] * { color: inherit; }')


def test_the_library_that_runs_networks_is_as_its_makers_built_it() -> None:
    folder = PROJECT / "components" / "onnxruntime_web"
    vendored = json.loads((folder / "vendored.json").read_text("utf-8"))
    served = {path: found for path, found in files().items() if path.startswith("onnxruntime_web/")}
    assert {version for version, _ in served.values()} == {vendored["version"]}
    for name, expected in vendored["sha256"].items():
        content = served[f"onnxruntime_web/{name}"][1].read_bytes()
        content = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
        assert sha256(content).hexdigest() == expected, name
    assert "MIT License" in (folder / "LICENSE").read_text("utf-8")
    assert f"| version | {vendored['version']} |" in (folder / "README.md").read_text("utf-8")


def test_the_library_comes_compressed_under_its_own_kind_and_is_kept_for_ever() -> None:
    client = TestClient(Starlette(routes=live_routes()))
    found = runtime_addresses()
    module, wasm = client.get(found["module"]), client.get(found["wasm"])
    assert module.headers["content-type"].startswith("text/javascript")
    assert wasm.headers["content-type"] == "application/wasm", "else the browser refuses to compile it while it arrives"
    assert wasm.headers["content-encoding"] == "gzip"
    assert wasm.content.startswith(b"\0asm")
    assert all("immutable" in answer.headers["cache-control"] for answer in (module, wasm))
    assert client.get(found["wasm"].replace("1.30", "1.29")).status_code == 404
