"""The layers of a model in a Python text. It is interpreted here by its syntax tree, and never run.

Followed are names, sums, lists, dictionaries, `for` over what is known, `if` that can be decided, functions of the
text itself, models in models, and layers called one after the other. Lists and dictionaries are Python's own, so that
whoever holds one sees it change. Everything else is left out: what it sets is unknown from then on, and so is each
list and dictionary that it mentions; where it mentions a model, or makes one, the text is refused with the line.
"""

from __future__ import annotations

import ast
import operator
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from inspect import Parameter, Signature
from typing import Any

from trainer.keras_code import signatures
from trainer.keras_code.limits import StepBudget
from trainer.keras_code.models import KerasModels, Model, Tensor, is_layer
from trainer.keras_code.source_model import MODELS, Call, SourceModel, is_layer_name, source_model, usual_name
from trainer.keras_code.values import (
    FUNCTIONS,
    MAX_PARTS,
    UNKNOWN,
    Reference,
    Unknown,
    combined,
    copied,
    function,
    holds,
    is_number,
    is_plain,
    part,
    tried,
    truth,
    weight,
)
from trainer.keras_code.wording import message, refusal
from trainer.messages import Message
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
RUNS_CODE = frozenset({"exec", "eval", "globals", "locals", "vars"})
"""Functions that can set any name."""
LOOPS: Mapping[str, Callable[..., Iterable[Any]]] = {"zip": zip, "enumerate": enumerate, "reversed": reversed}
ACTIVATION_MODULES = frozenset({"nn", "math", "activations", "ops", "backend", "K", "tf"})
"""Where functions of tensors have the names of the activations that they are."""
Names = ChainMap[str, Any]
_NOT_FOLLOWED = ast.AsyncFunctionDef | ast.ClassDef | ast.Yield | ast.YieldFrom | ast.Global | ast.Nonlocal


@dataclass(frozen=True, eq=False)
class Function:
    """A function or a class of the text, with the names that it sees."""

    node: ast.FunctionDef | ast.Lambda | ast.ClassDef
    names: Names
    signature: Signature | None = None
    """What it takes; None if it is not followed where it is called."""

    @property
    def lines(self) -> Sequence[ast.AST]:
        return [self.node.body] if isinstance(self.node, ast.Lambda) else self.node.body


@dataclass(frozen=True)
class Partial:
    """A layer's class with some of its arguments: `partial(Conv2D, padding="same")`."""

    kind: str
    plain: tuple[Any, ...]
    named: dict[str, Any]


class ReturnStatementError(Exception):
    """A function returns; its only argument is the value."""


class UndecidedExitError(Exception):
    """Only a running program could tell whether it leaves a function or a loop here."""


def read_python(tree: ast.Module, budget: StepBudget) -> SourceModel:
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
    return source_model(models[0].calls, [*_notes(tree), *reader.keras.all_notes(models[0])])


def _completed(tree: ast.Module) -> ast.Module:
    """The text; if only a part of a program was pasted, with the line in which its model begins."""
    if any(isinstance(node, ast.Call) and _name_of(node.func) in MODELS for node in ast.walk(tree)):
        return tree
    rows = [line.value for line in tree.body if isinstance(line, ast.Expr)]
    layers = [one for row in rows for one in (row.elts if isinstance(row, ast.List | ast.Tuple) else [row])]
    layers = [one for one in layers if not isinstance(one, ast.Constant)]  # a text in quotes says something about them
    if layers and all(isinstance(one, ast.Call) and is_layer_name(usual_name(_name_of(one.func))) for one in layers):
        rest = [line for line in tree.body if not isinstance(line, ast.Expr)]
        return ast.Module([*rest, ast.Expr(_sequential([ast.List(layers, ast.Load())], layers[0]))], [])
    set_names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for row in rows:
        match row:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="add")) if name not in set_names:
                begins = ast.Assign([ast.Name(name, ast.Store())], _sequential([], row))
                return ast.Module([begins, *tree.body], [])
    return tree


def _sequential(given: list[ast.expr], place: ast.expr) -> ast.expr:
    made = ast.copy_location(ast.Call(ast.Name("Sequential", ast.Load()), given, []), place)
    return ast.fix_missing_locations(made)


def _no_model(tree: ast.Module) -> RecipeError:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(_name_of(base) in MODELS for base in node.bases):
            return refusal("model_class", node, name=shorten(node.name))
    return refusal("not_keras")


def _notes(tree: ast.Module) -> Iterator[Message]:
    """What the program sets of a model beside its layers."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr="compile")) if _name_of(owner) != "re":
                if node.args or {keyword.arg for keyword in node.keywords} & {"optimizer", "loss", None}:
                    yield message("compiled")
            case ast.Call(func=ast.Attribute(attr="load_weights" | "set_weights")):
                yield message("weights_loaded", line=node.lineno)


class Interpreter:
    """Goes through a program, line by line, as far as that is possible without running it.

    Values are numbers, words, lists, tuples, dictionaries and ranges; layers (`Call`), models and tensors; functions;
    and `Unknown`. Working out an expression ends in a value and does all that the expression does, or is refused.
    """

    def __init__(self, budget: StepBudget) -> None:
        self.keras = KerasModels()
        self._budget = budget
        self._names: Names = ChainMap({"__name__": "__main__"})
        self._functions: list[Function] = []
        self._running: list[Function] = []
        self._lost: dict[int, Any] = {}
        """Lists and dictionaries, by `id`, of which nobody knows any more what is in them."""
        self._looped: list[Any] = []
        """Lists and dictionaries that loops are going over; they must not change meanwhile."""

    def read(self, tree: ast.Module) -> None:
        """Go through the whole program; if it makes no model, also through its functions that do."""
        try:
            self.run(tree.body, self._names)
            for one in [] if self.keras.made else list(self._functions):
                calls = [part for part in ast.walk(one.node) if isinstance(part, ast.Call)]
                if isinstance(one.node, ast.FunctionDef) and any(_name_of(call.func) in MODELS for call in calls):
                    self._run_function(one, [], {}, one.node)
        except (ReturnStatementError, UndecidedExitError):  # `return` or `break` outside of a function or a loop
            raise refusal("not_keras") from None

    # Lines

    def run(self, lines: Iterable[ast.stmt], names: Names) -> None:
        """Go through some lines in order."""
        for line in lines:
            self._budget.spend(STEPS)
            self._line(line, names)

    def _line(self, line: ast.stmt, names: Names) -> None:  # noqa: C901 - one case for each kind of line
        match line:
            case ast.Assign():
                value = self.value(line.value, names)
                for target in line.targets:
                    self._assign(target, value, names)
            case ast.AnnAssign(value=ast.expr() as written):
                self._assign(line.target, self.value(written, names), names)
            case ast.AugAssign():
                self._grow(line, names)
            case ast.Expr():
                self.value(line.value, names)
            case ast.FunctionDef():
                names[line.name] = self._define(line, names)
            case ast.ClassDef():  # of which only the methods wait until somebody calls them
                now = [one for one in line.body if not isinstance(one, ast.FunctionDef)]
                made = [one for one in line.bases if not isinstance(one, ast.Name | ast.Attribute)]
                self.leave_out([*line.decorator_list, *made, *now], names)
                names[line.name] = Function(line, names)
            case ast.Return():
                raise ReturnStatementError(None if line.value is None else self.value(line.value, names))
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
                    if item.optional_vars:
                        self._assign(item.optional_vars, UNKNOWN, names)
                self.run(line.body, names)
            case ast.Try():  # no error is taken to happen
                with suppress(UndecidedExitError):
                    self.leave_out(line.handlers, names)
                self.run([*line.body, *line.orelse, *line.finalbody], names)
            case ast.Raise():
                raise refusal("not_followed", line)
            case ast.Import() | ast.ImportFrom():
                module = line.module if isinstance(line, ast.ImportFrom) else "keras"
                is_keras = (module or "").split(".")[0] in KERAS
                for one in line.names:
                    is_other = not is_keras and (is_layer_name(usual_name(one.name)) or one.name in MODELS)
                    names[one.asname or one.name.split(".")[0]] = UNKNOWN if is_other else Reference(one.name)
            case _:
                self.leave_out([line], names)

    def _for(self, line: ast.For, names: Names) -> None:
        size = sum(1 for one in line.body for _ in ast.walk(one))
        self._budget.spend(size)
        jumps = any(isinstance(one, ast.Break | ast.Continue) for one in ast.walk(line))
        with self._rounds(line.iter, names) as rounds:
            is_followed = rounds is not None and not jumps and size * len(rounds) <= MAX_LOOP
            for value in rounds if rounds is not None and is_followed else ():
                self._assign(line.target, value, names)
                self.run(line.body, names)
        if is_followed:
            self.run(line.orelse, names)
        else:
            self.leave_out([line], names)

    @contextmanager
    def _rounds(self, node: ast.expr, names: Names) -> Iterator[Sequence[Any] | None]:
        """What a loop goes over, which must not change within; None if that is not known, or too much."""
        before = len(self._looped)
        try:
            yield self._over(node, names)
        finally:
            del self._looped[before:]

    def _over(self, node: ast.expr, names: Names) -> Sequence[Any] | None:
        match node:
            case ast.Call(func=ast.Name(id=name), args=[_, *_]) if name in LOOPS and name not in names:
                many = len(node.args) if name == "zip" else 1
                begin = [*node.args[many:], *(keyword.value for keyword in node.keywords)]
                rows = [self._over(one, names) for one in node.args[:many]]
                starts = [self.value(one, names) for one in begin]
                made = UNKNOWN if None in rows else tried(LOOPS[name], *rows, *starts)
                return None if isinstance(made, Unknown) else list(made)
        value = self.value(node, names)
        self._looped.append(value)
        return list(value) if isinstance(value, list | tuple | range | dict) and len(value) <= MAX_PARTS else None

    # What lines set

    def _assign(self, target: ast.expr, value: Any, names: Names) -> None:
        match target:
            case ast.Name():
                names[target.id] = value
            case ast.Tuple() | ast.List():
                is_whole = isinstance(value, list | tuple) and len(value) == len(target.elts)
                if not is_whole or any(isinstance(one, ast.Starred) for one in target.elts):
                    self.touch(value, target)
                    value = [UNKNOWN] * len(target.elts)
                for one, of_it in zip(target.elts, list(value), strict=True):
                    self._assign(one, of_it, names)
            case ast.Attribute():
                self._set(target, self.value(target.value, names), value)
            case ast.Subscript():
                whole, place = self.value(target.value, names), self.value(target.slice, names)
                is_known = is_plain(place) if isinstance(whole, dict) else isinstance(place, int)
                if not is_known or isinstance(tried(operator.setitem, whole, place, value), Unknown):
                    self.touch(whole, target)
                self._changed(whole, target)
            case _:
                self.leave_out([target], names)

    def _set(self, target: ast.Attribute, on: Any, value: Any) -> None:
        """`model.trainable = False`."""
        is_known = isinstance(on, Model) or is_layer(on)
        if is_known and target.attr == "trainable":
            self.keras.set_trainable(on, value)
        elif is_known or (target.attr == "trainable" and isinstance(on, Unknown)):
            raise refusal("not_followed", target)

    def _grow(self, line: ast.AugAssign, names: Names) -> None:
        """`n += 1`, or `row += [Dense(3)]`."""
        before, more = self.value(line.target, names), self.value(line.value, names)
        if isinstance(line.op, ast.Add) and isinstance(before, list) and isinstance(more, list | tuple):
            before.extend(more)
            self._changed(before, line)
        else:
            if isinstance(before, list | dict):
                self.touch(before, line)
            self._assign(line.target, self._sum(line, before, more), names)

    def _changed(self, whole: Any, node: ast.AST) -> None:
        """Look at a list or a dictionary that has just been changed."""
        if any(whole is one for one in self._looped):
            raise refusal("not_followed", node)
        if self._light(whole) is UNKNOWN:
            self.touch(whole, node)

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
        return Unknown(node) if isinstance(found, Unknown) or id(found) in self._lost else found

    def _value(self, node: ast.expr, names: Names) -> Any:  # noqa: C901 - one case for each kind of expression
        match node:
            case ast.Constant():
                return node.value
            case ast.Name():
                return names.get(node.id, Reference(node.id) if node.id in MODELS else UNKNOWN)
            case ast.List() | ast.Tuple():
                row = self._elements(node.elts, names)
                is_known = not any(isinstance(one, Unknown) and one.is_starred for one in row)
                return self._light(row if isinstance(node, ast.List) else tuple(row)) if is_known else UNKNOWN
            case ast.Dict():
                return self._dictionary(node, names)
            case ast.UnaryOp(op=ast.USub()):
                value = self.value(node.operand, names)
                return -value if is_number(value) else UNKNOWN
            case ast.UnaryOp(op=ast.Not()):
                decided = truth(self.value(node.operand, names))
                return UNKNOWN if decided is None else not decided
            case ast.BinOp():
                return self._sum(node, self.value(node.left, names), self.value(node.right, names))
            case ast.IfExp():
                decided = truth(self.value(node.test, names))
                if decided is not None:
                    return self.value(node.body if decided else node.orelse, names)
                return self.leave_out([node.body, node.orelse], names)
            case ast.BoolOp(values=[*before, last]):
                for one in before:
                    value = self.value(one, names)
                    decided = truth(value)
                    if decided is None:
                        return self.leave_out(node.values[node.values.index(one) + 1 :], names)
                    if decided == isinstance(node.op, ast.Or):
                        return value
                return self.value(last, names)
            case ast.Compare(ops=[test], comparators=[right]):
                decided = holds(test, self.value(node.left, names), self.value(right, names))
                return UNKNOWN if decided is None else decided
            case ast.Subscript():
                return self._part(node, self.value(node.value, names), names)
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
            if isinstance(one, ast.Starred):
                with self._rounds(one.value, names) as rounds:
                    found += [Unknown(one)] if rounds is None else rounds
                self._budget.spend(0 if rounds is None else len(rounds))
            else:
                found.append(self.value(one, names))
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

    def _sum(self, node: ast.BinOp | ast.AugAssign, left: Any, right: Any) -> Any:
        if isinstance(left, Tensor) and isinstance(right, Tensor):
            raise refusal("joins", node, text="+")
        return self._light(combined(node.op, left, right))

    def _part(self, node: ast.Subscript, whole: Any, names: Names) -> Any:
        if isinstance(node.slice, ast.Slice):
            ends = [end and self.value(end, names) for end in (node.slice.lower, node.slice.upper, node.slice.step)]
            place = slice(*ends) if all(end is None or isinstance(end, int) for end in ends) else UNKNOWN
        else:
            place = self.value(node.slice, names)
        found = part(whole, place)
        if isinstance(found, Unknown) and isinstance(whole, list | tuple | dict):  # it may be any of them
            self.touch(tuple(whole.values() if isinstance(whole, dict) else whole), node)
        return self._light(found)

    def _comprehension(self, element: ast.expr, loop: ast.comprehension, names: Names) -> Any:
        found: list[Any] = []
        with self._rounds(loop.iter, names) as rounds:
            for value in rounds or ():
                self._assign(loop.target, value, names)
                tests = [truth(self.value(test, names)) for test in loop.ifs]
                if None in tests:
                    rounds = None
                    break
                if all(tests):
                    found.append(self.value(element, names))
        return self.leave_out([*loop.ifs, element], names) if rounds is None else self._light(found)

    def _attribute(self, node: ast.Attribute, names: Names) -> Any:
        if self._imported(node.value, names) is not None:
            return Reference(node.attr)  # keras.activations.relu
        owner = self.value(node.value, names)
        if isinstance(owner, Model) and node.attr == "layers":
            self._budget.spend(len(owner.parts))
            return owner.layers
        if not (isinstance(owner, Model) or is_layer(owner)) or node.attr not in READS:
            self.touch(owner, node)  # a list whose method is called later, under another name
        return UNKNOWN

    def _imported(self, node: ast.expr, names: Names) -> str | None:
        """The last name of something that is not made in the text: `Dense` of `keras.layers.Dense`; else None."""
        if isinstance(node, ast.Attribute):
            return None if self._imported(node.value, names) is None else node.attr
        found = names.get(node.id, Reference(node.id)) if isinstance(node, ast.Name) else None
        return str(found) if isinstance(found, Reference) else None

    # Calls

    def _call(self, node: ast.Call, names: Names) -> Any:
        imported, func = self._imported(node.func, names), node.func
        of = func.value if isinstance(func, ast.Attribute) else func
        called = self.value(of, names) if imported is None else None
        plain = self._elements(node.args, names)
        named: dict[str, Any] = {}
        for keyword in node.keywords:
            value = self.value(keyword.value, names)
            is_known = isinstance(value, dict) and all(isinstance(name, str) for name in value)
            named |= value if keyword.arg is None and is_known else {keyword.arg or "**": value}
        self._budget.spend(len(named))
        if imported is not None:
            return self._call_imported(imported, plain, named, node, names)
        if isinstance(func, ast.Attribute):
            return self._call_method(called, func.attr, plain, named, node)
        match called:
            case Function():
                return self._run_function(called, plain, named, node)
            case Call() | Model():
                return self.keras.apply(called, plain, named, node)
            case Partial():
                return self._made(called.kind, [*called.plain, *plain], called.named | named, node)
        return self._call_unknown(_name_of(node.func), [*plain, *named.values()], node)

    def _call_method(self, on: Any, name: str, plain: list[Any], named: dict[str, Any], node: ast.Call) -> Any:
        given = [*plain, *named.values()]
        match on, name, given:
            case Model(), "add", [one]:
                self.keras.add(on, one, node)
                return None
            case Model(is_part=False, layers=[*_, _]), "pop", []:
                on.parts.pop()
                return UNKNOWN
            case Model(), "build", [list() | tuple() as shape, *_]:
                on.parts[:0] = [Call("InputLayer", (), {"batch_shape": copied(shape)})]
                return None
            case list(), "append", [one] if not (isinstance(one, Unknown) and one.is_starred):
                on.append(one)
                return self._changed(on, node)
            case list(), "extend", [list() | tuple() as more]:
                on.extend(list(more))
                return self._changed(on, node)
            case dict(), "keys" | "values" | "items", []:
                self._looped.append(on)  # what Python gives would change with it
                return list(getattr(on, name)())
            case dict(), "get", [key, *_] if is_plain(key) and not named:
                return tried(on.get, *plain)
        if not (isinstance(on, Model) or is_layer(on)) or name not in READS:
            self.touch(on, node)
            return self._call_unknown(name, given, node)
        return UNKNOWN

    def _call_imported(self, name: str, plain: list[Any], named: dict[str, Any], node: ast.Call, names: Names) -> Any:
        """What a call of something that is not in the text gives back."""
        if name == "Sequential":
            given = [*plain, *(value for word, value in named.items() if word != "name"), None][0]
            if named.keys() - {"layers", "name"}:
                given = UNKNOWN
            return self.keras.sequential([] if given is None else given, node)
        if name in MODELS:
            return self.keras.functional(plain, named, node)
        if name == "partial" and plain and isinstance(plain[0], Reference):
            return Partial(str(plain[0]), tuple(plain[1:]), named)
        if isinstance(node.func, ast.Name) and name in FUNCTIONS and node.func.id not in names:
            return self._light(function(name, plain, named))
        module = _name_of(node.func.value) if isinstance(node.func, ast.Attribute) else ""
        match plain:
            case [Tensor(parts=parts)] if (
                module in ACTIVATION_MODULES and name in signatures.activations() and not named
            ):
                return Tensor((*parts, Call("Activation", (name,), {})))
        if name[:1].isupper() or signatures.squeezed(name) in signatures.words() or name in {"l1", "l2", "l1_l2"}:
            return self._made(name, plain, named, node)
        return self._call_unknown(name, [*plain, *named.values()], node)

    def _made(self, kind: str, plain: Sequence[Any], named: dict[str, Any], node: ast.Call) -> Any:
        """A layer, or something that a layer is given; a model or a function is no setting."""
        made = Model | Tensor | Function | Partial
        given = [Unknown(node) if isinstance(one, made) else copied(one) for one in (*plain, *named.values())]
        named = dict(zip(named, given[len(plain) :], strict=True))
        call = Call(usual_name(kind), tuple(given[: len(plain)]), named, node.lineno)
        if isinstance(self._light(call), Unknown):
            raise refusal("too_large")
        return Tensor((call,)) if call.kind == "Input" else call

    def _call_unknown(self, name: str, given: Iterable[Any], node: ast.Call) -> Unknown:
        """A call of something that may change what it is given."""
        if name in RUNS_CODE:
            raise refusal("not_followed", node)
        if name not in HARMLESS and not name[:1].isupper():
            self.touch(tuple(given), node)
        return UNKNOWN

    def _define(self, node: ast.FunctionDef | ast.Lambda, names: Names) -> Function:
        """A function, with what stands for arguments that are not given, which Python works out now."""
        args = node.args
        last = [*args.posonlyargs, *args.args][-len(args.defaults) :] if args.defaults else []
        written = zip([*last, *args.kwonlyargs], [*args.defaults, *args.kw_defaults], strict=True)
        defaults = {one.arg: self.value(value, names) for one, value in written if value is not None}
        parts = list(ast.walk(node))
        self._budget.spend(len(parts))
        decorators = [self.value(one, names) for one in getattr(node, "decorator_list", [])]
        is_followed = not decorators and not any(isinstance(one, _NOT_FOLLOWED) for one in parts)
        takes = tried(_signature, args, defaults) if is_followed else None
        made = Function(node, names, takes if isinstance(takes, Signature) else None)
        self._functions.append(made)
        if decorators:
            self.touch(made, node)
        return made

    def _run_function(self, called: Function, plain: list[Any], named: dict[str, Any], node: ast.AST) -> Any:
        """What a function of the text gives back."""
        self._budget.spend(STEPS)
        if len(self._running) == MAX_CALLS:
            raise refusal("too_large")
        bound = UNKNOWN if called.signature is None else tried(called.signature.bind_partial, *plain, **named)
        is_hidden = "**" in named or any(isinstance(one, Unknown) and one.is_starred for one in plain)
        if isinstance(bound, Unknown) or is_hidden:
            self.touch((called, *plain, *named.values()), node)
            return UNKNOWN
        bound.apply_defaults()
        inside = called.names.new_child(dict.fromkeys(bound.signature.parameters, UNKNOWN) | bound.arguments)
        self._running.append(called)
        try:
            if isinstance(called.node, ast.Lambda):
                return self.value(called.node.body, inside)
            self.run(called.node.body, inside)
        except ReturnStatementError as back:
            return back.args[0]
        except UndecidedExitError:
            self._look_through(called.lines, inside)
            return UNKNOWN
        finally:
            self._running.pop()
        return None

    # What is left out

    def leave_out(self, nodes: Sequence[ast.AST], names: Names) -> Unknown:
        """Leave lines or expressions out of which nobody knows whether they run; what they set is unknown then.

        Raises:
            RecipeError: they may make or change a model.
            UndecidedExitError: they may leave the function or the loop around them.
        """
        self._look_through(nodes, names)
        if any(map(_leaves, nodes)):
            raise UndecidedExitError
        return UNKNOWN

    def touch(self, value: Any, node: ast.AST) -> None:
        """Take it that anything may have been done with a value.

        Raises:
            RecipeError: it is a model or a layer, or a function that makes or changes one.
        """
        self._budget.spend()
        match value:
            case Model():
                raise refusal("not_followed", node)
            case Call() if is_layer(value):
                raise refusal("not_followed", node)
            case Reference() if value in MODELS or value in RUNS_CODE:
                raise refusal("not_followed", node)
            case list() | dict() if id(value) not in self._lost:
                if any(value is one for one in self._looped):
                    raise refusal("not_followed", node)
                inner = tuple(value.values() if isinstance(value, dict) else value)
                self._lost[id(value)] = value
                value.clear()
                self.touch(inner, node)
            case tuple():
                for one in value:
                    self.touch(one, node)
            case Function() if value not in self._running:
                self._running.append(value)
                own = {one.arg: UNKNOWN for one in ast.walk(value.node) if isinstance(one, ast.arg)}
                self._look_through(value.lines, value.names.new_child(own))
                self._running.remove(value)

    def _look_through(self, nodes: Iterable[ast.AST], names: Names) -> None:
        parts = [part for node in nodes for part in self._mentioned(node, names)]
        for node in parts:  # what is read, before anything is set
            match node:
                case ast.Name(ctx=ast.Load()):
                    self.touch(names.get(node.id, Reference(node.id)), node)
                case ast.Attribute() if node.attr in MODELS:
                    raise refusal("not_followed", node)
        for node in parts:
            match node:
                case ast.Name(id=name) if not isinstance(node.ctx, ast.Load):
                    self._lose([name], names.maps[:1], node)
                case ast.Global(names=found) | ast.Nonlocal(names=found):
                    self._lose(found, names.maps, node)
                case ast.NamedExpr():
                    self._lose([node.target.id], names.maps, node)
                case _:
                    own = [getattr(node, field, None) for field in ("name", "asname", "rest")]
                    self._lose([one.split(".")[0] for one in own if isinstance(one, str)], names.maps[:1], node)

    def _lose(self, found: Iterable[str], scopes: Sequence[Any], node: ast.AST) -> None:
        for name in found:
            for scope in scopes:
                self._budget.spend()
                if isinstance(scope.get(name), Model):
                    raise refusal("not_followed", node)
                scope[name] = UNKNOWN

    def _mentioned(self, node: ast.AST, names: Names) -> Iterator[ast.AST]:
        """The parts of what is left out, without the names of models and layers that are only read there."""
        self._budget.spend()
        yield node
        parts = list(ast.iter_child_nodes(node))
        match node:
            case ast.Attribute(value=ast.Name(), ctx=ast.Load()) if node.attr in READS:
                parts = []
            case ast.Call():
                called = names.get(node.func.id) if isinstance(node.func, ast.Name) else None
                name = str(called) if isinstance(called, Reference) else _name_of(node.func)
                if isinstance(called, Model | Call):
                    parts.remove(node.func)
                elif (called is None or isinstance(called, Reference)) and (name in HARMLESS or name[:1].isupper()):
                    parts = [node.func, *(one for one in parts if not isinstance(one, ast.Name))]
        for one in parts:
            yield from self._mentioned(one, names)


def _signature(args: ast.arguments, defaults: Mapping[str, Any]) -> Signature:
    kinds: list[tuple[Sequence[ast.arg | None], Any]] = [
        ([*args.posonlyargs, *args.args], Parameter.POSITIONAL_OR_KEYWORD),
        ([args.vararg], Parameter.VAR_POSITIONAL),
        (args.kwonlyargs, Parameter.KEYWORD_ONLY),
        ([args.kwarg], Parameter.VAR_KEYWORD),
    ]
    found = [(one.arg, kind) for ones, kind in kinds for one in ones if one is not None]
    return Signature([Parameter(name, kind, default=defaults.get(name, Parameter.empty)) for name, kind in found])


def _leaves(line: ast.AST, *, in_loop: bool = False) -> bool:
    """Whether a line may leave the function, or the loop, around it."""
    if isinstance(line, ast.Return | ast.Break | ast.Continue):
        return isinstance(line, ast.Return) or not in_loop
    if isinstance(line, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.expr):
        return False
    in_loop = in_loop or isinstance(line, ast.For | ast.While | ast.AsyncFor)
    return any(_leaves(one, in_loop=in_loop) for one in ast.iter_child_nodes(line))


def _name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
