"""``softmark check``: one function against the specification, with the evidence on the screen."""

from __future__ import annotations

import json as json_text
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from softmark.cli.console import heard, say
from softmark.cli.faults import FAILED, WRONG_USE, WrongUse, wrong_use
from softmark.cli.kinds import MEMORY
from softmark.cli.options import ARRAY, OPERATION, measuring
from softmark.cli.outputs import OutputType, is_printed, outputs, put, write
from softmark.naming import UnknownName

if TYPE_CHECKING:
    from softmark.api import Report
    from softmark.api.asking import Asked

FORMS: Final = (
    "kernelbench", "flashinfer-bench", "sol-execbench", "backendbench", "c", "onnx", "ggml",
)  # fmt: skip
"""Those of ``softmark_implementations.adapted``, whose import brings NumPy along."""


def _statements(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> str:
    from softmark.contracts import Contract
    from softmark.formats import FORMATS
    from softmark.statements import StatementError, stating

    text = ",".join(value)
    try:
        stating(Contract(takes_beta=True), text, FORMATS)
    except (StatementError, UnknownName) as error:
        raise click.BadParameter(str(error), ctx, param) from None
    return text


@click.command("check")
@click.argument("target")
@click.option(
    "--op",
    "operation",
    metavar="OPERATION",
    callback=OPERATION,
    help="What it computes (default: softmax).",
)
@ARRAY
@click.option(
    "--as",
    "form",
    type=click.Choice(FORMS),
    help="TARGET is a file in the form of another project; for c: FILE.so:'SIGNATURE'.",
)
@click.option("--setup", is_flag=True, help="TARGET is called once and returns the function.")
@click.option(
    "--vjp", metavar="NAME", default="", help="Its hand-written backward g(x, cotangent, axis=-1)."
)
@click.option(
    "--map",
    "map",
    multiple=True,
    metavar="NAME=PARAMETER",
    help="Which parameter is x, axis, beta, labels, mask, sink or cap: axis=dim_, mask=~padding "
    "(repeatable).",
)
@click.option(
    "--takes",
    multiple=True,
    metavar="STATEMENTS",
    callback=_statements,
    help="What it takes, as ranks=2,length<=1024,integers=no (softmark explain contract).",
)
@measuring
@MEMORY
@click.option(
    "--known-failures",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Failures that are excused, as TOML.",
)
@click.option(
    "--reference",
    metavar="IMPLEMENTATION",
    help="Check another one on the same cases, for comparison.",
)
@click.option("--first", is_flag=True, help="Stop at the first failure; most telling checks first.")
@click.option("--watch", is_flag=True, help="Check again whenever a file in its folder is saved.")
@click.option("--json", type=OutputType(), help="Write JSON; - prints it.")
@outputs
def command(
    target: str,
    form: str | None,
    reference: str | None,
    watch: bool,
    json: str | None,
    junit: str | None,
    markdown: str | None,
    **options: Any,
) -> int:
    """Check one function against the specification.

    TARGET is path/to/file.py:function, module:function, or the name of an
    implementation.  A file is imported, so its code runs, in a process of its own.
    """
    files = {"json": json, "junit": junit, "markdown": markdown}
    if form is not None:
        with _said():
            from softmark.api.adapting import adapted

            target, array = adapted(form, target)
        options["array"] = array if options["array"] == "auto" else options["array"]
    task = _Task(target, reference, files, is_printed(*files.values()), options)
    if not watch:
        return task.carry_out()
    from softmark.cli.watching import watch as again_and_again

    if task.prints:
        raise WrongUse("--watch shows a screen, which - would print into; name a file")
    with _said():
        from softmark.api.naming import resolved

        found = resolved(target, options["operation"])
    again_and_again(found, task.carry_out)


@dataclass(frozen=True)
class _Task:
    """One check, as the command line asks for it."""

    target: str
    reference: str | None
    files: dict[str, str | None]
    prints: bool
    options: dict[str, Any]

    def carry_out(self) -> int:
        """Check and show, then keep and write; the exit status."""
        from softmark.api.last_check import keep
        from softmark.cli.evidence import show, show_beside

        with _said():
            report = _checked(self._asked(self.target, self.options))
            other = self._beside(report)
        with heard():
            if not self.prints:
                show(report)
                if self.options["first"] and report.failures:
                    say("Stopped at the first failure; without --first the rest is checked too.")
                if other is not None:
                    show_beside(report, other)
        document = report.to_json()
        keep(document)
        if other is not None:
            records = [record.to_json() for record in other.records]
            document["reference"] = {"implementation": other.info.name, "records": records}
        self._write(report, document)
        if report.failures or report.stale:
            return FAILED
        return WRONG_USE if report.unjudged else 0

    def _write(self, report: Report, document: dict[str, Any]) -> None:
        if self.files["json"] is not None:
            put(self.files["json"], json_text.dumps(document, indent=1, allow_nan=False) + "\n")
        write(
            report.records,
            report.reason,
            [f"{stale.failure.id}: {stale.why}" for stale in report.stale],
            title=report.target,
            contract=report.contract,
            strict=report.strict,
            junit=self.files["junit"],
            markdown=self.files["markdown"],
        )

    def _asked(self, target: str, options: dict[str, Any]) -> Asked:
        from softmark.api.asking import Asked

        return Asked.of(target, **options)

    def _beside(self, report: Report) -> Report | None:
        """The other implementation, on the formats that both have.

        Raises
        ------
        WrongUse
            They have none in common.
        """
        if self.reference is None:
            return None
        own = {"setup": False, "first": False, "vjp": "", "map": (), "known_failures": None}
        own |= {"array": "auto", "takes": ()}
        options = self.options | own | {"operation": report.info.operation, "formats": ()}
        asked = self._asked(self.reference, options)
        measured = list(dict.fromkeys(record.format for record in report.records))
        offered = getattr(asked.target, "formats", measured)
        formats = [name for name in measured if name in offered]
        if not formats:
            raise WrongUse(
                f"{self.reference} is offered in {', '.join(offered)}; "
                f"{self.target} was checked in {', '.join(measured)}; choose a --format of both"
            )
        return _checked(self._asked(self.reference, options | {"formats": formats}))


def _checked(asked: Asked) -> Report:
    from softmark.cli.memory import keep_what_is_freed
    from softmark.cli.progress import watched

    keep_what_is_freed()
    with watched() as watcher, asked.opened() as opened:
        return opened.check(asked.checks, asked.formats, progress=watcher, failed=watcher.failed)


def _said() -> Any:
    """What the user can correct is one sentence."""
    from softmark.subjects import TargetError
    from softmark_implementations.known_failures import KnownFailuresError

    return wrong_use(TargetError, UnknownName, KnownFailuresError)
