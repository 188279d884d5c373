"""The specification as text, read from the files that carry it out.

The formal statement of a check stands in the docstring of the file that
measures it, so the two cannot drift apart.  ``softmark explain``, ``softmark
list`` and the header of every results file take the text from here.  It is
read by syntax, not by import: a check imports the oracle, which takes longer
to start than a person waits for a line of text.

A docstring is a title, a body, and sections with underlined headings, as in
numpydoc.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from softmark.naming import UnknownName
from softmark.records import Json

_HERE: Final = Path(__file__).parent
_HEADING: Final = re.compile(r"^(?P<name>[A-Za-z](?=\n-$)|\S.*(?=\n---))\n-+[ \t]*$", re.MULTILINE)


_WORDS: Final = {"Unit": "ulp", **{letter: letter for letter in "ABCF"}}
"""Words that are not the heading of their section in lower case."""


@dataclass(frozen=True)
class Text:
    """What the specification says of one thing.

    Attributes
    ----------
    kind:
        ``check``, ``operation``, ``input``, ``metric``, ``grades``, ``verdicts`` or ``word``.
    name:
        The name that records and the command line use.
    title:
        The first line, without the name that it may start with.
    body:
        What stands between the title and the first section.
    sections:
        Heading to text, in the order of the file.
    """

    kind: str
    name: str
    title: str
    body: str
    sections: dict[str, str]

    @property
    def text(self) -> str:
        """All of it, with the headings underlined."""
        parts = [textwrap.fill(f"{self.name}: {self.title}", 98), self.body]
        parts += [f"{name}\n{'-' * len(name)}\n{text}" for name, text in self.sections.items()]
        return "\n\n".join(filter(None, parts))


def parse(kind: str, name: str, docstring: str) -> Text:
    """A docstring, already dedented, as title, body and sections."""
    headings = list(_HEADING.finditer(docstring))
    ends = [heading.start() for heading in headings] + [len(docstring)]
    title, _, body = docstring[: ends[0]].partition("\n\n")
    title = " ".join(title.split())
    sections = {
        heading["name"].strip(): docstring[heading.end() : end].strip("\n").rstrip()
        for heading, end in zip(headings, ends[1:], strict=True)
    }
    if title.lower().startswith(f"{name.lower()}: "):
        title = title[len(name) + 2 :]
    return Text(kind, name, title, body.strip(), sections)


def checks() -> list[Text]:
    """The checks: the files of ``softmark.checks`` that have ``cases`` and ``measure``."""
    return [
        parse("check", name, _docstring(tree))
        for name, tree in _modules("checks", "measure")
        if {"cases", "measure"} <= set(_defined(tree))
    ]


def operations() -> list[Text]:
    """The operations: the files of ``softmark.operations`` that have ``OPERATION``."""
    return [
        parse("operation", name, _docstring(tree))
        for name, tree in _modules("operations", "OPERATION")
        if "OPERATION" in _defined(tree)
    ]


def inputs() -> list[Text]:
    """The input families: the functions of ``softmark.inputs`` under the decorator ``family``."""
    return [
        parse("input", node.name, _docstring(node))
        for _, tree in _modules("inputs", "@")
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and "family" in map(_name, node.decorator_list)
    ]


def metrics() -> list[Text]:
    """The metrics: the sections of the docstring of ``softmark.judging.metrics``."""
    held = parse("metrics", "metrics", _docstring(_tree(_HERE / "judging" / "metrics.py")))
    return [parse("metric", name, text) for name, text in held.sections.items()]


def grades() -> Text:
    """What the grades mean: the docstring of ``softmark.judging.grades``."""
    tree = _tree(_HERE / "judging" / "grades.py")
    return parse("grades", "grades", _docstring(tree))


def contract() -> Text:
    """What a function may take less of: the docstring of ``softmark.contracts``."""
    tree = _tree(_HERE / "contracts.py")
    return parse("contract", "contract", _docstring(tree))


def verdicts() -> Text:
    """What the verdicts mean: the docstring of ``softmark.judging.outcomes``."""
    tree = _tree(_HERE / "judging" / "outcomes.py")
    return parse("verdicts", "verdicts", _docstring(tree))


def words() -> list[Text]:
    """The words of a table: verdicts, grades, and those of ``softmark.judging.words``."""
    path = _HERE / "judging" / "words.py"
    others = parse("words", "words", _docstring(_tree(path)))
    return [
        parse("word", word, text)
        for held in (verdicts(), grades(), others)
        for heading, text in held.sections.items()
        for word in (_WORDS.get(heading) or heading.lower()).split(", ")
    ]


def find(name: str) -> list[Text]:
    """All that is called ``name``: checks, operations, metrics, inputs, words of a table.

    Raises
    ------
    UnknownName
        Nothing in the specification has that name.
    """
    read: list[Callable[[], list[Text]]] = [checks, operations, metrics, inputs]
    texts = [text for group in read for text in group()]
    texts += [grades(), contract(), verdicts(), *words()]
    plain = name.replace("_", " ").lower()
    found = [text for text in texts if text.name == name or text.name.lower() == plain]
    if not found:
        known = dict.fromkeys(text.name for text in texts)
        raise UnknownName("check, operation, metric or input", name, known)
    return found


def as_json() -> dict[str, Json]:
    """The whole specification, for the header of a results file."""

    def group(texts: list[Text]) -> Json:
        return {text.name: {"title": text.title, "text": text.text} for text in texts}

    return {
        "checks": group(checks()),
        "operations": group(operations()),
        "inputs": group(inputs()),
        "metrics": group(metrics()),
        "grades": grades().text,
    }


def _modules(package: str, word: str) -> Iterator[tuple[str, ast.Module]]:
    """The modules and folders that hold a word; the others need not be parsed."""
    folder = _HERE / package
    named = {path.stem: path for path in folder.glob("*.py")}
    named |= {path.parent.name: path for path in folder.glob("*/__init__.py")}
    for name, path in sorted(named.items()):
        if word in path.read_text(encoding="utf-8"):
            yield name, _tree(path)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _docstring(node: ast.Module | ast.FunctionDef) -> str:
    return ast.get_docstring(node) or ""


def _defined(tree: ast.Module) -> Iterator[str]:
    """The names that a module has at its top level, its own or another's."""
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.ImportFrom(names=names):
                yield from (alias.asname or alias.name for alias in names)


def _name(decorator: ast.expr) -> str:
    """``family`` for ``@family``, ``@family(...)`` and ``@inputs.family``."""
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    return ast.unparse(function).rpartition(".")[2]
