"""docs/asked.md answers each question by a command that exists, a link, or by saying "not yet"."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from softmark.cli import softmark

TEXT = (Path(__file__).parents[2] / "docs" / "asked.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in TEXT.splitlines()
    if line.startswith("| ") and not re.match(r"\| (question|---)", line)
]
COMMANDS = re.findall(r"`softmark ([a-z][^`]*)`", TEXT)


def test_there_are_twenty_questions_and_more() -> None:
    assert len(ROWS) > 20


@pytest.mark.parametrize("row", ROWS, ids=[row[0][:50] for row in ROWS])
def test_each_question_has_a_command_a_link_or_not_yet(row: list[str]) -> None:
    question, answer = row
    assert question.endswith("?")
    assert re.search(r"`softmark[ .]|assert_close|\]\([\w/]+\.md|not yet", answer)


@pytest.mark.parametrize("command", sorted(set(COMMANDS)))
def test_each_command_has_the_options_that_it_is_given(command: str) -> None:
    name, *arguments = shlex.split(command)
    found = softmark.get_command(click.Context(softmark), name)
    assert found is not None
    found.make_parser(click.Context(found, info_name=name)).parse_args(arguments)
