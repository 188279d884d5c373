"""Known failures: which failures of a run are excused, and which excuses have gone stale.

An excuse that excuses nothing hides the next failure, so it fails a run just
as an unexcused failure does.  It is judged only where everything was measured
that it could excuse: after a part of that, the failure may be in the rest.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from softmark.harness.measuring import LEFT_OUT
from softmark.records import BAD, Record
from softmark_implementations.known_failures import PROFILES, KnownFailure, fits

_WILD: Final = re.compile(r"[*?]")


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
    *,
    tasks: Collection[str],
    done: Collection[str],
    profile: str = PROFILES[-1],
) -> Judgement:
    """Hold a run's records against the known failures.

    Parameters
    ----------
    records:
        All records of the run, good ones too.
    failures:
        The excuses.
    tasks:
        Ids of all tasks that a run of this profile may have, measured or not.
    done:
        Ids of the tasks of which every case was measured.
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
        stale=tuple(
            _stale(
                records,
                _shown_by(profile, failures),
                {*tasks, *done},
                {*done} - {_task(record) for record in records if record.metric == LEFT_OUT},
            )
        ),
    )


def _shown_by(profile: str, failures: Iterable[KnownFailure]) -> Iterator[KnownFailure]:
    """The failures that a run of this profile shows."""
    largest = PROFILES.index(profile)
    return (f for f in failures if PROFILES.index(f.profile) <= largest)


def reason(record: Record, failures: Iterable[KnownFailure]) -> str | None:
    """Why a record's failure is known; ``None`` when it is not."""
    return next((f.reason for f in failures if f.matches(record.id, record.metric)), None)


def _task(record: Record) -> str:
    return record.id.rpartition("/")[0]


def _stale(
    records: Collection[Record],
    failures: Iterable[KnownFailure],
    tasks: AbstractSet[str],
    done: AbstractSet[str],
) -> Iterator[Stale]:
    implementations = {task.partition("/")[0] for task in tasks}
    by_name: dict[str, list[Record]] = {}
    for record in records:
        by_name.setdefault(record.implementation, []).append(record)
    for failure in failures:
        implementation, slash, _ = failure.id.partition("/")
        its = records if _WILD.search(implementation) else by_name.get(implementation, ())
        matched = [r for r in its if failure.matches(r.id, r.metric)]
        if any(record.verdict in BAD for record in matched):
            continue
        concerned = _concerned(failure.id, tasks)
        if concerned and concerned <= done:
            if failure.fails == "sometimes":
                continue
            what = "it no longer fails;" if matched else "no record has this id; correct it or"
            yield Stale(failure, f"{what} delete the entry")
        elif slash and not concerned and not any(fits(n, implementation) for n in implementations):
            yield Stale(failure, f"there is no implementation {implementation}; correct the id")


def _concerned(pattern: str, tasks: AbstractSet[str]) -> set[str]:
    """The tasks of which some record may have an id that ``pattern`` fits.

    Such an id is that of the task, a slash, and what has no slash: one of the beginnings of
    the pattern that leave none has to fit up to there.
    """
    literal = _WILD.split(pattern)[0]
    near = {task for task in tasks if f"{task}/".startswith(literal[: len(task) + 1])}
    ends = range(pattern.rfind("/") + 1, len(pattern) + 1)
    return {task for task in near if any(fits(f"{task}/", pattern[:end]) for end in ends)}
