"""Two functions as the sides of a mismatch: called with the same logits, here or elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
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

    def made(self) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        import numpy as np

        from softmark.formats import round_to

        rng = np.random.default_rng(self.seed)
        logits = rng.standard_normal((self.count, self.n), dtype=np.float32)
        logits *= np.float32(self.scale)
        for row in logits:
            row[...] = round_to(row, self.format)
        return logits, np.array([_drawn(row, rng.random()) for row in logits])


def _drawn(row: NDArray[np.float32], level: float) -> int:
    """A token, with the probabilities of these logits."""
    import numpy as np

    mass = np.cumsum(np.exp(row - row.max(), dtype=np.float64))
    return int(np.searchsorted(mass, level * mass[-1]))


def compared(texts: tuple[str, str], pythons: tuple[str, str], draw: Draw) -> Sampled:
    """Call both with what is drawn.

    Raises
    ------
    TargetError, SubjectFault, UnknownName
        One of them cannot be loaded or called.
    """
    from softmark.answers.mismatch import mismatch
    from softmark.comparing.invariance import SIZES, invariance, ratio

    logits, tokens = draw.made()
    first, fmt = logits[: SIZES[-1]].astype(float), draw.format
    with ExitStack() as stack:
        opened = [
            stack.enter_context(_opened(text, python, named=set(pythons) != {sys.executable}))
            for text, python in zip(texts, pythons, strict=True)
        ]
        a, b = (subject for subject, _ in opened)
        sides = [_called(*each, logits, tokens, fmt) for each in zip(texts, (a, b), strict=True)]
        steady = invariance(a, first, fmt, TIMEOUT), invariance(b, first, fmt, TIMEOUT)
        times = ratio(a, b, first, fmt, TIMEOUT) if all(steady) else None
    found = mismatch(*sides, logits=logits, tokens=tokens)
    return Sampled(found, steady, times, tuple(told for _, told in opened if told))


def _called(
    text: str, subject: Any, logits: NDArray[np.float32], tokens: NDArray[np.int64], fmt: Format
) -> Side:
    """What a function gives, in blocks of rows."""
    import numpy as np

    from softmark.answers.mismatch import Side, blocks
    from softmark.subjects import Call

    chosen, greedy = [], []
    for part in blocks(*logits.shape):
        x = logits[part].astype(np.float64)
        values = subject.forward(Call(x), fmt).values
        greedy.append(np.argmax(values, axis=-1))
        chosen.append(values[np.arange(len(x)), tokens[part]])
    return Side(text, np.concatenate(chosen), fmt, np.concatenate(greedy))


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
    from softmark.comparing.contenders import Contender, opened
    from softmark.subjects.settings import WorkerSettings

    what = resolved(text, _OPERATION, elsewhere=python != sys.executable)
    settings = WorkerSettings(python=python)
    with opened(Contender(what, python, _OPERATION), settings, TIMEOUT) as (subject, found):
        versions = {"python": found.facts["python"], **found.facts["versions"]}
        yield subject, ", ".join(f"{name} {version}" for name, version in versions.items())
