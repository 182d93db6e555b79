"""What a pasted text does with its models: it makes them, adds to them, calls them, and sets something about them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from trainer.recipe.layers import Layer
from trainer.recipe.pasted.calls import Calls
from trainer.recipe.pasted.limits import Budget
from trainer.recipe.pasted.plain import MOST_PARTS, Once, Space, UnknownError
from trainer.recipe.pasted.touching import READS, TRAINED, Bound, PastedModel, is_layer
from trainer.recipe.pasted.values import Names, Unknown, source_of, where
from trainer.recipe.pasted.written import COMPILED, INPUTS, TWICE, Call
from trainer.recipe.spec import RecipeError, clip, shorten

ASKED = ("query", "value", "key")
"""What attention is called on, in Keras's order."""
JOINS = (
    "joins two ways through the model, as a branch or a shortcut (a residual) does. The layers stand in one row here: "
    "leave the other way out."
)


class Models(Calls):
    """Follows what makes a model and what changes one."""

    def __init__(self, is_part: bool, budget: Budget) -> None:
        super().__init__(is_part, budget)
        self.notes: list[str] = []
        self.attended: set[int] = set()
        """The ids of the layers that were called on what arrives, twice."""

    def part_of(self, owner: Any, node: ast.Attribute) -> Any:
        if not isinstance(owner, PastedModel):
            return super().part_of(owner, node)
        if node.attr == "layers" and self.is_model(owner):
            self.budget.spend(len(owner.calls))
            return [call for call in owner.calls if call.kind not in INPUTS]
        if node.attr in {"add", "pop"} and self.is_model(owner):
            return Bound(owner, node.attr)
        if node.attr in {"input", "inputs", "output", "outputs"} and self.is_model(owner):
            self.budget.spend(len(owner.calls))
            calls = owner.calls if "out" in node.attr else [call for call in owner.calls[:1] if call.kind in INPUTS]
            end = PastedModel(list(calls), within=(owner,))
            return [end] if node.attr.endswith("s") else end
        raise UnknownError

    def do(self, bound: Bound, node: ast.Call, names: Names) -> Any:
        on, name = bound.on, bound.name
        if not isinstance(on, PastedModel | Call):
            return super().do(bound, node, names)
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        found = None
        if name == "add" and given and isinstance(on, PastedModel):
            on.calls += self.layer(given[0], names)
            self.bounded(on, node)
        elif name == "pop" and isinstance(on, PastedModel):
            if not on.calls:
                raise UnknownError
            found = on.calls.pop()
        elif name == "get_layer" and isinstance(on, PastedModel):
            found = self._named(on, node, names)
        elif name in READS:
            plain, named = self.arguments(node, names)
            self.note(name, plain, named, node)
            if name == "build" and isinstance(on, PastedModel):
                self._built(on, [*plain, *named.values()])
            raise UnknownError
        else:
            raise RecipeError(
                f"{where(node)}: what {shorten(name)} does to the model is not followed here. Leave this line out if "
                "it changes no layer, or write the layers out."
            )
        self.followed.add(id(node))
        return found

    def _named(self, on: PastedModel, node: ast.Call, names: Names) -> Call:
        """The layer of that name, or at that place."""
        plain, named = self.arguments(node, names)
        self.budget.spend(len(on.calls))
        layers = [call for call in on.calls if call.kind not in INPUTS]
        place, name = named.get("index"), named.get("name", plain[0] if plain else None)
        if isinstance(place, int) and -len(layers) <= place < len(layers):
            return layers[place]
        found = [call for call in layers if isinstance(name, str) and call.named.get("name") == name]
        if len(found) != 1:
            raise UnknownError
        return found[0]

    def note(self, name: str, plain: list[Any], named: dict[str, Any], node: ast.AST) -> None:
        """What a method sets that is not part of the layers."""
        if name == "compile" and any(
            one is not None for one in (*plain[:2], *map(named.get, ("optimizer", "loss", "**")))
        ):
            self.notes.append(COMPILED)
        if name in TRAINED:
            self.notes.append(
                f"{where(node)}: the weights that are loaded are left out; training begins with new ones."
            )

    @staticmethod
    def _built(on: PastedModel, given: list[Any]) -> None:
        """`model.build((None, 28, 28, 1))` says what the model reads."""
        if given and isinstance(given[0], list | tuple) and not any(call.kind in INPUTS for call in on.calls[:1]):
            on.calls.insert(0, Call("InputLayer", (), {"batch_shape": tuple(given[0])}))

    def bind(self, target: ast.expr, value: Any, names: Names) -> None:
        if isinstance(target, ast.Attribute):
            self._set(target, value, names)
        else:
            super().bind(target, value, names)

    def _set(self, target: ast.Attribute, value: Any, names: Names) -> None:
        """`model.trainable = False`; a layer remembers it, so that it is named like any argument of a layer."""
        on = self.known(target.value, names)
        if isinstance(on, Space):
            on[target.attr] = value
            return
        if not (self.is_model(on) or is_layer(on)):
            return
        if target.attr == "trainable":
            for call in on.calls if isinstance(on, PastedModel) else [on]:
                if call.kind not in INPUTS:
                    call.named["trainable"] = value
        elif target.attr not in READS or target.attr in {"kernel", "bias", "weights", "call", "output", "input"}:
            raise RecipeError(
                f"{where(target)}: {source_of(target)} is set after the layer was made, which is not "
                "followed here. Give it to the layer, in its brackets."
            )

    def sequential(self, node: ast.Call, names: Names) -> PastedModel:
        given = [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "layers")]
        if any(isinstance(one, ast.Starred) for one in node.args) or any(one.arg is None for one in node.keywords):
            raise RecipeError(
                f"{where(node)}: keras.Sequential has arguments behind a star. Write the layers out, in brackets."
            )
        is_empty = not given or (isinstance(given[0], ast.Constant) and given[0].value is None)
        model = self.keep(self.bounded(PastedModel([] if is_empty else self.layers(given[0], names)), node))
        self._frozen(model, node, names)
        self.followed.add(id(node))
        return model

    def _frozen(self, model: PastedModel, node: ast.Call, names: Names) -> None:
        for keyword in node.keywords:
            if keyword.arg == "trainable":
                for call in model.calls:
                    call.named["trainable"] = self.known(keyword.value, names)

    def functional(self, node: ast.Call, names: Names) -> PastedModel:
        plain, named = self.arguments(node, names)
        named = dict(zip(("inputs", "outputs"), plain, strict=False)) | named
        begin, end = _only(named.get("inputs")), _only(named.get("outputs"))
        if not isinstance(end, PastedModel) or not isinstance(begin, PastedModel):
            raise RecipeError(
                f"{where(node)}: not everything from the input of this model to its output is a layer, one behind the "
                "other, as they stand in Fitboard. Paste a model without branches, and with a layer for each step."
            )
        self.budget.spend(len(begin.calls) + len(end.calls) + len(end.within))
        before = [call for call in begin.calls if call.kind not in INPUTS]
        calls = [call for call in end.calls if not before or call.kind not in INPUTS]
        if len(before) > len(calls) or any(one is not other for one, other in zip(before, calls, strict=False)):
            raise RecipeError(
                f"{where(node)}: the output of this model does not come from its input. Give it the input that its "
                "first layer was called on."
            )
        model = self.keep(PastedModel(calls[len(before) :]))
        for part in end.within:
            part.used = True
        self._frozen(model, node, names)
        self.followed.add(id(node))
        return model

    def chain(self, layer: Call | PastedModel, node: ast.Call, names: Names) -> PastedModel:
        plain, named = self.arguments(node, names)
        if isinstance(layer, Call) and layer.kind in TWICE:
            plain, named = self._looked_up(layer, plain, named, node)
        elif isinstance(layer, Call):
            plain = _one_way(layer, plain, node)
        before = _only(plain[0] if plain else named.get("inputs"))
        if not isinstance(before, PastedModel) or len(plain) > 1 or not named.keys() <= {"training", "inputs"}:
            raise UnknownError
        if training := named.get("training"):
            said = training if isinstance(training, bool | int) else "..."
            self.notes.append(f"{where(node)}: training={said} is left out, since Fitboard does not have it.")
        behind = [call for call in self._parts(layer) if call.kind not in INPUTS]
        within = (*before.within, layer) if isinstance(layer, PastedModel) else before.within
        self.budget.spend(len(before.calls) + len(within))
        self.followed.add(id(node))
        return self.bounded(PastedModel([*before.calls, *behind], within=within), node)

    def _looked_up(
        self, layer: Call, plain: list[Any], named: dict[str, Any], node: ast.AST
    ) -> tuple[list[Any], dict[str, Any]]:
        """`attention(x, x)` as if it were called on one `x`."""
        given = dict(zip(ASKED, plain, strict=False)) | named
        given = {word: value for word, value in given.items() if value is not None and value is not False}
        inputs = [_only(given.pop(word)) for word in ASKED if word in given]
        if not inputs or any(isinstance(one, Unknown) for one in inputs) or len(plain) > len(ASKED):
            raise UnknownError
        if len(inputs) == 1 or not all(isinstance(one, PastedModel) for one in inputs) or not _same(inputs):
            raise RecipeError(
                f"{where(node)}: {layer.kind} is not called on the same thing twice, as in (x, x). Here it looks at "
                "what arrives, and at nothing else."
            )
        if given.pop("use_causal_mask", False):
            self.notes.append(f"{where(node)}: use_causal_mask=True is left out, since Fitboard does not have it.")
        if others := given.keys() - {"training"}:
            raise RecipeError(
                f"{where(node)}: {layer.kind} is called with {clip(min(others))}, which Fitboard does not have. Leave "
                "it out."
            )
        self.attended.add(id(layer))
        return inputs[:1], given

    def combined(self, node: ast.BinOp, left: Any, right: Any) -> Any:
        if isinstance(left, PastedModel) and isinstance(right, PastedModel):
            raise RecipeError(f"{where(node)}: {source_of(node)} {JOINS}")
        return super().combined(node, left, right)

    def layer(self, node: ast.expr, names: Names) -> list[Call]:
        """One layer, or those of a model that is put in its place."""
        value = self.known(node, names)
        if isinstance(value, Call | PastedModel):
            return self._parts(value)
        raise RecipeError(f"{where(node)}: {source_of(node)} is not a layer written out. Write it out.")

    def _parts(self, value: Call | PastedModel) -> list[Call]:
        if isinstance(value, Call):
            return [value]
        self.budget.spend(len(value.calls))
        value.used = True
        return list(value.calls)

    def layers(self, node: ast.expr, names: Names) -> list[Call]:
        """The layers of a list, which may be put together of several."""
        if isinstance(node, ast.List | ast.Tuple):
            found: list[Call] = []
            for one in node.elts:
                found += self.layers(one.value, names) if isinstance(one, ast.Starred) else self.layer(one, names)
                self.bounded(PastedModel(found), one)
            return found
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self.layers(node.left, names) + self.layers(node.right, names)
        value = self.known(node, names)
        value = value.taken() if isinstance(value, Once) else value
        if isinstance(value, list | tuple) and all(isinstance(one, Call | PastedModel) for one in value):
            return [call for one in value for call in self._parts(one)]
        raise RecipeError(
            f"{where(node)}: keras.Sequential is not given a list of layers in brackets here. Write the layers out."
        )

    @staticmethod
    def bounded(model: PastedModel, node: ast.AST) -> PastedModel:
        """The model, unless it has grown beyond all that could be used."""
        if len(model.calls) > MOST_PARTS or len(model.within) > MOST_PARTS:
            raise RecipeError(f"{where(node)}: this model has too many layers. Paste a smaller one.")
        return model


def _one_way(layer: Call, plain: list[Any], node: ast.AST) -> list[Any]:
    """What a layer is called on, if that is one thing, however often it is named.

    Raises:
        RecipeError: it joins several.
    """
    whole = plain[0] if len(plain) == 1 and isinstance(plain[0], list | tuple) else plain
    if len(whole) < 2 or not all(isinstance(one, PastedModel) for one in whole):
        return plain
    if layer.kind in Layer.registry or not _same(whole):
        raise RecipeError(f"{where(node)}: {shorten(layer.kind)} {JOINS}")
    return [whole[0]]  # a layer that is not to be had here: that is said of it, by its name


def _same(ways: Sequence[PastedModel]) -> bool:
    """Whether ways through the model went through the very same layers."""
    return all(list(map(id, one.calls)) == list(map(id, ways[0].calls)) for one in ways)


def _only(value: Any) -> Any:
    """What stands alone in brackets."""
    if isinstance(value, dict):
        value = list(value.values())
    return value[0] if isinstance(value, list | tuple) and len(value) == 1 else value
