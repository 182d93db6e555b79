"""What the server and its trainer process say to each other: a line of JSON each, through the pipes of the process.

The server sends commands, the trainer sends answers. Each command about a run that makes the trainer work
(`is_answered`) gets one `RunOver`; each question gets one `QuestionAnswered`.
Everything else that is to be known of a run stands in its log.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from trainer.recipe.cost import Cost
from trainer.recipe.shapes import Shape
from trainer.runs.events import Text
from trainer.runs.network import Network

Which = Literal["best", "last"]
Why = Literal["resume", "further"]


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")

    def to_line(self) -> str:
        """As a line of JSON, with its newline."""
        return self.model_dump_json() + "\n"


class Scores(_Line):
    """What a network answers to one example: the score of each class, NaN where it computes no number."""

    scores: tuple[float, ...]


Found = Cost | Network | Scores
"""What questions ask for: what a recipe takes on this computer, what is in a graph, or what a network answers."""


class Command(_Line):
    """Something that the server wants of the trainer."""

    builds_model: ClassVar[bool] = False
    """Whether the trainer builds a model for it, which leaves some memory behind."""


class RunCommand(Command):
    """A command about a run."""

    run_id: str


class Train(RunCommand):
    """Train a new run, or take it up again after a crash."""

    do: Literal["train"] = "train"
    builds_model: ClassVar[bool] = True


class Continue(RunCommand):
    """Train a run that is over until it has `epochs` epochs in all."""

    do: Literal["continue"] = "continue"
    why: Why
    epochs: int
    builds_model: ClassVar[bool] = True


class OpenTestSet(RunCommand):
    """Open the test set of a run that is over."""

    do: Literal["test"] = "test"
    builds_model: ClassVar[bool] = True


class SelectWeights(RunCommand):
    """Put the best or the last saved weights of a run that is over into its model."""

    do: Literal["select_weights"] = "select_weights"
    which: Which
    builds_model: ClassVar[bool] = True


class Stop(RunCommand):
    """Stop a run at its next batch."""

    do: Literal["stop"] = "stop"
    by: str | None = None
    """Who wants it, in the word that owners are known by."""


class Pause(RunCommand):
    """Pause a run at its next batch."""

    do: Literal["pause"] = "pause"


class Resume(RunCommand):
    """Let a paused run continue."""

    do: Literal["resume"] = "resume"


class Question(Command):
    """A command to find something out that no log tells of."""

    question_id: str


class RecipeQuestion(Question):
    """A command to find something out about a recipe that is not trained."""

    recipe: str
    """As JSON."""


class MeasureCost(RecipeQuestion):
    """How long would it train here?"""

    do: Literal["measure_cost"] = "measure_cost"
    builds_model: ClassVar[bool] = True


class MakeDraftNetwork(RecipeQuestion):
    """Give the network of a recipe as a graph, and keep it in the cache with its weights before training."""

    do: Literal["make_draft_network"] = "make_draft_network"
    builds_model: ClassVar[bool] = True
    input_shape: Shape
    """Of one example."""


class MakeNetwork(Question):
    """Give the network of a run as a graph, and keep it in the run's folder."""

    do: Literal["make_network"] = "make_network"
    builds_model: ClassVar[bool] = True
    run_id: str


class AskNetwork(Question):
    """What does the network of a run answer to one example? For those that are too large for a browser."""

    do: Literal["ask_network"] = "ask_network"
    builds_model: ClassVar[bool] = True
    run_id: str
    example: str
    """The numbers that the network reads, little-endian, in base64: int32 for words, else float32."""


class DropQuestion(Command):
    """Nobody wants the answer any more."""

    do: Literal["drop_question"] = "drop_question"
    question_id: str


class Close(Command):
    """End the process; running fits save what they have."""

    do: Literal["close"] = "close"


class Answer(_Line):
    """Something that the trainer tells the server."""


class Ready(Answer):
    """It can take commands now."""

    say: Literal["ready"] = "ready"


class RunOver(Answer):
    """A command about a run has been carried out, or refused."""

    say: Literal["run_over"] = "run_over"
    run_id: str


class RunProblem(Answer):
    """The disk does not take what a run has to report; it takes it again if there is no message."""

    say: Literal["run_problem"] = "run_problem"
    run_id: str
    message: Text | None


class QuestionAnswer(Answer):
    """Something about a question."""

    question_id: str


class QuestionWaits(QuestionAnswer):
    """What a question waits for; without a message it has begun."""

    say: Literal["question_waits"] = "question_waits"
    message: Text | None


class QuestionAnswered(QuestionAnswer):
    """The end of a question."""

    say: Literal["question_answered"] = "question_answered"
    answer: Found | Text | None
    """What was found, or why nothing was; None if the question was dropped, as the server wanted."""


AnyCommand = Annotated[
    Train
    | Continue
    | OpenTestSet
    | SelectWeights
    | Stop
    | Pause
    | Resume
    | MeasureCost
    | MakeDraftNetwork
    | MakeNetwork
    | AskNetwork
    | DropQuestion
    | Close,
    Field(discriminator="do"),
]
AnyAnswer = Annotated[
    Ready | RunOver | RunProblem | QuestionWaits | QuestionAnswered,
    Field(discriminator="say"),
]
_COMMANDS: TypeAdapter[AnyCommand] = TypeAdapter(AnyCommand)
_ANSWERS: TypeAdapter[AnyAnswer] = TypeAdapter(AnyAnswer)


def parse_command(line: str) -> AnyCommand:
    """The command of a line.

    Raises:
        ValidationError: it is none.
    """
    return _COMMANDS.validate_json(line)


def parse_answer(line: str) -> AnyAnswer:
    """The answer of a line.

    Raises:
        ValidationError: it is none.
    """
    return _ANSWERS.validate_json(line)
