"""What the page *Try it* fetches of a run: its network as a graph, the weights of its epochs, its words, some examples.

Browsers run the network themselves. Graph and weights are for everybody who has the link of the run, as its curves are.
What was taken from its data (examples, words, names of columns) is for those whom the page has given a signed address.
*One example* on the Model page fetches graph and weights of a draft in the same way; there is nothing of the data in
them, and the example itself comes with the page.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from math import isfinite
from pathlib import Path
from time import monotonic
from typing import Any, Literal, assert_never

import anyio
import numpy as np
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Scope

from components.browser_files import base_path
from components.language import of_request
from components.refusals import refused
from components.signatures import has_key as _has_key
from components.signatures import signed as _signed
from components.wording import WORDING
from trainer import data
from trainer.data.dataset import Dataset, Indices, Part
from trainer.data.drawing import form_of
from trainer.engine import local
from trainer.engine.costs import Measuring
from trainer.engine.protocol import Scores
from trainer.engine.wording import WORDING as ENGINE
from trainer.i18n import using
from trainer.messages import Message, MessageError
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape
from trainer.recipe.spec import RecipeError
from trainer.runs.browser_network import READING, described, gives_probabilities
from trainer.runs.draft_networks import DraftNetwork, folder_of
from trainer.runs.files import read_file
from trainer.runs.kept_epochs import KeptEpoch, kept_epoch, kept_epochs, of_model, read_weights
from trainer.runs.network import Network, RefusedNetwork, kept_network, read_graph
from trainer.runs.store import Run, RunNotFoundError, Store
from trainer.runs.wording import WORDING as RUNS

FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable"}
"""Of a file whose address has its content in it."""
NOT_KEPT = {"Cache-Control": "no-store"}
MAX_EXAMPLES = 500
"""Examples of a part that a browser gets: enough to know a share to two per cent."""
MAX_VOCABULARY = 20_000_000
MAX_EXAMPLE = 16_000_000
"""Bytes of an example that the trainer is asked about: far more than any network of a lesson reads."""
MAX_ASKING = 32
"""Questions to the trainer that wait for their answers at once: a class."""
LONGEST_WAIT = 120.0
"""Seconds after which a browser is told that the trainer has not answered yet."""
LOOK_AGAIN = 0.2
"""Seconds between two looks whether it has."""
PartName = Literal["validation", "test"]
_EPOCH = re.compile(r"0|[1-9][0-9]{0,6}")


def try_routes() -> list[BaseRoute]:
    """What `st.App(routes=...)` needs for the page *Try it*."""
    base, draft = f"{base_path()}/live/{{run}}", f"{base_path()}/live/drafts/{{draft}}"
    return [
        Route(f"{base}/network.json", _answered(_network)),
        Route(f"{base}/graph.onnx", _answered(_graph)),
        Route(f"{base}/epochs/{{epoch}}.bin", _answered(_weights)),
        Route(f"{base}/vocabulary.json", _answered(_vocabulary)),
        Route(f"{base}/examples/{{part}}.json", _answered(_examples)),
        Route(f"{base}/ask", _ask, methods=["POST"]),
        Route(f"{draft}/graph.onnx", _answered(_graph)),
        Route(f"{draft}/epochs/{{epoch}}.bin", _answered(_weights)),
    ]


def network_address(run_id: str, *, may_read_data: bool) -> str:
    """Where the browser finds the description of a run's network.

    Args:
        run_id: which run.
        may_read_data: whether the description is to have the names of the columns that it reads; only for those who may
            see its data.
    """
    return _address(run_id, "network", may_read_data)


def vocabulary_address(run_id: str, *, may_read_data: bool) -> str:
    """Where the browser finds the words of a run that reads texts.

    Args:
        run_id: which run.
        may_read_data: whether they are to be found there, and not only a sentence why they are not; only for those who
            may see its data, from which the words were taken.
    """
    return _address(run_id, "vocabulary", may_read_data)


def _address(run_id: str, name: str, may_read_data: bool) -> str:
    key = f"?key={_signed(run_id, name)}" if may_read_data else ""
    return f"{base_path()}/live/{run_id}/{name}.json{key}"


def examples_address(run_id: str, part: PartName, place: int | None = None) -> str:
    """Where the browser finds examples of a run; given only to those who may see its data.

    Args:
        run_id: which run.
        part: of its data.
        place: of the one example that is wanted; None for many.
    """
    one = "" if place is None else f"&place={place}"
    return f"{base_path()}/live/{run_id}/examples/{part}.json?key={_signed(run_id, part)}{one}"


def _answered(answer: Callable[[Request], Response]) -> Callable[[Request], Any]:
    """A route whose work is done in a thread, in the language of whoever asks; what is refused is a plain sentence."""

    def work(request: Request) -> Response:
        with using(of_request(request.scope)):
            try:
                return answer(request)
            except RunNotFoundError as error:
                return refused(error.message, 404, request.scope)
            except MessageError as error:
                return refused(error.message, 409, request.scope)
            except FileNotFoundError:
                return _no_such_file(request.scope)

    async def route(request: Request) -> Response:
        return await run_sync(work, request)

    return route


def _no_such_file(scope: Scope) -> Response:
    return refused(WORDING.message("no_such_file"), 404, scope)


def _json(content: Any) -> Response:
    text = json.dumps(content, ensure_ascii=False, allow_nan=False)
    return Response(text, media_type="application/json", headers=NOT_KEPT)


def _foreseen(why: Message | str) -> Response:
    """Why something that a page asks for is not to be had, where nothing is at fault: browsers note each status of 400
    and more in their console, as errors.
    """
    return _json({"refused": str(why)})


def _network(request: Request) -> Response:
    run = Store().read_summary(request.path_params["run"])
    try:
        return _json(describe(run, Store().folder(run.id), with_names=_has_key(request, "network")))
    except RecipeError as error:
        return _json(_known(run) | _refused(str(error)))


def describe(run: Run, folder: Path, *, with_names: bool) -> dict[str, Any]:
    """What the browser is told of a run's network; `network.js` has the types.

    Args:
        run: which run.
        folder: its folder.
        with_names: whether the names of the columns that it reads may be told.
    """
    told = _known(run)
    try:
        kept = kept_epochs(folder)
    except MessageError as error:
        return told | _refused(str(error))
    in_model = of_model(kept, run.history.weights)
    if run.history.prepared is None:
        return told | {"message": str(WORDING.message(_why_no_weights(run)))}
    found = local.shared().network(run.id)
    if isinstance(found, Measuring):
        return told | {"state": "making", "message": found.text}
    if not isinstance(found, Network):
        is_final = isinstance(kept_network(folder), RefusedNetwork)
        return told | (_asked_of_trainer(run, folder, str(found), with_names) if is_final else _refused(str(found)))
    if not kept:
        return told | {"message": str(WORDING.message(_why_no_weights(run)))}
    at = f"{base_path()}/live/{run.id}"
    return {
        **told,
        **_ready(found, kept, run.recipe, at),
        "kept": None if in_model is None else in_model.epoch,
        **(_of_data(run.recipe, folder, found.input.shape, found.seen, with_names) if run.recipe is not None else {}),
    }


def _known(run: Run) -> dict[str, Any]:
    """What is told of any run."""
    return {
        "state": "none",
        "message": "",
        "epochs": [],
        "over": run.state.is_over,
        "classes": list(run.history.prepared.class_names) if run.history.prepared else [],
    }


def _refused(why: str) -> dict[str, Any]:
    return {"state": "refused", "message": why}


def _asked_of_trainer(run: Run, folder: Path, why: str, with_names: bool) -> dict[str, Any]:
    """What is told of a network that no browser can run: how to make an example, and where to ask for its answer.

    Args:
        run: which run.
        folder: its folder.
        why: no browser can.
        with_names: as for `describe`.
    """
    recipe, prepared = run.recipe, run.history.prepared
    if recipe is None or prepared is None or run.history.weights is None:
        later = str(WORDING.message("try_no_weights" if run.state.is_over else "try_asks_later"))
        return {"message": f"{why} {later}"}
    shape = prepared.input_shape or data.facts(recipe.data, recipe.seed).input_shape
    dtype = "int32" if recipe.data.modality == "text" else "float32"
    return {
        "state": "trainer",
        "message": f"{why} {WORDING.message('try_asks_trainer')}",
        "ask": f"{base_path()}/live/{run.id}/ask?key={_signed(run.id, 'ask')}",
        "input": {"dtype": dtype, "shape": shape},
        "probabilities": gives_probabilities(recipe),
        **_of_data(recipe, folder, shape, None, with_names),
    }


def describe_draft(draft: DraftNetwork, recipe: Recipe, class_names: Sequence[str]) -> dict[str, Any]:
    """The same of a network that is not trained: it has one epoch, whose number is 0.

    Args:
        draft: its network.
        recipe: of the draft.
        class_names: of its data.
    """
    at = f"{base_path()}/live/drafts/{draft.key}"
    known = {"message": "", "over": True, "classes": list(class_names)}
    return {**known, **_ready(draft.network, [draft.weights], recipe, at)}


def _ready(found: Network, kept: Sequence[KeptEpoch], recipe: Recipe | None, at: str) -> dict[str, Any]:
    """What is told of any network that can be computed, wherever it lies."""
    graph = f"{at}/graph.onnx?v={found.sha256[:16]}"
    return described(found, recipe, graph, (_told(one, at) for one in kept))


def _of_data(
    recipe: Recipe, folder: Path, shape: Shape, seen: tuple[float, bool] | None, with_names: bool
) -> dict[str, Any]:
    """What making an example of one's own needs to know of the data; without the data, what is known anyway.

    Raises:
        RecipeError: the scaling of a run on rows of numbers cannot be read, or nobody knows any more in which form
            pictures have to come.
    """
    match recipe.data.modality:
        case "image":
            form = form_of(recipe, shape, seen)
            return {"digits": form.digits, "border": form.border}
        case "text":
            return {"reading": recipe.data.model_dump(mode="json", include=READING)}
        case "table":
            dataset = _dataset(recipe) if with_names else None
            names = () if dataset is None else dataset.feature_names
            try:
                scaling = json.loads(read_file(folder / "scaling.json", MAX_VOCABULARY))
            except (OSError, ValueError) as error:
                raise RecipeError(RUNS.message("preparation_unreadable")) from error
            return {"scaling": scaling, "features": list(names)}
        case _:
            assert_never(recipe.data.modality)


def _dataset(recipe: Recipe) -> Dataset | None:
    try:
        return data.load(recipe.data, recipe.seed)
    except RecipeError:
        return None  # it is gone; the page goes on without it, and the examples say why there are none


def _told(kept: KeptEpoch, at: str) -> dict[str, Any]:
    address = f"{at}/epochs/{kept.epoch}.bin?v={kept.sha256[:16]}"
    return {"epoch": kept.epoch, "address": address, "inside": kept.inside}


def _why_no_weights(run: Run) -> str:
    if not run.state.is_over:
        return "try_not_begun"
    return "try_older_run" if run.history.weights is not None else "try_no_weights"


def _folder(request: Request) -> Path:
    """Of the run, or of the network of a draft, that is asked for."""
    if "draft" in request.path_params:
        return folder_of(Store().root, request.path_params["draft"])
    return Store().folder(request.path_params["run"])


def _graph(request: Request) -> Response:
    folder = _folder(request)
    content = read_graph(folder)
    return _file(request, content, hashlib.sha256(content).hexdigest())


def _weights(request: Request) -> Response:
    folder, epoch = _folder(request), request.path_params["epoch"]
    if not _EPOCH.fullmatch(epoch):
        return _no_such_file(request.scope)
    kept = kept_epoch(folder, int(epoch))
    return _file(request, read_weights(folder, kept), kept.sha256)


def _file(request: Request, content: bytes, sha256: str) -> Response:
    """A file; for ever where its address names its content, and nothing where it names another content."""
    version = request.query_params.get("v")
    if version is not None and version != sha256[:16]:
        return _no_such_file(request.scope)
    headers = NOT_KEPT if version is None else FOR_EVER
    return Response(content, media_type="application/octet-stream", headers=headers)


def _vocabulary(request: Request) -> Response:
    folder = Store().folder(request.path_params["run"])
    if not _has_key(request, "vocabulary"):
        return _foreseen(WORDING.message("try_private_words"))
    content = read_file(folder / "vocabulary.json", MAX_VOCABULARY)
    return Response(content, media_type="application/json", headers=NOT_KEPT)


_asking = anyio.CapacityLimiter(MAX_ASKING)


async def _ask(request: Request) -> Response:
    """What the network of a run answers to the example in the request, computed by the trainer."""
    run_id = request.path_params["run"]
    with using(of_request(request.scope)):
        if not _has_key(request, "ask"):
            return _no_such_file(request.scope)
        example = await _body(request)
        if example is None:
            return refused(ENGINE.message("not_an_example"), 413, request.scope)
        try:
            _asking.acquire_on_behalf_of_nowait(request)
        except anyio.WouldBlock:
            return refused(WORDING.message("try_trainer_busy"), 503, request.scope)
        try:
            return await _scores(request, run_id, b64encode(example).decode())
        except RunNotFoundError as error:
            return refused(error.message, 404, request.scope)
        finally:
            _asking.release_on_behalf_of(request)


async def _body(request: Request) -> bytes | None:
    """The example in a request; None if it is larger than any can be."""
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > MAX_EXAMPLE:
            return None
    return bytes(found)


async def _scores(request: Request, run_id: str, example: str) -> Response:
    found = await run_sync(local.shared().scores, run_id, example)
    until = monotonic() + LONGEST_WAIT
    while isinstance(found, Measuring) and monotonic() < until and not await request.is_disconnected():
        await anyio.sleep(LOOK_AGAIN)
        found = await run_sync(local.shared().scores, run_id, example)
    match found:
        case Scores(scores=scores):
            return _json({"scores": [score if isfinite(score) else None for score in scores]})
        case Measuring(message=message):  # the trainer is told that nobody wants it any more
            return refused(WORDING.message("try_trainer_slow", why=message), 503, request.scope)
        case _:
            return _foreseen(found)


def _examples(request: Request) -> Response:
    run_id, part = request.path_params["run"], request.path_params["part"]
    if not _has_key(request, part):
        return _no_such_file(request.scope)
    recipe = Store().recipe(run_id)
    try:
        dataset = data.load(recipe.data, recipe.seed)
    except RecipeError as error:
        return _foreseen(WORDING.message("try_no_examples", why=error.message))
    wanted = dataset.test if part == "test" else dataset.validation
    place = request.query_params.get("place", "")
    if not place.isdecimal():
        return _json(sent_examples(dataset, wanted, some_places(wanted, recipe.seed)))
    is_there = wanted is not None and len(place) < 10 and int(place) < len(wanted)
    return _json(sent_examples(dataset, wanted, np.array([int(place)] if is_there else [], np.int64)))


def some_places(part: Part | None, seed: int) -> Indices:
    """The places of examples that are chosen at random, so that shares of them say something.

    Args:
        part: which part; None gives none.
        seed: of the run; the same one chooses the same examples.
    """
    return np.random.default_rng([seed, MAX_EXAMPLES]).permutation(0 if part is None else len(part))[:MAX_EXAMPLES]


def sent_examples(dataset: Dataset, part: Part | None, places: Indices) -> dict[str, Any]:
    """Some examples of a part as the browser gets them.

    Args:
        dataset: of the run.
        part: which part; None gives no examples.
        places: of the examples in it.
    """
    found = [] if part is None else [part[place] for place in places]
    told: dict[str, Any] = {
        "labels": [] if part is None else part.y[places].tolist(),
        "same_rows": dataset.same_rows,
    }
    match dataset.modality:
        case "image":
            pixels = b"".join(np.ascontiguousarray(one).tobytes() for one in found)
            return told | {"shape": list(dataset.input_shape), "pixels": b64encode(pixels).decode()}
        case "text":
            return told | {"texts": [str(one) for one in found]}
        case "table":
            return told | {"rows": [[float(value) for value in one] for one in found]}
        case _:
            assert_never(dataset.modality)
