"""The front for Python: check a function, and get a report that can be asked.

``softmark.check`` and ``softmark.Report`` are these; a notebook, a script and
the pytest plug-in use them.
"""

from softmark.api.checking import check
from softmark.api.report import CheckFailed, Report

__all__ = ["CheckFailed", "Report", "check"]
