"""What every layer of a recipe can tell about itself without Keras."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, final

from trainer.recipe.shapes import MOST_AXES, MOST_NUMBERS, Shape, ShapeError, count, written
from trainer.recipe.spec import Activation, Kind, setting

Group = Literal[
    "Dense", "Images", "Text", "Shape", "Normalisation", "Regularisation", "Activation", "Augmentation"
]  # fmt: skip

TOO_MANY = "more than any computer can hold"


class Layer(Kind):
    """A layer: what it makes of a shape, and how many numbers it learns."""

    registry: ClassVar[dict[str, type[Any]]] = {}
    keras_module = "keras.layers"
    group: ClassVar[Group]
    title: ClassVar[str]
    """A plain name beside the Keras name."""
    drawing: ClassVar[str] = "plain"
    """Which drawing of `components/layer_stack/drawings.js` shows what it does."""
    takes_words: ClassVar[bool] = False
    """Reads word numbers (only Embedding does); everything else needs quantities."""
    reads_in_order: ClassVar[bool] = False
    """Reads a sequence step by step, so that padding counts unless it is masked."""
    keeps_mask: ClassVar[bool] = False
    """Passes the padding mask on."""
    reads_twice: ClassVar[bool] = False
    """Keras's layer is called as `layer(x, x)`: attention looks up in `x` what `x` asks for."""
    is_stochastic: ClassVar[bool] = False
    """Changes numbers at random while training, so that no chance may go through it last."""

    @final
    def output_shape(self, shape: Shape) -> Shape:
        """The shape that leaves the layer, both without the batch axis.

        Raises:
            ShapeError: the layer cannot take `shape`, or would make more of it than any computer can hold.
        """
        leaves = self._output_shape(shape)
        if len(leaves) > MOST_AXES:
            raise ShapeError(f"it would give out {len(leaves)} axes, and {MOST_AXES} are the most", "flat")
        if count(leaves) > MOST_NUMBERS:
            raise ShapeError(f"it would give out {written(leaves)} numbers for each example, {TOO_MANY}", "smaller")
        if self.parameter_count(shape) > MOST_NUMBERS:
            raise ShapeError(f"it would have {self.parameter_count(shape):,} parameters, {TOO_MANY}", "smaller")
        if self.inner_count(shape) > MOST_NUMBERS:
            raise ShapeError(
                f"it would need {self.inner_count(shape):,} numbers for each example, {TOO_MANY}", "smaller"
            )
        return leaves

    def _output_shape(self, shape: Shape) -> Shape:
        """What `output_shape` gives back, however large; each kind has its own.

        Raises:
            ShapeError: the layer cannot take `shape`.
        """
        raise NotImplementedError(type(self).__name__)

    def parameter_count(self, shape: Shape) -> int:
        """How many numbers the layer holds for an input of `shape`, not trained ones included (`count_params`)."""
        return 0

    def inner_count(self, shape: Shape) -> int:
        """How many numbers it works out for an input of `shape` on the way to what it gives out."""
        return 0

    def gives_constant_output(self, shape: Shape) -> str | None:
        """What it does that makes the same of all that arrives, as the end of a sentence; None if it does not."""
        return None

    def fitted_to(self, shape: Shape) -> Layer:
        """This layer with those of its settings fitted that have no default for every shape; itself if it has none."""
        return self

    def every_step(self) -> Layer | None:
        """This layer giving out every step of a sequence; None if it does so already, or never can."""
        return None

    @property
    def output_activation(self) -> str | None:
        """The activation that its output went through last; None for a layer that has none of its own at its end."""
        return getattr(self, "activation", None)

    def summary(self) -> str:
        """Its few most telling settings on one line, such as `32 filters 3×3, relu`."""
        return ""


MAX_UNITS = 100_000
Units = Annotated[
    int,
    setting(
        "Units",
        "How many numbers the layer gives out.",
        "More units can learn more, train slower and memorise more easily.",
        typical=(8, 512),
        ge=1,
        le=MAX_UNITS,
    ),
]
ActivationField = Annotated[
    Activation,
    setting(
        "Activation",
        "The curve that each output goes through.",
        "relu is a safe choice inside; softmax turns the last layer's numbers into chances.",
    ),
]
UseBias = Annotated[
    bool,
    setting("Bias", "Adds a learned number to each output.", "Off saves a few parameters.", advanced=True),
]
Filters = Annotated[
    int,
    setting(
        "Filters",
        "How many different patterns the layer looks for.",
        "More filters find more patterns and take longer.",
        typical=(8, 128),
        ge=1,
        le=4096,
    ),
]
Rate = Annotated[
    float,
    setting(
        "Rate",
        "The share of numbers set to zero at each step.",
        "Higher works harder against memorising; above 0.5 little gets through.",
        typical=(0.1, 0.5),
        ge=0,
        lt=1,
    ),
]
Padding = Annotated[
    Literal["valid", "same"],
    setting(
        "Padding",
        "valid: the window stays inside; same: zeros are added at the edge.",
        "same keeps the height and width.",
    ),
]


def named(value: str, word: str) -> str:
    """`, relu` for a setting worth naming; nothing for `word`, the silent default."""
    return "" if value == word else f", {value}"


def counted(number: int, word: str) -> str:
    """`1 unit`, `64 units`."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def by(pair: tuple[Any, Any]) -> str:
    """(3, 3) as `3×3`."""
    return f"{pair[0]}×{pair[1]}"
