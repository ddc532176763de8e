"""The step functions read as data: run over whole batches, for the twin on JAX.

The functions that numba compiles are the one specification. Here their source is walked, statement by statement, while JAX
traces: a number is an array over the batch, a small array a list of such, and where seasons part at an ``if`` both ways are
gone and each season keeps its own. What the walk does not know it refuses, so nothing is carried over by half.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import math
import operator
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, reduce
from types import ModuleType
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax.scipy.special import erf

Mask = Any  # True: all seasons; False: none; else an array over the batch

UNARY: dict[type, Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: lambda one: _not(one),
}
BINARY = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
COMPARE = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Eq: operator.eq, ast.NotEq: operator.ne}  # fmt: skip
KNOWN: dict[Any, Callable[..., Any]] = {
    np.exp: jnp.exp, np.log: jnp.log, np.sqrt: jnp.sqrt, np.isfinite: jnp.isfinite, math.erf: erf,
    np.zeros: lambda count: [0.0] * count, np.empty: lambda count: [0.0] * count,
    builtins.min: lambda *of: reduce(jnp.minimum, of), builtins.max: lambda *of: reduce(jnp.maximum, of),
    builtins.abs: jnp.abs, builtins.float: lambda one: one, builtins.range: range,
}  # fmt: skip


class UnknownConstructError(Exception):
    """A step function holds something that the walk cannot carry over; the message names file, line and construct."""


@dataclass
class Frame:
    """A call on its way: names, the seasons that it was called for, and what those that returned got."""

    scope: dict[str, Any]
    where: str
    called_for: Mask
    names: dict[str, Any] = field(default_factory=dict)
    value: Any = None


def traced(function: Any, arguments: Sequence[Any], mask: Mask = True) -> Any:
    """Run a step function over a batch and return its value; lists among ``arguments`` are changed as arrays would be.

    Parameters
    ----------
    function
        A function compiled by ``_compile.compiled``, or a plain one of the same few constructs.
    arguments
        Numbers and arrays over the batch, shape (n,); lists of them for small arrays.
    mask
        The seasons for which it runs; lists keep their values for the others.

    Raises
    ------
    UnknownConstructError
        The source holds a construct that is not carried over.

    Examples
    --------
    >>> def halve_above(values, limit):
    ...     for i in range(2):
    ...         if values[i] > limit:
    ...             values[i] *= 0.5
    >>> values = [jnp.array([1.0, 8.0]), jnp.array([6.0, 2.0])]
    >>> traced(halve_above, (values, 4.0))
    >>> [one.tolist() for one in values]
    [[1.0, 4.0], [3.0, 2.0]]
    """
    plain = getattr(function, "py_func", function)
    tree, where = _source(plain)
    frame = Frame(plain.__globals__, where, mask)
    frame.names.update(zip((one.arg for one in tree.args.args), arguments, strict=True))
    _block(tree.body, frame, mask)
    return frame.value


@cache
def _source(plain: Any) -> tuple[ast.FunctionDef, str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(plain))).body[0]
    where = f"{plain.__module__}.{plain.__name__}"
    if not isinstance(tree, ast.FunctionDef):
        raise UnknownConstructError(f"{where}: not a plain function")
    return tree, where


def _refuse(node: ast.AST, frame: Frame) -> UnknownConstructError:
    return UnknownConstructError(f"{frame.where}, line {getattr(node, 'lineno', 0)}: {type(node).__name__} is not carried over")  # fmt: skip


# --- statements: each returns the seasons that go on ---------------------------------------------------------------


def _block(body: Sequence[ast.stmt], frame: Frame, mask: Mask) -> Mask:
    for node in body:
        if mask is False:
            return False
        mask = _statement(node, frame, mask)
    return mask


def _statement(node: ast.stmt, frame: Frame, mask: Mask) -> Mask:
    if isinstance(node, ast.If):
        return _branch(node, frame, mask)
    if isinstance(node, ast.For):
        return _loop(node, frame, mask)
    if isinstance(node, ast.Return):
        frame.value = _select(_own(mask, frame), _value(node.value, frame, mask), frame.value)
        return False
    if isinstance(node, ast.Expr):
        _value(node.value, frame, mask)
    elif isinstance(node, ast.Assign):
        _assign_all(node, frame, mask)
    elif isinstance(node, ast.AugAssign):
        new = BINARY[type(node.op)](
            _value(_loaded(node.target), frame, mask), _value(node.value, frame, mask)
        )
        _assign(node.target, new, frame, mask)
    else:
        raise _refuse(node, frame)
    return mask


def _branch(node: ast.If, frame: Frame, mask: Mask) -> Mask:
    test = _value(node.test, frame, mask)
    if isinstance(test, bool | np.bool_):
        return _block(node.body if test else node.orelse, frame, mask)
    yes, no = _and(mask, test), _and(mask, _not(test))
    after = _block(node.body, frame, yes), _block(node.orelse, frame, no)
    if after[0] is yes and after[1] is no:
        return mask
    return _or(*after)


def _loop(node: ast.For, frame: Frame, mask: Mask) -> Mask:
    over = _value(node.iter, frame, mask)
    if not isinstance(over, range) or node.orelse:
        raise _refuse(node, frame)
    for at in over:
        _assign(node.target, at, frame, frame.called_for)
        mask = _block(node.body, frame, mask)
    return mask


def _assign_all(node: ast.Assign, frame: Frame, mask: Mask) -> None:
    new = _value(node.value, frame, mask)
    for target in node.targets:
        _assign(target, new, frame, mask)


def _assign(target: ast.expr, new: Any, frame: Frame, mask: Mask) -> None:
    if isinstance(target, ast.Name):
        frame.names[target.id] = _select(_own(mask, frame), new, frame.names.get(target.id))
    elif isinstance(target, ast.Tuple):
        for one, value in zip(target.elts, new, strict=True):
            _assign(one, value, frame, mask)
    elif isinstance(target, ast.Subscript):
        array, at = _value(target.value, frame, mask), _value(target.slice, frame, mask)
        if not isinstance(array, list) or not isinstance(at, int):
            raise _refuse(target, frame)
        array[at] = _select(mask, new, array[at])
    else:
        raise _refuse(target, frame)


def _loaded(target: ast.expr) -> ast.expr:
    """Return the place that ``+=`` writes to as one that is read."""
    return ast.copy_location(ast.parse(ast.unparse(target), mode="eval").body, target)


# --- expressions ---------------------------------------------------------------------------------------------------


def _value(node: ast.expr | None, frame: Frame, mask: Mask) -> Any:
    match node:
        case None:
            return None
        case ast.Constant():
            return node.value
        case ast.Name():
            return _name(node, frame)
        case ast.Attribute():
            return _attribute(node, frame, mask)
        case ast.Subscript():
            return _item(_value(node.value, frame, mask), _value(node.slice, frame, mask))
        case ast.Tuple():
            return tuple(_value(one, frame, mask) for one in node.elts)
        case ast.BinOp() if type(node.op) in BINARY:
            return BINARY[type(node.op)](_value(node.left, frame, mask), _value(node.right, frame, mask))
        case ast.UnaryOp() if type(node.op) in UNARY:
            return UNARY[type(node.op)](_value(node.operand, frame, mask))
        case ast.Compare():
            return reduce(_and, _compared(node, frame, mask))
        case ast.BoolOp():
            return reduce(
                _and if isinstance(node.op, ast.And) else _or,
                (_value(one, frame, mask) for one in node.values),
            )
        case ast.IfExp():
            return _either(node, frame, mask)
        case ast.Call() if not node.keywords:
            return _call(node, frame, mask)
    raise _refuse(node, frame)


def _name(node: ast.Name, frame: Frame) -> Any:
    for scope in (frame.names, frame.scope, vars(builtins)):
        if node.id in scope:
            return scope[node.id]
    raise _refuse(node, frame)


def _attribute(node: ast.Attribute, frame: Frame, mask: Mask) -> Any:
    owner = _value(node.value, frame, mask)
    if not isinstance(owner, ModuleType):
        raise _refuse(node, frame)
    return getattr(owner, node.attr)


def _item(array: Any, at: Any) -> Any:
    return reduce(operator.getitem, at, array) if isinstance(at, tuple) else array[at]


def _compared(node: ast.Compare, frame: Frame, mask: Mask) -> Iterator[Any]:
    sides = [_value(one, frame, mask) for one in (node.left, *node.comparators)]
    for operation, left, right in zip(node.ops, sides[:-1], sides[1:], strict=True):
        if type(operation) not in COMPARE:
            raise _refuse(node, frame)
        yield COMPARE[type(operation)](left, right)


def _either(node: ast.IfExp, frame: Frame, mask: Mask) -> Any:
    test = _value(node.test, frame, mask)
    if isinstance(test, bool | np.bool_):
        return _value(node.body if test else node.orelse, frame, mask)
    return _select(test, _value(node.body, frame, mask), _value(node.orelse, frame, mask))


def _call(node: ast.Call, frame: Frame, mask: Mask) -> Any:
    function = _value(node.func, frame, mask)
    arguments = [_value(one, frame, mask) for one in node.args]
    if function in KNOWN:
        return KNOWN[function](*arguments)
    if not hasattr(function, "py_func"):
        raise _refuse(node, frame)
    return traced(function, arguments, mask)


# --- masks ---------------------------------------------------------------------------------------------------------


def _own(mask: Mask, frame: Frame) -> Mask:
    """Return the mask within a call: nobody else sees its names, so the seasons it was not called for do not matter."""
    return True if mask is frame.called_for else mask


def _select(mask: Mask, new: Any, old: Any) -> Any:
    if mask is True or old is None or new is old or new is None:
        return new
    if isinstance(new, tuple):
        return tuple(_select(mask, one, other) for one, other in zip(new, old, strict=True))
    if isinstance(new, list) or isinstance(old, list):
        raise UnknownConstructError("an array is given another name under a condition")
    return jnp.where(mask, new, old)


def _and(one: Mask, other: Mask) -> Mask:
    if isinstance(one, bool | np.bool_):
        return other if one else False
    if isinstance(other, bool | np.bool_):
        return one if other else False
    return one & other


def _or(one: Mask, other: Mask) -> Mask:
    if isinstance(one, bool | np.bool_):
        return True if one else other
    if isinstance(other, bool | np.bool_):
        return True if other else one
    return one | other


def _not(one: Mask) -> Mask:
    return (not one) if isinstance(one, bool | np.bool_) else ~one
