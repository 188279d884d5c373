"""``softmark mismatch``: do a trainer and a sampler give a token the same log-probability?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from softmark.cli.console import say
from softmark.cli.faults import FAILED, WrongUse, wrong_use
from softmark.cli.invariance import document as called_document
from softmark.cli.invariance import lines as called_lines
from softmark.cli.kinds import SEED
from softmark.cli.options import FORMAT, interpreter
from softmark.naming import UnknownName

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from softmark.answers.mismatch import Mismatch
    from softmark.answers.saved import Saved
    from softmark.cli.sampled import Sampled
    from softmark.formats import Format

_FILES: Final = (".npy", ".npz")
_PARTS: Final = 4
_ARRAY = click.Path(path_type=Path, dir_okay=False)


@click.command("mismatch")
@click.argument("a")
@click.argument("b", required=False)
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
@click.option("--python-a", type=click.Path(), help="Interpreter for A.")
@click.option("--python-b", type=click.Path(), help="Interpreter for B.")
@SEED
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with each position.")
def command(
    a: str,
    b: str | None,
    clip: float,
    as_json: bool,
    python_a: str | None,
    python_b: str | None,
    **options: Any,
) -> int:
    """Compare the log-probabilities that A and B give the same tokens.

    A and B are files, .npy or .npz with the array logprobs, of one number for each token or of a
    row for each position; or two functions, as softmark check takes them, of log_softmax. An .npz
    file may hold logits and tokens too. One function alone is compared in two interpreters,
    --python-a and --python-b. Of functions it is also said whether a row's bits depend on the rows
    beside it, and what it costs to call each row alone. The exit status is 1 if a difference is
    larger than any rounding explains.
    """
    from softmark.answers.mismatch import NotComparable
    from softmark.formats import FORMATS
    from softmark.subjects import SubjectFault, TargetError

    name = options.pop("format")
    pythons = interpreter(python_a), interpreter(python_b)
    asked = _Asked(a, b, FORMATS[name] if name else None, pythons, **options)
    are_files = _are_files(a, b, named=bool(python_a or python_b))
    with wrong_use(NotComparable, TargetError, SubjectFault, UnknownName):
        called = None if are_files else asked.of_functions()
        found = asked.of_files() if called is None else called.mismatch
    document = _document(found, clip) | (called_document(called) if called else {})
    if as_json:
        say(json.dumps(document, indent=1, allow_nan=False))
    else:
        say("\n".join([*_lines(found, document), *(called_lines(called) if called else [])]))
    return FAILED if found.larger(found.tolerated) else 0


def _are_files(a: str, b: str | None, *, named: bool) -> bool:
    """Whether two files are compared, and not functions.

    Raises
    ------
    WrongUse
        It is one of each, a file in an interpreter, or one function in one interpreter.
    """
    files = {Path(text).suffix in _FILES for text in (a, b) if text is not None}
    if len(files) == 2:
        raise WrongUse("one of the two is a file; name two files or two functions")
    if True in files and (named or b is None):
        raise WrongUse("files run in no interpreter; name two of them, and no --python-a")
    if b is None and not named:
        raise WrongUse(
            "B is missing; name it, or give A two interpreters, --python-a and --python-b"
        )
    return True in files


@dataclass(frozen=True)
class _Asked:
    """What is to be compared."""

    a: str
    b: str | None
    format: Format | None
    pythons: tuple[str, str]
    tokens: Path | None
    logits: Path | None
    vocabulary: int | None
    count: int
    scale: float
    seed: int

    def of_files(self) -> Mismatch:
        from softmark.answers import saved
        from softmark.answers.mismatch import exact, mismatch

        files = [saved.Saved.read(Path(name)) for name in (self.a, self.b) if name is not None]
        found = self._given(self.tokens, files, "tokens")
        tokens = None if found is None else saved.indices("tokens", found)
        first = saved.side(files[0].name, files[0].logprobs, tokens, self.format)
        if tokens is None:
            tokens = first.greedy
        second = saved.side(files[1].name, files[1].logprobs, tokens, self.format)
        found = self._given(self.logits, files, "logits")
        logits = None if found is None else saved.rows("logits", found, tokens)
        n = next((f.logprobs.shape[1] for f in files if f.logprobs.ndim == 2), self.vocabulary)
        if logits is None or tokens is None:
            return mismatch(first, second, n=n)
        return mismatch(first, second, n=logits.shape[1], exact=exact(logits, tokens))

    def _given(self, path: Path | None, files: list[Saved], name: str) -> NDArray[Any] | None:
        """An array that has a file of its own, or is in one of the two."""
        from softmark.answers.saved import Saved

        if path is not None:
            found = Saved.read(path).arrays
            return found.get(name, next(iter(found.values()), None))
        return next((array for f in files if (array := f.get(name)) is not None), None)

    def of_functions(self) -> Sampled:
        from softmark.cli.sampled import Draw, compared
        from softmark.formats import FLOAT32

        n, fmt = self.vocabulary or 32000, self.format or FLOAT32
        draw = Draw(self.count, n, fmt, self.scale, self.seed)
        return compared((self.a, self.b or self.a), self.pythons, draw)


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
