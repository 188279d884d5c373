"""``softmark check``: one function against the specification, with the evidence on the screen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TextIO

import click

from softmark import verdicts
from softmark.cli.faults import exit_status, wrong_use
from softmark.cli.options import OPERATION, measuring
from softmark.naming import UnknownName
from softmark.records import SCHEMA

if TYPE_CHECKING:
    from softmark.harness import TargetReport

_ARRAYS = ["auto", "numpy", "torch", "tensorflow", "jax"]


@click.command("check")
@click.argument("target")
@click.option(
    "--op",
    "operation",
    metavar="OPERATION",
    callback=OPERATION,
    help="What it computes (default: softmax).",
)
@click.option(
    "--array",
    type=click.Choice(_ARRAYS),
    default="auto",
    show_default=True,
    help="Whose arrays it takes; auto looks at what its module imports.",
)
@measuring
@click.option(
    "--json", "json_file", type=click.File("w", lazy=True), help="Write JSON; - prints it."
)
def command(
    target: str,
    operation: str | None,
    array: str,
    formats: tuple[str, ...],
    checks: tuple[str, ...],
    strict: bool,
    json_file: TextIO | None,
    **options: Any,
) -> int:
    """Check one function against the specification.

    TARGET is path/to/file.py:function, module:function, or the name of an
    implementation.  A file is imported, so its code runs, in a process of its own.
    """
    from softmark.api.last_check import keep
    from softmark.api.naming import resolved
    from softmark.cli.evidence import show
    from softmark.cli.progress import watched
    from softmark.harness import check_target
    from softmark.subjects import TargetError

    with wrong_use(TargetError, UnknownName), watched() as watcher:
        found = check_target(
            resolved(target, operation),
            operation=operation or "softmax",
            array=array,
            format_names=formats,
            check_names=checks,
            progress=watcher,
            **options,
        )
    document = as_json(target, found)
    keep(document)
    if json_file is not None:
        click.echo(json.dumps(document, indent=1, allow_nan=False), file=json_file)
    if json_file is None or json_file.name != "-":
        show(target, found, strict=strict)
    return exit_status((r.verdict for r in found.records), strict=strict)


def as_json(target: str, found: TargetReport) -> dict[str, Any]:
    """The document that ``--json`` writes; it has neither NaN nor infinity."""
    return {
        "schema": SCHEMA,
        "target": target,
        "operation": found.info.operation,
        "verdict": verdicts.overall(found.records),
        "counts": verdicts.counts(found.records),
        "environment": dict(found.environment),
        "records": [record.to_json() for record in found.records],
    }
