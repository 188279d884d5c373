"""Every block of code in the documentation is run, or says why it is not.

A block of Python is executed, in one namespace a page; one whose first line names a file is written
to that file, and a ``diff`` is applied to it.  A block ``console`` is typed into a shell, and what
it shows below a command must be in what the command prints: in this order, ``...`` standing for
anything.  Blocks inside a comment of HTML are run, too, and not shown: they set up what a page
takes for granted.  A block below ``<!-- not run: REASON -->`` is read only, and its commands must
have the options that they use.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
import pytest

from softmark.cli import softmark

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md"))
BLOCK = re.compile(
    r"(?:^<!-- not run: (?P<reason>[^\n]+) -->\n)?^```(?P<language>[^\n]*)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
NAMED = re.compile(r"(?:#|//|<!--|/\*) (?P<name>[\w./-]+\.\w+)(?: -->| \*/)?\n")
NEEDS = re.compile(r"<!-- needs: (?P<module>\w+)(?:, (?P<why>[^\n]+))? -->")
SETTING = re.compile(r"^export (\w+)=(\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block of code, and why it is not run, if it is not."""

    language: str
    body: str
    reason: str | None
    line: int


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for found in BLOCK.finditer(text):
        if not found["language"].startswith("{"):
            line = text.count("\n", 0, found.start("body"))
            yield Block(found["language"], found["body"], found["reason"], line)


class Reader:
    """Somebody who follows a page from top to bottom, in an empty folder."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        self.folder = folder
        self.variables = variables
        self.names: dict[str, Any] = {"__name__": "page"}

    def follow(self, block: Block) -> None:
        named = NAMED.match(block.body)
        if block.reason:
            spelled(block)
        elif named:
            path = self.folder / named["name"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.body, encoding="utf-8")
        elif block.language == "diff":
            change(self.folder, block.body)
        elif block.language == "python":
            exec(compile(block.body, f"line {block.line}", "exec"), self.names)
        elif block.language == "console":
            for command, shown in typed(block.body):
                self.type(command, shown)
        else:
            raise AssertionError("not Python, console or a named file: say why it is not run")

    def type(self, command: str, shown: list[str]) -> None:
        if setting := SETTING.match(command):
            self.variables[setting[1]] = setting[2]
            return
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode in (0, 1), f"{command}\n{done.stdout}"
        rest = [line.strip() for line in done.stdout.splitlines()]
        for line in shown:
            wanted = re.compile(".*".join(map(re.escape, line.strip().split("..."))))
            at = next((i for i, said in enumerate(rest) if wanted.fullmatch(said)), None)
            assert at is not None, f"{command}\nprints no line {line!r} there:\n{done.stdout}"
            rest = rest[at + 1 :]


def change(folder: Path, body: str) -> None:
    """Replace the lines of a block that are there by those that are to be."""
    head, _, *lines = body.splitlines(keepends=True)
    path = folder / head.removeprefix("--- ").strip()
    before, after = ("".join(x[1:] for x in lines if x[0] in signs) for signs in (" -", " +"))
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{path.name} does not hold once:\n{before}"
    path.write_text(text.replace(before, after), encoding="utf-8")


def typed(body: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a block, and what is shown below it."""
    assert body.startswith("$ "), "a console begins with a command, after $"
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, [line for line in shown.splitlines() if line.strip(" .")]


def spelled(block: Block) -> None:
    """The commands of softmark in a block have the options that they are given."""
    for line in re.findall(r"^(?:\$ )?softmark ([a-z].*)$", block.body, re.MULTILINE):
        name, *arguments = shlex.split(line, comments=True)
        command = softmark.get_command(click.Context(softmark), name)
        assert command is not None, name
        context = click.Context(command, info_name=name)
        command.make_parser(context).parse_args(arguments)


@pytest.fixture
def reader(
    tmp_path: Path, own_programs: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Reader]:
    """In whose shell ``softmark``, ``python`` and ``pytest`` are ours."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    known = set(sys.modules)
    yield Reader(tmp_path, own_programs | {"COLUMNS": "100"})
    for name in set(sys.modules) - known:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.mark.timeout(900)  # the tutorial's kernels run in an interpreter
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_what_a_page_shows_is_what_happens(reader: Reader, page: Path) -> None:
    for needed in NEEDS.finditer(page.read_text(encoding="utf-8")):
        if find_spec(needed["module"]) is None:
            pytest.skip(f"{needed['module']} is not installed")
    if page.name == "extensions.md" and shutil.which("cc") is None:
        pytest.skip("there is no C compiler")
    for block in blocks(page):
        try:
            reader.follow(block)
        except Exception as error:
            error.add_note(f"{page.name}, line {block.line}: ```{block.language}")
            raise


def test_a_page_that_shows_something_else_is_found(reader: Reader) -> None:
    reader.follow(Block("console", "$ echo one; echo two\none\n...\nt...o\n", None, 1))
    for wrong in ("$ echo one\ntwo\n", "$ echo one; echo two\ntwo\none\n", "$ exit 2\n"):
        with pytest.raises(AssertionError):
            reader.follow(Block("console", wrong, None, 1))
    with pytest.raises(click.NoSuchOption):
        reader.follow(Block("console", "$ softmark check f.py:f --no-such\n", "a reason", 1))
    with pytest.raises(AssertionError, match="say why"):
        reader.follow(Block("", "softmark check\n", None, 1))
