"""What browsers fetch of a run: its network, weights that are whole, and examples only by a signed address."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from components.library import lesson
from components.try_it import route
from components.try_it.route import examples_address, network_address, sent_examples, some_places, vocabulary_address
from components.wording import WORDING as COMPONENTS
from tests.support.pages import finished_run, record
from trainer import data
from trainer.data.wording import WORDING as DATA
from trainer.engine import local
from trainer.engine.costs import Measuring
from trainer.engine.protocol import Scores
from trainer.engine.wording import WORDING as ENGINE
from trainer.i18n import PSEUDO
from trainer.recipe.recipe import Recipe
from trainer.runs.browser_network import READING
from trainer.runs.draft_networks import DraftNetwork, folder_of, kept_draft, key_of
from trainer.runs.events import RunState, StateChanged
from trainer.runs.kept_epochs import KeptEpochs
from trainer.runs.network import (
    Network,
    NetworkInput,
    NetworkLayer,
    NetworkPictures,
    NetworkWeight,
    RefusedNetwork,
    keep_network,
)
from trainer.runs.store import Store
from trainer.runs.wording import WORDING

GRAPH = b"a graph"
NETWORK = Network(
    input=NetworkInput(dtype="float32", shape=(2, 2, 1)),
    layers=(NetworkLayer(kind="Dense", name="layer_1", output="layer_0", shape=(2,)),),
    weights=(NetworkWeight(name="kernel", layer=0, shape=(2,), offset=0, length=8),),
    bytes=8,
    sha256="0" * 64,
)
Tiny = Callable[..., Recipe]
LESSON = lesson("mnist_cnn").recipe


class FakeEngine:
    """What the trainer says of a network."""

    def __init__(self) -> None:
        self.says: Any = NETWORK
        self.answers: list[Any] = []
        self.asked: list[tuple[str, str]] = []

    def network(self, run_id: str) -> Any:
        return self.says

    def scores(self, run_id: str, example: str) -> Any:
        self.asked.append((run_id, example))
        return self.answers.pop(0)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    fake = FakeEngine()
    monkeypatch.setattr(local, "shared", lambda: fake)
    return fake


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: FakeEngine) -> Iterator[TestClient]:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": ""}.get)
    monkeypatch.setenv("FITBOARD_RUNS", str(tmp_path))
    with TestClient(Starlette(routes=route.try_routes()), base_url="http://localhost:8501") as client:
        yield client


@pytest.fixture
def run(tmp_path: Path) -> str:
    """A finished run with two kept epochs and a graph."""
    store = Store(tmp_path)
    made = finished_run(store, LESSON)
    kept = KeptEpochs(store.folder(made))
    kept.put(0, b"untrained")
    kept.put(2, b"weights!")
    keep_network(store.folder(made), NETWORK, GRAPH)
    return made


def test_a_network_is_described_with_the_addresses_of_all_that_belongs_to_it(client: TestClient, run: str) -> None:
    answer = client.get(network_address(run, may_read_data=True))
    told = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert (told["state"], told["kept"], told["over"], told["classes"][3]) == ("ready", 2, True, "3")
    assert (told["digits"], told["border"]) == (True, 0)
    layer = {"kind": "Dense", "name": "layer_1", "output": "layer_0", "shape": [2], "only_training": False}
    assert told["layers"] == [layer]
    assert [one["epoch"] for one in told["epochs"]] == [0, 2]
    weights = client.get(told["epochs"][1]["address"])
    assert weights.content == b"weights!"
    assert "immutable" in weights.headers["cache-control"]


def test_an_address_never_gives_another_content_than_it_names(client: TestClient, run: str) -> None:
    address = client.get(network_address(run, may_read_data=True)).json()["epochs"][1]["address"]
    KeptEpochs(Store().folder(run)).put(2, b"newer...")
    assert client.get(address).status_code == 404, "else a browser would keep them for ever as what they are not"
    newer = client.get(network_address(run, may_read_data=True)).json()["epochs"][1]["address"]
    assert client.get(newer).content == b"newer..."
    plain = client.get(newer.partition("?")[0])
    assert (plain.content, plain.headers["cache-control"]) == (b"newer...", "no-store")
    graph = f"/live/{run}/graph.onnx"
    assert client.get(graph).content == GRAPH
    assert client.get(f"{graph}?v=0123456789abcdef").status_code == 404


def test_the_network_of_a_draft_is_fetched_by_its_key(client: TestClient, tmp_path: Path) -> None:
    key = key_of(LESSON, (28, 28, 1))
    folder = folder_of(tmp_path, key)
    folder.mkdir(parents=True)
    KeptEpochs(folder).put(0, b"weights!")
    keep_network(folder, NETWORK.model_copy(update={"sha256": sha256(GRAPH).hexdigest()}), GRAPH)
    draft = kept_draft(tmp_path, key)
    assert isinstance(draft, DraftNetwork)
    told = route.describe_draft(draft, LESSON, ("no", "yes"))
    assert (told["state"], told["classes"], told["layers"][0]["only_training"]) == ("ready", ["no", "yes"], False)
    (epoch,) = told["epochs"]
    assert client.get(told["graph"]).content == GRAPH
    assert client.get(epoch["address"]).content == b"weights!"
    assert client.get(told["graph"].replace(key, "a" * 32)).status_code == 404
    assert client.get("/live/drafts/elsewhere/graph.onnx").status_code == 404


def test_a_damaged_epoch_is_said_and_the_others_stay(client: TestClient, run: str) -> None:
    first, second = (one["address"] for one in client.get(network_address(run, may_read_data=True)).json()["epochs"])
    (Store().folder(run) / "epochs" / "00002.bin").write_bytes(b"weights?")
    answer = client.get(second)
    assert (answer.status_code, answer.text) == (409, str(WORDING.message("kept_epoch_damaged", epoch=2)))
    assert client.get(first).content == b"untrained"
    assert client.get(f"/live/{run}/epochs/1.bin").status_code == 409
    (Store().folder(run) / "epochs" / "epochs.json").write_text("{")
    told = client.get(network_address(run, may_read_data=True)).json()
    assert (told["state"], told["message"]) == ("refused", str(WORDING.message("kept_epochs_damaged")))


def test_what_there_is_not_is_said_in_the_language_of_whoever_asks(
    client: TestClient, run: str, engine: FakeEngine
) -> None:
    engine.says = Measuring(ENGINE.message("starting"))
    told = client.get(network_address(run, may_read_data=True)).json()
    assert (told["state"], told["message"], told["epochs"]) == ("making", str(ENGINE.message("starting")), [])
    engine.says = WORDING.message("network_too_large", size=200_000_000, limit=100_000_000)
    told = client.get(network_address(run, may_read_data=True), params={"lang": PSEUDO}).json()
    assert told["state"] == "refused"
    assert told["message"].startswith("["), "translated"


def test_a_run_without_weights_says_why(client: TestClient, tmp_path: Path) -> None:
    store = Store(tmp_path)
    older, queued, failed = finished_run(store, LESSON), store.create(LESSON), store.create(LESSON)
    states_before = [StateChanged(state=state) for state in (RunState.QUEUED, RunState.RUNNING)]
    record(store, failed, *states_before, StateChanged(state=RunState.FAILED, reason=WORDING.message("no_words")))
    states = {run: client.get(network_address(run, may_read_data=True)).json() for run in (older, queued, failed)}
    assert {told["state"] for told in states.values()} == {"none"}
    assert len({told["message"] for told in states.values()}) == 3
    assert [states[run]["over"] for run in (older, queued, failed)] == [True, False, True]


def test_nothing_but_runs_of_ours_is_served(client: TestClient, run: str) -> None:
    for path in ("network.json", "graph.onnx", "epochs/0.bin", "vocabulary.json"):
        assert client.get(f"/live/20260101-000000-aaaaaaaaaaaaaaaa/{path}").status_code == 404
        assert client.get(f"/live/..%2f..%2fetc/{path}").status_code == 404
    for epoch in ("9" * 5000, "99999999", "-1", "0x1", "٣", "00", ""):
        assert client.get(f"/live/{run}/epochs/{epoch}.bin").status_code == 404
    address = vocabulary_address(run, may_read_data=True)
    assert client.get(address).status_code == 404, "pictures have no words"


def test_words_are_for_those_who_may_see_the_texts(client: TestClient, run: str) -> None:
    (Store().folder(run) / "vocabulary.json").write_text(json.dumps(["", "[UNK]", "gut"]))
    address = vocabulary_address(run, may_read_data=True)
    assert client.get(address).json() == ["", "[UNK]", "gut"]
    without = client.get(vocabulary_address(run, may_read_data=False))
    private = {"refused": str(COMPONENTS.message("try_private_words"))}
    assert (without.status_code, without.json()) == (200, private), "foreseen, so no error in the console"
    key = network_address(run, may_read_data=True).partition("?")[2]
    assert client.get(f"{address.partition('?')[0]}?{key}").json() == private, "a key opens one address"


def test_names_of_columns_are_for_those_who_may_see_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scaling.json").write_text("{}")
    monkeypatch.setattr(route, "_dataset", lambda _: SimpleNamespace(feature_names=("salary",)))
    recipe: Any = SimpleNamespace(data=SimpleNamespace(modality="table"))
    told = [route._of_data(recipe, tmp_path, (2,), None, with_names)["features"] for with_names in (True, False)]
    assert told == [["salary"], []]


def test_examples_are_for_those_whom_the_page_gave_their_address(client: TestClient, run: str, tiny: Tiny) -> None:
    Store().folder(run).joinpath("recipe.json").write_text(tiny().to_json())
    address = examples_address(run, "validation")
    sent = client.get(address).json()
    assert len(b64decode(sent["pixels"])) == len(sent["labels"]) * np.prod(sent["shape"])
    assert client.get(address.replace("validation", "test")).status_code == 404, "a key opens one part"
    assert client.get(address.partition("?")[0]).status_code == 404
    assert client.get(f"{address[:-1]}é").status_code == 404
    recipe = tiny()
    part = data.load(recipe.data, recipe.seed).test
    one = client.get(examples_address(run, "test", 7)).json()
    assert (one["labels"], b64decode(one["pixels"])) == ([int(part.y[7])], part[7].tobytes())
    for beyond in (len(part), 10**12):
        assert client.get(examples_address(run, "test", beyond)).json()["labels"] == []


def test_data_that_are_not_here_are_asked_for_by_the_name_of_their_file(
    client: TestClient, run: str, texts: Tiny
) -> None:
    recipe = texts("data.path=uploads/dfa293ff19d78605-Bewertungen-für-März.csv")
    Store().folder(run).joinpath("recipe.json").write_text(recipe.to_json())
    answer = client.get(examples_address(run, "validation"))
    why = DATA.message("no_upload", file="Bewertungen-für-März.csv")
    assert (answer.status_code, answer.json()) == (
        200,
        {"refused": str(COMPONENTS.message("try_no_examples", why=why))},
    ), "foreseen, so no error in the console"


def test_examples_are_drawn_at_random_and_the_same_each_time(tiny: Tiny) -> None:
    recipe = tiny()
    dataset = data.load(recipe.data, recipe.seed)
    assert dataset.validation is not None
    first, again = (sent_examples(dataset, dataset.validation, some_places(dataset.validation, 1)) for _ in range(2))
    assert first == again
    assert sorted(first["labels"]) == sorted(dataset.validation.y.tolist())
    pixels = np.frombuffer(b64decode(first["pixels"]), np.uint8).reshape(-1, *first["shape"])
    place = first["labels"].index(first["labels"][0])
    assert any(np.array_equal(pixels[place], one) for one in dataset.validation.x)
    nothing = sent_examples(replace(dataset, same_rows=True), None, some_places(None, 1))
    assert (nothing["labels"], nothing["same_rows"]) == ([], True)


def test_own_pictures_are_told_by_how_bright_their_border_is(client: TestClient, run: str, tiny: Tiny) -> None:
    recipe = tiny()
    Store().folder(run).joinpath("recipe.json").write_text(recipe.to_json())
    told = client.get(network_address(run, may_read_data=True)).json()
    pictures = data.load(recipe.data, recipe.seed).train.x[..., 0]
    edges = np.concatenate([pictures[:, (0, -1), :].ravel(), pictures[:, 1:-1, (0, -1)].ravel()])
    assert told["digits"] is False
    assert told["border"] == pytest.approx(edges.mean() / 255)


def test_texts_come_with_how_their_recipe_has_them_read(client: TestClient, run: str, texts: Tiny) -> None:
    for rule, field in (("unicode", "every_character"), ("lower_and_strip_punctuation", "split_characters")):
        recipe = texts(f"data.standardize={rule}", f"data.{field}=true")
        Store().folder(run).joinpath("recipe.json").write_text(recipe.to_json())
        reading = client.get(network_address(run, may_read_data=True)).json()["reading"]
        assert set(reading) == READING
        assert (reading["standardize"], reading[field], reading["hide_words"]) == (rule, True, "")


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ([{"kind": "Dense", "units": 10, "activation": "softmax"}], True),
        ([{"kind": "Dense", "units": 10}], False),
        ([{"kind": "Dense", "units": 10}, {"kind": "Activation", "activation": "softmax"}], True),
        ([{"kind": "Dense", "units": 10, "activation": "sigmoid"}, {"kind": "Flatten"}], True),
        ([{"kind": "Dense", "units": 10, "activation": "relu"}], False),
    ],
)
def test_whether_answers_are_probabilities_is_decided_by_the_last_layer(
    client: TestClient, run: str, tiny: Tiny, last: list[dict[str, Any]], expected: bool
) -> None:
    settings = json.loads(tiny().to_json()) | {"layers": [{"kind": "Flatten"}, *last]}
    Store().folder(run).joinpath("recipe.json").write_text(json.dumps(settings))
    assert client.get(network_address(run, may_read_data=True)).json()["probabilities"] is expected


def test_own_pictures_that_are_gone_are_known_from_when_the_graph_was_made(
    client: TestClient, run: str, tiny: Tiny, engine: FakeEngine
) -> None:
    Store().folder(run).joinpath("recipe.json").write_text(tiny("data.path=data/gone.npz").to_json())
    gone = client.get(network_address(run, may_read_data=True))
    assert (gone.status_code, gone.json()["state"]) == (200, "refused")
    engine.says = NETWORK.model_copy(update={"pictures": NetworkPictures(border=0.9, digits=True)})
    told = client.get(network_address(run, may_read_data=True)).json()
    assert (told["border"], told["digits"]) == (0.9, True)


def test_what_no_browser_can_run_the_trainer_is_asked(
    client: TestClient, run: str, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.says = WORDING.message("network_too_large", size=200_000_000, limit=100_000_000)
    address = network_address(run, may_read_data=True)
    assert client.get(address).json()["state"] == "refused", "it may be another one the next time"
    keep_network(Store().folder(run), RefusedNetwork(refused=engine.says))
    told = client.get(address).json()
    assert (told["state"], told["input"], told["digits"], told["probabilities"]) == (
        "trainer",
        {"dtype": "float32", "shape": [28, 28, 1]},
        True,
        True,
    )
    monkeypatch.setattr(route, "LOOK_AGAIN", 0.0)
    waits = Measuring(ENGINE.message("asking_network"))
    engine.answers = [waits, waits, Scores(scores=(0.25, float("nan")))]
    assert client.post(told["ask"], content=b"example!").json() == {"scores": [0.25, None]}
    assert engine.asked == [(run, b64encode(b"example!").decode())] * 3
    engine.answers = [ENGINE.message("not_an_example")]
    assert client.post(told["ask"], content=b"").json() == {"refused": str(ENGINE.message("not_an_example"))}
    assert client.post(f"/live/{run}/ask", content=b"").status_code == 404, "only by an address that the page gave"
    assert client.get(told["ask"]).status_code == 405
    monkeypatch.setattr(route, "MAX_EXAMPLE", 4)
    assert client.post(told["ask"], content=b"example!").status_code == 413
    monkeypatch.setattr(route, "LONGEST_WAIT", 0.0)
    engine.answers = [waits]
    assert client.post(told["ask"], content=b"some").status_code == 503
