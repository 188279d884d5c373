"""A results file is data: no field of a record becomes code of the script that is run."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from payloads import MARK, PAYLOADS, TOUCH, flooded, lines, mutated, places

from softmark import catalog
from softmark.api.naming import code_of_target
from softmark.calling.targets import Target
from softmark.records import Record
from softmark.reproduction import NotReproducible, safe, script
from softmark.reproduction.code import Code
from softmark.subjects import TargetError

ENTRIES = {entry.name: entry for entry in catalog.implementations()}
RUNNER = """
import contextlib, json, os, sys
os.fork = lambda: 0
for text in json.load(sys.stdin):
    with contextlib.suppress(BaseException), contextlib.redirect_stdout(None):
        exec(compile(text.encode(), "script", "exec"), {"__name__": "__main__"})
"""


@pytest.fixture(scope="module")
def real() -> list[dict[str, Any]]:
    return lines()


def written(record: Record | None, code: Code | None = None) -> str:
    """The script of a record, or nothing where it is refused in one sentence."""
    if record is None:
        return ""
    try:
        return script(record, code or code_of_target(ENTRIES[record.implementation]))
    except (NotReproducible, KeyError):
        return ""


def assert_harmless(scripts: Iterator[str], folder: Path) -> None:
    """Run those that are not the same code as others."""
    different = {ast.dump(ast.parse(text.encode())): text for text in scripts if text}
    texts = json.dumps(list(different.values()))
    subprocess.run([sys.executable, "-c", RUNNER], cwd=folder, input=texts, text=True, check=True)
    assert different
    assert not list(folder.iterdir()), "a payload was executed"


def test_no_field_of_a_record_becomes_code(real: list[dict[str, Any]], tmp_path: Path) -> None:
    """Each place of each record, with the payloads taken in turn."""
    turn = iter(range(10**6))
    assert_harmless(
        (
            written(mutated(line, path, PAYLOADS[next(turn) % len(PAYLOADS)]))
            for line in real
            for path in places(line)
        ),
        tmp_path,
    )


def test_no_payload_in_all_texts_at_once_becomes_code(
    real: list[dict[str, Any]], tmp_path: Path
) -> None:
    assert_harmless(
        (written(flooded(line, payload)) for line in real for payload in PAYLOADS), tmp_path
    )


@pytest.mark.parametrize("cookie", ["coding:unicode_escape", "vim: set fileencoding=utf_7 :"])
def test_a_script_names_no_encoding(real: list[dict[str, Any]], cookie: str) -> None:
    line = real[0] | {"message": cookie, "bound_source": f"\\n{TOUCH}#"}
    text = written(Record.from_json(line))

    assert MARK in text
    assert MARK not in ast.dump(ast.parse(text.encode()))


def test_names_of_a_check_become_no_code(real: list[dict[str, Any]], tmp_path: Path) -> None:
    """What ``softmark check --json`` wrote names a target and a backward."""
    forward = Record.from_json(real[0])
    told = {"parameters": {"check": {"mode": "vjp"}}, "family": "normal", "shape": [2, 3]}
    backward = Record.from_json(real[0] | {"case": real[0]["case"] | told})

    def targets() -> Iterator[str]:
        for payload in map(str, PAYLOADS):
            for text in (f"{payload}:f", f"numpy:{payload}", f"numpy:f.{payload}", "numpy:f"):
                try:
                    target = Target.parse(text)
                except TargetError:
                    continue
                yield written(forward, code_of_target(target))
                yield written(backward, code_of_target(target, vjp=payload))

    assert_harmless(targets(), tmp_path)


def test_a_name_that_is_none_is_refused(real: list[dict[str, Any]]) -> None:
    for name in (TOUCH, "f\nimport os", "lambda", "", "f."):
        with pytest.raises(NotReproducible, match="is no name of a function"):
            script(Record.from_json(real[0]), Code(None, "numpy", name, copied=False))


def test_notes_become_no_code(real: list[dict[str, Any]], tmp_path: Path) -> None:
    record = Record.from_json(real[0])
    code = code_of_target(ENTRIES[record.implementation])
    texts = [script(record, code, notes=[str(payload)]) for payload in PAYLOADS]
    assert_harmless(iter(texts), tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        TOUCH,
        "import os",
        "from os import system",
        "print(().__class__.__base__.__subclasses__())",
        "np.load('x', allow_pickle=True)",
        "eval('1')",
        "values = open('x')",
        "print(f'{values}')",
        "class A: pass",
        "while True: pass",
        "del values",
    ],
)
def test_a_script_that_does_more_than_its_templates_is_refused(line: str) -> None:
    good = "import numpy as np\n\n\ndef f(x):\n    return eval('x')\n\n\nvalues = np.zeros(3)\n"
    parts: dict[str, list[str]] = {
        "imports": ["import numpy as np"],
        "definitions": ["def f(x):\n    return eval('x')"],
        "templates": [],
    }
    assert safe.verified(good, **parts) == good
    with pytest.raises(NotReproducible, match="its record makes a script"):
        safe.verified(good + line + "\n", **parts)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1\r", "characters that cannot be printed"),
        ("x = 1\x0c", "characters that cannot be printed"),
        ("# \u202e\n", "characters that cannot be printed"),
        ("# coding: latin-1\n", "its record makes no script .it names an encoding"),
        ("x =", "its record makes no script"),
    ],
)
def test_a_script_that_reads_otherwise_than_it_looks_is_refused(text: str, words: str) -> None:
    with pytest.raises(NotReproducible, match=words):
        safe.verified(text, imports=[], definitions=[], templates=[])


def test_a_comment_is_printable_ascii_on_one_line() -> None:
    for payload in map(str, PAYLOADS):
        text = safe.comment(payload)
        assert text.isascii()
        assert text.isprintable()


def test_values_of_other_types_are_named() -> None:
    for refused, words in (
        (lambda: safe.whole(True), "not a whole number"),
        (lambda: safe.wholes("12"), "not a list of whole numbers"),
        (lambda: safe.one_of("x", ["a", "b"]), "known: a, b"),
        (lambda: safe.dotted("a.b()"), "no name of a function"),
        (lambda: safe.constant({"a": 1}), "which no script can hold"),
    ):
        with pytest.raises(NotReproducible, match=words):
            refused()


def test_a_record_that_no_check_writes_is_refused_in_a_sentence(
    real: list[dict[str, Any]],
) -> None:
    line = next(line for line in real if "index" in line["witness"])
    record = mutated(line, ("witness", "expected"), "0x1p99999")
    assert record is not None
    with pytest.raises(NotReproducible, match="its record holds what no check writes"):
        script(record, code_of_target(ENTRIES[record.implementation]))
