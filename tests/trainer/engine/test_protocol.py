"""What the server and the trainer say to each other: whatever it is, it arrives as it was sent."""

from __future__ import annotations

import json
import string
from typing import Any, get_args
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from trainer.engine import protocol
from trainer.engine.measurer import Measurer
from trainer.engine.process import handle_command
from trainer.engine.protocol import Answer, AnyAnswer, AnyCommand, Close, Command, parse_answer, parse_command
from trainer.engine.worker import Worker
from trainer.messages import Message

COMMANDS: tuple[type[Command], ...] = get_args(get_args(AnyCommand)[0])
ANSWERS: tuple[type[Answer], ...] = get_args(get_args(AnyAnswer)[0])
texts = st.text()
numbers = st.integers(-(2**53), 2**53)
finite = st.floats(allow_nan=False, allow_infinity=False)
names = st.text(string.ascii_lowercase, min_size=1, max_size=20)
scalars = st.none() | st.booleans() | numbers | finite | texts
messages = st.recursive(
    st.builds(Message, code=st.just("engine.made_up"), parameters=st.dictionaries(names, scalars, max_size=3)),
    lambda inner: st.builds(
        Message,
        code=st.just("engine.made_up"),
        parameters=st.dictionaries(names, inner | st.lists(inner | scalars, max_size=3), max_size=3),
    ),
    max_leaves=5,
)
st.register_type_strategy(Message, messages)
st.register_type_strategy(float, finite)
st.register_type_strategy(int, numbers)


def lines(kinds: tuple[type[Any], ...]) -> st.SearchStrategy[Any]:
    return st.one_of([st.from_type(kind) for kind in kinds])


@given(lines(COMMANDS))
def test_a_command_arrives_as_it_was_sent(command: Command) -> None:
    line = command.to_line()
    assert line.count("\n") == 1
    assert line.endswith("\n")
    assert parse_command(line) == command


@given(lines(ANSWERS))
def test_an_answer_arrives_as_it_was_sent(answer: Answer) -> None:
    line = answer.to_line()
    assert line.count("\n") == 1
    assert parse_answer(line) == answer


@given(st.text() | lines((*COMMANDS, *ANSWERS)).map(lambda said: said.to_line()[:-2]))
def test_whatever_is_no_command_is_refused(line: str) -> None:
    for parse in (parse_command, parse_answer):
        with pytest.raises(ValidationError):
            parse(line)


def test_every_command_and_answer_of_the_module_is_listed() -> None:
    def leaves(kind: type[BaseModel]) -> set[type[BaseModel]]:
        below = kind.__subclasses__()
        return set().union(*map(leaves, below)) if below else {kind}

    assert leaves(protocol.Command) == set(COMMANDS)
    assert leaves(protocol.Answer) == set(ANSWERS)


def test_what_is_not_known_is_refused() -> None:
    line = json.loads(Close().to_line())
    with pytest.raises(ValidationError):
        parse_command(json.dumps(line | {"run": "x"}))
    with pytest.raises(ValidationError):
        parse_command(json.dumps(line | {"do": "dance"}))


@given(lines(tuple(kind for kind in COMMANDS if kind is not Close)))
def test_each_command_reaches_the_worker_or_the_measurer(command: Any) -> None:
    worker, measurer = Mock(Worker), Mock(Measurer)
    handle_command(worker, measurer, command)
    is_question = isinstance(command, protocol.Question | protocol.DropQuestion)
    assert (len(worker.method_calls), len(measurer.method_calls)) == ((0, 1) if is_question else (1, 0))
