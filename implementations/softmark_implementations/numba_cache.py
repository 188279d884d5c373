"""numba's cache of compiled kernels, which believes no file that is not whole.

numba unpickles what it finds in its cache folder and jumps into it: an index that is cut is an
error until it is deleted by hand, machine code that is damaged ends the process.  So a sum of each
file lies beside it, and what does not fit its sum is compiled anew.  That guards against damage;
against a stranger the folder is the user's own, see ``is_own``.

It also watches the one file in which a compiled function stands, not the files of the functions
that it calls: a corrected constant could go unused.  So a folder is named after a digest of all
sources of its kernels.  It lies in the user's cache folder, which serves a read-only installation
too; where nothing can be written, functions are compiled anew in each process.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numba
from numba import njit
from numba.core import caching, runtime

F = TypeVar("F", bound=Callable[..., object])
SETTINGS: Any = numba.config
OWN: Final = ("with_numba.py", "correctly_rounded.py", "numba_exponential.py")
"""The files of the kernels of numba's implementations."""

SUM: Final = ".sha256"
_FILES: Any = caching.IndexDataCacheFile  # numba has types for some of its functions
_CACHE: Any = caching.FunctionCache
_RUNTIME: Any = runtime


def folder_of(name: str, sources: Iterable[Path], more: str = "") -> str | None:
    """The folder for kernels made from these files, or None where no folder can be written."""
    digest = hashlib.sha256(f"{numba.__version__}{more}".encode())
    for source in sorted(sources):
        digest.update(source.read_bytes())
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    roots = [
        os.environ.get("NUMBA_CACHE_DIR"),
        home or os.path.join(os.path.expanduser("~"), ".cache"),
    ]
    for root in filter(None, roots):
        folder = Path(root) / "softmark" / f"{name}-{digest.hexdigest()[:16]}"
        if _writable(folder):
            return str(folder)
    return None


def _writable(folder: Path) -> bool:
    """Whether there is such a folder, of the user's own, and it can be written."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return is_own(folder)
    except OSError:
        return False


def compiled(function: Callable[..., object], folder: str | None, **options: Any) -> Any:
    """Compile, on first call, a function that Python calls; it is kept in ``folder``."""
    before = SETTINGS.CACHE_DIR
    SETTINGS.CACHE_DIR = folder or before
    try:
        made = njit(nogil=True, **options)(function)
        if folder is not None and not SETTINGS.DISABLE_JIT:
            made._cache = CheckedCache(function, folder)
        return made
    finally:
        SETTINGS.CACHE_DIR = before


@cache
def _own_folder() -> str | None:
    return folder_of("numba", map(Path(__file__).with_name, OWN))


def kernel(function: F) -> F:
    """Compile, on first call, a function of numba's implementations that Python calls."""
    return cast(F, compiled(function, _own_folder()))


class WholeFiles(_FILES):
    """The index and the data of one function; a file that is not whole is not there."""

    def _load_index(self) -> Any:
        return super()._load_index() if is_whole(Path(self._index_path)) else {}

    def _load_data(self, name: str) -> Any:
        path = Path(self._data_path(name))
        if not is_whole(path):
            raise FileNotFoundError(f"{path} does not fit its sum")
        return super()._load_data(name)

    @contextlib.contextmanager
    def _open_for_write(self, filepath: str) -> Any:
        """Write a file and then its sum: until both are there, it is not whole."""
        path = Path(filepath)
        Path(f"{path}{SUM}").unlink(missing_ok=True)
        with super()._open_for_write(filepath) as stream:
            yield stream
        Path(f"{path}{SUM}").write_text(_sum(path), encoding="ascii")


class CheckedCache(_CACHE):
    """A function's cache that costs no more than compiling anew, whatever its folder does."""

    def __init__(self, function: Callable[..., object], folder: str) -> None:
        super().__init__(function)
        stamp = self._impl.locator.get_source_stamp()
        self._cache_file: Any = WholeFiles(self._cache_path, self._impl.filename_base, stamp)
        if not str(self._cache_path).startswith(folder):  # numba's own choice, where it is gone
            self.disable()

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """What was kept; numba would first load all that a compilation needs, for half a second."""
        _RUNTIME.rtsys.initialize(target_context)
        try:
            return self._load_overload(sig, target_context)
        except Exception:  # a sum that fits what another numba, or another processor, wrote
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        with contextlib.suppress(OSError):  # a full disk, or a folder that is gone
            super().save_overload(sig, data)


def is_whole(path: Path) -> bool:
    """Whether a file is there and fits its sum."""
    try:
        return Path(f"{path}{SUM}").read_text(encoding="ascii") == _sum(path)
    except (OSError, ValueError):
        return False


def is_own(folder: Path) -> bool:
    """Whether nobody but the user may write into a folder; what is in it is executed."""
    if not hasattr(os, "getuid"):
        return True
    held = folder.stat()
    return held.st_uid == os.getuid() and not held.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
