"""Pieces of work on the workers of a Dask scheduler, whatever is killed meanwhile.

The results of a piece are files, which the client writes as soon as they come.  So a client that
was killed asks for the other pieces only; a worker that was killed has lost the piece that it was
at; and a scheduler that was killed is waited for.
"""

from __future__ import annotations

import logging
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, Final

from softmark.environment import commit
from softmark.shards.parts import ShardError

LOCAL: Final = "local"
"""In place of an address: a cluster of this machine's processes, for as long as it is used."""

LOST: Final = 60.0
"""Seconds that a scheduler is waited for which does not answer."""

MOST_KILLS: Final = 20
"""Workers that end in one piece before it is given up: it is the piece that ends them."""

TICK: Final = 0.5
"""Seconds between two looks at whether the scheduler is there, and at who is slow."""

SLOW: Final = 2.0
"""How many times as long as the longest piece one takes that is given to another worker too."""

AGAIN: Final = ".again"
"""What the name of a piece that is done a second time ends with."""

Files = Mapping[str, bytes]
"""What a piece has made: the text of each file, by its path."""


@dataclass(frozen=True)
class Piece:
    """One piece of work.

    Attributes
    ----------
    call, arguments:
        A function of a module that workers can import, and what it is called with.
    is_verified:
        Whether it is done once more, on another worker as far as there is one.
    """

    call: Callable[..., Files]
    arguments: tuple[Any, ...]
    is_verified: bool = False


class _Lost(Exception):
    """The scheduler does not answer any more."""


@dataclass
class Gathering:
    """What is left of the pieces.

    Parameters
    ----------
    pieces:
        By name, the longest first.
    store:
        Called with a name and the files of that piece, once for each piece; a piece that is
        verified has a second name with ``AGAIN``.
    announce:
        Called with the address of the dashboard, where there is one.
    lost:
        Seconds that a scheduler is waited for.
    """

    pieces: Mapping[str, Piece]
    store: Callable[[str, Files], None]
    announce: Callable[[str], None] = lambda link: None
    lost: float = LOST
    _left: dict[str, Piece] = field(init=False)
    _barred: dict[str, str] = field(default_factory=dict)
    _kills: Counter[str] = field(default_factory=Counter)
    _longest: float = 0.0

    def __post_init__(self) -> None:
        self._left = dict(self.pieces)

    def run(self, scheduler: str, workers: int) -> None:
        """Have all pieces done.

        Parameters
        ----------
        scheduler:
            An address, ``tcp://HOST:PORT``, or ``LOCAL``.
        workers:
            Processes of a local cluster.

        Raises
        ------
        ShardError
            Dask is not installed, no scheduler answers, or a piece failed.
        """
        seen = time.monotonic()
        while self._left:
            before = len(self._left)
            try:
                with _connected(scheduler, workers) as client:
                    self.announce(client.dashboard_link)
                    self._drain(client)
            except (_Lost, OSError, TimeoutError) as error:
                now = time.monotonic()
                seen = now if len(self._left) < before else seen
                if now - seen > self.lost:
                    raise ShardError(
                        f"no scheduler answers at {scheduler} ({error}); start one, and give the "
                        "same command again: it goes on"
                    ) from None
                time.sleep(TICK)

    def _drain(self, client: Any) -> None:
        """Have done what is left, as long as the scheduler answers."""
        ended: SimpleQueue[tuple[str, Any]] = SimpleQueue()
        pending: dict[str, list[Any]] = {}

        def submit(name: str, barred: str = "") -> None:
            future = _submitted(client, self._left[name], barred)
            pending.setdefault(name, []).append(future)
            future.add_done_callback(lambda done: ended.put((name, done)))

        for name in self._left:
            submit(name, self._barred.get(name, ""))
        last = time.monotonic()
        while self._left:
            try:
                name, future = ended.get(timeout=TICK)
            except Empty:
                if client.status != "running":
                    raise _Lost("it is gone") from None
                if time.monotonic() - last > SLOW * max(self._longest, TICK) and self._longest:
                    for slow in self._slow(client, pending):
                        submit(*slow)
                continue
            if name not in self._left:
                continue  # another worker was faster
            if future.status == "finished":
                last = time.monotonic()
                self._take(name, *future.result())
                for other in pending.pop(name):
                    other.cancel()
                if name + AGAIN in self._left and name + AGAIN not in pending:
                    submit(name + AGAIN, self._barred[name + AGAIN])
            elif future.status == "error":
                self._failed(name, future.exception())
                submit(name)
            else:
                raise _Lost("it was restarted")

    def _take(self, name: str, worker: str, seconds: float, files: Files) -> None:
        self.store(name, files)
        piece = self._left.pop(name)
        self._longest = max(self._longest, seconds)
        if piece.is_verified and not name.endswith(AGAIN):
            self._left[name + AGAIN] = piece
            self._barred[name + AGAIN] = worker

    def _failed(self, name: str, error: BaseException) -> None:
        """A worker that was killed is no failure, unless each is that has the piece."""
        from distributed import KilledWorker

        self._kills[name] += 1
        if isinstance(error, KilledWorker) and self._kills[name] < MOST_KILLS:
            return
        raise ShardError(f"a worker could not measure {name}: {type(error).__name__}: {error}")

    def _slow(self, client: Any, pending: Mapping[str, list[Any]]) -> Iterator[tuple[str, str]]:
        """The pieces that wait for a slow worker while others have nothing to do, and that one."""
        busy = {key: worker for worker, keys in client.processing().items() for key in keys}
        if len({*busy.values()}) >= len(client.scheduler_info(n_workers=-1)["workers"]):
            return
        for name, futures in [*pending.items()]:
            if len(futures) == 1 and futures[0].key in busy:
                yield name, busy[futures[0].key]


def _submitted(client: Any, piece: Piece, barred: str) -> Any:
    """A piece under way, on any worker but one as far as there are others."""
    others = [w for w in client.scheduler_info(n_workers=-1)["workers"] if w != barred]
    only = {"workers": others, "allow_other_workers": True} if barred and others else {}
    return client.submit(_called, piece.call, piece.arguments, pure=False, **only)


def _called(call: Callable[..., Files], arguments: tuple[Any, ...]) -> tuple[str, float, Files]:
    """On a worker: its address, the seconds that it took, and the files."""
    from distributed import get_worker

    start = time.monotonic()
    files = call(*arguments)
    return get_worker().address, time.monotonic() - start, files


def here(version: str) -> tuple[int, str]:
    """On a worker: the processor that is its own, by the number that its name ends with; a folder
    for files that last as long as it.

    Raises
    ------
    ShardError
        The worker runs another commit than ``version``, the client's.
    """
    if version != commit():
        raise ShardError(f"the worker has commit {commit()}, the client has {version}")
    from distributed import get_worker

    worker = get_worker()
    number = re.search(r"\d+$", str(worker.name))
    return int(number[0]) if number else 0, worker.local_directory


@contextmanager
def _connected(scheduler: str, workers: int) -> Iterator[Any]:
    """A client, of a cluster of its own where none is named."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise ShardError('Dask is missing; python -m pip install "softmark[dask]"') from None
    connect: Any = Client
    if scheduler != LOCAL:
        with connect(scheduler, timeout=5) as client:
            yield client
        return
    local: Any = LocalCluster
    alone = {"n_workers": workers, "threads_per_worker": 1, "silence_logs": logging.ERROR}
    with local(dashboard_address=":0", **alone) as cluster, connect(cluster) as client:
        yield client
