"""Results files to a static site that people read: the last room of the house.

Only ``softmark.records`` is imported of softmark, so that a report can be made
from stored results where no framework, no oracle and no harness is installed.
Importing this package is cheap; pandas and matplotlib come with the first call.
"""

from __future__ import annotations

from pathlib import Path

from softmark_reports.issues import Scripts
from softmark_reports.rendered import Rendered

__all__ = ["Rendered", "render"]


def render(
    files: list[Path],
    out: Path,
    *,
    title: str = "softmark report",
    scripts: Scripts = lambda record, environment: "",
) -> Rendered:
    """Write the report of some results files as a folder of HTML pages.

    Parameters
    ----------
    files:
        Results files, or folders that are searched for them; they are only read.
    out:
        The folder to write; made when missing, and pages of an earlier report replaced.
    title:
        The heading of the first page.
    scripts:
        From a record and the environment that its file states to a script that shows it; "" where
        there is none.  softmark's command line gives its own.

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
    """
    from softmark_reports.site import write_site

    return write_site(files, out, title, scripts)
