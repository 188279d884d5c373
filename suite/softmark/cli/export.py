"""``softmark export``: rows with correctly rounded results, for the tests of other projects."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from softmark.cli.console import say
from softmark.cli.faults import WrongUse, wrong_use
from softmark.cli.kinds import SEED
from softmark.cli.options import FORMAT, OPERATION


@click.command("export")
@click.argument("operation", callback=OPERATION)
@click.option(
    "--format",
    "form",
    type=click.Choice(["golden", "onnx", "webnn", "opinfo"]),
    default="golden",
    show_default=True,
    help="Who reads it.",
)
@click.option(
    "--dtype",
    default="float32",
    show_default=True,
    callback=FORMAT,
    metavar="FORMAT",
    help="Format of the numbers: float64, float32, float16, bfloat16, ...",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("exported"),
    show_default=True,
    help="Folder to write into.",
)
@SEED
def command(operation: str, form: str, dtype: str, out: Path, seed: int) -> None:
    """Write 200 rows of OPERATION with correctly rounded results.

    Each file's SHA-256 is printed; the same seed gives the same bytes.
    """
    from softmark.answers.exports import Golden, NotExported, files
    from softmark.formats import FORMATS

    with wrong_use(NotExported):
        found = files(form, Golden(operation, FORMATS[dtype], seed))
    for name, data in found.items():
        path = out / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            raise WrongUse(
                f"{path} cannot be written ({error.strerror}); name another --out"
            ) from None
        say(f"{hashlib.sha256(data).hexdigest()}  {path}")
