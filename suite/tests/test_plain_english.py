"""Texts that people read hold none of the idioms that slow a reader who is no native speaker."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]

IDIOMS: Final = re.compile(
    r"\b(?:(?:is|are|was) told|is due|so many|bears? company|mend(?:s|ed)?|whoever|stands there"
    r"|by (?:it|them)sel(?:f|ves)|somebody|nobody sound|spoken for|fault of its own|deserves"
    r"|who does what)\b",
    re.IGNORECASE,
)
"""Each has a plain word: reported, expected, this many, fix, anyone, on its own."""

PLACES: Final = (
    "README.md",
    "CONTRIBUTING.md",
    "docs",
    "suite/softmark",
    "implementations",
    "reports/softmark_reports",
)
KINDS: Final = {".md", ".py", ".toml", ".html", ".js", ".css"}
MADE: Final = ("docs/example", "docs/reference", "reports/tests")
"""Made from results or from docstrings that are read anyway; tests show the code's messages."""


def texts() -> Iterator[Path]:
    for place in PLACES:
        found = ROOT / place
        for path in [found] if found.is_file() else sorted(found.rglob("*")):
            inside = path.relative_to(ROOT).as_posix()
            if path.suffix in KINDS and not inside.startswith(MADE):
                yield path


def idioms(text: str) -> list[str]:
    """Each line that holds an idiom, with its number."""
    lines = enumerate(text.splitlines(), 1)
    return [f"{number}: {line.strip()}" for number, line in lines if IDIOMS.search(line)]


@pytest.mark.parametrize("text", ["got inf where 1 is due", "Whoever has tests", "it was mended"])
def test_an_idiom_is_found(text: str) -> None:
    assert idioms(text)


def test_no_text_holds_an_idiom() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}" for path in texts() for line in idioms(path.read_text())
    ]
    assert not found, "\n".join(found)
