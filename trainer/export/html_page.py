"""Writes a run's network as one HTML file: the page *Try it* alone, with the library that computes the network.

The page is that of `components/try_it/`, put into one file as it is (`page_modules.py`); what is different is in
`components/one_file/`. Graph and weights are those that *Try it* gets from the server, so equality is shown with
onnxruntime on the bytes in the file. That a browser computes the same of them: `tests/journeys/test_html_file.py`.
"""

from __future__ import annotations

import gzip
import json
import shutil
import tempfile
from base64 import b64encode
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from trainer import PROJECT, data, fitboard_version
from trainer.data.drawing import form_of
from trainer.data.numbers import Scaling
from trainer.data.words import TABLE
from trainer.export.blame import layer_error
from trainer.export.companions import STANDALONE
from trainer.export.equality import Equality, ExportError
from trainer.export.examples import examples
from trainer.export.exported_run import ExportedRun
from trainer.export.format import Tell
from trainer.export.network import opened
from trainer.export.page_facts import facts, lead
from trainer.export.page_modules import one_module
from trainer.export.proof import prove
from trainer.export.wording import WORDING
from trainer.fit.graph import GraphError, checked_graph, describe
from trainer.fit.graph_weights import model_bytes
from trainer.fit.inputs import Words
from trainer.fit.predict import Predictor
from trainer.i18n import _, language
from trainer.recipe.spec import RecipeError
from trainer.runs.browser_network import READING, described
from trainer.runs.network import MAX_WEIGHTS, Network, kept_network

COMPONENTS = PROJECT / "components"
PAGE = COMPONENTS / "one_file"
RUNTIME = COMPONENTS / "onnxruntime_web"
STYLES = ("try_it/try_it.css", "try_it/pad.css", "try_it/picture_input.css")
"""That the modules put into the page by themselves."""


def write_page(run: ExportedRun, place: Path, tell: Tell, title: str) -> Equality:
    """Write the file; see `Format.write`."""
    _refuse_cleaned_texts(run)
    tell(WORDING.message("reading"))
    network = opened(run)
    asked = examples(run, network)
    tell(WORDING.message("converting", format=title))
    packed, told = _network(run, network, title)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder / "page.html", _page(run, packed, told, None))
        for file in (STANDALONE / "tokenizer.py", TABLE) if isinstance(network.preparation, Words) else ():
            shutil.copyfile(file, folder / file.name)
        equality = prove(network, asked, folder, "html", tell).equality
    _write(place, _page(run, packed, told, equality))
    return equality


def _refuse_cleaned_texts(run: ExportedRun) -> None:
    """A page can take characters apart, but cleans no texts: what is typed would be read in another way.

    Raises:
        ExportError: the recipe has its texts cleaned.
    """
    recipe_data = run.recipe.data
    names = ["repair_letters", "plain_text", "hide_labels", "hide_words"]
    names += [] if run.text_rule == "unicode" else ["fold_case"]
    if found := [name for name in names if getattr(recipe_data, name, None)]:
        raise ExportError(WORDING.message("cleaned_texts", names=[recipe_data.field_title(name) for name in found]))


def _network(run: ExportedRun, network: Predictor, title: str) -> tuple[dict[str, bytes], dict[str, Any]]:
    """What the page computes with, by the names of its elements, and what it is told of it.

    Raises:
        ExportError: the page cannot hold the network.
        RecipeError: nobody knows any more in which form its pictures have to come.
    """
    weights = model_bytes(network.model)
    if len(weights) > MAX_WEIGHTS:
        raise ExportError(WORDING.message("too_large", format=title, size=len(weights), limit=MAX_WEIGHTS))
    try:
        graph = checked_graph(network.model)
    except GraphError as error:
        raise layer_error(network, title, _works) from error
    packed = {"graph": graph, "weights": weights}
    epochs = [{"epoch": run.epoch, "inside": run.inside}]
    told = described(describe(network.model, graph), run.recipe, "", epochs)
    told |= {"message": "", "over": True, "kept": run.epoch, "classes": list(run.class_names)}
    match network.preparation:
        case Words() as known:
            told["reading"] = run.recipe.data.model_dump(mode="json", include=READING)
            packed["vocabulary"] = json.dumps(known.words).encode()
        case Scaling() as scaling:
            told["scaling"] = {"mean": list(scaling.mean), "deviation": list(scaling.deviation)}
            told["features"] = _feature_names(run)
        case _:
            kept = kept_network(run.folder)
            seen = kept.seen if isinstance(kept, Network) else None  # known also where the pictures are gone
            form = form_of(run.recipe, network.input_shape, seen)
            told |= {"digits": form.digits, "border": form.border}
    about = {"run": run.id, "epoch": run.epoch, "inside_epoch": run.inside, "made_by": f"Fitboard {fitboard_version()}"}
    return packed, {**about, "modality": run.facts.modality, "network": told}


def _works(network: Predictor) -> bool:
    try:
        checked_graph(network.model)
    except GraphError:
        return False
    return True


def _feature_names(run: ExportedRun) -> list[str]:
    try:
        return list(data.load(run.recipe.data, run.recipe.seed).feature_names)
    except RecipeError:
        return []  # the data are gone; the fields have numbers then


def _page(run: ExportedRun, packed: dict[str, bytes], told: dict[str, Any], equality: Equality | None) -> str:
    """The page; without the equality line while that is not known yet."""
    script = _in_script(one_module(PAGE / "page.js"))
    style = (PAGE / "page.css").read_text("utf-8")
    styles = [style, *((COMPONENTS / name).read_text("utf-8") for name in STYLES)]
    pieces = {
        "language": escape(language()),
        "policy": _policy(script, styles),
        "generator": escape(f"Fitboard {fitboard_version()}"),
        "title": escape(" ".join(run.title.split()) or _("Network")),
        "style": style,
        "lead": escape(str(lead(run))),
        "noscript": escape(
            _(
                "This page needs JavaScript. Some phones only show a preview of files, without it: open the file in a "
                "browser."
            )
        ),
        "about": escape(_("About this network")),
        "facts": "\n".join(
            f"<dt>{escape(str(term))}</dt><dd>{escape(str(text))}</dd>" for term, text in facts(run, equality)
        ),
        "licences": escape(_("Licences")),
        "texts": _licences(),
        "told": _in_json(told | {"equality": None if equality is None else equality.model_dump()}),
        "packed": "\n".join(_element(name, gzip.compress(one, mtime=0)) for name, one in packed.items())
        + "\n"
        + _library(),
        "script": script,
    }
    return Template((PAGE / "page.html").read_text("utf-8")).substitute(pieces)


def _policy(script: str, styles: list[str]) -> str:
    """What the page may do: run its own script and the library, and fetch nothing from anywhere."""
    allowed = " ".join(map(_hash, styles))
    return (
        f"default-src 'none'; script-src {_hash(script)} blob: 'wasm-unsafe-eval'; worker-src blob:; "
        f"connect-src blob:; style-src {allowed}; img-src blob: data:; media-src blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _in_script(source: str) -> str:
    """JavaScript as it may stand in a page: nothing in it ends the element."""
    return source.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _in_json(value: Any) -> str:
    """JSON as it may stand in a page: no name or text in it is markup."""
    return json.dumps(value, allow_nan=False).replace("<", "\\u003c")


def _element(name: str, packed: bytes) -> str:
    """An element of the page that holds bytes which gzip has packed."""
    return f'<script type="text/plain" id="{name}">{b64encode(packed).decode()}</script>'


def _library() -> str:
    module = gzip.compress((RUNTIME / "ort.wasm.bundle.min.mjs").read_bytes(), mtime=0)
    wasm = (RUNTIME / "ort-wasm-simd-threaded.wasm.gz").read_bytes()
    return _element("runtime", module) + "\n" + _element("wasm", wasm)


def _licences() -> str:
    """The licences of what is in the file, with a heading each."""
    version = json.loads((RUNTIME / "vendored.json").read_text("utf-8"))["version"]
    parts = [
        (f"onnxruntime-web {version}", (RUNTIME / "LICENSE").read_text("utf-8")),
        (f"Fitboard {fitboard_version()}", (PROJECT / "LICENSE").read_text("utf-8")),
    ]
    return "\n".join(
        f'<p>{escape(name)}</p><pre tabindex="0" role="region" aria-label="{escape(name)}">{escape(text.strip())}</pre>'
        for name, text in parts
    )


def _write(place: Path, page: str) -> None:
    """Write the file; a name with half a character in it is written all the same."""
    place.write_bytes(page.encode("utf-8", "replace"))
