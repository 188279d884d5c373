"""The commands of these tests are forked: they do what one does that a user starts."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from forked import LONG, Commands


@pytest.mark.parametrize(
    "arguments", [("list", "checks"), ("explain", "no such"), ("check", "nothing.py:f")]
)
def test_a_forked_command_does_what_a_started_one_does(shell: Any, arguments: list[str]) -> None:
    forked, started = shell(*arguments), shell(*arguments, STARTED="really")

    assert forked.returncode == started.returncode
    assert (forked.stdout, forked.stderr) == (started.stdout, started.stderr)


def test_a_command_that_hangs_is_ended_and_the_next_one_runs(
    commands: Commands, tmp_path: Path
) -> None:
    (tmp_path / "hangs.py").write_text("import time\ntime.sleep(1000)\n")
    with pytest.raises(subprocess.TimeoutExpired):
        commands.run(("check", "hangs.py:f"), tmp_path, os.environ, timeout=0.5)

    done = commands.run(("--version",), tmp_path, os.environ, timeout=LONG)
    assert done.returncode == 0
    assert done.stdout.startswith("softmark, version")
