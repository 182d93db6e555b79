"""Pictures in a recipe."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from trainer.i18n import N_
from trainer.recipe.data import MAX_EXAMPLES, Data, Modality, Share
from trainer.recipe.spec import setting


class Mnist(Data):
    modality: ClassVar[Modality] = "image"
    title: ClassVar[str] = N_("Pictures")
    sentence = N_("Handwritten digits, 28 by 28 pixels, or other pictures in the same four arrays.")
    icon: ClassVar[str] = ":material/draw:"
    own_name: ClassVar[str] = "MNIST"
    has_own_test: ClassVar[bool] = True

    kind: Literal["mnist"] = "mnist"
    path: Annotated[
        str | None,
        setting(
            "File",
            "An .npz file with x_train, y_train, x_test and y_test; empty means MNIST itself.",
            min_length=1,
            max_length=4096,
        ),
    ] = None
    limit: Annotated[
        int | None,
        setting(
            "Training pictures",
            "How many training pictures to use; empty means all.",
            "Fewer trains faster, but is less accurate.",
            ge=10,
            le=MAX_EXAMPLES,
        ),
    ] = None
    validation: Share = 0.1

    @property
    def known_rows(self) -> int | None:
        return 60_000 if self.path is None else None

    @property
    def is_one_way_up(self) -> bool:
        return self.path is None  # digits; what other pictures show, nobody knows here

    @property
    def training_limit(self) -> int | None:
        return self.limit

    def with_training_limit(self, limit: int | None) -> Self:
        return self.with_(limit=limit)
