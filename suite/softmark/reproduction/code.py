"""The function in a script: its source or its import, and calls of it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from softmark.contracts import Contract
from softmark.operands import NUMBERS
from softmark.options import PLAIN_VALUES, option_named
from softmark.reproduction.dialects import Dialect
from softmark.reproduction.safe import (
    comment,
    constant,
    dotted,
    quoted,
)
from softmark.reproduction.source import Standalone
from softmark.subjects.convention import AXES, Convention


@dataclass(frozen=True)
class Code:
    """The function that was measured.

    Attributes
    ----------
    path:
        The file that defines it; ``None`` when it is known as a module only.
    module:
        The module, to import it from; empty where nothing can be imported: a closure, a cell of
        a notebook.
    function:
        Its name there.
    copied:
        Whether its source goes into the script; a user's own file is imported instead.
    taken:
        Names of its arguments, where they are known without its file.
    setup:
        Whether it is called to get the function.
    vjp:
        Name of its backward in the same file or of a method, where that is written by hand;
        ``...`` where it lies elsewhere.
    eager:
        Name of the function in the same file that it is the compiled form of; else empty.
    call:
        How it was called, where that was learnt from it.
    contract:
        What it takes, which decides how the arrays are given to it.
    options:
        The options of the loss in the script's call, and an expression for each.
    """

    path: Path | None
    module: str
    function: str
    copied: bool
    taken: tuple[str, ...] | None = None
    setup: bool = False
    vjp: str = ""
    eager: str = ""
    call: Convention | None = None
    contract: Contract = field(default_factory=Contract)
    options: tuple[tuple[str, str], ...] = ()

    def lines(self) -> tuple[list[str], str]:
        """Imports, and source that defines the function under the name ``called``."""
        if self.copied and self.path is not None:
            code = Standalone(self.path)
            code.add(self.function)
            return list(code.imports), code.text()
        if self.path is None and not self.module:
            name = self.function if self.function.isidentifier() else "..."
            lines = [f"function = {name}  # {comment(self.function)}, from where it was checked"]
            lines += ["backward = ...  # from where it was checked"] if self.vjp else []
            return [], "\n".join(lines)
        name = self.module if self.path is None else self.path.stem
        folder = "." if self.path is None else str(self.path.parent)
        lines = [
            f"sys.path.insert(0, {quoted(folder)})",
            f"module = importlib.import_module({quoted(name)})",
            f"function = module.{dotted(self.function)}",
            "function = function()"
            if self.setup
            else "function = function() if isinstance(function, type) else function",
        ]
        if self.vjp:
            lines.append(f"backward = {self._backward()}")
        return ["import importlib", "import sys"], "\n".join(lines)

    def _backward(self) -> str:
        """An expression for the backward, as ``softmark.calling.targets.backward`` finds it."""
        if self.vjp == "...":
            return "...  # from where it was checked"
        found = f"module.{dotted(self.vjp)}"
        return found if "." in self.vjp else f'getattr(function, "{self.vjp}", None) or {found}'

    @property
    def called(self) -> str:
        """The function's name in the script."""
        return self.function if self.copied else "function"

    @property
    def convention(self) -> Convention:
        """How the function is called, by what is known."""
        if self.call is not None:
            return self.call
        taken = self.arguments()
        axis = next((name for name in AXES if name in taken), "")
        options = tuple((option_named(name), name) for name in taken if option_named(name))
        number = next((name for name in NUMBERS if name in taken), "")
        return Convention(axis, bool(number), number or "beta", options=options)

    def arguments(self) -> list[str]:
        """Names of the function's arguments, as far as its file tells."""
        if self.taken is not None:
            return list(self.taken)
        if self.path is None or self.setup:
            return ["x", "axis"]
        for node in self._statements():
            if isinstance(node, ast.FunctionDef) and node.name == self.function:
                taken = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                return [argument.arg for argument in taken]
        return ["x", "axis"]

    def _statements(self) -> list[ast.stmt]:
        """Those of its file; none where that is gone, or is something else by now."""
        assert self.path is not None
        try:
            return _parsed(self.path.read_bytes())
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            return []

    def binding(self, dialect: Dialect) -> tuple[tuple[str, ...], str]:
        """Imports and lines that call it with arguments that are bound, where some are."""
        bound = self.call.bound if self.call else ()
        if self.copied or not bound or not dialect.bound:
            return (), ""
        return dialect.binding, dialect.bound.format(names=bound)

    def calling(self, axis: int | str, arrays: list[str], beta: float | str, name: str = "") -> str:
        """A call of the function, or of another one by its name; ``beta`` may name an array."""
        call = self.convention
        if self.setup and self.call is None and axis in (-1, "axis"):
            # A factory's function works along the last axis by default.
            call = replace(call, axis="")
        if isinstance(beta, str):
            written = f"1 / {beta}" if call.is_inverse else beta
        else:
            written = constant(1 / beta if call.is_inverse and beta else beta)
        x, *others = arrays
        cotangent = others.pop() if "g" in others else ""
        others = [f"~{other}" if call.masks_out else other for other in others]
        usual = {name: constant(PLAIN_VALUES[name]) for name in call.always}
        keywords = call.named(str(axis), written) | call.told(usual | dict(self.options))
        given = call.text(x, "".join(others), keywords, cotangent)
        return f"{name or self.called}({given})"


@lru_cache(maxsize=16)
def _parsed(source: bytes) -> list[ast.stmt]:
    """Many scripts of a report are of functions of one file."""
    return ast.parse(source).body
