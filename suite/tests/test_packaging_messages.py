"""What a user is told when something is wrong ends with what to do, and is shown by a test."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("suite/softmark", "implementations/softmark_implementations")
ERRORS = {
    "BadParameter",
    "KnownFailuresError",
    "RecordsError",
    "ResultsError",
    "TargetError",
    "WrongUse",
    "fail",
}
"""What is raised for what a user can mend; UnknownName makes its own sentence, and has its test."""

SAYS_SO_OTHERWISE = {
    "is not slower:PERCENT%",  # followed by an example
    "{target.module} cannot be imported",  # followed by the user's own line
    "{what_failed}: ",  # the same
    "{target.module}: {message}",  # UnknownName's sentence
    "{path}: {text}",  # put together beside it
    "{path}, line 1: {text}",  # the same
}


def messages() -> Iterator[tuple[str, str]]:
    """Where each message stands, and its text with the names of what is put in."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and node.args and _name(node.func) in ERRORS:
                    text = _text(node.args[0])
                    if text is not None:
                        yield f"{path.relative_to(ROOT)}, line {node.lineno}", text


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def _text(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else f"{{{ast.unparse(part.value)}}}"  # type: ignore[attr-defined]
        for part in node.values
    )


FOUND = sorted(set(messages()))


def test_there_are_messages() -> None:
    assert len(FOUND) > 50


@pytest.mark.parametrize(("place", "text"), FOUND)
def test_a_message_ends_with_what_to_do(place: str, text: str) -> None:
    told = re.search(r"; .|must be|write it as", text)
    assert told or any(part in text for part in SAYS_SO_OTHERWISE), f"{place}: {text}"
    assert not text.rstrip().endswith("."), f"{place}: one sentence without its full stop"
