"""The layers of a model in a Python text. It is interpreted here by its syntax tree, and never run.

Followed are names, sums, lists, dictionaries and classes of settings, `for` over what is known, `if` that can be
decided, functions of the text itself, models in models, and layers called one after the other. Whatever else may
change the model is refused with its line; what has nothing to do with the model is left out, and what it sets is
unknown from then on.
"""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from trainer.keras_code import signatures
from trainer.keras_code.limits import Budget
from trainer.keras_code.models import KerasModels, Model, Tensor, is_layer
from trainer.keras_code.source_model import (
    MODELS,
    Call,
    SourceModel,
    is_layer_name,
    source_model,
    usual_name,
)
from trainer.keras_code.values import (
    FUNCTIONS,
    MAX_PARTS,
    UNKNOWN,
    Reference,
    Unknown,
    combined,
    function,
    holds,
    is_number,
    is_plain,
    part,
    source_of,
    truth,
    weight,
)
from trainer.keras_code.wording import message, refusal
from trainer.recipe.spec import RecipeError, shorten

STEPS = 10
"""Of the budget for each line and each expression that is followed."""
MAX_CALLS = 25
"""Of functions that call functions, one inside the other."""
MAX_LOOP = 10_000
"""Parts of lines that a loop may go through; a longer one is left out, or refused if it matters."""
KERAS = frozenset({"keras", "tensorflow", "tf_keras"})
"""Packages whose layers are Keras's."""
READS = frozenset(
    """
    _name adapt bias build built call compile compute_output_shape count_params dtype evaluate
    evaluate_generator export fit fit_generator get_config get_vocabulary get_weights history input input_shape
    inputs kernel load_weights loss losses metrics metrics_names name non_trainable_variables
    non_trainable_weights optimizer output output_shape outputs predict predict_generator predict_on_batch
    reset_metrics reset_states save save_weights set_weights shape stop_training summary test_on_batch to_json
    train_on_batch trainable trainable_variables trainable_weights variables vocabulary_size weights
    """.split()  # noqa: SIM905 - a list literal would take a line for each
)
"""What a model or a layer has, or can do, that leaves its layers and their settings as they are."""
HARMLESS = frozenset(
    """
    append array clone_model copy count count_params debug dict display dump enumerate evaluate export
    export_model fit float format from_config from_keras_model get graph_view hasattr id index info int
    isinstance items keys layered_view len list log_model model_to_dot plot_model pprint predict print repr save
    save_model show str summary to_file type values view write zip
    """.split()  # noqa: SIM905 - a list literal would take a line for each
)
"""Functions that leave a model as it is, and lists too; so does whatever begins with a capital letter."""
RUNS_CODE = frozenset({"exec", "eval", "globals", "locals"})
"""Functions that can set any name."""
ACTIVATIONS = frozenset({"relu", "sigmoid", "softmax", "tanh", "elu", "selu", "silu", "swish", "softplus", "softsign"})
"""Functions of tensors that are the activations of those names in each of these modules."""
ACTIVATION_MODULES = frozenset({"nn", "math", "activations", "ops", "backend", "K", "tf"})
Names = ChainMap[str, Any]
Definition = ast.FunctionDef | ast.Lambda | ast.ClassDef
_NOT_FOLLOWED = ast.AsyncFunctionDef | ast.ClassDef | ast.Yield | ast.YieldFrom | ast.Global | ast.Nonlocal


@dataclass(frozen=True, eq=False)
class Function:
    """A function of the text, or a class, with the names that it sees."""

    node: Definition
    names: Names
    defaults: dict[str, Any]
    is_followed: bool


class Settings(dict[str, Any]):
    """What a class of settings holds: `class Config: units = 64`."""


@dataclass(frozen=True)
class Partial:
    """A layer's class with some of its arguments: `partial(Conv2D, padding="same")`."""

    kind: str
    plain: tuple[Any, ...]
    named: dict[str, Any]


class ReturnedError(Exception):
    """A function returns; its only argument is the value."""


class LostError(Exception):
    """Only a running program could tell which line comes next: whether it returns there, or goes on."""


class TouchedError(Exception):
    """Lines that are not followed may make or change a model; its only argument is the part that does."""


def read_python(tree: ast.Module, budget: Budget) -> SourceModel:
    """Read the layers of the one model of a program.

    Raises:
        RecipeError: there is no model or several, or one that cannot be told without running the program.
    """
    reader = Interpreter(budget)
    reader.read(_completed(tree))
    models = [model for model in reader.keras.made if not model.is_part]
    if not models:
        raise _no_model(tree)
    if len(models) > 1:
        raise refusal("several_models")
    return source_model(models[0].calls, reader.keras.all_notes(models[0]))


def _completed(tree: ast.Module) -> ast.Module:
    """The text; if only a part of a program was pasted, with the line in which its model begins."""
    if any(isinstance(node, ast.Call) and _name_of(node.func) in MODELS for node in ast.walk(tree)):
        return tree
    rows = [line.value for line in tree.body if isinstance(line, ast.Expr)]
    layers = [one for row in rows for one in (row.elts if isinstance(row, ast.List | ast.Tuple) else [row])]
    layers = [one for one in layers if not isinstance(one, ast.Constant)]  # a text in quotes says something about them
    rest = [line for line in tree.body if not isinstance(line, ast.Expr)]
    if layers and all(isinstance(one, ast.Call) and is_layer_name(usual_name(_name_of(one.func))) for one in layers):
        whole = ast.Call(ast.Name("Sequential", ast.Load()), [ast.List(layers, ast.Load())], [])
        return ast.Module([*rest, _at(ast.Expr(whole), layers[0])], [])
    set_names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for row in rows:
        match row:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="add")) if name not in set_names:
                begins = ast.Assign([ast.Name(name, ast.Store())], ast.Call(ast.Name("Sequential", ast.Load()), [], []))
                return ast.Module([_at(begins, row), *tree.body], [])
    return tree


def _at(line: ast.stmt, place: ast.AST) -> ast.stmt:
    return ast.fix_missing_locations(ast.copy_location(line, place))


def _no_model(tree: ast.Module) -> RecipeError:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(_name_of(base) in MODELS for base in node.bases):
            return refusal("model_class", node, name=shorten(node.name))
    return refusal("not_keras")


class Interpreter:
    """Goes through a program, line by line, as far as that is possible without running it.

    Values are numbers, words, lists, tuples, dictionaries and ranges; layers (`Call`), models and tensors; functions;
    and `Unknown`. Working out an expression ends in a value and does all that the expression does, or is refused.
    """

    def __init__(self, budget: Budget) -> None:
        self.keras = KerasModels()
        self._budget = budget
        self._names: Names = ChainMap({"__name__": "__main__"})
        self._functions: list[Function] = []
        self._running: list[Function] = []
        self._old: dict[int, Any] = {}
        """Lists and dictionaries, by `id`, that have been changed since: whoever still holds one does not know it."""

    def read(self, tree: ast.Module) -> None:
        """Go through the whole program; if it makes no model, also through its functions that do."""
        try:
            self.run(tree.body, self._names)
            for one in [] if self.keras.made else list(self._functions):
                calls = [part for part in ast.walk(one.node) if isinstance(part, ast.Call)]
                if isinstance(one.node, ast.FunctionDef) and any(_name_of(call.func) in MODELS for call in calls):
                    self._run_function(one, [], {}, one.node)
        except (ReturnedError, LostError):  # `return` or `break` outside of a function or a loop
            raise refusal("not_keras") from None

    # Lines

    def run(self, lines: Iterable[ast.stmt], names: Names) -> None:
        """Go through some lines in order."""
        for line in lines:
            self._budget.spend(STEPS)
            self._line(line, names)

    def _line(self, line: ast.stmt, names: Names) -> None:
        match line:
            case ast.Assign():
                self._assign(line.targets, self.value(line.value, names), names)
            case ast.AnnAssign(value=ast.expr() as written):
                self._assign([line.target], self.value(written, names), names)
            case ast.AugAssign(target=ast.Name(id=name)):
                self._grow(line, name, names)
            case ast.Expr():
                self.value(line.value, names)
            case ast.FunctionDef():
                names[line.name] = self._define(line, names)
            case ast.ClassDef():
                names[line.name] = self._class(line, names)
            case ast.Return():
                raise ReturnedError(None if line.value is None else self.value(line.value, names))
            case ast.For() | ast.If() | ast.With() | ast.Try():
                self._block(line, names)
            case ast.Raise():
                raise refusal("stops_here", line)
            case ast.Import() | ast.ImportFrom():
                self._import(line, names)
            case _:
                self.leave_out([line], names)

    def _class(self, line: ast.ClassDef, names: Names) -> Settings | Function:
        """A class that only holds values; another one is looked through when it is called."""
        inside = names.new_child()
        if not line.bases and all(isinstance(one, ast.Assign | ast.AnnAssign | ast.Expr) for one in line.body):
            self.run(line.body, inside)
            return Settings(inside.maps[0])
        self.leave_out([one for one in line.body if not isinstance(one, ast.FunctionDef)], inside)
        return self._define(line, names)

    @staticmethod
    def _import(line: ast.Import | ast.ImportFrom, names: Names) -> None:
        module = line.module if isinstance(line, ast.ImportFrom) else "keras"
        is_keras = (module or "").split(".")[0] in KERAS
        for one in line.names:
            is_other = not is_keras and (is_layer_name(usual_name(one.name)) or one.name in MODELS)
            names[one.asname or one.name.split(".")[0]] = UNKNOWN if is_other else Reference(one.name)

    def _block(self, line: ast.For | ast.If | ast.With | ast.Try, names: Names) -> None:
        match line:
            case ast.For():
                self._for(line, names)
            case ast.If():
                decided = truth(self.value(line.test, names))
                if decided is None:
                    self.leave_out([*line.body, *line.orelse], names)
                else:
                    self.run(line.body if decided else line.orelse, names)
            case ast.With():
                for item in line.items:
                    self.value(item.context_expr, names)
                    self._assign([item.optional_vars] if item.optional_vars else [], UNKNOWN, names)
                self.run(line.body, names)
            case ast.Try():  # no error is taken to happen
                with suppress(LostError):
                    self.leave_out([one for handler in line.handlers for one in handler.body], names)
                self.run([*line.body, *line.orelse, *line.finalbody], names)

    def _for(self, line: ast.For, names: Names) -> None:
        over: list[Any] = []
        rounds = self._rounds(line.iter, names, over)
        size = sum(1 for one in line.body for _ in ast.walk(one))
        self._budget.spend(size)
        jumps = any(isinstance(one, ast.Break | ast.Continue) for one in ast.walk(line))
        if rounds is None or jumps or size * len(rounds) > MAX_LOOP:
            self.leave_out([line], names)
            return
        try:
            for value in rounds:
                self._assign([line.target], value, names)
                self.run(line.body, names)
                if any(id(one) in self._old for one in over):
                    raise refusal("changed_in_use", line, text=source_of(line.iter))
        except LostError:
            self.leave_out([line], names)
            return
        self.run(line.orelse, names)

    # What lines set

    def _assign(self, targets: Sequence[ast.expr], value: Any, names: Names) -> None:
        for target in targets:
            match target:
                case ast.Name():
                    names[target.id] = value
                case ast.Tuple() | ast.List():
                    is_whole = isinstance(value, list | tuple) and len(value) == len(target.elts)
                    for place, one in enumerate(target.elts):
                        is_known = is_whole and not any(isinstance(one, ast.Starred) for one in target.elts)
                        self._assign([one], value[place] if is_known else UNKNOWN, names)
                case ast.Attribute():
                    self._set(target, value, names)
                case ast.Subscript(value=ast.Name(id=name)) if isinstance(names.get(name), dict):
                    self._replace(name, self.value(target.slice, names), value, names)
                case _:
                    self.leave_out([target], names)

    def _replace(self, name: str, place: Any, value: Any, names: Names) -> None:
        """`settings["units"] = 64`."""
        whole = names[name]
        if id(whole) not in self._old and is_plain(place):
            self._rebind(name, whole | {place: value}, names)
        else:
            self._forget(whole)

    def _rebind(self, name: str, value: Any, names: Names) -> None:
        """Put what a list has become in its place, wherever the name was set; whoever holds the old one is behind."""
        scope = next(scope for scope in names.maps if name in scope)
        self._old[id(scope[name])] = scope[name]
        scope[name] = self._light(value)

    def _grow(self, line: ast.AugAssign, name: str, names: Names) -> None:
        """`n += 1`; a list that grows is not the same list any more for whoever else holds it."""
        before, more = names.get(name, UNKNOWN), self.value(line.value, names)
        if isinstance(before, list | dict):
            self._forget(before)
            more = list(more) if isinstance(before, list) and isinstance(more, tuple) else more
        names[name] = self._light(combined(line.op, before, more))

    def _set(self, target: ast.Attribute, value: Any, names: Names) -> None:
        """`model.trainable = False`."""
        on = self.value(target.value, names)
        self._forget(on)
        is_known = isinstance(on, Model) or is_layer(on)
        if target.attr == "trainable" and is_known:
            self.keras.set_trainable(on, value)
        elif is_known or (target.attr == "trainable" and isinstance(on, Unknown)):
            raise refusal("set_afterwards", target, text=source_of(target))

    def _forget(self, value: Any) -> None:
        """Whoever still holds this list, or one in it, does not know it any more."""
        self._budget.spend()
        if isinstance(value, list | dict):
            self._old[id(value)] = value
        if isinstance(value, list | dict | tuple):
            for one in value.values() if isinstance(value, dict) else value:
                self._forget(one)

    def _light(self, value: Any) -> Any:
        """The value, unless it holds more than all that could be used."""
        parts = weight(value)
        self._budget.spend(min(parts, MAX_PARTS))
        return value if parts <= MAX_PARTS else UNKNOWN

    # Expressions

    def value(self, node: ast.expr, names: Names) -> Any:
        """What an expression is worth, once it has done what it does."""
        self._budget.spend(STEPS)
        found = self._value(node, names)
        return Unknown(node) if isinstance(found, Unknown) or id(found) in self._old else found

    def _value(self, node: ast.expr, names: Names) -> Any:  # noqa: C901 - one case for each kind of expression
        match node:
            case ast.Constant():
                return node.value
            case ast.Name():
                return names.get(node.id, UNKNOWN)
            case ast.List():
                return self._light(self._elements(node.elts, names))
            case ast.Tuple():
                return self._light(tuple(self._elements(node.elts, names)))
            case ast.Dict():
                return self._dictionary(node, names)
            case ast.UnaryOp(op=ast.USub()):
                value = self.value(node.operand, names)
                return -value if is_number(value) else UNKNOWN
            case ast.UnaryOp(op=ast.Not()):
                decided = truth(self.value(node.operand, names))
                return UNKNOWN if decided is None else not decided
            case ast.BinOp():
                left, right = self.value(node.left, names), self.value(node.right, names)
                if isinstance(left, Tensor) and isinstance(right, Tensor):
                    raise refusal("joins", node, text=source_of(node))
                return self._light(combined(node.op, left, right))
            case ast.BoolOp() | ast.IfExp() | ast.Compare():
                return self._decision(node, names)
            case ast.Subscript():
                return self._light(part(self.value(node.value, names), self._place(node.slice, names)))
            case ast.ListComp(generators=[ast.comprehension() as loop]):
                return self._comprehension(node.elt, loop, names.new_child())
            case ast.Attribute():
                return self._attribute(node, names)
            case ast.Call():
                return self._call(node, names)
            case ast.Lambda():
                return self._define(node, names)
        return self.leave_out([node], names)

    def _elements(self, nodes: Sequence[ast.expr], names: Names) -> list[Any]:
        found: list[Any] = []
        for one in nodes:
            rounds = self._rounds(one.value, names, []) if isinstance(one, ast.Starred) else [self.value(one, names)]
            found += [Unknown(one)] if rounds is None else rounds
            self._budget.spend(0 if rounds is None else len(rounds))
        return found

    def _dictionary(self, node: ast.Dict, names: Names) -> Any:
        found: dict[Any, Any] = {}
        is_known = len(node.keys) <= MAX_PARTS  # before there are many that hash alike
        for key, one in zip(node.keys, node.values, strict=True):
            word = None if key is None else self.value(key, names)
            value = self.value(one, names)
            if is_known and (isinstance(value, dict) if key is None else is_plain(word)):
                found |= value if key is None else {word: value}
            else:
                is_known = False
        return self._light(found) if is_known else UNKNOWN

    def _decision(self, node: ast.BoolOp | ast.IfExp | ast.Compare, names: Names) -> Any:
        """An expression of which only a part may be worked out."""
        match node:
            case ast.IfExp():
                decided = truth(self.value(node.test, names))
                if decided is None:
                    return self.leave_out([node.body, node.orelse], names)
                return self.value(node.body if decided else node.orelse, names)
            case ast.BoolOp():
                for place, one in enumerate(node.values[:-1], start=1):
                    value = self.value(one, names)
                    decided = truth(value)
                    if decided is None:
                        return self.leave_out(node.values[place:], names)
                    if decided == isinstance(node.op, ast.Or):
                        return value
                return self.value(node.values[-1], names)
            case ast.Compare():
                left = self.value(node.left, names)
                for place, (test, one) in enumerate(zip(node.ops, node.comparators, strict=True), start=1):
                    right = self.value(one, names)
                    decided = holds(test, left, right)
                    if decided is None:
                        return self.leave_out(node.comparators[place:], names)
                    if not decided:
                        return False
                    left = right
                return True

    def _place(self, node: ast.expr, names: Names) -> Any:
        if not isinstance(node, ast.Slice):
            return self.value(node, names)
        ends = [None if end is None else self.value(end, names) for end in (node.lower, node.upper, node.step)]
        return slice(*ends) if all(end is None or isinstance(end, int) for end in ends) else UNKNOWN

    def _comprehension(self, element: ast.expr, loop: ast.comprehension, names: Names) -> Any:
        over: list[Any] = []
        found: list[Any] = []
        rounds = self._rounds(loop.iter, names, over)
        for value in rounds or ():
            self._assign([loop.target], value, names)
            tests = [truth(self.value(test, names)) for test in loop.ifs]
            if None in tests or any(id(one) in self._old for one in over):
                rounds = None
                break
            if all(tests):
                found.append(self.value(element, names))
        return self.leave_out([*loop.ifs, element], names) if rounds is None else self._light(found)

    def _rounds(self, node: ast.expr, names: Names, over: list[Any]) -> Sequence[Any] | None:
        """What a loop goes over; None if that is not known, or too much. The lists in it are added to `over`."""
        match node:
            case ast.Call(func=ast.Name(id="zip" | "enumerate" | "reversed" as name)) if name not in names:
                return self._together(name, node, names, over)
        value = self.value(node, names)
        over.append(value)
        return list(value) if isinstance(value, list | tuple | range | dict) and len(value) <= MAX_PARTS else None

    def _together(self, name: str, node: ast.Call, names: Names, over: list[Any]) -> Sequence[Any] | None:
        """What `zip`, `enumerate` and `reversed` go over."""
        rows = [self._rounds(one, names, over) for one in (node.args if name == "zip" else node.args[:1])]
        rest = [*node.args[len(rows) :], *(keyword.value for keyword in node.keywords)]
        begin = [self.value(one, names) for one in rest]
        if not rows or len(begin) > (name == "enumerate") or not all(isinstance(one, int) for one in begin):
            return None
        known = [row for row in rows if row is not None]
        if len(known) < len(rows):
            return None
        if name == "zip":
            return list(zip(*known, strict=False))
        return known[0][::-1] if name == "reversed" else list(enumerate(known[0], *begin))

    def _attribute(self, node: ast.Attribute, names: Names) -> Any:
        if self._imported(node.value, names) is not None:
            return Reference(node.attr)  # keras.activations.relu
        owner = self.value(node.value, names)
        if isinstance(owner, Settings):
            return owner.get(node.attr, UNKNOWN)
        if isinstance(owner, Model) and node.attr == "layers":
            self._budget.spend(len(owner.parts))
            return owner.layers
        if isinstance(owner, Model) and node.attr not in READS:
            raise refusal("unknown_function", node, name=shorten(node.attr))
        self._forget(owner)  # a list whose method is called later, under another name
        return UNKNOWN

    def _imported(self, node: ast.expr, names: Names) -> str | None:
        """The last name of something that is not made in the text: `Dense` of `keras.layers.Dense`; else None."""
        if isinstance(node, ast.Attribute):
            return None if self._imported(node.value, names) is None else node.attr
        found = names.get(node.id, Reference(node.id)) if isinstance(node, ast.Name) else None
        return str(found) if isinstance(found, Reference) else None

    # Calls

    def _call(self, node: ast.Call, names: Names) -> Any:
        imported = self._imported(node.func, names)
        if imported is not None:
            return self._call_imported(imported, node, names)
        if isinstance(node.func, ast.Attribute):
            owner = self.value(node.func.value, names)
            return self._method(owner, node.func, node, names)
        called = self.value(node.func, names)
        plain, named = self._arguments(node, names)
        match called:
            case Function():
                return self._run_function(called, plain, named, node)
            case Call() | Model():
                return self.keras.apply(called, plain, named, node)
            case Settings() if not plain and not named:
                return called
            case Partial():
                return self._made(called.kind, [*called.plain, *plain], called.named | named, node)
        return self._unknown(_name_of(node.func), [*plain, *named.values()], node)

    def _arguments(self, node: ast.Call, names: Names) -> tuple[list[Any], dict[str, Any]]:
        """What a call is given, without and with names, and with what stands behind a star if that is known."""
        plain = self._elements(node.args, names)
        named: dict[str, Any] = {}
        for keyword in node.keywords:
            value = self.value(keyword.value, names)
            is_known = isinstance(value, dict) and all(isinstance(name, str) for name in value)
            named |= value if keyword.arg is None and is_known else {keyword.arg or "**": value}
        self._budget.spend(len(named))
        return plain, named

    def _method(self, on: Any, func: ast.Attribute, node: ast.Call, names: Names) -> Any:
        plain, named = self._arguments(node, names)
        given, name = [*plain, *named.values()], func.attr
        if isinstance(on, Model) and name == "add" and len(given) == 1:
            self.keras.add(on, given[0], node.args[0] if node.args else node)
        elif isinstance(on, Model) and name == "pop" and not given and on.layers and not on.is_part:
            on.parts.pop()
        elif isinstance(on, Model) or is_layer(on):
            if name not in READS:
                raise refusal("unknown_function", node, name=shorten(name))
            self._note(name, node)
            if isinstance(on, Model) and name == "build" and given and isinstance(given[0], list | tuple):
                on.parts[:0] = [Call("InputLayer", (), {"batch_shape": given[0]})]
        elif isinstance(on, list) and isinstance(func.value, ast.Name) and (grown := _grown(on, name, given)):
            self._rebind(func.value.id, grown, names)
        elif isinstance(on, dict) and name in {"keys", "values", "items"} and not given:
            return list(getattr(on, name)())
        elif isinstance(on, dict) and name == "get" and len(plain) in {1, 2} and is_plain(plain[0]) and not named:
            return on.get(*plain)
        else:
            if name not in HARMLESS or isinstance(on, list):
                self._forget(on)
            return self._unknown(name, given, node)
        return None

    def _note(self, name: str, node: ast.Call) -> None:
        """Say what a method of a model sets that is not part of its layers."""
        keywords = {keyword.arg for keyword in node.keywords}
        if name == "compile" and (node.args or keywords & {"optimizer", "loss", None}):
            self.keras.notes.append(message("compiled"))
        if name in {"load_weights", "set_weights"}:
            self.keras.note("weights_loaded", node)

    def _call_imported(self, name: str, node: ast.Call, names: Names) -> Any:
        """What a call of something that is not in the text gives back."""
        plain, named = self._arguments(node, names)
        if name == "Sequential":
            if named.keys() - {"layers", "name"} or any(isinstance(one, Unknown) and one.is_starred for one in plain):
                raise refusal("no_list", node)
            layers = [*plain, named.get("layers")][0]
            return self.keras.sequential([] if layers is None else layers, node, node.args[0] if node.args else None)
        if name in MODELS:
            return self.keras.functional(plain, named, node)
        if name == "partial" and plain and isinstance(plain[0], Reference):
            return Partial(str(plain[0]), tuple(plain[1:]), named)
        if isinstance(node.func, ast.Name) and name in FUNCTIONS and node.func.id not in names:
            return self._light(function(name, plain, named))
        module = _name_of(node.func.value) if isinstance(node.func, ast.Attribute) else ""
        if name in ACTIVATIONS and module in ACTIVATION_MODULES and len(plain) == 1 and isinstance(plain[0], Tensor):
            return Tensor((*plain[0].parts, Call("Activation", (name,), {})))
        if name[:1].isupper() or signatures.squeezed(name) in signatures.words() or name in {"l1", "l2", "l1_l2"}:
            return self._made(name, plain, named, node)
        return self._unknown(name, [*plain, *named.values()], node)

    def _made(self, kind: str, plain: Sequence[Any], named: dict[str, Any], node: ast.Call) -> Any:
        """A layer, or something that a layer is given; a model or a function is no setting."""
        made = Model | Tensor | Function | Partial
        call = Call(
            usual_name(kind),
            tuple(Unknown(node) if isinstance(one, made) else one for one in plain),
            {name: Unknown(node) if isinstance(one, made) else one for name, one in named.items()},
            node.lineno,
        )
        if isinstance(self._light(call), Unknown):
            raise refusal("too_many_parts", node)
        return Tensor((call,)) if call.kind == "Input" else call

    def _unknown(self, name: str, given: Iterable[Any], node: ast.Call) -> Unknown:
        """A call of something that may change what it is given."""
        for one in () if _is_harmless(name) else [*given, None]:
            if self._is_live(one) or name in RUNS_CODE:
                why = "add_to_unknown" if name == "add" else "unknown_function"
                raise refusal(why, node, name=shorten(name or source_of(node.func)))
            self._forget(one)
        return UNKNOWN

    def _is_live(self, value: Any) -> bool:
        """Whether it is a model or a layer, holds one, or is a function that makes or changes one."""
        self._budget.spend()
        if isinstance(value, list | tuple | dict):
            return any(map(self._is_live, value.values() if isinstance(value, dict) else value))
        if isinstance(value, Function):
            try:
                self._look_into(value)
            except TouchedError:
                return True
        return isinstance(value, Model) or is_layer(value)

    def _define(self, node: Definition, names: Names) -> Function:
        """A function, with what stands for arguments that are not given, which Python works out now."""
        defaults: dict[str, Any] = {}
        if not isinstance(node, ast.ClassDef):
            given, last = [*node.args.posonlyargs, *node.args.args], node.args.defaults
            in_order = zip(given[len(given) - len(last) :], last, strict=True)
            by_name = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
            defaults = {one.arg: self.value(value, names) for one, value in [*in_order, *by_name] if value is not None}
        parts = list(ast.walk(node))
        self._budget.spend(len(parts))
        is_followed = not any(isinstance(one, _NOT_FOLLOWED) for one in parts)
        self._functions.append(
            Function(node, names, defaults, is_followed and not getattr(node, "decorator_list", None))
        )
        return self._functions[-1]

    def _run_function(self, called: Function, plain: Sequence[Any], named: dict[str, Any], node: ast.AST) -> Any:
        """What a function of the text gives back."""
        self._budget.spend(STEPS)
        if len(self._running) == MAX_CALLS:
            raise refusal("too_many_calls", node)
        self._running.append(called)
        inside = _inside(called, plain, named)
        try:
            if called.is_followed and isinstance(called.node, ast.Lambda):
                return self.value(called.node.body, inside)
            if called.is_followed and isinstance(called.node, ast.FunctionDef):
                self.run(called.node.body, inside)
                return None
        except ReturnedError as back:
            return back.args[0]
        except LostError:
            pass
        finally:
            self._running.pop()
        with suppress(LostError):
            self.leave_out(_lines(called.node), inside)
        return UNKNOWN

    # What is left out

    def leave_out(self, nodes: Sequence[ast.AST], names: Names) -> Unknown:
        """Leave lines or expressions out of which nobody knows whether they run; what they set is unknown then.

        Raises:
            RecipeError: they may make or change a model.
            LostError: they may leave the function or the loop around them.
        """
        try:
            self._look_through(nodes, names)
        except TouchedError as touched:
            if isinstance(nodes[0], ast.For):
                raise refusal("loop", nodes[0], over=source_of(nodes[0].iter)) from None
            raise refusal("depends_on_run", touched.args[0]) from None
        if any(map(_leaves, nodes)):
            raise LostError
        return UNKNOWN

    def _look_through(self, nodes: Iterable[ast.AST], names: Names) -> None:
        """Make unknown whatever some lines may set.

        Raises:
            TouchedError: they may make or change a model.
        """
        for node in nodes:
            self._budget.spend()
            self._look_at(node, names)

    def _look_at(self, node: ast.AST, names: Names) -> None:
        match node:
            case ast.Name(ctx=ast.Load()):
                if self._is_live(names.get(node.id)):
                    raise TouchedError(node)
            case ast.Name():
                if isinstance(node.ctx, ast.Store) and isinstance(names.maps[0].get(node.id), Model):
                    raise TouchedError(node)
                names[node.id] = UNKNOWN
            case ast.Attribute(ctx=ast.Load()) if node.attr in READS:
                self._look_through(_aside(node.value), names)
            case ast.Compare():  # `model is None`
                self._look_through([one for side in (node.left, *node.comparators) for one in _aside(side)], names)
            case ast.Call():
                self._look_at_call(node, names)
            case ast.FunctionDef() | ast.ClassDef():
                names[node.name] = UNKNOWN
                self._look_through(node.body, _inside(Function(node, names, {}, False), [], {}))
            case _:
                self._look_at_parts(node, names)

    def _look_at_parts(self, node: ast.AST, names: Names) -> None:
        match node:
            case ast.AugAssign():
                self._forget(_root(node.target, names))
            case ast.Attribute() | ast.Subscript():
                if not isinstance(node.ctx, ast.Load) or isinstance(node, ast.Attribute):
                    self._forget(_root(node, names))
            case ast.Global(names=found) | ast.Nonlocal(names=found) | ast.NamedExpr(target=ast.Name(id=found)):
                for name in found if isinstance(found, list) else [found]:
                    for scope in names.maps:
                        self._budget.spend()
                        if isinstance(scope.get(name), Model):
                            raise TouchedError(node)
                        scope[name] = UNKNOWN
            case ast.alias():
                names[(node.asname or node.name).split(".")[0]] = UNKNOWN
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                names[name] = UNKNOWN
        self._look_through(ast.iter_child_nodes(node), names)

    def _look_into(self, called: Function) -> None:
        """Look through the lines of a function that may be called."""
        if called not in self._running:
            self._running.append(called)
            try:
                self._look_through(_lines(called.node), _inside(called, [], {}))
            finally:
                self._running.remove(called)

    def _look_at_call(self, node: ast.Call, names: Names) -> None:
        name, func = _name_of(node.func), node.func
        called = names.get(func.id) if isinstance(func, ast.Name) else None
        if name in RUNS_CODE or (name in MODELS and not isinstance(called, Unknown | Function)):
            raise TouchedError(node)
        given: list[ast.expr] = [*node.args, *(keyword.value for keyword in node.keywords)]
        if isinstance(func, ast.Attribute) and isinstance(_root(func.value, names), Model):
            self._note(name, node)
        if isinstance(called, Function):
            self._look_into(called)
        elif _is_harmless(name) or isinstance(called, Call | Model):  # or a layer that is called: flat(x)
            given = [left for one in given for left in _aside(one)]
        for one in given if not _is_harmless(name) else []:
            self._forget(_root(one, names))
        self._look_through([*given, *([] if isinstance(func, ast.Name) and called is not None else [func])], names)


def _grown(row: list[Any], name: str, given: list[Any]) -> list[Any] | None:
    """What a method makes of a list; None if it is not followed."""
    match name, given:
        case "append", [one]:
            return [*row, one]
        case "extend", [list() | tuple() as more]:
            return [*row, *more] or None
    return None


def _inside(called: Function, plain: Sequence[Any], named: dict[str, Any]) -> Names:
    """The names that a function sees when it is called so."""
    if isinstance(called.node, ast.ClassDef):
        return called.names.new_child()
    given = called.node.args
    in_order = [one.arg for one in (*given.posonlyargs, *given.args)]
    others = [one.arg for one in (*given.kwonlyargs, given.vararg, given.kwarg) if one is not None]
    local: dict[str, Any] = dict.fromkeys([*in_order, *others], UNKNOWN) | called.defaults
    if "**" in named or any(isinstance(one, Unknown) and one.is_starred for one in plain):
        return called.names.new_child(dict.fromkeys(local, UNKNOWN))
    local |= dict(zip(in_order, plain, strict=False))
    local |= {name: value for name, value in named.items() if name in local}
    if given.vararg is not None:
        local[given.vararg.arg] = tuple(plain[len(in_order) :])
    if given.kwarg is not None:
        local[given.kwarg.arg] = {name: value for name, value in named.items() if name not in local}
    return called.names.new_child(local)


def _lines(node: Definition) -> Sequence[ast.AST]:
    return [node.body] if isinstance(node, ast.Lambda) else node.body


def _leaves(line: ast.AST, *, in_loop: bool = False) -> bool:
    """Whether a line may leave the function, or the loop, around it."""
    if isinstance(line, ast.Return | ast.Break | ast.Continue):
        return isinstance(line, ast.Return) or not in_loop
    if isinstance(line, Definition | ast.AsyncFunctionDef | ast.expr):
        return False
    in_loop = in_loop or isinstance(line, ast.For | ast.While | ast.AsyncFor)
    return any(_leaves(one, in_loop=in_loop) for one in ast.iter_child_nodes(line))


def _aside(node: ast.expr) -> list[ast.expr]:
    """What is left to be looked at in something that is only read, such as `i` in `model.layers[i]`."""
    match node:
        case ast.Name():
            return []
        case ast.Attribute() if node.attr in READS | {"layers"}:
            return _aside(node.value)
        case ast.Subscript():
            return [*_aside(node.value), node.slice]
    return [node]


def _root(node: ast.expr, names: Names) -> Any:
    """What the first name of `rows[0].first` stands for."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return names.get(node.id) if isinstance(node, ast.Name) else None


def _name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_harmless(name: str) -> bool:
    return name in HARMLESS or name[:1].isupper()
