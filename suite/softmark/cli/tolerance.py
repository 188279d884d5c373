"""``softmark tolerance``: which tolerance a test of an operation should have, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from softmark.cli.console import say
from softmark.cli.faults import wrong_use
from softmark.cli.options import FORMAT, OPERATION

if TYPE_CHECKING:
    from softmark.answers.pool import Counted
    from softmark.answers.report import ToleranceReport

_FORMS = ("pytest", "allclose", "opinfo", "onnx", "webnn")


@click.command("tolerance")
@click.argument("operation", callback=OPERATION)
@click.option(
    "--format",
    "format",
    default="float32",
    show_default=True,
    callback=FORMAT,
    metavar="FORMAT",
    help="Format of the results: float64, float32, float16, bfloat16, ...",
)
@click.option(
    "--n",
    type=click.IntRange(1, 2**22),
    default=4096,
    show_default=True,
    help="Length of a row.",
)
@click.option(
    "--scale",
    type=click.FloatRange(0, 1e300, min_open=True),
    default=8.0,
    show_default=True,
    help="Largest size of a logit.",
)
@click.option(
    "--accumulate",
    callback=FORMAT,
    metavar="FORMAT",
    help="Format of all steps where the result is rounded once (default: steps may be rounded).",
)
@click.option("--strict", is_flag=True, help="Leave out what softmark check calls weak.")
@click.option(
    "--for", "form", type=click.Choice(_FORMS), help="Print lines to paste, and nothing else."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    operation: str,
    format: str,
    n: int,
    scale: float,
    accumulate: str | None,
    strict: bool,
    form: str | None,
    as_json: bool,
) -> None:
    """Print the smallest tolerance that no right evaluation of OPERATION breaks.

    It holds for rows of N logits between -SCALE and SCALE. What wrong results it lets through
    is tried on the spot.
    """
    from softmark.answers.allowed import NoTolerance
    from softmark.answers.report import ToleranceReport
    from softmark.answers.rows import Size
    from softmark.answers.snippets import snippet
    from softmark.formats import FORMATS

    if strict and accumulate:
        raise click.UsageError("--strict and --accumulate are two rules; leave one of them out")
    report = ToleranceReport(Size(operation, FORMATS[format], n, scale), accumulate, strict)
    with wrong_use(NoTolerance):
        found = report.allowed
    if form is not None:
        say(snippet(form, report.size, found, accumulate))
    elif as_json:
        say(json.dumps(_document(report), indent=1, allow_nan=False))
    else:
        say("\n".join(_lines(report)))


def _document(report: ToleranceReport) -> dict[str, Any]:
    size, found = report.size, report.allowed
    error, share = report.worst
    return {
        "operation": size.operation,
        "format": size.format.name,
        "n": size.n,
        "scale": size.scale,
        "accumulate": report.accumulate,
        "atol": found.atol,
        "rtol": found.rtol,
        "ulp": found.ulp,
        "mean": found.mean,
        "median": found.median,
        "formula": report.formula,
        "source": report.source,
        "worst_found_ulp": error,
        "bound_over_worst": 1 / share if share else None,
        "lets_through": report.let_through,
        "pool": _pool(report.pool),
    }


def _pool(found: Counted | None) -> dict[str, Any] | None:
    if found is None:
        return None
    size = {"n": found.size.n, "scale": found.size.scale, "count": found.count}
    return size | {"lets_through": {rule: [*names] for rule, names in found.let_through.items()}}


def _lines(report: ToleranceReport) -> Iterator[str]:
    size, found = report.size, report.allowed
    name, fmt = size.operation, size.format.name
    yield f"{name} in {fmt}, n = {size.n}, logits from {-size.scale:g} to {size.scale:g}"
    yield ""
    yield f"  rtol {found.rtol:g}, atol {found.atol:g}    of the exact result"
    yield f"  or {found.ulp:g} ulp"
    yield f'  or each element\'s own: softmark.tolerance(logits, operation="{name}")'
    yield ""
    yield f"Formula: {report.formula}"
    yield f"Theorem: {report.source} (softmark explain {name})"
    yield f"Arithmetic: {_arithmetic(report)}"
    error, share = report.worst
    if share:
        yield (
            f"Worst error found in right evaluations: {error:.3g} ulp; "
            f"the bound of an element is at least {1 / share:.3g} times its error"
        )
    yield from _warning(report)
    yield ""
    yield "Wrong results that pass (an even draw of logits):"
    pool = report.pool
    yield from _table(report.let_through, pool)
    if pool is not None:
        near = pool.size
        yield f"The {pool.count} are of softmark's own tests; softmark check fails each. They had"
        yield f"{near.n} logits from {-near.scale:g} to {near.scale:g}. --json names what passes."
    yield "What passes assert_close too is explained by rounding at these logits; softmark check"
    yield "tries others."


def _arithmetic(report: ToleranceReport) -> str:
    if report.strict:
        return "steps no narrower than float32, sums in pairs or blocks (grade B)"
    if report.accumulate:
        return f"all steps in {report.accumulate}, a running sum, and one rounding at the end"
    return "steps rounded to the format, a running sum no narrower than float32 (grade C)"


def _warning(report: ToleranceReport) -> Iterator[str]:
    found = report.allowed
    if 0 < found.mean < 1e-2:
        yield (
            f"Why not 1e-2: results are {found.mean:.2g} on average, half of them below "
            f"{found.median:.2g}, so that zeros pass atol=1e-2"
        )
    if found.rtol >= 0.5 or found.atol >= found.mean > 0:
        yield "No tolerance helps here: rounding alone may change a result by half of it or more"


def _table(rows: dict[str, dict[str, bool]], pool: Counted | None) -> Iterator[str]:
    heads = list(next(iter(rows.values())))
    found = {
        name: ["PASSES" if accepts[head] else "fails" for head in heads]
        for name, accepts in rows.items()
    }
    if pool is not None:
        found[f"of {pool.count} wrong implementations"] = [
            f"{len(pool.let_through[head])} pass" for head in heads
        ]
    width = max(map(len, found)) + 2
    yield "  " + " " * width + "  ".join(heads)
    for name, cells in found.items():
        ranged = "  ".join(f"{cell:{len(head)}}" for cell, head in zip(cells, heads, strict=True))
        yield f"  {name:{width}}{ranged}".rstrip()
