"""Writes `docs/layers.md` from the classes of the layers; a test keeps the page up to date.

`python -m tools.layer_reference`
"""

from __future__ import annotations

from tools.recipe_reference import table
from trainer import PROJECT
from trainer.recipe.layers import Layer
from trainer.recipe.layers.base import Group
from trainer.recipe.regularizers import Regularizer

PAGE = PROJECT / "docs" / "layers.md"
HEAD = """# Layers

Every layer that a stack may hold, by group. Names and fields are Keras's. Made from the code by
`python -m tools.layer_reference`.

`MultiHeadAttention` reads two inputs in Keras, a query and what it looks up. A stack has one, so that both are its
input (self-attention), and the Keras code of the model is a functional one: `x = MultiHeadAttention(...)(x, x)`.

It does not see the order of what it looks at: a Conv1D or an LSTM before it brings that in.

Not here, on purpose: `Attention` and `AdditiveAttention`, which learn hardly anything by themselves;
`GroupQueryAttention`, which saves memory in language models that are far larger; `TimeDistributed`, since `Dense` reads
every step by itself already.

What is said here is held against Keras by `tests/trainer/fit/test_contract.py`, one kind and setting at a time, and by
`tests/trainer/fit/test_random_stacks.py`: 300 random stacks over all kinds and settings in every run of all tests.
Many more were tried once (`FITBOARD_STACKS=10000 pytest tests/trainer/fit/test_random_stacks.py`, 18 minutes,
27 November 2026): of 10,000 stacks a quarter were accepted as they were, the others refused and then fixed by pressing
the first fix until nothing was left to fix; Keras built all 10,000 with the shapes and counts that are said here.
"""


def page() -> str:
    """The whole page as Markdown."""
    parts = [HEAD]
    for group in Group:
        parts.append(f"## {group}\n")
        for name, kind in Layer.registry.items():
            if kind.group == group:
                parts.append(f"### {name}: {kind.title.lower()}\n\n{kind.sentence}\n")
                parts.append(table(kind) if kind.form_fields() else "It has nothing to set.\n")
    parts.append("## Regularisers\n\nWhat `kernel_regularizer` may hold.\n")
    for name, kind in Regularizer.registry.items():
        parts.append(f"### {name}\n\n{kind.sentence}\n\n{table(kind)}")
    return "\n".join(parts).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
