"""The optimizers of Keras that take one learning rate. Names, arguments and defaults are Keras's own."""

from __future__ import annotations

from math import inf
from typing import Annotated, ClassVar, Literal

from trainer.i18n import N_
from trainer.recipe.spec import Kind, OneOf, setting

LearningRate = Annotated[
    float,
    setting(
        "Learning rate",
        "How far each step moves the weights.",
        "Too high, and the loss jumps or diverges; too low, and the model hardly learns.",
        by_factors=True,
        gt=0,
        le=1e38,
    ),
]
Decay = Annotated[
    float,
    setting(
        "Memory",
        "How much of the past steps is remembered (from 0 to 1).",
        "Higher makes steps smoother.",
        advanced=True,
        ge=0,
        lt=1,
    ),
]
SomeDecay = Annotated[
    float,
    setting(
        "Memory",
        "How much of the past steps is remembered (above 0, below 1).",
        "Higher makes steps smoother.",
        advanced=True,
        gt=0,
        lt=1,
    ),
]
Epsilon = Annotated[
    float, setting("Epsilon", "A tiny number that prevents division by zero.", advanced=True, gt=0, le=1)
]
DECAY_WORDS = setting(
    "Weight decay",
    "Pulls all weights a little towards zero at each step.",
    "Works against memorising.",
    advanced=True,
    by_factors=True,
    ge=0,
    le=1,
)
WeightDecay = Annotated[float | None, DECAY_WORDS]
ClipNorm = Annotated[
    float | None,
    setting(
        "Clip norm",
        "Gradients are scaled down to this length.",
        "Helps when the loss jumps.",
        advanced=True,
        gt=0,
        le=1e6,
    ),
]
NotNegative = Annotated[float, setting("Strength", "How strong the penalty is.", advanced=True, ge=0, le=1000)]
Momentum = Annotated[
    float,
    setting(
        "Momentum",
        "How much of the last step is kept, as with a rolling ball.",
        "Learning is often faster.",
        ge=0,
        lt=1,
    ),
]
Nesterov = Annotated[bool, setting("Nesterov", "Looks ahead before each step.", advanced=True)]
StartValue = Annotated[float, setting("Start value", "The initial value of the memory.", advanced=True, ge=0, le=100)]
Amsgrad = Annotated[bool, setting("AMSGrad", "Never lets the step grow again once it has shrunk.", advanced=True)]


FAR_ABOVE = 10
"""A learning rate so many times the usual one is hardly ever a good one."""


class Optimizer(Kind):
    """How the weights are changed after each batch."""

    keras_module = "keras.optimizers"
    works_with: ClassVar[float | None] = None
    """The usual learning rate where Keras's default is far from it: its own pages say that Adadelta and Adagrad want
    higher rates, up to the 1.0 of the papers (Zeiler 2012, arXiv:1212.5701; Duchi et al. 2011), and Lion one 3 to 10
    times lower than AdamW's (Chen et al. 2023, arXiv:2302.06675). Ftrl learns nothing of digits in three epochs with
    0.001, and as much as the others with 0.1."""
    evens_out: ClassVar[bool] = True
    """Whether weights with small gradients move about as much in a step as those with large ones."""
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
    def highest_rate(self) -> float:
        """Above this learning rate the loss usually jumps or diverges."""
        return FAR_ABOVE * self.usual_rate

    @property
    def calmer_rate(self) -> float:
        """The learning rate to try after this one has diverged, in two digits."""
        return float(f"{min(self.learning_rate / 10, self.usual_rate):.1e}")

    def slot_count(self) -> int:
        """How many numbers it remembers for each weight, at most: so often the model's weights lie in memory again."""
        return self.slots + sum(bool(getattr(self, name)) for name in self.slot_switches)


class SGD(Optimizer):
    kind: Literal["SGD"] = "SGD"
    sentence = N_("Plain stochastic gradient descent: a step straight downhill.")
    learning_rate: LearningRate = 0.01
    momentum: Momentum = 0.0
    nesterov: Nesterov = False

    evens_out = False
    slots = 0
    slot_switches = ("momentum",)


class RMSprop(Optimizer):
    kind: Literal["RMSprop"] = "RMSprop"
    sentence = N_("Adjusts the step size for every weight by its recent gradients; a classic for recurrent layers.")
    rho: Decay = 0.9
    momentum: Momentum = 0.0
    epsilon: Epsilon = 1e-7
    centered: Annotated[bool, setting("Centered", "Also tracks the mean gradient.", advanced=True)] = False

    slots = 1
    slot_switches = ("momentum", "centered")


class _Adaptive(Optimizer):
    """Adam and its variants, which remember the mean of each gradient and of its square."""

    beta_1: Decay = 0.9
    beta_2: Decay = 0.999
    epsilon: Epsilon = 1e-7
    slots = 2


class Adam(_Adaptive):
    kind: Literal["Adam"] = "Adam"
    sentence = N_("Adjusts the step size for every weight. A good first choice.")
    amsgrad: Amsgrad = False
    slot_switches = ("amsgrad",)


class AdamW(_Adaptive):
    kind: Literal["AdamW"] = "AdamW"
    sentence = N_("Adam with weight decay, which works against memorising.")
    weight_decay: Annotated[float, DECAY_WORDS] = 0.004
    amsgrad: Amsgrad = False
    slot_switches = ("amsgrad",)


class Nadam(_Adaptive):
    kind: Literal["Nadam"] = "Nadam"
    sentence = N_("Adam that looks ahead before each step (Nesterov momentum).")


class Adamax(_Adaptive):
    kind: Literal["Adamax"] = "Adamax"
    sentence = N_("A variant of Adam that copes better with rare large gradients.")


class Adagrad(Optimizer):
    kind: Literal["Adagrad"] = "Adagrad"
    sentence = N_("Takes smaller and smaller steps for weights that often change; good for rare words.")
    initial_accumulator_value: StartValue = 0.1
    epsilon: Epsilon = 1e-7

    evens_out = False
    slots = 1
    works_with = 0.01


class Adadelta(Optimizer):
    kind: Literal["Adadelta"] = "Adadelta"
    sentence = N_("Adagrad with a fading memory, so that learning does not stop; needs a learning rate near 1.")
    rho: Decay = 0.95
    epsilon: Epsilon = 1e-7

    slots = 2
    works_with = 1.0


class Adafactor(Optimizer):
    kind: Literal["Adafactor"] = "Adafactor"
    sentence = N_("Like Adam with far less memory, for large models.")
    beta_2_decay: Annotated[
        float, setting("Memory decay", "How fast the memory fades.", advanced=True, lt=0, ge=-1)
    ] = -0.8
    epsilon_1: Annotated[
        float, setting("Epsilon 1", "A tiny number that prevents division by zero.", advanced=True, gt=0, le=1)
    ] = 1e-30
    epsilon_2: Annotated[float, setting("Epsilon 2", "The smallest scale of a weight.", advanced=True, gt=0, le=1)] = (
        0.001
    )
    clip_threshold: Annotated[float, setting("Clip threshold", "The largest update.", advanced=True, gt=0, le=1000)] = (
        1.0
    )
    relative_step: Annotated[bool, setting("Relative step", "Makes steps smaller over time.", advanced=True)] = True

    @property
    def highest_rate(self) -> float:
        return inf if self.relative_step else super().highest_rate  # which limits each step by itself

    slots = 1  # and one for each row and column of a matrix, which is next to nothing


class Ftrl(Optimizer):
    kind: Literal["Ftrl"] = "Ftrl"
    sentence = N_("Follow the regularised leader: made for wide, sparse inputs.")
    learning_rate_power: Annotated[
        float, setting("Rate power", "How the learning rate falls over time.", advanced=True, le=0, ge=-1)
    ] = -0.5
    initial_accumulator_value: StartValue = 0.1
    l1_regularization_strength: NotNegative = 0.0
    l2_regularization_strength: NotNegative = 0.0
    l2_shrinkage_regularization_strength: NotNegative = 0.0
    beta: Annotated[float, setting("Beta", "Makes the first steps smaller.", advanced=True, ge=0, le=1000)] = 0.0

    evens_out = False
    slots = 2
    works_with = 0.1


class Lion(Optimizer):
    kind: Literal["Lion"] = "Lion"
    sentence = N_(
        "Moves every weight by the same amount and only chooses the direction; needs a learning rate near 0.0003."
    )
    beta_1: SomeDecay = 0.9
    beta_2: Decay = 0.99

    slots = 1
    works_with = 0.0003


class Lamb(_Adaptive):
    kind: Literal["Lamb"] = "Lamb"
    sentence = N_("Adam with a step size for each layer, made for large batches.")


class Muon(Optimizer):
    kind: Literal["Muon"] = "Muon"
    sentence = N_(
        "Makes the steps of a weight matrix point in different directions; Adam handles biases and embeddings."
    )
    weight_decay: WeightDecay = 0.004
    momentum: Momentum = 0.95
    nesterov: Nesterov = True
    adam_beta_1: Decay = 0.9
    adam_beta_2: Decay = 0.999
    epsilon: Epsilon = 1e-7

    slots = 2  # of a bias or an embedding, which it leaves to Adam; one of a matrix


class ScheduleFreeAdamW(Optimizer):
    kind: Literal["ScheduleFreeAdamW"] = "ScheduleFreeAdamW"
    sentence = N_("AdamW that needs no learning-rate schedule, because it averages the weights as it goes.")
    learning_rate: LearningRate = 0.0025
    beta_1: SomeDecay = 0.9
    beta_2: Decay = 0.999
    epsilon: Epsilon = 1e-8
    warmup_steps: Annotated[
        int,
        setting(
            "Warm-up steps",
            "How many steps the learning rate takes to reach its full value.",
            advanced=True,
            ge=0,
            le=1_000_000,
        ),
    ] = 0

    slots = 2


AnyOptimizer = Annotated[Optimizer, OneOf(Optimizer)]
