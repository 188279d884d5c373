"""Calls that find out what a function takes, before it is judged: see ``softmark.contracts``.

An ordinary function is called a few dozen times with small inputs; one that is compiled for each
shape is called with those shapes that the checks use anyway.
"""

from __future__ import annotations

from collections.abc import Collection

from softmark.formats import FORMATS
from softmark.harness.dimensions import DIMENSIONS
from softmark.harness.trials import Stopped, Trial
from softmark.statements import stating
from softmark.subjects import Info
from softmark.workers.encoded import EncodedSubject


def contracted(
    subject: EncodedSubject,
    stated: str = "",
    *,
    formats: Collection[str] = (),
    strict: bool = False,
) -> Info:
    """What is known of the subject, with the contract that its author states or it shows.

    Parameters
    ----------
    stated:
        What its author states beside what is written on the function.
    formats:
        Those that are to be measured; empty for all.
    strict:
        Whether the whole specification is judged, so that no contract counts.

    Raises
    ------
    TargetError
        It cannot be called at all.
    StatementError, UnknownName
        A statement cannot be read.
    """
    given = subject.info
    told = stating(stating(given, given.takes, FORMATS), stated, FORMATS)
    subject.info = told
    trial = Trial(subject, tuple(name for name in formats or told.formats))
    try:
        trial.begin()
        for restrict in () if strict else DIMENSIONS:
            subject.info = restrict(trial, subject.info)
    except Stopped:
        pass
    found = given if strict else subject.info
    subject.info = given
    return found
