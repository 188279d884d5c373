"""``softmark ranks``: is a function that cuts rows into shards right on each number of ranks?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from softmark.cli.console import say
from softmark.cli.faults import FAILED, WrongUse, wrong_use
from softmark.cli.kinds import SEED
from softmark.cli.options import ARRAY, FORMAT
from softmark.naming import UnknownName

if TYPE_CHECKING:
    from softmark.testing.ranks import Sharded


@click.command("ranks")
@click.argument("target")
@click.option(
    "--op",
    "operation",
    default="cross_entropy",
    show_default=True,
    metavar="OPERATION",
    help="What it computes.",
)
@click.option(
    "--format",
    "format",
    callback=FORMAT,
    metavar="FORMAT",
    default="float32",
    show_default=True,
    help="Format of the logits.",
)
@click.option(
    "--ranks", default="1,2,4,8", show_default=True, help="Numbers of ranks; the first is the base."
)
@click.option(
    "--vocabulary", type=click.IntRange(2), default=1000, show_default=True, help="Logits of a row."
)
@click.option("--count", type=click.IntRange(1), default=32, show_default=True, help="Rows.")
@click.option(
    "--scale",
    type=click.FloatRange(0),
    default=3.0,
    show_default=True,
    help="Standard deviation of the logits.",
)
@ARRAY
@SEED
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(target: str, ranks: str, as_json: bool, **options: Any) -> int:
    """Call TARGET on 1, 2, 4 and 8 ranks, and merge their parts in each order.

    TARGET is module:function or path/to/file.py:function. It is called as f(logits, labels,
    ranks=4, order=((0, 1), (2, 3))), or what its operation is called as; order is passed where
    there is such a parameter: a rank, or a pair of orders that are merged. It runs in this process.

    For each number of ranks it is said how many results have other bits than on the first, how far
    they are from those, and the largest error as a share of its bound. The exit status is 1 if an
    error is beyond its bound.
    """
    from softmark.subjects import SubjectFault, TargetError

    with wrong_use(TargetError, SubjectFault, UnknownName):
        found = _found(target, _numbers(ranks), **options)
    if as_json:
        say(json.dumps({"target": target, "ranks": [*map(asdict, found)]}, indent=1))
    else:
        say("\n".join(_lines(found)))
    return FAILED if any(each.message for each in found) else 0


def _numbers(text: str) -> list[int]:
    """The numbers of ranks.

    Raises
    ------
    WrongUse
        They are no whole numbers from 1 on.
    """
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and int(part) > 0 for part in parts):
        raise WrongUse(
            f"--ranks {text!r} are no numbers of ranks; give whole numbers from 1 on, as 1,2,4,8"
        )
    return [int(part) for part in parts]


def _found(
    target: str,
    ranks: Sequence[int],
    *,
    operation: str,
    format: str,
    vocabulary: int,
    count: int,
    scale: float,
    array: str,
    seed: int,
) -> list[Sharded]:
    import numpy as np

    from softmark import operations
    from softmark.answers.question import named
    from softmark.calling.targets import Target, load
    from softmark.formats import FORMATS, round_to
    from softmark.testing.ranks import sharded

    named(operation, "operation", operations.names())
    of = operations.load(operation)
    if of.is_index or of.operand not in ("", "labels"):
        raise WrongUse(
            f"--op {operation} is not called on ranks; name one of logits alone, or with labels"
        )
    loaded = load(Target.parse(target))
    rng = np.random.default_rng(seed)
    logits = round_to(rng.normal(0.0, scale, (count, vocabulary)), FORMATS[format])
    given: dict[str, Any] = {"format": format}
    if of.takes_labels:
        given["labels"] = rng.integers(0, vocabulary, count)
    return [
        *sharded(
            loaded[0],
            logits,
            operation,
            ranks=ranks,
            array=array,
            seed=seed,
            **given,
        )
    ]


def _lines(found: Sequence[Sharded]) -> list[str]:
    head = f"{'ranks':>5}  {'order':9}{'orders':>6}  {'other bits':>16}"
    lines = [f"{head}{'ulp':>9}{'log-prob':>10}{'of bound':>10}"]
    for each in found:
        bits = f"{each.differing} of {each.count}"
        lines.append(
            f"{each.ranks:>5}  {each.kind:9}{each.orders:>6}  {bits:>16}"
            f"{each.ulp:>9.3g}{each.apart:>10.2g}{each.share:>10.2g}"
        )
    for each in found:
        if each.message:
            lines += ["", f"fail {each.ranks} ranks, order {each.worst}: {each.message}"]
    verdict = "fail" if any(each.message for each in found) else "pass"
    return [*lines, "", f"{verdict}: {sum(each.orders for each in found)} calls"]
