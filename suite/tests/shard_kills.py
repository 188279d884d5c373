"""Pieces of work whose workers, scheduler and client are killed at moments drawn at random.

Each process is a fork of this one, which has imported Dask and started nothing of it, so that one
that was killed is replaced in a tenth of a second.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from softmark.shards.parts import write_whole
from softmark.shards.scheduling import AGAIN, Files, Gathering, Piece

PIECES: Final = 40
SECONDS: Final = 0.05
LONGEST: Final = 300.0
SHARES: Final = {"worker": 6, "client": 3, "scheduler": 1}
"""How often each is killed; a scheduler takes longest to be missed."""


def slept(name: str, seconds: float) -> Files:
    """A piece of work: what it gives depends on its name alone."""
    time.sleep(seconds)
    return {"made.txt": text_of(name)}


def text_of(name: str) -> bytes:
    return f"this is {name}\n".encode() * 100


def gathered(folder: Path, address: str) -> None:
    """The client: asks for the pieces that are not there, and stores them."""

    def store(name: str, files: Files) -> None:
        for path, text in files.items():
            write_whole(folder / name / path, text)

    names = [f"piece-{number}" for number in range(PIECES)]
    left = [name for name in names if not (folder / name / "made.txt").exists()]
    pieces = {n: Piece(slept, (n, SECONDS), is_verified=n.endswith("7")) for n in left}
    Gathering(pieces, store).run(address, 2)


def schedule(port: int) -> None:
    from distributed import Scheduler

    async def served() -> None:
        async with Scheduler(host="127.0.0.1", port=port, dashboard=False) as scheduler:
            await scheduler.finished()

    asyncio.run(served())


def work(address: str) -> None:
    from distributed import Worker

    async def served() -> None:
        async with Worker(address, nthreads=1, dashboard=False, death_timeout=20) as worker:
            await worker.finished()

    asyncio.run(served())


def forked(name: str, target: Callable[[], None], log: Path) -> int:
    """Do it in a process of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.setsid()
        said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(said, 1)
        os.dup2(said, 2)
        sys.stdout = sys.stderr = os.fdopen(said, "w", buffering=1, closefd=False)
        target()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


@dataclass
class Cluster:
    """A scheduler, two workers and a client, of which each is started again when it is gone."""

    folder: Path
    kills: Counter[str] = field(default_factory=Counter)
    _pids: dict[str, int] = field(default_factory=dict)
    _port: int = 0

    def __enter__(self) -> Cluster:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        return self

    def __exit__(self, *error: object) -> None:
        for pid in self._pids.values():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)

    def gather(self, folder: Path, kills: int, draw: random.Random) -> None:
        """Do all pieces in ``folder``, and kill ``kills`` processes meanwhile."""
        until = time.monotonic() + LONGEST
        next_kill = time.monotonic() + draw.uniform(0.1, 0.6)
        while not self._is_done(folder):
            assert time.monotonic() < until, (self.folder / "log").read_text()[-3000:]
            if kills and time.monotonic() > next_kill:
                self._kill(draw)
                kills -= 1
                next_kill = time.monotonic() + draw.uniform(0.1, 0.6)
            time.sleep(0.01)

    def _is_done(self, folder: Path) -> bool:
        """Start again what is gone; whether the client came to its end."""
        address = f"tcp://127.0.0.1:{self._port}"
        targets: dict[str, Callable[[], None]] = {
            "scheduler": lambda: schedule(self._port),
            "worker 1": lambda: work(address),
            "worker 2": lambda: work(address),
            "client": lambda: gathered(folder, address),
        }
        for name, target in targets.items():
            pid = self._pids.get(name)
            ended, status = (0, 0) if pid is None else os.waitpid(pid, os.WNOHANG)
            if ended and name == "client" and status == 0:
                del self._pids[name]
                return True
            if ended and name == "client":
                told = (self.folder / "log").read_text()[-3000:]
                assert os.WIFSIGNALED(status), f"the client failed:\n{told}"
            if pid is None or ended:
                self._pids[name] = forked(name, target, self.folder / "log")
        return False

    def _kill(self, draw: random.Random) -> None:
        kind = draw.choices(list(SHARES), list(SHARES.values()))[0]
        pid = self._pids[draw.choice(["worker 1", "worker 2"]) if kind == "worker" else kind]
        os.kill(pid, signal.SIGKILL)
        self.kills[kind] += 1


def check(folder: Path) -> None:
    """Whether each piece is there, and each is whole."""
    names = {path.name.removesuffix(AGAIN) for path in folder.iterdir()}
    assert names == {f"piece-{number}" for number in range(PIECES)}, sorted(names)
    for path in folder.rglob("*.txt"):
        assert path.read_bytes() == text_of(path.parent.name.removesuffix(AGAIN)), path


def campaign(
    folder: Path, count: int, seed: int, report: Callable[[str], None] = lambda text: None
) -> Counter[str]:
    """Kill ``count`` times, some ten times in each round of pieces.

    Raises
    ------
    AssertionError
        A piece is missing, or is not whole; a client failed, or hangs.
    """
    draw, rounds = random.Random(seed), 0
    with Cluster(folder) as cluster:
        while cluster.kills.total() < count:
            rounds += 1
            place = folder / f"round-{rounds}"
            cluster.gather(place, min(10, count - cluster.kills.total()), draw)
            check(place)
            report(f"{cluster.kills.total()} kills in {rounds} rounds: {dict(cluster.kills)}")
    return cluster.kills


if __name__ == "__main__":
    import tempfile

    import distributed  # noqa: F401

    with tempfile.TemporaryDirectory() as name:
        campaign(Path(name), int(sys.argv[1]), int(sys.argv[2]), print)
