"""Known failures: failures of frameworks that are understood, as data with a reason each.

A continuous run should fail when something changes, not because one framework
has had a fault for years.  So a failure that is understood is written down with
why it happens and where one can read about it; it is then excused, and missed
when it no longer happens.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

PROFILES: Final = ("quick", "standard", "full")
DEVICES: Final = ("*", "cpu", "cuda")
OFTEN: Final = ("always", "sometimes")
_LARGEST: Final = 2**22
"""Bytes of a file that is read."""
OURS: Final = Path(__file__).with_name("known_failures.toml")


class KnownFailuresError(ValueError):
    """A file of known failures that cannot be used; the message names the file and the entry."""


@dataclass(frozen=True)
class KnownFailure:
    """One entry of the file; with a list of ids it is one for each of them.

    Attributes
    ----------
    id:
        Pattern of record ids; ``*`` and ``?`` stand for others, brackets for themselves.
    reason:
        Why it fails, in one sentence.
    link:
        Where that is known: an issue, a paper, a section of a document.
    metric:
        Pattern of the metrics that it excuses; all of them where it is left out.
    profile:
        The least profile whose cases show it: ``quick``, ``standard`` or ``full``.
    device:
        Where it fails: ``cpu``, ``cuda``, or ``*`` for both.
    fails:
        ``always``, or ``sometimes`` where chance decides, as between threads, or the processor:
        then it is not missed.
    """

    id: str
    reason: str
    link: str
    metric: str = "*"
    profile: str = "quick"
    device: str = "*"
    fails: str = "always"

    def matches(self, record_id: str, metric: str | None = None) -> bool:
        """Whether a record of this id, and of this metric if it is given, is excused."""
        return fits(record_id, self.id) and (metric is None or fits(metric, self.metric))


def on_device(failures: Iterable[KnownFailure], device: str) -> list[KnownFailure]:
    """Those that a run on ``device`` shows; the others are neither excuses there nor stale."""
    return [failure for failure in failures if failure.device in ("*", device)]


def fits(text: str, pattern: str) -> bool:
    """Whether ``pattern``, in which ``*`` and ``?`` stand for others and ``[`` for itself, fits."""
    return fnmatchcase(text, pattern.replace("[", "[[]"))


def load(path: Path | None = None) -> list[KnownFailure]:
    """The known failures of a TOML file with a table ``[[failure]]`` for each.

    Parameters
    ----------
    path:
        The file; by default the one that is kept beside the implementations.

    Raises
    ------
    KnownFailuresError
        The file cannot be read, is not TOML, or an entry lacks something or has too much.

    Returns
    -------
    One failure for each id of each entry, in order.
    """
    path = OURS if path is None else path
    try:
        with path.open("rb") as stream:
            raw = stream.read(_LARGEST + 1)
        if len(raw) > _LARGEST:
            raise ValueError(f"it is larger than {_LARGEST // 2**20} MiB")
        document = tomllib.loads(raw.decode())
    except OSError as error:
        raise KnownFailuresError(
            f"{path}: cannot be read ({error.strerror}); name a file that can"
        ) from error
    except (ValueError, RecursionError) as error:  # not UTF-8, not TOML, or a bottomless one
        raise KnownFailuresError(f"{path}: not a TOML file ({error}); correct it") from error
    entries = document.pop("failure", [])
    if document or not isinstance(entries, list):
        wrong = ", ".join(document) or "failure"
        raise KnownFailuresError(
            f"{path}: {wrong}: only tables [[failure]] belong here; delete the rest"
        )
    places = (f"{path}, failure {number}" for number in range(1, len(entries) + 1))
    return [
        _entry(place, alone)
        for place, entry in zip(places, entries, strict=True)
        for alone in _each_id(place, entry)
    ]


def _each_id(place: str, entry: Any) -> list[dict[str, Any]]:
    """An entry with several ids as one for each of them."""
    if not isinstance(entry, dict):
        raise KnownFailuresError(f"{place}: write it as a table [[failure]]")
    ids = entry.get("id")
    if ids == []:
        raise KnownFailuresError(f"{place}: id is an empty list; name a record")
    return [{**entry, "id": one} for one in ids] if isinstance(ids, list) else [entry]


def _entry(place: str, entry: dict[str, Any]) -> KnownFailure:
    usual = {field.name: field.default for field in fields(KnownFailure)}
    for name in sorted(usual | entry):
        if name not in usual:
            raise KnownFailuresError(f"{place}: unknown key {name!r}; known: {sorted(usual)}")
        value = entry.get(name, usual[name])
        if not isinstance(value, str) or not value.strip():
            raise KnownFailuresError(f"{place}: {name} must be a text that is not empty")
    if entry.get("device", "*") not in DEVICES:
        raise KnownFailuresError(f"{place}: device must be one of {', '.join(DEVICES)}")
    if entry.get("fails", OFTEN[0]) not in OFTEN:
        raise KnownFailuresError(f"{place}: fails must be one of {', '.join(OFTEN)}")
    if entry.get("profile", PROFILES[0]) not in PROFILES:
        raise KnownFailuresError(f"{place}: profile must be one of {', '.join(PROFILES)}")
    return KnownFailure(**entry)
