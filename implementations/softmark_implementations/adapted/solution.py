"""A solution of flashinfer-bench or SOL-ExecBench: a JSON file with sources and an entry point.

``spec.entry_point`` is ``file.py::function``.  The function returns its result, alone, in a tuple
or in a dictionary; with ``destination_passing_style`` it writes into its last argument.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from softmark_implementations.adapted import canaries, module_at


def function_of(text: str) -> Callable[..., Any]:
    """The entry point of a solution.

    Raises
    ------
    ValueError
        The file is no solution in Python.
    """
    try:
        solution = json.loads(Path(text).read_text(encoding="utf-8"))
        spec = solution["spec"]
        file, _, name = spec["entry_point"].partition("::")
        sources = {source["path"]: source["content"] for source in solution["sources"]}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{text} is no solution ({error!r}); it needs spec and sources") from None
    if file not in sources or not file.endswith(".py"):
        raise ValueError(f"its entry point {spec['entry_point']!r} is not in a Python source of it")
    found = getattr(module_at(_written(sources) / file), name, None)
    if found is None:
        raise ValueError(f"{file} has no function {name!r}; name one as entry_point")
    return _into_last(found) if spec.get("destination_passing_style") else _alone(found)


def _written(sources: dict[str, str]) -> Path:
    """A folder with the sources, which is gone when the process ends."""
    folder = tempfile.TemporaryDirectory(prefix="softmark-solution-")
    _KEPT.append(folder)
    top = Path(folder.name).resolve()
    for name, content in sources.items():
        path = (top / name).resolve()
        if top not in path.parents:
            raise ValueError(f"the source {name!r} leaves its folder; give a relative path")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    sys.path.insert(0, str(top))
    return top


_KEPT: list[tempfile.TemporaryDirectory[str]] = []


def _alone(found: Callable[..., Any]) -> Callable[..., Any]:
    def function(x: Any) -> Any:
        result = found(x)
        values = list(result.values()) if isinstance(result, dict) else result
        return values[0] if isinstance(values, list | tuple) and len(values) == 1 else values

    return function


def _into_last(found: Callable[..., Any]) -> Callable[..., Any]:
    def function(x: Any) -> Any:
        wide = x.new_full((x.numel() + 2 * canaries.ROOM,), canaries.CANARY)
        result = canaries.between(wide, x.shape)
        found(x, result)
        canaries.check(wide)
        return result

    return function
