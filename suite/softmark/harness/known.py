"""Known failures: which failures of a run are excused, and which excuses have gone stale.

An excuse that excuses nothing hides the next failure, so it fails a run just
as an unexcused failure does.  It is judged only where the run looked: an
excuse for what was not measured says nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from softmark.records import BAD, Record
from softmark_implementations.known_failures import PROFILES, KnownFailure, fits


@dataclass(frozen=True)
class Stale:
    """An excuse that excuses nothing, and why."""

    failure: KnownFailure
    why: str


@dataclass(frozen=True)
class Judgement:
    """What remains of a run's failures.

    Attributes
    ----------
    excused:
        Failures that are known.
    unexcused:
        Failures that are not.
    stale:
        Known failures that did not fail, or that nothing has the name of.
    """

    excused: tuple[Record, ...]
    unexcused: tuple[Record, ...]
    stale: tuple[Stale, ...]


def judge(
    records: Collection[Record],
    failures: Iterable[KnownFailure],
    implementations: Collection[str],
    profile: str = PROFILES[-1],
) -> Judgement:
    """Hold a run's records against the known failures.

    Parameters
    ----------
    records:
        All records of the run, good ones too.
    failures:
        The excuses.
    implementations:
        Names of all implementations of the catalog, measured or not.
    profile:
        That of the run: what only a larger one shows is not missed.
    """
    failures = list(failures)
    bad = [record for record in records if record.verdict in BAD]
    excused = [record for record in bad if reason(record, failures) is not None]
    names = {id(record) for record in excused}
    return Judgement(
        excused=tuple(excused),
        unexcused=tuple(record for record in bad if id(record) not in names),
        stale=tuple(_stale(records, _shown_by(profile, failures), implementations)),
    )


def _shown_by(profile: str, failures: Iterable[KnownFailure]) -> Iterator[KnownFailure]:
    """The failures that a run of this profile shows."""
    largest = PROFILES.index(profile)
    return (f for f in failures if PROFILES.index(f.profile) <= largest)


def reason(record: Record, failures: Iterable[KnownFailure]) -> str | None:
    """Why a record's failure is known; ``None`` when it is not."""
    return next((f.reason for f in failures if f.matches(record.id, record.metric)), None)


def _stale(
    records: Collection[Record],
    failures: Iterable[KnownFailure],
    implementations: Collection[str],
) -> Iterator[Stale]:
    tasks = {record.id.rpartition("/")[0] for record in records}
    for failure in failures:
        matched = [record for record in records if failure.matches(record.id, record.metric)]
        if any(record.verdict in BAD for record in matched):
            continue
        implementation, slash, _ = failure.id.partition("/")
        if matched:
            yield Stale(failure, "it no longer fails; delete the entry")
        elif slash and not any(fits(name, implementation) for name in implementations):
            yield Stale(failure, f"there is no implementation {implementation}; mend the id")
        elif any(fits(task, failure.id.rpartition("/")[0]) for task in tasks):
            yield Stale(failure, "no record has this id; mend it or delete the entry")
