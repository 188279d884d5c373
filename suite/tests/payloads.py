"""Records whose fields were written to be executed, made from real ones: every field, key and item.

A payload is Python that touches a file, in each dress that could take it out of the place where
its text belongs: a string, a comment, a number, a name, an encoding.
"""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Iterator
from typing import Any, Final

from recorded import path_of

from softmark.records import Record, read_results

MARK: Final = "PWNED"
TOUCH: Final = f"__import__('pathlib').Path('{MARK}').touch()"
PAYLOADS: Final[tuple[Any, ...]] = (
    TOUCH,
    f"x\n{TOUCH}\n#",
    f"x\r{TOUCH}\r#",
    f"x\x0c\n\u2028{TOUCH}\u2029#\x00",
    f"'+{TOUCH}+'",
    f'"+{TOUCH}+"',
    f'"""\n{TOUCH}\n"""',
    f"'''\n{TOUCH}\n'''",
    f"\\\n{TOUCH} #",
    f"0]; {TOUCH}; [0",
    f"0), {TOUCH}, (0",
    f"{{{TOUCH}}}",
    f"coding:unicode_escape \\n{TOUCH}#",
    f"-*- coding: utf_7 -*- +AAo-{TOUCH}+AAo-",
    f"coding=raw_unicode_escape \\u000a{TOUCH}\\u000a",
    [f"0, {TOUCH}"],
    {f"x={TOUCH}, y": 0},
    10**30,
    [[0]],
)
MOST: Final = 5000
"""Elements of an input, which is made once for each mutation of its recipe."""


def lines() -> list[dict[str, Any]]:
    """A real record of each check and sort of witness, of few numbers."""
    kept: dict[tuple[str, ...], dict[str, Any]] = {}
    for record in read_results(path_of("numpy")).records:
        if math.prod(record.case.shape) <= MOST and record.case.family != "none":
            key = record.check, *sorted(record.witness)
            kept.setdefault(key, json.loads(json.dumps(record.to_json())))
    return list(kept.values())


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value in a line, its items and its objects included."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(min(len(value), 2)):
            yield from places(value[key], (*path, key))


def mutated(line: dict[str, Any], path: tuple[Any, ...], payload: Any) -> Record | None:
    """The record with a payload at a place; none where a reader refuses it."""
    changed = copy.deepcopy(line)
    held: Any = changed
    for key in path[:-1]:
        held = held[key]
    held[path[-1]] = payload
    return _read(changed)


def flooded(line: dict[str, Any], payload: Any) -> Record | None:
    """The record with a payload for each of its texts, and as another key of each object."""
    names = {"family", "verdict", "grade", "operation", "implementation", "format"}

    def flood(value: Any, name: str = "") -> Any:
        match value:
            case dict():
                return {key: flood(inner, key) for key, inner in value.items()}
            case str() if name not in names and not name.endswith("_hex"):
                return payload
        return value

    return _read(flood(line))


def _read(line: dict[str, Any]) -> Record | None:
    try:
        return Record.from_json(line)
    except (ValueError, KeyError, TypeError):
        return None
