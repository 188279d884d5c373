"""The substrates, found in the folder ``substrates``: Python files, and C sources in theirs."""

from __future__ import annotations

import importlib.util
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final

from automutants import Function, Substrate, c_source, python_source

FOLDER: Final = Path(__file__).parent / "substrates"


@cache
def substrates() -> tuple[Substrate, ...]:
    """All of them, sorted by name; those of Triton where it is installed."""
    names = sorted(file.stem for file in FOLDER.glob("[a-z]*_*.py"))
    return tuple(_python(name) for name in names if _is_offered(name)) + c_source.substrates()


def _is_offered(name: str) -> bool:
    return not name.startswith("triton") or importlib.util.find_spec("triton") is not None


def _python(name: str) -> Substrate:
    module = import_module(f"automutants.substrates.{name}")
    source = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    return Substrate(
        name,
        module.OPERATION,
        module.FRAMEWORK,
        module.FORMATS,
        source,
        partial(python_source.changes, source),
        lambda sources: [_function(text, module) for text in sources],
    )


def _function(source: str, module: ModuleType) -> Function | None:
    """The function that the source defines; ``None`` where it cannot even be defined."""
    space: dict[str, object] = {"__name__": f"{module.__name__}_changed"}
    try:
        exec(compile(source, module.__file__ or "", "exec"), space)  # that is the point
    except Exception:
        return None
    function = space[module.OPERATION]
    assert callable(function)
    return function
