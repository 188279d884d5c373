"""Where softmark runs: narrow, without colours, in ASCII, on odd paths, where it may not write."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FEW = ("--check", "stability", "--format", "float64")
GOOD = "e = np.exp(x - x.max(axis=axis, keepdims=True)); return e / e.sum(axis=axis, keepdims=True)"
WRONG = "return np.exp(x) / 2"
SOURCE = f"import numpy as np\n\ndef softmax(x, axis=-1):\n    {GOOD}\n"
COLOUR = re.compile(r"\x1b\[(?:[0-9]+;)*(?:3[0-7]|9[0-7]|38)(?:;[0-9]+)*m")


@pytest.mark.parametrize("columns", ["20", "1"])
def test_a_width_is_borne(shell: Any, kernel: Any, columns: str) -> None:
    done = shell("check", kernel(WRONG), *FEW, COLUMNS=columns)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr


def test_a_locale_of_ascii_gets_ascii(shell: Any, kernel: Any) -> None:
    narrow = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "COLUMNS": "20"}
    for command in (["check", kernel(WRONG), *FEW], ["explain", "grades"]):
        done = shell(*command, **narrow)
        assert done.returncode in (0, 1), done.stderr
        assert (done.stdout + done.stderr).isascii()
        assert "\x1b" not in done.stdout + done.stderr


def on_a_terminal(folder: Path, *arguments: str, **more: str) -> str:
    """What a command prints where its output is a terminal."""
    lead, follow = pty.openpty()
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "TERM": "xterm-256color",
        **more,
    }
    command = [sys.executable, "-m", "softmark", *arguments]
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=follow, stderr=follow
    )
    os.close(follow)
    said = b""
    try:
        while piece := os.read(lead, 2**16):
            said += piece
    except OSError:  # the other end is closed
        pass
    process.wait(240)
    os.close(lead)
    return said.decode(errors="replace")


def test_no_color_is_obeyed_on_a_terminal(tmp_path: Path, kernel: Any) -> None:
    target = kernel(WRONG)
    assert COLOUR.search(on_a_terminal(tmp_path, "check", target, *FEW))
    assert not COLOUR.search(on_a_terminal(tmp_path, "check", target, *FEW, NO_COLOR="1"))


@pytest.mark.parametrize("name", ["with spaces/ядро größe.py", "-a;b $(x) 'q'/k&.py"])
def test_a_path_of_any_letters_is_found(shell: Any, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir()
    path.write_text(SOURCE, encoding="utf-8")
    done = shell("check", f"{path}:softmax", *FEW, "--json", "out put.json")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out put.json").is_file()


def test_a_path_of_windows_is_read_as_one(shell: Any) -> None:
    done = shell("check", r"C:\kernels\mine.py:softmax")
    assert done.returncode == 2
    assert r"there is no file C:\kernels\mine.py; name one that exists" in done.stderr


def test_a_source_that_cannot_be_written_is_checked(shell: Any, tmp_path: Path) -> None:
    folder = tmp_path / "read only"
    folder.mkdir()
    (folder / "kernel.py").write_text(SOURCE)
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "--bind", str(folder), str(folder)], capture_output=True
        ).returncode
    )
    try:
        if mounted:
            subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
        else:
            folder.chmod(0o500)
        with pytest.raises(OSError, match=r"Read-only|denied"):
            (folder / "new").touch()
        done = shell("check", f"{folder}/kernel.py:softmax", *FEW)
        assert done.returncode == 0, done.stderr
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)
        folder.chmod(0o700)


def test_a_home_that_cannot_be_written_is_no_fault(shell: Any, kernel: Any, tmp_path: Path) -> None:
    target = kernel(GOOD)
    nowhere = tmp_path / "a file"
    nowhere.write_text("")
    done = shell("check", target, *FEW, HOME=str(nowhere), XDG_CACHE_HOME=str(nowhere))
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "line",
    ["os.remove(__file__)", "open(__file__, 'wb').write(b'\\xff(')"],
    ids=["gone", "replaced"],
)
def test_a_source_that_goes_while_it_is_checked_is_checked(
    shell: Any, tmp_path: Path, line: str
) -> None:
    (tmp_path / "kernel.py").write_text(f"import os\n{line}\n{SOURCE}")
    done = shell("check", "kernel.py:softmax", "--check", "ties", "--format", "float32")
    assert done.returncode == 0, done.stderr


def test_a_source_in_another_encoding_is_checked(shell: Any, tmp_path: Path) -> None:
    text = f"# coding: latin-1\n# \xe4\n{SOURCE}".replace("e / e.sum", "e * 2 / e.sum")
    (tmp_path / "kernel.py").write_bytes(text.encode("latin-1"))
    done = shell("check", "kernel.py:softmax", "--check", "ties", "--format", "float32")
    assert done.returncode == 1, done.stderr
