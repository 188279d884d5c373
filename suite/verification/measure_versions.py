"""Measure releases of libraries one after another, each in an environment that is deleted after.

python suite/verification/measure_versions.py jax scipy==1.15.3

An argument is a library of versions.toml, or one of its releases; without any it is all of them.
The harness runs in this interpreter, the functions in the environment of the release, which has
NumPy, ml_dtypes and the library only.  A small file in results/versions is kept of a release.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
import venv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from softmark.cli.console import say
from softmark.records import find_results, read_results
from softmark_reports.data.releases import FOLDER
from softmark_reports.exports.releases import packed, release

LISTED: Final = Path(__file__).with_name("versions.toml")
OUT: Final = Path(__file__).parents[2] / "results" / FOLDER
FOUND_FAULTS: Final = (0, 1)


@dataclass(frozen=True)
class Wanted:
    """One release: its library's name in softmark, its version, and what to install and measure."""

    library: str
    version: str
    requirements: tuple[str, ...]
    functions: tuple[str, ...]
    formats: tuple[str, ...]
    checks: tuple[str, ...]

    @property
    def file(self) -> Path:
        return OUT / f"{self.library}-{self.version}.json.gz"


def listed(document: dict[str, Any]) -> Iterator[Wanted]:
    """All releases of the file, library by library."""
    for library, held in document["library"].items():
        for version, others in held["releases"].items():
            yield Wanted(
                library=library,
                version=version,
                requirements=(f"{held['package']}=={version}", *others),
                functions=tuple(f"{library}.{name}" for name in held["functions"]),
                formats=tuple(held["formats"]),
                checks=tuple(held["checks"]),
            )


def chosen(found: Sequence[Wanted], names: Sequence[str]) -> list[Wanted]:
    """Those that the arguments name.

    Raises
    ------
    click.UsageError
        An argument names none.
    """
    spelled = {one: (one.library, f"{one.library}=={one.version}") for one in found}
    known = {name for both in spelled.values() for name in both}
    if unknown := [name for name in names if name not in known]:
        raise click.UsageError(
            f"{unknown[0]!r} is not in {LISTED.name}; add it there, or choose one"
        )
    return [one for one in found if not names or set(names) & set(spelled[one])]


def measure(one: Wanted) -> str:
    """Install a release, measure it, and write what is kept of it."""
    with tempfile.TemporaryDirectory() as folder:
        home, results = Path(folder, "environment"), Path(folder, "results")
        venv.create(home, with_pip=True)
        python = home / "bin" / "python"
        install = [python, "-m", "pip", "install", "-q", "--only-binary", ":all:"]
        subprocess.run([*install, *one.requirements], check=True)
        command = [
            sys.executable, "-m", "softmark", "run", *one.functions, "--framework", one.library,
            "--python", f"{one.library}={python}", "--jobs", "1", "--results", str(results),
            *(part for check in one.checks for part in ("--check", check)),
            *(part for form in one.formats for part in ("--format", form)),
        ]  # fmt: skip
        status = subprocess.run(command, stdout=subprocess.DEVNULL).returncode
        if status not in FOUND_FAULTS:
            raise click.ClickException(f"{one.library} {one.version}: status {status}")
        return keep(one, results)


def keep(one: Wanted, results: Path) -> str:
    """Write what is kept of the results of a release; a sentence about it."""
    (path,) = find_results([results])
    kept = release(read_results(path), one.requirements)
    OUT.mkdir(parents=True, exist_ok=True)
    one.file.write_bytes(packed(kept))
    return (
        f"{one.library} {kept.release}: {kept.failures} of {kept.cases} fail; "
        f"{one.file.stat().st_size // 1024} KiB"
    )


@click.command()
@click.argument("names", nargs=-1, metavar="[LIBRARY[==RELEASE]]...")
@click.option("--missing", is_flag=True, help="Only those that have no file yet.")
def command(names: tuple[str, ...], missing: bool) -> None:
    """Measure releases of libraries, all of them or those that are named."""
    document = tomllib.loads(LISTED.read_text())
    for one in chosen(list(listed(document)), names):
        if not (missing and one.file.exists()):
            say(measure(one))


if __name__ == "__main__":
    command()
