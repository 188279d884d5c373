"""What a run will measure, and what it will not and why."""

# Over 300 lines: one plan, and each reason why something is not in it.

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final, cast

from softmark import checks, operations
from softmark.calling.targets import Target
from softmark.catalog import Entry
from softmark.checks import PROFILES
from softmark.contracts import DECLARED, Described
from softmark.formats import FORMATS, Format
from softmark.judging.scope import Profile, Scope
from softmark.naming import UnknownName
from softmark.records import Json
from softmark.subjects import Info
from softmark.workers.worker_subject import Origin

EXTRAS: Final = (
    "torch",
    "tensorflow",
    "jax",
    "array_api_strict",
    "cupy",
    "mlx",
    "onnxruntime",
    "tinygrad",
    "triton",
)
"""Frameworks that ``pip install "softmark[...]"`` brings."""

COMPILED_IN: Final = "float32"
"""The one format in which the quick profile measures what compiles for each format and shape."""

TELLING: Final = ("stability", "accuracy", "ties", "limit", "gradient", "simplex")
"""The checks that fail most of what is wrong, and begin with the cheapest cases."""

ALONE: Final = "throughput"
"""The check that measures nothing true while anything else runs."""


@dataclass(frozen=True)
class Task:
    """One check of one implementation in one format; ``formats`` are all that it is measured in."""

    info: Info
    source: Origin
    check: str
    format: Format
    formats: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """What the ids of its records begin with."""
        return f"{self.info.name}/{self.check}/{self.format.name}"

    def scope(self, profile: Profile, seed: int = 0) -> Scope:
        """In which the check measures."""
        operation = operations.load(self.info.operation)
        device, formats = self.info.device, self.formats
        whole = Scope(self.info, operation, self.format, profile, seed, device, formats)
        return checks.spared(self.check, whole)


@dataclass(frozen=True)
class Skipped:
    """What is not measured, why, and how it could be."""

    what: str
    why: str
    remedy: str = ""

    def to_json(self) -> dict[str, Json]:
        return {"what": self.what, "why": self.why, "remedy": self.remedy}


@dataclass(frozen=True)
class Plan:
    """What will be measured.

    Attributes
    ----------
    tasks:
        In the order of measuring: those that must be alone come last.
    skipped:
        What will not be measured.
    profile, seed, device:
        See ``softmark.checks.Scope``.
    described:
        For each implementation its description and where it is, for the file's header.
    """

    tasks: tuple[Task, ...]
    skipped: tuple[Skipped, ...]
    profile: Profile
    seed: int
    device: str
    described: Mapping[str, Json]

    @property
    def frameworks(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(task.info.framework for task in self.tasks))

    def of(self, framework: str) -> tuple[Task, ...]:
        """The tasks of one framework."""
        return tuple(task for task in self.tasks if task.info.framework == framework)

    def settings(self) -> dict[str, Json]:
        """What distinguishes this plan from another one on the same machine and commit."""
        return {
            "profile": self.profile,
            "seed": self.seed,
            "device": self.device,
            "implementations": _sorted(task.info.name for task in self.tasks),
            "checks": _sorted(task.check for task in self.tasks),
            "formats": _sorted(task.format.name for task in self.tasks),
        }


def plan(
    entries: Iterable[Entry],
    *,
    operation_names: Collection[str] = (),
    format_names: Collection[str] = (),
    check_names: Collection[str] = (),
    profile: str = "quick",
    seed: int = 0,
    device: str = "cpu",
    elsewhere: Collection[str] = (),
) -> Plan:
    """Plan the run of ``entries``.

    Parameters
    ----------
    entries:
        Implementations of the catalog.
    operation_names, format_names, check_names:
        What to restrict it to; empty for all.
    elsewhere:
        Frameworks that run in an interpreter of their own, so that it does not matter
        whether they are installed in this one.

    Raises
    ------
    UnknownName
        An operation, format, check or profile does not exist.
    """
    _known("operation", operation_names, operations.names())
    wanted_checks = _known("check", check_names, checks.names())
    wanted_formats = _known("format", format_names, FORMATS)
    _known("profile", [profile], PROFILES)
    chosen = [e for e in entries if not operation_names or e.operation in operation_names]
    usable, skipped = _usable(chosen, elsewhere)
    brief = profile == "quick" and not format_names
    tasks = [
        task
        for e in usable
        for task in _tasks(e, device, wanted_checks, _brief(e) if brief else wanted_formats)
    ]
    skipped += _left_to_standard(usable) if brief else []
    return Plan(
        tasks=_ordered(tasks),
        skipped=tuple(skipped),
        profile=cast(Profile, profile),
        seed=seed,
        device=device,
        described={e.name: _description(e) for e in usable},
    )


def whole(entries: Iterable[Entry], profile: str) -> frozenset[str]:
    """Ids of all tasks that a run of a profile may have, whether or not it can call them here."""
    return frozenset(
        task.id
        for e in entries
        for task in _tasks(e, "cpu", checks.names(), _brief(e) if profile == "quick" else e.formats)
    )


def tasks_of(
    info: Info, source: Origin, check_names: Collection[str], format_names: Collection[str]
) -> tuple[Task, ...]:
    """The tasks of one implementation, in order.

    Raises
    ------
    UnknownName
        A check or format does not exist.
    """
    wanted_checks = _known("check", check_names, checks.names())
    names = _known("format", format_names, FORMATS) if format_names else info.formats
    return _ordered(_in_formats(info, source, wanted_checks, names))


def info_of(entry: Entry, device: str) -> Info:
    """What a subject made from ``entry`` says of itself; its contract has what it states."""
    on_cpu = entry.costly.removesuffix(" on cpu")
    described = {each.name: getattr(entry, each.name) for each in fields(Described)}
    costly = on_cpu if device == "cpu" or on_cpu == entry.costly else ""
    return Info(**described | {"costly": costly, "takes": ""}, device=device)


def source_of(entry: Entry) -> Origin:
    """Where a worker finds ``entry``."""
    return Origin(Target(entry.module, entry.function))


def _tasks(
    entry: Entry, device: str, check_names: Sequence[str], format_names: Sequence[str]
) -> list[Task]:
    offered = [name for name in format_names if name in entry.formats]
    return _in_formats(info_of(entry, device), source_of(entry), check_names, offered)


def _in_formats(
    info: Info, source: Origin, check_names: Sequence[str], names: Sequence[str]
) -> list[Task]:
    return [
        Task(info, source, check, FORMATS[name], tuple(names))
        for check in check_names
        for name in names
    ]


def _brief(entry: Entry) -> Sequence[str]:
    """The formats of the quick profile: of what compiles for each of them, one only."""
    if entry.compiled and COMPILED_IN in entry.formats:
        return (COMPILED_IN,)
    return entry.formats


def _left_to_standard(entries: Iterable[Entry]) -> list[Skipped]:
    """What ``_brief`` leaves out, said once for each framework."""
    frameworks = dict.fromkeys(e.framework for e in entries if _brief(e) != e.formats)
    why = f"the quick profile measures what is compiled in {COMPILED_IN} only"
    remedy = "softmark run --profile standard"
    return [Skipped(f"{name}, compiled, other formats", why, remedy) for name in frameworks]


def _usable(
    entries: Iterable[Entry], elsewhere: Collection[str]
) -> tuple[list[Entry], list[Skipped]]:
    """The entries that can be called, and a reason for each framework or entry that cannot."""
    usable: list[Entry] = []
    skipped: dict[str, Skipped] = {}
    for entry in entries:
        if entry.operation not in operations.names():
            why = f"there is no operation {entry.operation}"
            skipped[entry.name] = Skipped(entry.name, why, "name one of: softmark list operations")
        elif entry.framework not in elsewhere and (missing := entry.missing()):
            why = f"{', '.join(missing)} is not installed"
            skipped[entry.framework] = Skipped(entry.framework, why, _install(entry))
        else:
            usable.append(entry)
    return usable, list(skipped.values())


def _install(entry: Entry) -> str:
    if entry.framework in EXTRAS:
        return f'python -m pip install "softmark[{entry.framework}]"'
    return entry.install_hint


def _sorted(names: Iterable[str]) -> list[Json]:
    return [*sorted(set(names))]


def telling_first(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """The tasks in an order in which something wrong is soon found; timing comes last."""
    order = {check: place for place, check in enumerate((*TELLING, "", ALONE))}
    return tuple(sorted(tasks, key=lambda task: order.get(task.check, order[""])))


def _ordered(tasks: Sequence[Task]) -> tuple[Task, ...]:
    return tuple(sorted(tasks, key=lambda task: task.check == ALONE))


def _known(kind: str, names: Collection[str], known: Iterable[str]) -> tuple[str, ...]:
    """``names``, or all that are known when none is given."""
    known = tuple(known)
    for name in names:
        if name not in known:
            raise UnknownName(kind, name, known)
    return tuple(name for name in known if name in names) if names else known


def _description(entry: Entry) -> Json:
    return {
        "description": entry.description,
        "where": f"{entry.module}:{entry.function}",
        "line": entry.line,
        "requirements": list(entry.requirements),
        "contract": list(entry.lines(DECLARED)),
    }
