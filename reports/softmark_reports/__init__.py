"""Results files to a static site that people read: the last room of the house.

Only ``softmark.records`` is imported of softmark, so that a report can be made
from stored results where no framework, no oracle and no harness is installed.
Importing this package is cheap; pandas and matplotlib come with the first call.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from softmark_reports.installed import NotInstalled, require
from softmark_reports.rendering.rendered import Exported, Rendered
from softmark_reports.writing.issues import Scripts

__all__ = ["FORMATS", "Exported", "NotInstalled", "Rendered", "export", "render"]

FORMATS = ("csv", "json", "markdown", "accuracy", "junit", "badge")
"""What ``export`` can write beside the HTML of ``render``."""


def render(
    files: list[Path],
    out: Path,
    *,
    title: str = "softmark report",
    scripts: Scripts = lambda record, environment: "",
    single_file: bool = False,
    operations: Sequence[str] = (),
) -> Rendered:
    """Write the report of some results files as a folder of HTML pages, or as one file.

    Parameters
    ----------
    files:
        Results files, or folders that are searched for them; they are only read.
    out:
        The folder to write; made when missing, and pages of an earlier report replaced.  With
        ``single_file`` the file.
    title:
        The heading of the first page.
    scripts:
        From a record and the environment that its file states to a script that shows it; "" where
        there is none.  softmark's command line gives its own.
    single_file:
        One HTML file, which shows of the single measurements only the worst and the telling ones.
    operations:
        Only these; none named: all.

    Returns
    -------
    Rendered
        Where the first page is, how much was written, and the lines that could not be read.

    Raises
    ------
    softmark.records.RecordsError
        No file could be read; the message says which and why.
    OSError
        ``out`` cannot be written.
    NotInstalled
        A package that the extra ``report`` brings is missing.
    """
    require()
    from softmark_reports.rendering.single import write_single
    from softmark_reports.rendering.site import write_site

    if single_file:
        return write_single(files, out, title, scripts, operations)
    return write_site(files, out, title, scripts, operations)


def export(
    files: list[Path],
    kind: str,
    *,
    title: str = "softmark report",
    operations: Sequence[str] = (),
) -> Exported:
    """The tables of a report for another tool.

    Parameters
    ----------
    files:
        Results files, or folders that are searched for them; they are only read.
    kind:
        One of ``FORMATS``: "csv" gives a file a table, the others one text.  "markdown" is a
        summary short enough for a comment, "accuracy" the accuracy table in Markdown, "badge" an
        SVG.
    title:
        The report's.
    operations:
        Only these; none named: all.

    Raises
    ------
    softmark.records.RecordsError
        No file could be read; the message says which and why.
    KeyError
        There is no such format.
    NotInstalled
        A package that the extra ``report`` brings is missing.
    """
    require()
    from softmark_reports.rendering.exporting import export_as

    return export_as(files, kind, title, operations)
