"""The cache of compiled kernels may be full, cut, damaged or a stranger's: it costs time alone."""

from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from softmark.oracle import jit
from softmark_implementations import numba_cache


def twice(a: int) -> int:
    return 2 * a


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache folder of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    _forget_folders()
    yield tmp_path
    _forget_folders()


def _forget_folders() -> None:
    jit.cache_folder.cache_clear()
    numba_cache._own_folder.cache_clear()


def run(kernel: Callable[..., Any] = jit.kernel) -> str:
    """What a new process would do: compile the function, or find it in the cache."""
    compiled: Any = kernel(twice)
    assert compiled(21) == 42
    return "kept" if compiled.stats.cache_hits else "compiled"


def files(home: Path, kind: str) -> list[Path]:
    found = list((home / "softmark").rglob(f"*.{kind}"))
    assert found
    return found


def emptied(raw: bytes) -> bytes:
    return b""


def cut(raw: bytes) -> bytes:
    return raw[: len(raw) // 2]


def replaced(raw: bytes) -> bytes:
    return os.urandom(len(raw))


def flipped(raw: bytes) -> bytes:
    middle = len(raw) * 3 // 4
    return raw[:middle] + bytes([raw[middle] ^ 255]) + raw[middle + 1 :]


def test_a_kernel_is_compiled_once(home: Path) -> None:
    assert [run(), run()] == ["compiled", "kept"]


KERNEL = """
import sys
import numpy as np
from softmark.oracle import jit

def doubled(x):
    return np.concatenate((x, x))

compiled = jit.kernel(doubled)
assert compiled(np.ones(3)).sum() == 6
print(compiled.stats.cache_hits != {}, "numba.np.linalg" in sys.modules)
"""


def test_a_kept_kernel_is_called_without_what_compiles(home: Path) -> None:
    """Which takes numba half a second to load; the kernel allocates and returns an array."""
    script = home / "kernel.py"
    script.write_text(KERNEL)
    said = [subprocess.check_output([sys.executable, script], text=True) for _ in range(2)]
    assert said == ["False True\n", "True False\n"]


@pytest.mark.parametrize("kind", ["nbi", "nbc"])
@pytest.mark.parametrize("damaged", [emptied, cut, replaced, flipped])
def test_what_is_damaged_is_compiled_anew_and_then_kept(
    home: Path, kind: str, damaged: Callable[[bytes], bytes]
) -> None:
    run()
    for path in files(home, kind):
        path.write_bytes(damaged(path.read_bytes()))
    assert [run(), run()] == ["compiled", "kept"]


@pytest.mark.parametrize("damaged", [emptied, cut, replaced, flipped])
def test_damaged_kernels_of_numbas_implementations_are_compiled_anew(
    home: Path, damaged: Callable[[bytes], bytes]
) -> None:
    assert [run(numba_cache.kernel), run(numba_cache.kernel)] == ["compiled", "kept"]
    for path in (*files(home, "nbi"), *files(home, "nbc")):
        path.write_bytes(damaged(path.read_bytes()))
    assert [run(numba_cache.kernel), run(numba_cache.kernel)] == ["compiled", "kept"]


def test_no_implementation_leaves_its_cache_to_numba() -> None:
    """numba's own cache believes what it finds."""
    folder = Path(numba_cache.__file__).parent
    for path in folder.glob("*.py"):
        assert "cache=True" not in path.read_text(encoding="utf-8"), path


def test_what_has_lost_its_sum_is_compiled_anew(home: Path) -> None:
    run()
    for path in files(home, "sha256"):
        path.unlink()
    assert [run(), run()] == ["compiled", "kept"]


@pytest.mark.parametrize("room", [0, 100, 4000])
def test_a_disk_that_is_full_costs_the_cache_and_no_more(home: Path, room: int) -> None:
    with full(room):
        assert run() == "compiled"
        assert run() == "compiled"
    assert [run(), run()] == ["compiled", "kept"]


@contextmanager
def full(room: int) -> Iterator[None]:
    """No file may have more bytes than ``room``."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_folder_that_went_away_costs_the_cache_and_no_more(home: Path) -> None:
    run()
    (home / "softmark").rename(home / "away")
    (home / "softmark").write_text("")
    assert run() == "compiled"


def test_the_folder_is_the_users_own(home: Path) -> None:
    run()
    (folder,) = (home / "softmark").iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.chmod(0o777)
    jit.cache_folder.cache_clear()
    assert jit.cache_folder() is None
