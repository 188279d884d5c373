"""At which case each mutant died when it was last looked for: it is asked first.

A check has hundreds of cases, and the one that fails a mutant may be the last; a mutant that lives
there is given all the others.  ``suite/verification/find_cases.py`` writes them down.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from softmark.records import Case

KEPT: Final = Path(__file__).with_name("cases.json")


@cache
def kept() -> dict[str, Any]:
    """The cases by mutant and format."""
    return dict(json.loads(KEPT.read_text(encoding="utf-8")))


def key(mutant: str, fmt: str) -> str:
    return f"{mutant}/{fmt}"


def in_order(cases: Iterator[Case], mutant: str, fmt: str) -> Iterator[Case]:
    """The cases, the one at which the mutant died before the others."""
    deadly = kept().get(key(mutant, fmt))
    if deadly is None:
        return cases
    return iter(sorted(cases, key=lambda case: case.to_json() != deadly))


def write() -> None:
    """Keep the cases, a line each."""
    lines = (f" {json.dumps(name)}: {json.dumps(kept()[name])}" for name in sorted(kept()))
    KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
