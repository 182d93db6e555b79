"""Whether lines that are not followed may make a model or change one, and what is known to do neither."""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from trainer.recipe.layers import Layer
from trainer.recipe.pasted.limits import Budget
from trainer.recipe.pasted.values import Names, Unknown, Values, source_of, where
from trainer.recipe.pasted.written import INPUTS, MADE_HERE, Call, usual
from trainer.recipe.spec import RecipeError

MODELS = {"Sequential", "Model", "Functional"}
TRAINED = {"load_weights", "set_weights"}
READS = frozenset(
    {"summary", "compile", "fit", "evaluate", "predict", "save", "export", "save_weights", "get_weights", "weights"}
    | {"count_params", "name", "_name", "dtype", "built", "input", "inputs", "output", "outputs", "input_shape", "call"}
    | {"output_shape", "to_json", "get_config", "history", "optimizer", "loss", "losses", "metrics", "metrics_names"}
    | {"trainable_weights", "non_trainable_weights", "trainable_variables", "non_trainable_variables", "variables"}
    | {"train_on_batch", "test_on_batch", "predict_on_batch", "fit_generator", "evaluate_generator", "reset_metrics"}
    | {"predict_generator", "reset_states", "stop_training", "build", "trainable", "adapt", "get_vocabulary", "kernel"}
    | {"vocabulary_size", "compute_output_shape", "bias", "shape", "get_build_config", "get_compile_config", *TRAINED}
)
"""What a model or a layer can be asked for, or can do, that leaves its layers and their settings as they are."""
HARMLESS = frozenset(
    {"print", "pprint", "display", "len", "type", "str", "repr", "id", "isinstance", "hasattr", "plot_model", "show"}
    | {
        "model_to_dot",
        "save_model",
        "save",
        "export_model",
        "layered_view",
        "export",
        "from_keras_model",
        "info",
        "list",
    }
    | {"clone_model", "log_model", "debug", "dump", "count_params", "append", "write", "format", "enumerate", "zip"}
    | {"from_config", "fit", "evaluate", "predict", "summary", "view", "graph_view", "to_file", "float", "int", "dict"}
)
"""Functions that a model can be given without being changed; so can whatever begins with a capital letter."""


@dataclass(eq=False)
class PastedModel:
    """A model, or what has come of an input so far."""

    calls: list[Call] = field(default_factory=list)
    is_whole: bool = False
    """It is a model, which can still change; what has come of an input cannot."""
    used: bool = False
    """It is part of another."""
    within: tuple[PastedModel, ...] = ()
    """The models that it went through, if it is what has come of an input."""


@dataclass(frozen=True, eq=False)
class Bound:
    """A method that has been asked for and not yet called: `model.add`."""

    on: Any
    name: str


@dataclass(frozen=True, eq=False)
class Function:
    """A function of the text, with the names that it sees and what its arguments are if nobody gives them."""

    node: ast.FunctionDef | ast.Lambda
    scope: Names
    defaults: dict[str, Any]


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def listed(tree: ast.Module) -> ast.Module:
    """The text; one that is nothing but the calls of layers, with or without commas, as the list that they stood in."""
    imports = [line for line in tree.body if isinstance(line, ast.Import | ast.ImportFrom)]
    lines = [line.value for line in tree.body if isinstance(line, ast.Expr)]
    written = [line for line in lines if not isinstance(line, ast.Constant)]
    parts = [part for line in written for part in (line.elts if isinstance(line, ast.Tuple) else [line])]
    if len(imports) + len(lines) < len(tree.body) or not parts:
        return tree
    if not all(isinstance(part, ast.Call) and _is_kind(usual(name_of(part.func))) for part in parts):
        return tree
    whole = ast.copy_location(ast.List(parts, ast.Load()), parts[0])
    return ast.Module([*imports, ast.copy_location(ast.Expr(whole), whole)], [])


def is_layer(value: object) -> bool:
    return isinstance(value, Call) and _is_kind(value.kind)


def _is_kind(name: str) -> bool:
    return name in Layer.registry or name in INPUTS or name in MADE_HERE


def changes_nothing(name: str) -> bool:
    """Whether a function leaves a model as it is that it is given."""
    return name in HARMLESS or name[:1].isupper()


def parameters(node: ast.FunctionDef | ast.Lambda) -> list[ast.arg]:
    given = node.args
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *(one for one in (given.vararg, given.kwarg) if one)]


class Touching(Values):
    """Knows the models that have been met, and what may change one."""

    def __init__(self, is_part: bool, budget: Budget) -> None:
        super().__init__(budget)
        self.models: list[PastedModel] = []
        self.is_part = is_part
        """Only a part was pasted: `model.add(...)` without where the model begins, or a list of layers."""

    def is_model(self, value: object) -> bool:
        """Whether it is a whole model, which can still change; what has come of an input cannot."""
        return isinstance(value, PastedModel) and value.is_whole

    def keep(self, model: PastedModel) -> PastedModel:
        """One more whole model of the text."""
        model.is_whole = True
        self.models.append(model)
        return model

    def precious(self, value: object) -> bool:
        """Whether it is a model or a layer, or holds one."""
        self.budget.spend()
        match value:
            case Bound():
                return self.precious(value.on)
            case Call() | PastedModel():
                return is_layer(value) or self.is_model(value)
            case list() | tuple():
                return any(self.precious(one) for one in value)
            case dict():
                return any(self.precious(one) for one in value.values())
        return False

    def lost(self, node: ast.expr, names: Names) -> None:
        if self.touched([node], names) is not None:
            raise RecipeError(
                f"{where(node)}: what comes of {source_of(node)} can be told only by running it, and the "
                "model may depend on it. Leave it out if it changes no layer, or write the layers out."
            )

    def touched(self, nodes: Iterable[ast.AST], names: Names, asked: frozenset[int] = frozenset()) -> ast.AST | None:
        """The first part of some lines that makes a model, or may change one; None if there is none."""
        for node in nodes:
            self.budget.spend()
            found = None if id(node) in self.followed else self._touched(node, names, asked)
            if found is not None:
                return found
        return None

    def _touched(self, node: ast.AST, names: Names, asked: frozenset[int]) -> ast.AST | None:
        match node:
            case ast.Name():
                value = names.get(node.id)
                is_changed = self.precious(value) if isinstance(node.ctx, ast.Load) else isinstance(value, PastedModel)
                return node if is_changed and not isinstance(node.ctx, ast.Del) else None
            case ast.Attribute() if node.attr in READS and isinstance(node.ctx, ast.Load):
                return self.touched(_aside(node.value), names, asked)
            case ast.Attribute(value=ast.Name(id=word)) if isinstance(node.ctx, ast.Store):
                return node if self.precious(names.get(word)) else None
            case ast.Compare():  # `model is None`
                return self.touched(
                    [left for one in (node.left, *node.comparators) for left in _aside(one)], names, asked
                )
            case ast.Call():
                return self._touched_by_call(node, names, asked)
        return self.touched(ast.iter_child_nodes(node), names, asked)

    def _touched_by_call(self, node: ast.Call, names: Names, asked: frozenset[int]) -> ast.AST | None:
        name, given = name_of(node.func), [*node.args, *(keyword.value for keyword in node.keywords)]
        called = names.get(name) if isinstance(node.func, ast.Name) else None
        if name in MODELS and not isinstance(called, Unknown):
            return node
        if self.is_part and name == "add" and isinstance(node.func, ast.Attribute) and unmet(node.func.value, names):
            return node
        if isinstance(called, Function):
            inside = ChainMap({one.arg: Unknown() for one in parameters(called.node)}, called.scope)
            body = called.node.body if isinstance(called.node, ast.FunctionDef) else [called.node.body]
            if id(called.node) not in asked and self.touched(body, inside, asked | {id(called.node)}) is not None:
                return node
        elif changes_nothing(name) or isinstance(called, Call | PastedModel):  # or a layer that is called: flat(x)
            given = [left for one in given for left in _aside(one)]
        func = [] if isinstance(node.func, ast.Name) and not isinstance(called, Bound) else [node.func]
        return self.touched([*func, *given], names, asked)


def _aside(node: ast.expr) -> list[ast.expr]:
    """What is left to be looked at in something that is only read, such as `i` in `model.layers[i]`."""
    match node:
        case ast.Name():
            return []
        case ast.Attribute() if node.attr in {*READS, "layers"}:
            return _aside(node.value)
        case ast.Subscript():
            return [*_aside(node.value), node.slice]
    return [node]


def unmet(node: ast.expr, names: Names) -> bool:
    """Whether it is a name that nothing has been said about."""
    return isinstance(node, ast.Name) and names.get(node.id) is None
