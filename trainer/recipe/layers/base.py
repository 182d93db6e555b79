"""What every layer of a recipe can tell about itself without Keras."""

from __future__ import annotations

from enum import StrEnum
from math import prod
from typing import Annotated, Any, ClassVar, Literal, final

from trainer import formats
from trainer.i18n import N_, ngettext
from trainer.messages import Message
from trainer.recipe.limits import MAX_UNITS
from trainer.recipe.shapes import MAX_AXES, MAX_LAYER_NUMBERS, Shape, ShapeError, count, need_rank, shape_of
from trainer.recipe.spec import Activation, Kind, setting
from trainer.recipe.wording import WORDING


class Group(StrEnum):
    """The headings of the menu of layers, in order. Nothing but the menu and the documentation asks for them."""

    DENSE = N_("Dense")
    IMAGES = N_("Images")
    TEXT = N_("Text")
    SHAPE = N_("Shape")
    NORMALISATION = N_("Normalisation")
    REGULARISATION = N_("Regularisation")
    ACTIVATION = N_("Activation")
    AUGMENTATION = N_("Augmentation")


WIDTHS = ("units", "filters", "output_dim")
"""The fields that say how many numbers a layer outputs at each place."""
SAVED_BY_ACTIVATION = {
    "softmax": 1, "softplus": 1, "exponential": 1, "celu": 1, "hard_tanh": 1, "hard_sigmoid": 1, "softsign": 2,
    "log_sigmoid": 2, "silu": 2, "hard_silu": 3, "mish": 3, "gelu": 3,
}  # fmt: skip
"""How many numbers an activation keeps for the way back beside each that it outputs; the others need none. Measured
with `python -m benchmarks.memory_estimate`, as all figures of `saved_count`."""


class Layer(Kind):
    """A layer: what it makes of a shape, how many numbers it learns, and what a check has to know of it.

    A new kind is one class: its fields, `title`, `sentence` and `group`, those of the traits below that differ from
    what most layers are, `_output_shape` and, if it learns anything, `parameter_count`.
    """

    keras_module = "keras.layers"
    group: ClassVar[Group]
    title: ClassVar[str]
    """A plain name beside the Keras name."""
    drawing: ClassVar[str] = "plain"
    """Which drawing of `components/layer_stack/drawings.js` shows what it does."""

    input_rank: ClassVar[int | None] = None
    """How many axes its input must have, without the batch axis; None if it reads inputs of several ranks."""
    is_activation: ClassVar[bool] = False
    """Does nothing but apply an activation function to each number."""
    applies: ClassVar[str | None] = None
    """The activation function of a kind that always applies the same one."""
    is_pooling: ClassVar[bool] = False
    """Makes one number of each window, or of each whole channel."""
    is_normalization: ClassVar[bool] = False
    is_stochastic: ClassVar[bool] = False
    """Changes numbers at random while training, so that no probability may go through it last."""
    is_augmentation: ClassVar[bool] = False
    """Changes pictures at random while training, which only makes sense where they still are pictures."""
    is_attention: ClassVar[bool] = False
    """Lets each place look at all the others."""
    is_query_and_value: ClassVar[bool] = False
    """Keras's layer is called as `layer(x, x)`: attention looks up in `x` what `x` asks for."""
    rearranges: ClassVar[bool] = False
    """Outputs the very numbers of its input, in another arrangement."""
    keeps_positions: ClassVar[bool] = False
    """Leaves each pixel, or step, where it was."""
    prepares_images: ClassVar[bool] = False
    """Belongs before the first layer that learns from pictures."""
    reads_word_numbers: ClassVar[bool] = False
    """Reads word numbers (only Embedding does), of which it knows `vocabulary`; everything else needs quantities."""
    keeps_word_numbers: ClassVar[bool] = False
    """Outputs word numbers where its input is word numbers."""
    is_recurrent: ClassVar[bool] = False
    """Reads a sequence step by step; how it does so is no activation of its output."""
    keeps_mask: ClassVar[bool] = False
    """Passes the padding mask on, as Keras's `supports_masking` does; whatever does not, drops it."""
    uses_mask: ClassVar[bool] = False
    """Leaves padding that is masked out of what it computes."""
    remembers: ClassVar[int | None] = None
    """About how many steps back it can learn from, where that is far fewer than a sequence may have."""
    compares_batch: ClassVar[bool] = False
    """Compares each example with the others of its batch while training."""
    dropouts: ClassVar[tuple[str, ...]] = ()
    """Its fields that say which share of numbers it leaves out inside itself."""

    @final
    def output_shape(self, shape: Shape) -> Shape:
        """The shape of the layer's output; both shapes without the batch axis.

        >>> from trainer.recipe.layers import Conv2D
        >>> Conv2D(filters=8).output_shape((28, 28, 1))
        (26, 26, 8)

        Raises:
            ShapeError: the layer cannot take `shape`, or would make more of it than any computer can hold.
        """
        if self.input_rank is not None:
            need_rank(shape, self.input_rank, self.kind)
        found = self._output_shape(shape)
        if len(found) > MAX_AXES:
            raise ShapeError(WORDING.message("many_axes", axes=len(found), limit=MAX_AXES), "flat")
        if count(found) > MAX_LAYER_NUMBERS:
            raise ShapeError(WORDING.message("output_too_large", shape=shape_of(found)), "smaller")
        if (parameters := self.parameter_count(shape)) > MAX_LAYER_NUMBERS:
            raise ShapeError(WORDING.message("parameters_too_many", count=parameters), "smaller")
        if (inner := self.intermediate_count(shape)) > MAX_LAYER_NUMBERS:
            raise ShapeError(WORDING.message("work_too_large", count=inner), "smaller")
        return found

    def _output_shape(self, shape: Shape) -> Shape:
        """What `output_shape` returns for an input of the right rank, however large; each kind has its own.

        Raises:
            ShapeError: the layer cannot take `shape`.
        """
        raise NotImplementedError(type(self).__name__)

    def can_read(self, shape: Shape) -> bool:
        """Whether the layer can take an input of `shape`."""
        try:
            self.output_shape(shape)
        except ShapeError:
            return False
        return True

    def parameter_count(self, shape: Shape) -> int:
        """How many numbers the layer holds for an input of `shape`, not trained ones included (`count_params`)."""
        return 0

    def intermediate_count(self, shape: Shape) -> int:
        """How many numbers it computes for one input of `shape` on the way to its output."""
        return 0

    def multiplications(self, shape: Shape) -> int:
        """How much it computes for one example of `shape`, forwards: one for each use of a parameter."""
        return max(prod(self.output_shape(shape)[:-1]) * self.parameter_count(shape), prod(shape))

    def saved_count(self, shape: Shape, output: Shape) -> int:
        """How many numbers it keeps of one example until the gradients have come back.

        Args:
            shape: of its input.
            output: the shape of its output.
        """
        return count(output) * (1 + SAVED_BY_ACTIVATION.get(self.output_activation or "", 0))

    def workspace_count(self, shape: Shape) -> int:
        """How many numbers of one example it holds, beside input and output, only while it computes."""
        return 0

    def gives_constant_output(self, shape: Shape) -> Message | None:
        """Why its output is the same whatever its input of `shape` is, in a sentence; None if it is not."""
        return None

    def keeps_only_signs(self, shape: Shape) -> bool:
        """Whether nothing is left of each number of such an input but whether it was above 0."""
        return False

    def fitted_to(self, shape: Shape, words: int | None = None) -> Layer:
        """This layer with those of its settings fitted that have no default for every input; itself if it has none.

        Args:
            shape: of the input.
            words: how many words there are, where the input is word numbers.
        """
        return self

    def every_step(self) -> Layer | None:
        """This layer with an output for every step of a sequence; None if it has that already, or never can."""
        return None

    @property
    def inner_layer(self) -> Layer:
        """The layer that does the work: itself, or the one that a wrapper holds."""
        return self

    def with_inner_layer(self, inner_layer: Layer) -> Layer:
        """Itself with another inner_layer."""
        return inner_layer

    @property
    def vocabulary(self) -> int | None:
        """How many words it knows; None if it does not read word numbers."""
        return None

    @property
    def unmasked_padding(self) -> Literal["read_last", "read_both_ways", "attended"] | None:
        """What it does to padding that is not masked, where that is bad for learning."""
        return None

    @property
    def upright(self) -> Layer | None:
        """This layer without what mirrors pictures or turns them upside down; itself if it does neither, None if it
        does nothing else."""
        return self

    @property
    def marks_padding(self) -> bool:
        """Whether it begins the padding mask, which says which steps are padding."""
        return False

    @property
    def drops(self) -> bool:
        """Whether it leaves numbers out at random while training."""
        return any(getattr(self.inner_layer, name) > 0 for name in self.inner_layer.dropouts)

    def value_of(self, name: str) -> Any:
        """The value of a field; None if it has no field of this name. Quicker than `getattr` with a default."""
        return self.__dict__.get(name)

    def per_axis(self, name: str) -> tuple[int, ...]:
        """The value of a field along each axis but the last, the channels; one number stands for all of them."""
        value = getattr(self, name)
        return value if isinstance(value, tuple) else (value,) * ((self.input_rank or 1) - 1)

    @property
    def output_activation(self) -> str | None:
        """The activation that its output went through last; None for a layer that has none of its own at its end."""
        return self.applies or self.value_of("activation")

    @classmethod
    def width_field(cls) -> str | None:
        """The field that says how many numbers it outputs at each place; None if it has none."""
        return next((name for name in WIDTHS if name in cls.model_fields), None)

    def summary(self) -> str:
        """Its few most telling settings on one line, such as `32 filters 3×3, relu`."""
        return ""


Units = Annotated[
    int,
    setting(
        "Units",
        "How many numbers the layer outputs.",
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
        "The function applied to each output.",
        "relu is a safe choice inside the model; softmax turns the last layer's numbers into probabilities, such as "
        '"94% a 7".',
    ),
]
UseBias = Annotated[
    bool, setting("Bias", "Adds a learned number to each output.", "Off saves a few parameters.", advanced=True)
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
        "The share of numbers set to zero in each training step.",
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


class KeepsShape(Layer):
    """A layer whose output has the shape of its input."""

    def _output_shape(self, shape: Shape) -> Shape:
        return shape


def named(value: str, word: str) -> str:
    """`, relu` for a setting worth naming; nothing for `word`, the silent default."""
    return "" if value == word else f", {value}"


def units(number: int) -> str:
    """`1 unit`, `64 units`."""
    return ngettext("{count} unit", "{count} units", number).format(count=formats.number(number))


def filters(number: int) -> str:
    """`1 filter`, `32 filters`."""
    return ngettext("{count} filter", "{count} filters", number).format(count=formats.number(number))


def by(pair: tuple[Any, Any]) -> str:
    """(3, 3) as `3×3`."""
    return f"{pair[0]}×{pair[1]}"
