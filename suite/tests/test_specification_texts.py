from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from softmark import specification
from softmark.catalog import UnknownName
from softmark.vocabulary import VERDICTS

DOCSTRING = textwrap.dedent(
    """\
    ties: equal maxima share the mass.

    A body
    of two lines.

    Statement
    ---------
    softmax(x)ᵢ = 1/k

    - a list
      goes on

    Bound
    -----
    See the operation.
    """
)


def test_a_docstring_is_title_body_and_sections() -> None:
    text = specification.parse("check", "ties", DOCSTRING)

    assert text.title == "equal maxima share the mass."
    assert text.body == "A body\nof two lines."
    assert text.sections == {
        "Statement": "softmax(x)ᵢ = 1/k\n\n- a list\n  goes on",
        "Bound": "See the operation.",
    }


def test_the_text_can_be_read_again() -> None:
    text = specification.parse("check", "ties", DOCSTRING)

    assert specification.parse("check", "ties", text.text) == text


def test_a_docstring_may_be_a_title_only() -> None:
    text = specification.parse("input", "normal", "Normal logits.")

    assert (text.title, text.body, text.sections) == ("Normal logits.", "", {})
    assert text.text == "normal: Normal logits."


@pytest.mark.parametrize(
    ("folder", "read"),
    [("operations", specification.operations), ("checks", specification.checks)],
)
def test_what_is_listed_is_what_can_be_loaded(folder: str, read: object) -> None:
    package = pytest.importorskip(f"softmark.{folder}")
    assert callable(read)
    assert sorted(text.name for text in read()) == sorted(package.names())


def test_inputs_are_the_declared_families() -> None:
    from softmark.inputs import FAMILIES

    assert {text.name for text in specification.inputs()} == set(FAMILIES)


@pytest.mark.parametrize("name", ["formula", "error bound", "source"])
def test_every_operation_has_its_sections(name: str) -> None:
    for text in specification.operations():
        assert name in [heading.lower() for heading in text.sections], text.name


@pytest.mark.parametrize("name", ["statement", "bound"])
def test_every_check_has_its_sections(name: str) -> None:
    for text in specification.checks():
        assert name in [heading.lower() for heading in text.sections], text.name


def test_everything_has_a_title_and_the_json_is_strict() -> None:
    whole = specification.as_json()
    groups = [group for group in whole.values() if isinstance(group, dict)]

    assert all(item["title"] for group in groups for item in group.values())
    assert json.loads(json.dumps(whole, allow_nan=False)) == whole


def test_an_unknown_name_comes_with_its_neighbours() -> None:
    with pytest.raises(UnknownName, match=r"did you mean .*softmax"):
        specification.find("sofmax")


def test_reading_imports_nothing_heavy() -> None:
    code = (
        "import sys; from softmark import specification; specification.as_json(); "
        "print({'numpy', 'flint', 'numba', 'scipy', 'pandas'} & set(sys.modules))"
    )
    path = ":".join(filter(None, sys.path))
    out = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": path}, capture_output=True, text=True
    )
    assert out.stdout.strip() == "set()", out.stderr


def test_the_folder_is_found_from_anywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)

    assert "softmax" in [text.name for text in specification.operations()]


def test_every_verdict_and_every_rule_that_decides_one_is_explained() -> None:
    sections = specification.verdicts().sections
    words = {word for title in sections for word in title.split(", ")}
    rules = {"Flushed to zero", "No factor of two", "Published formulas", "Contract"}

    assert words == {verdict.replace("_", " ") for verdict in VERDICTS} | rules


@pytest.mark.parametrize(
    "word",
    [
        *VERDICTS,
        *(verdict.replace("_", " ") for verdict in VERDICTS),
        *("A", "B", "C", "F", "ulp", "u", "bound", "share", "witness", "case", "record", "cause"),
        *("known failure", "Weak", "of input"),
    ],
)
def test_every_word_of_a_table_is_explained(word: str) -> None:
    (text,) = specification.find(word)

    assert text.kind == "word"
    assert text.title


def test_the_legend_of_a_table_explains_every_verdict() -> None:
    from softmark import verdicts
    from softmark.records import Case, Record

    case = Case("normal", (2, 3))
    named = ("accuracy", "softmax", "numpy.softmax", "float32", "cpu", case, "error", 1.0, "ulp")
    for verdict in VERDICTS:
        record = Record(*named, None, "", None, verdict)
        word = verdict.replace("_", " ")
        assert f"{word}: " in verdicts.legend([record])
        assert verdicts.legend([record]).count(": ") <= 2, "of the others nothing is said"
