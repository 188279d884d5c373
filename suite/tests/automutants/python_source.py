"""Changes of Python source, one at a time, on its syntax tree."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import Final

from automutants import Change

OTHER_OPERATOR: Final[dict[type[ast.operator], tuple[type[ast.operator], ...]]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult, ast.Sub),
    ast.FloorDiv: (ast.Mult, ast.Mod),
}
OTHER_COMPARISON: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OTHER_NAME: Final[dict[str, tuple[str, ...]]] = {
    "exp": ("exp2", "expm1"),
    "log": ("log2", "log1p"),
    "max": ("min", "mean"),
    "amax": ("amin", "mean"),
    "maximum": ("minimum",),
    "sum": ("mean", "prod", "max"),
    "isneginf": ("isposinf", "isnan"),
    "isinf": ("isnan", "isfinite"),
    "float32": ("float16",),
    "float64": ("float32",),
    "int64": ("int8",),
    "zeros_like": ("ones_like",),
    "empty_like": ("zeros_like",),
    "inf": ("nan", "pi"),
}
"""What is called or named instead: another function, or a narrower type."""

Place = tuple[ast.AST, str, int | None]
"""A node, its field, and an index where the field is a list."""


def changes(source: str) -> list[Change]:
    """All changes of the bodies of the functions in ``source``, each resulting source once."""
    tree = ast.parse(source)
    found: dict[str, Change] = {ast.unparse(tree): Change("none", 0, "", "", "")}
    for scope in _functions(tree):
        local = _locals(scope)
        for place in _places(scope):
            old = _at(place)
            for operator, new in _replacements(old, local, scope):
                changed = _replaced(tree, place, new)
                shown = ast.unparse(new) if new is not None else "pass"
                line = getattr(old, "lineno", 0)
                text = Change(operator, line, _short(ast.unparse(old)), _short(shown), changed)
                found.setdefault(changed, text)
    return list(found.values())[1:]


def _short(text: str) -> str:
    return " ".join(text.split())[:60]


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node


def _locals(scope: ast.FunctionDef) -> list[str]:
    """Arguments and variables, in the order in which they appear."""
    names = [a.arg for a in (*scope.args.posonlyargs, *scope.args.args)]
    stored = [n for n in ast.walk(scope) if isinstance(n, ast.Name)]
    stored.sort(key=lambda n: (n.lineno, n.col_offset))
    names += [n.id for n in stored if isinstance(n.ctx, ast.Store)]
    return list(dict.fromkeys(names))


def _places(scope: ast.FunctionDef) -> Iterator[Place]:
    """Every expression and statement of the body, and the defaults of the arguments."""
    roots: list[Place] = [(scope, "body", i) for i in range(len(scope.body))]
    roots += [(scope.args, "defaults", i) for i in range(len(scope.args.defaults))]
    while roots:
        place = roots.pop(0)
        yield place
        node = _at(place)
        for name, value in ast.iter_fields(node):
            if name in ("ctx", "annotation", "returns", "type_comment"):
                continue
            if isinstance(value, list):
                roots += [(node, name, i) for i, v in enumerate(value) if isinstance(v, ast.AST)]
            elif isinstance(value, ast.AST):
                roots.append((node, name, None))


def _at(place: Place) -> ast.AST:
    node, name, index = place
    value = getattr(node, name)
    found = value if index is None else value[index]
    assert isinstance(found, ast.AST)
    return found


def _replaced(tree: ast.Module, place: Place, new: ast.AST | None) -> str:
    """The source of the tree with ``new`` at ``place``; the tree itself is put back."""
    node, name, index = place
    old = _at(place)
    put = ast.Pass() if new is None else new
    if index is None:
        setattr(node, name, put)
    else:
        getattr(node, name)[index] = put
    try:
        return ast.unparse(ast.fix_missing_locations(tree))
    finally:
        if index is None:
            setattr(node, name, old)
        else:
            getattr(node, name)[index] = old


Replacement = tuple[str, ast.AST | None]


def _replacements(old: ast.AST, local: list[str], scope: ast.FunctionDef) -> Iterator[Replacement]:
    if isinstance(old, ast.BinOp):
        yield from _of_operation(old)
    elif isinstance(old, ast.Compare):
        yield from _of_comparison(old)
    elif isinstance(old, ast.Constant):
        yield from _of_constant(old)
    elif isinstance(old, ast.UnaryOp):
        yield "drop sign or not", old.operand
    elif isinstance(old, ast.Call):
        yield from _of_call(old)
    elif isinstance(old, ast.Attribute):
        yield from (("other name", _with(old, attr=name)) for name in OTHER_NAME.get(old.attr, ()))
    elif isinstance(old, ast.Name):
        yield from _of_name(old, local)
    elif isinstance(old, ast.Slice):
        yield from _of_slice(old)
    elif isinstance(old, ast.IfExp):
        yield "one branch", old.body
        yield "one branch", old.orelse
    elif isinstance(old, ast.stmt):
        yield from _of_statement(old, scope)


def _with(old: ast.AST, **fields: object) -> ast.AST:
    new = copy.deepcopy(old)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _of_operation(old: ast.BinOp) -> Iterator[Replacement]:
    for other in OTHER_OPERATOR.get(type(old.op), ()):
        yield "other operator", _with(old, op=other())
    yield "drop operand", old.left
    yield "drop operand", old.right
    if isinstance(old.op, (ast.Sub, ast.Div)):
        yield "exchange operands", _with(old, left=old.right, right=old.left)


def _of_comparison(old: ast.Compare) -> Iterator[Replacement]:
    for other in OTHER_COMPARISON.get(type(old.ops[0]), ()):
        yield "other comparison", _with(old, ops=[other(), *old.ops[1:]])
    yield "condition is fixed", ast.Constant(True)
    yield "condition is fixed", ast.Constant(False)


def _of_constant(old: ast.Constant) -> Iterator[Replacement]:
    value = old.value
    if isinstance(value, bool):
        yield "other constant", ast.Constant(not value)
    elif isinstance(value, int):
        yield "other constant", ast.Constant(value + 1)
        yield "other constant", ast.Constant(value - 1)
    elif isinstance(value, float):
        yield "other constant", ast.Constant(value + 1.0)
        yield "other constant", ast.Constant(value * 0.5)


def _of_call(old: ast.Call) -> Iterator[Replacement]:
    for i, keyword in enumerate(old.keywords):
        if keyword.arg is not None:
            left = [*old.keywords[:i], *old.keywords[i + 1 :]]
            yield f"drop {keyword.arg}", _with(old, keywords=left)
    if len(old.args) > 1:
        turned = [old.args[1], old.args[0], *old.args[2:]]
        yield "exchange arguments", _with(old, args=turned)
        yield "drop argument", _with(old, args=old.args[:-1])
    if old.args:
        yield "drop call", old.args[0]
    if isinstance(old.func, ast.Attribute) and not _is_module(old.func.value):
        yield "drop call", old.func.value


def _is_module(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id in ("np", "torch", "jnp", "jax", "tl")


def _of_name(old: ast.Name, local: list[str]) -> Iterator[Replacement]:
    if not isinstance(old.ctx, ast.Load):
        return
    if old.id.isupper():
        yield "off by one", ast.BinOp(old, ast.Add(), ast.Constant(1))
        yield "off by one", ast.BinOp(old, ast.Sub(), ast.Constant(1))
    if old.id in local:
        at = local.index(old.id)
        for other in {local[at - 1], local[(at + 1) % len(local)]} - {old.id}:
            yield "other variable", ast.Name(other, ast.Load())


def _of_slice(old: ast.Slice) -> Iterator[Replacement]:
    for name in ("lower", "upper"):
        bound = getattr(old, name)
        if bound is None:
            continue
        yield "drop bound", _with(old, **{name: None})
        for operator in (ast.Add, ast.Sub):
            yield "off by one", _with(old, **{name: ast.BinOp(bound, operator(), ast.Constant(1))})


def _of_statement(old: ast.stmt, scope: ast.FunctionDef) -> Iterator[Replacement]:
    if isinstance(old, ast.AugAssign):
        yield "drop statement", None
        yield "plain assignment", ast.Assign([old.target], old.value)
        for other in OTHER_OPERATOR.get(type(old.op), ()):
            yield "other operator", _with(old, op=other())
    elif _can_go(old, scope):
        yield "drop statement", None
    if isinstance(old, (ast.If, ast.While)):
        yield "condition is fixed", _with(old, test=ast.Constant(True))


def _can_go(old: ast.stmt, scope: ast.FunctionDef) -> bool:
    """Whether the function can still run without the statement."""
    if isinstance(old, ast.Assign):
        return _is_set_elsewhere(old, scope)
    if isinstance(old, ast.Expr):
        return isinstance(old.value, ast.Call)
    return isinstance(old, (ast.For, ast.If))


def _is_set_elsewhere(old: ast.Assign, scope: ast.FunctionDef) -> bool:
    """Whether the name that is assigned has a value without this assignment, or is no name."""
    target = old.targets[0]
    if not isinstance(target, ast.Name):
        return not isinstance(target, ast.Tuple)
    others = [n for n in ast.walk(scope) if isinstance(n, ast.Name) and n.id == target.id]
    arguments = {a.arg for a in scope.args.args}
    stores = sum(isinstance(n.ctx, ast.Store) for n in others)
    return stores > 1 or target.id in arguments
