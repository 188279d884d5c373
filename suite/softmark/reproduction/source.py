"""A function of a file together with all that it needs, as source that stands alone.

A reproduction must run where softmark is not installed, so it holds the code
that was measured: the function, the definitions of its module that it uses, the
imports that those use, and what the module sets up when it is loaded (JAX's
64-bit mode).  Everything is read by syntax; nothing is imported.
Annotations are left out, because they would pull in names that only a type
checker needs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

OURS: Final = ("softmark", "softmark_implementations")
"""Packages whose definitions are copied; all others are imported."""


class Standalone:
    """Collects definitions from a file, and from our own that it imports, until none is missing.

    Parameters
    ----------
    path:
        The file that defines the function.

    Attributes
    ----------
    imports:
        Import statements that the definitions need.
    definitions:
        Source of each definition.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.imports: dict[str, None] = {}
        self.definitions: dict[str, None] = {}
        self._seen: set[tuple[Path, str]] = set()
        for node in _parse(path).body:
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                self._keep(path, node, "")  # a setting that the module makes when it is loaded

    def add(self, function: str) -> str:
        """Collect ``function`` and what it needs; gives its name back.

        Raises
        ------
        KeyError
            The file does not define it.
        """
        if not self._take(self._path, function):
            raise KeyError(function)
        return function

    def text(self) -> str:
        """The collected definitions, each after what it uses; ``imports`` has what goes before."""
        return "\n\n\n".join(self.definitions)

    def _take(self, path: Path, name: str) -> bool:
        """Collect a top-level name of a file; false when the file does not define it."""
        if (path, name) in self._seen:
            return True
        self._seen.add((path, name))
        for node in _parse(path).body:
            if name in bound_names(node):
                self._keep(path, node, name)
                return True
        return False

    def _keep(self, path: Path, node: ast.stmt, name: str) -> None:
        if isinstance(node, ast.Import | ast.ImportFrom):
            self._keep_import(node, name)
            return
        text, names = _kept(node)
        for used in names:
            self._take(path, used)
        self.definitions[text] = None

    def _keep_import(self, node: ast.Import | ast.ImportFrom, name: str) -> None:
        (alias,) = [alias for alias in node.names if _bound(alias) == name]
        if isinstance(node, ast.ImportFrom):
            source = _followed(node.module or "")
            if source is not None and self._take(source, alias.name):
                return
        kept: ast.Import | ast.ImportFrom = ast.Import(names=[alias])
        if isinstance(node, ast.ImportFrom):
            kept = ast.ImportFrom(module=node.module, names=[alias], level=0)
        self.imports[ast.unparse(kept)] = None


def _followed(module: str) -> Path | None:
    """The file of one of our own modules."""
    top, *rest = module.split(".")
    spec = find_spec(top) if top in OURS else None
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent.joinpath(*rest)
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@cache
def _parse(path: Path) -> ast.Module:
    """Parsed once: many scripts of a report share a file, and nobody changes the tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def bound_names(node: ast.stmt) -> Iterator[str]:
    """The names that a top-level statement binds."""
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from map(_bound, names)
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is not None:
            yield name


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _used(node: ast.stmt) -> list[str]:
    """The names that a statement reads and does not bind, in the order of their first use."""
    names = [n for n in ast.walk(node) if isinstance(n, ast.Name)]
    own = {n.id for n in names if not isinstance(n.ctx, ast.Load)}
    own |= {n.arg for n in ast.walk(node) if isinstance(n, ast.arg)}
    return list(dict.fromkeys(n.id for n in names if n.id not in own))


@lru_cache(maxsize=1024)
def _kept(node: ast.stmt) -> tuple[str, tuple[str, ...]]:
    """The plain source of a statement and the names that it uses; scripts share statements."""
    plain = _plain(node)
    return ast.unparse(plain), tuple(_used(plain))


def _plain(node: ast.stmt) -> ast.stmt:
    """The statement without annotations and without softmark's own decorators."""
    copy = ast.parse(ast.unparse(node)).body[0]
    plain = _WithoutAnnotations().visit(copy)
    assert isinstance(plain, ast.stmt)
    return ast.fix_missing_locations(plain)


class _WithoutAnnotations(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.returns = None
        node.decorator_list = [d for d in node.decorator_list if not _is_declaration(d)]
        self.generic_visit(node)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        return node  # a dataclass lives on its annotations

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None:
            return node
        return ast.Assign(targets=[node.target], value=node.value)


def _is_declaration(decorator: ast.expr) -> bool:
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    return ast.unparse(function).rpartition(".")[2] in ("implementation", "family")
