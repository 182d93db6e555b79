"""The optimizers of Keras that take one learning rate. Names, arguments and defaults are Keras's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from trainer.recipe.spec import Kind, one_of, setting

LearningRate = Annotated[
    float,
    setting(
        "Learning rate",
        "How far each step moves the weights.",
        "Too high jumps about or diverges; too low hardly learns.",
        gt=0,
        le=1e38,
    ),
]
Decay = Annotated[
    float,
    setting(
        "Memory", "How much of the past steps is remembered (0 to 1).", "Higher is smoother.", advanced=True, ge=0, lt=1
    ),
]
SomeDecay = Annotated[
    float,
    setting(
        "Memory",
        "How much of the past steps is remembered (above 0, below 1).",
        "Higher is smoother.",
        advanced=True,
        gt=0,
        lt=1,
    ),
]
Epsilon = Annotated[float, setting("Epsilon", "A tiny number against division by zero.", advanced=True, gt=0, le=1)]
WeightDecay = Annotated[
    float | None,
    setting(
        "Weight decay",
        "Pulls all weights a little towards zero at each step.",
        "Works against memorising.",
        advanced=True,
        ge=0,
        le=1,
    ),
]
ClipNorm = Annotated[
    float | None,
    setting(
        "Clip norm",
        "The longest step that a weight's gradient may ask for.",
        "Helps when the loss jumps.",
        advanced=True,
        gt=0,
        le=1e6,
    ),
]
NotNegative = Annotated[float, setting("Strength", "How strong the penalty is.", advanced=True, ge=0, le=1000)]
Momentum = Annotated[
    float, setting("Momentum", "How much of the last step is kept, like a rolling ball.", "Often faster.", ge=0, lt=1)
]
Amsgrad = Annotated[bool, setting("AMSGrad", "Never lets the step grow again once it has shrunk.", advanced=True)]


class Optimizer(Kind):
    """How the weights are changed after each batch."""

    registry: ClassVar[dict[str, type[Any]]] = {}
    keras_module = "keras.optimizers"
    works_with: ClassVar[float | None] = None
    """The usual learning rate where Keras's default is far from it: its own pages say that Adadelta and Adagrad want
    higher rates, up to the 1.0 of the papers (Zeiler 2012, arXiv:1212.5701; Duchi et al. 2011), and Lion one 3 to 10
    times lower than AdamW's (Chen et al. 2023, arXiv:2302.06675)."""
    slots: ClassVar[int]
    """How many numbers it remembers for each weight, at most, with its plainest settings."""
    slot_switches: ClassVar[tuple[str, ...]] = ()
    """Fields that each cost one number a weight more when they are on."""
    learning_rate: LearningRate = 0.001
    clipnorm: ClipNorm = None
    weight_decay: WeightDecay = None

    @property
    def usual_rate(self) -> float:
        """Keras's default of the learning rate, or what works where that hardly does."""
        return self.works_with or float(type(self).model_fields["learning_rate"].default)

    @property
    def calmer_rate(self) -> float:
        """The learning rate to try after this one has diverged."""
        return min(self.learning_rate / 10, self.usual_rate)

    def slot_count(self) -> int:
        """How many numbers it remembers for each weight, at most: so often the model's weights lie in memory again."""
        return self.slots + sum(bool(getattr(self, name)) for name in self.slot_switches)


class SGD(Optimizer):
    """Plain stochastic gradient descent: a step straight downhill."""

    kind: Literal["SGD"] = "SGD"
    learning_rate: LearningRate = 0.01
    momentum: Momentum = 0.0
    nesterov: Annotated[bool, setting("Nesterov", "Looks ahead before it steps.", advanced=True)] = False

    slots = 0
    slot_switches = ("momentum",)


class RMSprop(Optimizer):
    """Steps of a size of its own for each weight, from the recent gradients; a classic for recurrent layers."""

    kind: Literal["RMSprop"] = "RMSprop"
    rho: Decay = 0.9
    momentum: Momentum = 0.0
    epsilon: Epsilon = 1e-7
    centered: Annotated[bool, setting("Centered", "Also follows the mean gradient.", advanced=True)] = False

    slots = 1
    slot_switches = ("momentum", "centered")


class Adam(Optimizer):
    """Momentum and a step size for each weight together; a good first choice."""

    kind: Literal["Adam"] = "Adam"
    beta_1: Decay = 0.9
    beta_2: Decay = 0.999
    epsilon: Epsilon = 1e-7
    amsgrad: Amsgrad = False

    slots = 2
    slot_switches = ("amsgrad",)


class AdamW(Optimizer):
    """Adam with weight decay that works against memorising."""

    kind: Literal["AdamW"] = "AdamW"
    weight_decay: Annotated[
        float,
        setting(
            "Weight decay",
            "Pulls all weights a little towards zero at each step.",
            "Works against memorising.",
            advanced=True,
            ge=0,
            le=1,
        ),
    ] = 0.004
    beta_1: Decay = 0.9
    beta_2: Decay = 0.999
    epsilon: Epsilon = 1e-7
    amsgrad: Amsgrad = False

    slots = 2
    slot_switches = ("amsgrad",)


class Nadam(Optimizer):
    """Adam that looks ahead before it steps (Nesterov momentum)."""

    kind: Literal["Nadam"] = "Nadam"
    beta_1: Decay = 0.9
    beta_2: Decay = 0.999
    epsilon: Epsilon = 1e-7

    slots = 2


class Adamax(Optimizer):
    """A form of Adam that is calmer with rare large gradients."""

    kind: Literal["Adamax"] = "Adamax"
    beta_1: Decay = 0.9
    beta_2: Decay = 0.999
    epsilon: Epsilon = 1e-7

    slots = 2


class Adagrad(Optimizer):
    """Takes smaller and smaller steps for weights that have often moved; good for rare words."""

    kind: Literal["Adagrad"] = "Adagrad"
    initial_accumulator_value: Annotated[
        float, setting("Start value", "Where the memory starts.", advanced=True, ge=0, le=100)
    ] = 0.1
    epsilon: Epsilon = 1e-7

    slots = 1
    works_with = 0.01


class Adadelta(Optimizer):
    """Adagrad with a memory that fades, so that learning does not stop; wants a learning rate near 1."""

    kind: Literal["Adadelta"] = "Adadelta"
    rho: Decay = 0.95
    epsilon: Epsilon = 1e-7

    slots = 2
    works_with = 1.0


class Adafactor(Optimizer):
    """Like Adam with far less memory, for large models."""

    kind: Literal["Adafactor"] = "Adafactor"
    beta_2_decay: Annotated[
        float, setting("Memory decay", "How the memory fades with time.", advanced=True, lt=0, ge=-1)
    ] = -0.8
    epsilon_1: Annotated[
        float, setting("Epsilon 1", "A tiny number against division by zero.", advanced=True, gt=0, le=1)
    ] = 1e-30
    epsilon_2: Annotated[float, setting("Epsilon 2", "The smallest scale of a weight.", advanced=True, gt=0, le=1)] = (
        0.001
    )
    clip_threshold: Annotated[float, setting("Clip threshold", "The largest update.", advanced=True, gt=0, le=1000)] = (
        1.0
    )
    relative_step: Annotated[bool, setting("Relative step", "Shrinks the step as time goes on.", advanced=True)] = True

    slots = 1  # and one for each row and column of a matrix, which is next to nothing


class Ftrl(Optimizer):
    """Follow the regularised leader: made for wide, sparse inputs."""

    kind: Literal["Ftrl"] = "Ftrl"
    learning_rate_power: Annotated[
        float, setting("Rate power", "How the rate falls with time.", advanced=True, le=0, ge=-1)
    ] = -0.5
    initial_accumulator_value: Annotated[
        float, setting("Start value", "Where the memory starts.", advanced=True, ge=0, le=100)
    ] = 0.1
    l1_regularization_strength: NotNegative = 0.0
    l2_regularization_strength: NotNegative = 0.0
    l2_shrinkage_regularization_strength: NotNegative = 0.0
    beta: Annotated[float, setting("Beta", "Steadies the first steps.", advanced=True, ge=0, le=1000)] = 0.0

    slots = 2


class Lion(Optimizer):
    """Moves every weight by the same amount and only chooses the direction; wants a learning rate near 0.0003."""

    kind: Literal["Lion"] = "Lion"
    beta_1: SomeDecay = 0.9
    beta_2: Decay = 0.99

    slots = 1
    works_with = 0.0003


class Lamb(Optimizer):
    """Adam with a step for each layer, made for large batches."""

    kind: Literal["Lamb"] = "Lamb"
    beta_1: Decay = 0.9
    beta_2: Decay = 0.999
    epsilon: Epsilon = 1e-7

    slots = 2


class Muon(Optimizer):
    """Makes the steps of a weight matrix point in different directions; biases and embeddings are left to Adam."""

    kind: Literal["Muon"] = "Muon"
    weight_decay: WeightDecay = 0.004
    momentum: Momentum = 0.95
    nesterov: Annotated[bool, setting("Nesterov", "Looks ahead before it steps.", advanced=True)] = True
    adam_beta_1: Decay = 0.9
    adam_beta_2: Decay = 0.999
    epsilon: Epsilon = 1e-7

    slots = 2  # of a bias or an embedding, which it leaves to Adam; one of a matrix


class ScheduleFreeAdamW(Optimizer):
    """AdamW that needs no learning-rate schedule, because it averages the weights as it goes."""

    kind: Literal["ScheduleFreeAdamW"] = "ScheduleFreeAdamW"
    learning_rate: LearningRate = 0.0025
    beta_1: SomeDecay = 0.9
    beta_2: Decay = 0.999
    epsilon: Epsilon = 1e-8
    warmup_steps: Annotated[
        int,
        setting(
            "Warm-up steps", "How many steps the rate takes to reach its full value.", advanced=True, ge=0, le=1_000_000
        ),
    ] = 0

    slots = 2


if TYPE_CHECKING:
    AnyOptimizer = Optimizer
else:
    AnyOptimizer = one_of(Optimizer)
