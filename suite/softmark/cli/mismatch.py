"""``softmark mismatch``: do a trainer and a sampler give a token the same log-probability?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from softmark.cli.console import say
from softmark.cli.faults import FAILED, WrongUse, wrong_use
from softmark.cli.kinds import SEED
from softmark.cli.options import FORMAT
from softmark.naming import UnknownName
from softmark.subjects import Call

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from softmark.answers.mismatch import Mismatch, Side
    from softmark.answers.saved import Saved
    from softmark.formats import Format

_FILES: Final = (".npy", ".npz")
_PARTS: Final = 4
_ARRAY = click.Path(path_type=Path, dir_okay=False)


@click.command("mismatch")
@click.argument("a")
@click.argument("b")
@click.option("--tokens", type=_ARRAY, help="Token at each position, .npy of whole numbers.")
@click.option("--logits", type=_ARRAY, help="What both were computed from, .npy, a row each.")
@click.option(
    "--format",
    "format",
    callback=FORMAT,
    metavar="FORMAT",
    help="Format in which both were computed (default: that of the arrays; float32 of functions).",
)
@click.option("--vocabulary", type=click.IntRange(2), help="Length of a row, where no file has it.")
@click.option(
    "--count", type=click.IntRange(1), default=1000, show_default=True, help="Tokens for functions."
)
@click.option(
    "--scale",
    type=click.FloatRange(0),
    default=3.0,
    show_default=True,
    help="Standard deviation of the logits that functions are given.",
)
@click.option(
    "--clip",
    type=click.FloatRange(0, min_open=True),
    default=0.2,
    show_default=True,
    help="Clip of the probability ratio.",
)
@SEED
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with each position.")
def command(a: str, b: str, clip: float, as_json: bool, **options: Any) -> int:
    """Compare the log-probabilities that A and B give the same tokens.

    A and B are files, .npy or .npz with the array logprobs, of one number for each token or of a
    row for each position; or two functions, as softmark check takes them, of log_softmax. An .npz
    file may hold logits and tokens too. The exit status is 1 if a difference is larger than any
    rounding explains.
    """
    from softmark.answers.mismatch import NotComparable
    from softmark.formats import FORMATS
    from softmark.subjects import SubjectFault, TargetError

    name = options.pop("format")
    asked = _Asked(a, b, FORMATS[name] if name else None, **options)
    are_files = [Path(text).suffix in _FILES for text in (a, b)]
    if are_files[0] != are_files[1]:
        raise WrongUse("one of the two is a file; name two files or two functions")
    with wrong_use(NotComparable, TargetError, SubjectFault, UnknownName):
        found = asked.of_files() if are_files[0] else asked.of_functions()
    document = _document(found, clip)
    if as_json:
        say(json.dumps(document, indent=1, allow_nan=False))
    else:
        say("\n".join(_lines(found, document)))
    return FAILED if found.larger(found.tolerated) else 0


@dataclass(frozen=True)
class _Asked:
    """What is to be compared."""

    a: str
    b: str
    format: Format | None
    tokens: Path | None
    logits: Path | None
    vocabulary: int | None
    count: int
    scale: float
    seed: int

    def of_files(self) -> Mismatch:
        from softmark.answers import saved
        from softmark.answers.mismatch import mismatch

        files = [saved.Saved.read(Path(name)) for name in (self.a, self.b)]
        found = self._given(self.tokens, files, "tokens")
        tokens = None if found is None else saved.indices("tokens", found)
        first = saved.side(files[0].name, files[0].logprobs, tokens, self.format)
        if tokens is None:
            tokens = first.greedy
        second = saved.side(files[1].name, files[1].logprobs, tokens, self.format)
        found = self._given(self.logits, files, "logits")
        logits = None if found is None else saved.rows("logits", found, tokens)
        n = next((f.logprobs.shape[1] for f in files if f.logprobs.ndim == 2), self.vocabulary)
        return mismatch(first, second, n=n, logits=logits, tokens=tokens)

    def _given(self, path: Path | None, files: list[Saved], name: str) -> NDArray[Any] | None:
        """An array that has a file of its own, or is in one of the two."""
        from softmark.answers.saved import Saved

        if path is not None:
            found = Saved.read(path).arrays
            return found.get(name, next(iter(found.values()), None))
        return next((array for f in files if (array := f.get(name)) is not None), None)

    def of_functions(self) -> Mismatch:
        import numpy as np

        from softmark.answers.mismatch import mismatch
        from softmark.formats import FLOAT32, round_to

        fmt, n = self.format or FLOAT32, self.vocabulary or 32000
        rng = np.random.default_rng(self.seed)
        logits = rng.standard_normal((self.count, n), dtype=np.float32)
        logits *= np.float32(self.scale)
        for row in logits:
            row[...] = round_to(row, fmt)
        tokens = np.array([_drawn(row, rng.random()) for row in logits])
        sides = [_called(text, logits, tokens, fmt) for text in (self.a, self.b)]
        return mismatch(*sides, logits=logits, tokens=tokens)


def _drawn(row: NDArray[np.float32], level: float) -> int:
    """A token, with the probabilities of these logits."""
    import numpy as np

    mass = np.cumsum(np.exp(row - row.max(), dtype=np.float64))
    return int(np.searchsorted(mass, level * mass[-1]))


def _called(text: str, logits: NDArray[np.float32], tokens: NDArray[np.int64], fmt: Format) -> Side:
    """What a function gives, in blocks of rows."""
    import numpy as np

    from softmark.answers.mismatch import Side, blocks

    chosen, greedy = [], []
    with _opened(text) as subject:
        for part in blocks(*logits.shape):
            x = logits[part].astype(np.float64)
            values = subject.forward(Call(x), fmt).values
            greedy.append(np.argmax(values, axis=-1))
            chosen.append(values[np.arange(len(x)), tokens[part]])
    return Side(text, np.concatenate(chosen), fmt, np.concatenate(greedy))


@contextmanager
def _opened(text: str) -> Iterator[Any]:
    from softmark.api.asking import Asked

    with Asked.of(text, "log_softmax", timeout=600.0).opened() as opened:
        yield opened.subject


def _document(found: Mismatch, clip: float) -> dict[str, Any]:
    size = abs(found.difference)
    greedy, distances = found.greedy, found.distances
    return {
        "a": found.a.name,
        "b": found.b.name,
        "tokens": size.size,
        "max": float(size.max()),
        "max_at": int(size.argmax()),
        "mean": float(size.mean()),
        "bias": float(found.difference.mean()),
        "kl": found.kl,
        "clip": clip,
        "beyond_clip": found.beyond(clip),
        "greedy_differs": None if greedy is None else greedy.tolist(),
        "explained": float(found.explained.max()) if found.explained.size else None,
        "beyond_explained": found.larger(found.explained),
        "tolerated": float(found.tolerated.max()) if found.tolerated.size else None,
        "beyond_tolerated": found.larger(found.tolerated),
        "distance_from_exact": None if distances is None else list(distances),
        "by_position": found.difference.tolist(),
    }


def _lines(found: Mismatch, told: dict[str, Any]) -> Iterator[str]:
    a, b, count = found.a, found.b, told["tokens"]
    yield f"a: {a.name} ({a.format.name})   b: {b.name} ({b.format.name})   {count} tokens"
    yield (
        f"log-probability, b - a: largest {told['max']:.3g} at position {told['max_at']}, "
        f"mean size {told['mean']:.3g}, mean {told['bias']:+.3g}"
    )
    yield "mean size by position: " + ", ".join(_by_position(abs(found.difference)))
    yield f"KL(a, b) about {told['kl']:.3g}, if the tokens were drawn of a"
    yield f"{told['beyond_clip']:.2%} of the probability ratios beyond 1 +- {told['clip']:g}"
    yield from _greedy(found)
    yield from _rounding(found)
    if found.distances is not None:
        of_a, of_b = found.distances
        nearer = "neither" if of_a == of_b else "a" if of_a < of_b else "b"
        yield f"nearer to the exact values: {nearer} (mean distance of a {of_a:.3g}, b {of_b:.3g})"
    else:
        yield "which one is nearer to the exact values: give --logits"


def _by_position(size: Any) -> Iterator[str]:
    step = -(-len(size) // _PARTS)
    for start in range(0, len(size), step):
        part = size[start : start + step]
        yield f"{start}-{start + len(part) - 1}: {part.mean():.3g}"


def _greedy(found: Mismatch) -> Iterator[str]:
    differs = found.greedy
    if differs is None:
        yield "most probable token: give whole rows to compare it"
    elif not differs.size:
        yield "most probable token: the same at each position"
    else:
        yield (
            f"most probable token: differs first at position {differs[0]}, "
            f"at {differs.size} of {found.a.chosen.size} positions"
        )


def _rounding(found: Mismatch) -> Iterator[str]:
    if not found.explained.size:
        yield "what rounding explains: give --vocabulary, whole rows or --logits"
        return
    for bounds, how in (
        (found.explained, "sums in blocks, steps in float32 or wider"),
        (found.tolerated, "a running sum, steps in the format"),
    ):
        larger = found.larger(bounds)
        beyond = f"{larger} of {bounds.size} are larger" if larger else "none is larger"
        yield f"rounding explains up to {float(bounds.max()):.3g} ({how}): {beyond}"
