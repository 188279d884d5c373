"""What stops a run: a fault of softmark itself, or results that cannot be written."""

from __future__ import annotations


class HarnessError(RuntimeError):
    """A check, or the oracle behind it, raised an error; the message names check and case."""


class ResultsError(ValueError):
    """The results folder cannot take the results; the message says why and what to do."""
