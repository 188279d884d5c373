"""docs/asked.md answers each question by a command that exists, a link, or by saying "not yet"."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

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


@pytest.mark.parametrize(
    "asked",
    [
        "Which tolerance for",
        "Do the trainer's and the sampler's",
        "Is my log_softmax batch-invariant?",
        "Are samples drawn",
        "How many ULP",
        "In which format does it accumulate?",
        "Is there a numerics page",
    ],
)
def test_what_a_command_answers_is_answered(asked: str) -> None:
    (answer,) = [answer for question, answer in ROWS if question.startswith(asked)]
    assert "not yet" not in answer


ACCUMULATES = """
import torch


def wide(x, dim=-1):
    return torch.softmax(x.float(), dim).to(x.dtype)


def steps(x, dim=-1):
    e = torch.exp(x - x.max(dim, keepdim=True).values)
    return e / e.sum(dim, keepdim=True)  # of which PyTorch adds in float32


def narrow(x, dim=-1):
    e = torch.exp(x - x.max(dim, keepdim=True).values)
    total = e.select(dim, 0)
    for i in range(1, x.shape[dim]):
        total = total + e.select(dim, i)
    return e / total.unsqueeze(dim)
"""


@pytest.mark.parametrize(
    ("function", "verdict"), [("wide", "pass A"), ("steps", "weak C"), ("narrow", "fail F")]
)
def test_the_grade_says_in_which_format_it_accumulates(
    shell: Any, tmp_path: Path, function: str, verdict: str
) -> None:
    pytest.importorskip("torch")
    (tmp_path / "f.py").write_text(ACCUMULATES)
    (told,) = [c for c in COMMANDS if "--check accuracy" in c]
    done = shell(*shlex.split(told.replace("f.py:f", f"f.py:{function}")))
    assert re.search(rf"accuracy *│ *{verdict} ", done.stdout), done.stdout + done.stderr


@pytest.mark.parametrize("command", sorted(set(COMMANDS)))
def test_each_command_has_the_options_that_it_is_given(command: str) -> None:
    name, *arguments = shlex.split(command)
    found = softmark.get_command(click.Context(softmark), name)
    assert found is not None
    found.make_parser(click.Context(found, info_name=name)).parse_args(arguments)
