"""Two functions as the sides of a mismatch: called with the same logits, here or elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from softmark.answers.mismatch import Mismatch, Side
    from softmark.comparing.invariance import Invariance
    from softmark.formats import Format
    from softmark.timing.estimates import Estimate

TIMEOUT: Final = 600.0
"""Seconds that a call may take: it has a block of rows."""

_OPERATION: Final = "log_softmax"

_PART: Final = 512
"""Logits of a row whose probabilities are added up before a token among them is looked for."""


@dataclass(frozen=True)
class Sampled:
    """What was found of two functions.

    Attributes
    ----------
    mismatch:
        Of the tokens that were drawn.
    invariance:
        Of A and of B: whether bits depend on the batch; ``None`` where batches are not taken.
    ratio:
        The time of B as a multiple of that of A.
    versions:
        What A and B run on, where they run in interpreters that were named.
    """

    mismatch: Mismatch
    invariance: tuple[Invariance | None, Invariance | None]
    ratio: Estimate | None
    versions: tuple[str, ...]


@dataclass(frozen=True)
class Draw:
    """Logits that are drawn, and tokens with their probabilities."""

    count: int
    n: int
    format: Format
    scale: float
    seed: int

    def blocks(self) -> Iterator[tuple[NDArray[np.float32], NDArray[np.int64]]]:
        """Rows of logits and their tokens, some rows after the other: all would fill the memory."""
        import numpy as np

        from softmark.answers.mismatch import blocks
        from softmark.formats import round_to

        rng = np.random.default_rng(self.seed)
        for part in blocks(self.count, self.n):
            shape = len(range(*part.indices(self.count))), self.n
            logits = rng.standard_normal(shape, dtype=np.float32)
            logits *= np.float32(self.scale)
            logits[...] = round_to(logits, self.format)
            yield logits, np.array([_drawn(row, rng.random()) for row in logits])


def _drawn(row: NDArray[np.float32], level: float) -> int:
    """A token, with the probabilities of these logits: first a part of the row, then one of it."""
    import numpy as np

    e = np.exp(row - row.max())
    mass = np.cumsum(np.add.reduceat(e, np.arange(0, e.size, _PART), dtype=np.float64))
    due = level * mass[-1]
    part = int(np.searchsorted(mass, due))
    within = np.cumsum(e[part * _PART : (part + 1) * _PART], dtype=np.float64)
    within += mass[part] - within[-1]
    within[-1] = mass[part]  # whatever was rounded, it is in this part
    return part * _PART + int(np.searchsorted(within, due))


def compared(texts: tuple[str, str], pythons: tuple[str, str], draw: Draw) -> Sampled:
    """Call both with what is drawn.

    Raises
    ------
    TargetError, SubjectFault, UnknownName
        One of them cannot be loaded or called.
    """
    import numpy as np

    from softmark.answers.mismatch import exact, mismatch
    from softmark.comparing.invariance import SIZES, invariance, ratio

    first: list[NDArray[np.float32]] = []
    fmt, truth = draw.format, []
    with ExitStack() as stack:
        opened = [
            stack.enter_context(_opened(text, python, named=set(pythons) != {sys.executable}))
            for text, python in zip(texts, pythons, strict=True)
        ]
        given = tuple(_Given(subject, fmt) for subject, _ in opened)
        for logits, tokens in draw.blocks():
            x = logits.astype(np.float64)
            for each in given:
                each.call(x, tokens)
            truth.append(exact(x, tokens))
            first += [*logits[: SIZES[-1] - len(first)]]
        (a, b), rows = (subject for subject, _ in opened), np.stack(first).astype(np.float64)
        steady = invariance(a, rows, fmt, TIMEOUT), invariance(b, rows, fmt, TIMEOUT)
        times = ratio(a, b, rows, fmt, TIMEOUT) if all(steady) else None
    sides = (each.side(text) for each, text in zip(given, texts, strict=True))
    found = mismatch(*sides, n=draw.n, exact=np.concatenate(truth))
    return Sampled(found, steady, times, tuple(told for _, told in opened if told))


@dataclass
class _Given:
    """What a function gave, block after block."""

    subject: Any
    format: Format
    chosen: list[NDArray[np.float64]] = field(default_factory=list)
    greedy: list[NDArray[np.int64]] = field(default_factory=list)

    def call(self, x: NDArray[np.float64], tokens: NDArray[np.int64]) -> None:
        import numpy as np

        from softmark.subjects import Call

        values = self.subject.forward(Call(x), self.format).values
        self.greedy.append(np.argmax(values, axis=-1))
        self.chosen.append(values[np.arange(len(x)), tokens])

    def side(self, name: str) -> Side:
        import numpy as np

        from softmark.answers.mismatch import Side

        return Side(name, np.concatenate(self.chosen), self.format, np.concatenate(self.greedy))


def _opened(text: str, python: str, *, named: bool) -> AbstractContextManager[tuple[Any, str]]:
    """A subject, and what it runs on where that was asked for."""
    return _elsewhere(text, python) if named else _here(text)


@contextmanager
def _here(text: str) -> Iterator[tuple[Any, str]]:
    from softmark.api.asking import Asked

    with Asked.of(text, _OPERATION, timeout=TIMEOUT).opened() as opened:
        yield opened.subject, ""


@contextmanager
def _elsewhere(text: str, python: str) -> Iterator[tuple[Any, str]]:
    from softmark.api.naming import resolved
    from softmark.harness import load
    from softmark.workers.process import Worker
    from softmark.workers.settings import WorkerSettings

    what = resolved(text, _OPERATION, elsewhere=python != sys.executable)
    with Worker(WorkerSettings(python=python)) as worker:
        loaded = load(worker, what, "auto", _OPERATION, TIMEOUT)
        versions = {"python": loaded.facts["python"], **loaded.facts["versions"]}
        yield loaded.subject, ", ".join(f"{name} {version}" for name, version in versions.items())
