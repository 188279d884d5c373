"""Nothing that a record, a message or a file name holds is obeyed by a terminal."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from softmark.cli import console
from softmark.visible import visible

HOSTILE = "\x1b]0;title\x07\x1b[2J\x9b31m\rover\x08\u202egpj.exe\x1b]8;;http://x\x1b\\"


def is_plain(text: str) -> bool:
    return all(letter.isprintable() or letter in "\n\t" for letter in text)


def test_control_characters_are_shown_as_escapes() -> None:
    text = visible(f"a\tb\n{HOSTILE}")

    assert is_plain(text)
    assert text.startswith("a\tb\n\\x1b]0;title\\x07\\x1b[2J")


@pytest.mark.parametrize("text", ["e^(βxᵢ) ≤ Σⱼ pⱼ", "5 µs\n", "漢\t", "a\r\nb"])
def test_other_text_is_left_alone(text: str) -> None:
    assert visible(text) == text.replace("\r\n", "\n")


def test_what_is_said_holds_no_escape(capsys: pytest.CaptureFixture[str]) -> None:
    console.say(HOSTILE)
    console.say(HOSTILE, err=True)

    out, err = capsys.readouterr()
    assert is_plain(out)
    assert is_plain(err)


@pytest.mark.parametrize("terminal", [True, False])
def test_a_table_holds_no_escape_but_its_own(terminal: bool) -> None:
    from rich.table import Table
    from rich.text import Text

    def shown(text: str) -> str:
        drawn, table = console.screen(), Table("head")
        drawn.file, drawn._force_terminal, drawn.width = io.StringIO(), terminal, 300
        table.add_row(Text(text, "bold red"))
        drawn.print(table)
        drawn.print(text, markup=False)
        return drawn.file.getvalue()

    assert escapes(shown(HOSTILE)) == escapes(shown("x"))
    assert "\\x1b[2J" in shown(HOSTILE)


def escapes(text: str) -> int:
    return sum(not letter.isprintable() for letter in text)


def test_an_error_of_the_command_line_holds_no_escape(tmp_path: Path) -> None:
    for arguments in (["report", f"no{HOSTILE}"], ["check", f"{HOSTILE}:f"], [HOSTILE]):
        done = subprocess.run(
            [sys.executable, "-m", "softmark", *arguments], capture_output=True, cwd=tmp_path
        )
        assert done.returncode == 2
        assert is_plain(done.stderr.decode())
        assert b"\\x1b" in done.stderr


def test_only_the_console_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    """One way out, so that one place makes text visible."""
    import softmark.cli

    folder = Path(softmark.cli.__file__).parent
    for path in folder.glob("*.py"):
        source = path.read_text(encoding="utf-8")
        if path.name != "console.py":
            assert "click.echo" not in source, path
            assert "sys.stdout.write" not in source, path
            assert "Console(" not in source, path


def test_a_report_in_a_notebook_or_a_log_holds_no_escape(any_report: Any) -> None:
    assert is_plain(str(any_report))
    assert is_plain(any_report.evidence())


@pytest.fixture
def any_report() -> Any:
    from dataclasses import replace

    import softmark

    def wrong(x: Any, axis: int = -1) -> Any:
        if abs(x).max() > 1e30:  # else it could not be called at all
            raise click.ClickException(HOSTILE)
        return x

    report = softmark.check(wrong, formats=["float32"], checks=["ties"], array="numpy")
    return replace(report, target=HOSTILE)
