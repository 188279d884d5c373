"""What a caller asks for, checked before anything starts, and the function made ready."""

# Over 300 lines: each argument of softmark.check is refused here, in one message each.

from __future__ import annotations

import math
import secrets
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from importlib import import_module
from threading import Thread
from typing import Any, Final

from softmark import checks as all_checks
from softmark import operations
from softmark.api.diagnosis.evidence import diagnose
from softmark.api.excuses import Excuses, excuses
from softmark.api.naming import code_of, code_of_target, resolved, target_of, variant_of
from softmark.api.report import Report
from softmark.calling import arrays
from softmark.calling.targets import Target
from softmark.catalog import Entry
from softmark.checks import PROFILES
from softmark.contracts import Contract
from softmark.formats import FORMATS
from softmark.harness import (
    Progress,
    TargetReport,
    check_again,
    check_subject,
    contracted,
    load,
)
from softmark.naming import UnknownName
from softmark.operands import OPERANDS
from softmark.options import OPTIONS
from softmark.records import Json, Record
from softmark.reproduction.code import Code
from softmark.statements import stating
from softmark.subjects import Info, Subject, TargetError, mapping
from softmark.workers.encoded import EncodedSubject
from softmark.workers.process import Worker, WorkerSettings
from softmark.workers.visiting import visited
from softmark.workers.worker_subject import Origin
from softmark_implementations.known_failures import KnownFailure, on_device

DEVICES: Final = ("cpu", "cuda")

LARGEST_SEED: Final = 2**32 - 1
"""What every framework's generator takes."""


@dataclass(frozen=True)
class Asked:
    """What is checked, and how; the attributes are the arguments of ``softmark.check``.

    Attributes
    ----------
    target:
        What a process of its own imports; ``None`` for a function that is called in this one.
    told:
        What messages call it.
    mapped:
        The argument ``map``, as ``softmark.subjects.mapping`` reads it.
    takes:
        What its author states that it takes; see ``softmark explain contract``.
    contract:
        What is known of it once it has been tried, under one key: it is asked for once.
    """

    function: Callable[..., Any] | str
    operation: str
    formats: tuple[str, ...]
    checks: tuple[str, ...]
    array: str
    device: str
    profile: str
    seed: int
    timeout: float
    threads: int | None
    memory: int | None
    strict: bool
    known: tuple[KnownFailure, ...]
    setup: bool
    vjp: Callable[..., Any] | str | None
    mapped: Mapping[str, str]
    first: bool
    target: Target | Entry | None
    told: str
    code: Code
    takes: str = ""
    contract: dict[str, Info] = field(default_factory=dict, compare=False)

    @classmethod
    def of(
        cls,
        function: Callable[..., Any] | str,
        operation: str | None = None,
        *,
        formats: Collection[str] = (),
        checks: Collection[str] = (),
        array: str = "auto",
        device: str = "cpu",
        profile: str = "quick",
        seed: int | str = 0,
        timeout: float = 60.0,
        threads: int | None = None,
        memory: int | None = None,
        strict: bool = False,
        known_failures: Excuses = None,
        isolate: bool = False,
        name: str = "",
        setup: bool = False,
        vjp: Callable[..., Any] | str | None = None,
        map: Mapping[str, str] | Collection[str] = (),
        first: bool = False,
        takes: str | Collection[str] = (),
    ) -> Asked:
        """Check the arguments; ``softmark.check`` says what they are and what is raised."""
        limits: dict[str, Any] = {
            "threads": _whole("threads", threads),
            "memory": _whole("memory", memory),
        }
        named = isinstance(function, str) or isolate
        target = _named(function, operation, name) if named else None
        if target is None:
            _can_be_called_here(function, limits, vjp, setup)
        elif callable(vjp):
            vjp = _named_beside(vjp, target)
        if isinstance(target, Entry):
            operation = target.operation
            _refuse_takes(target, takes)
        stated = takes if isinstance(takes, str) else ",".join(takes)
        stating(Contract(takes_beta=True), stated, FORMATS)
        operation = _one_of("operation", operation or "softmax", operations.names())
        return cls(
            function=function,
            operation=operation,
            formats=_several("format", formats, FORMATS),
            checks=_several("check", checks, all_checks.names()),
            array=arrays.checked(array),
            device=_one_of("device", device, DEVICES),
            profile=_one_of("profile", profile, PROFILES),
            seed=_seed(seed),
            timeout=_positive("timeout", timeout),
            strict=strict,
            setup=setup,
            vjp=vjp,
            mapped=_mapped(map, operation),
            first=first,
            known=tuple(on_device(excuses(known_failures), device)),
            target=target,
            told=function if isinstance(function, str) else name or variant_of(function),
            code=_code(function, target, setup, vjp),
            takes=stated,
            **limits,
        )

    @contextmanager
    def opened(self) -> Iterator[Opened]:
        """Make the function ready; a process that was started for it ends with the block.

        Raises
        ------
        TargetError
            It cannot be imported or called, or whose arrays it takes is not known.
        """
        if self.target is not None:
            Thread(target=_import_oracle).start()  # while the worker starts
            with Worker(self._settings()) as worker:
                loaded = load(
                    worker,
                    self.target,
                    self.array,
                    self.operation,
                    self.timeout,
                    setup=self.setup,
                    vjp=self.vjp if isinstance(self.vjp, str) else "",
                    mapped=self.mapped,
                )
                loaded.subject.info = self._contracted(loaded.subject)
                yield Opened(self, loaded.subject, loaded.facts, loaded.subject.source)
            return
        assert callable(self.function)
        with visited(
            self.function,
            operation=self.operation,
            array=self.array,
            device=self.device,
            variant=self.told,
            timeout=self.timeout,
            vjp=self.vjp if callable(self.vjp) else None,
            mapped=self.mapped,
        ) as (subject, facts):
            subject.info = self._contracted(subject)
            yield Opened(self, subject, facts, Origin(Target("", self.told)))

    def _contracted(self, subject: EncodedSubject) -> Info:
        """What is known of the function; of an implementation what its file declares."""
        if isinstance(self.target, Entry):
            return subject.info
        key = "strict" if self.strict else "usual"
        if key not in self.contract:
            self.contract[key] = contracted(
                subject, self.takes, formats=self.formats, strict=self.strict
            )
        return self.contract[key]

    def _settings(self) -> WorkerSettings:
        """A function of this process is found where this process finds it."""
        is_ours = callable(self.function)
        return WorkerSettings(
            device=self.device,
            seed=self.seed,
            threads=self.threads,
            memory=self.memory,
            search=tuple(filter(None, sys.path)) if is_ours else (),
        )


@dataclass(frozen=True)
class Opened:
    """A function that is ready to be called."""

    asked: Asked
    subject: Subject
    facts: Mapping[str, Json]
    source: Origin

    def check(
        self,
        checks: Collection[str],
        formats: Collection[str],
        *,
        progress: Callable[[Progress], None] = lambda _: None,
        failed: Callable[[Record], None] = lambda _: None,
    ) -> Report:
        """Check it; empty collections stand for all that apply."""
        found = self._report(
            check_subject(
                self.subject,
                self.facts,
                source=self.source,
                format_names=formats,
                check_names=checks,
                profile=self.asked.profile,
                seed=self.asked.seed,
                stop_at=self._fails if self.asked.first else None,
                is_known=self._is_known if self.asked.known else lambda record: False,
                failed=failed,
                progress=progress,
            )
        )
        if not found.failures:
            return found
        return replace(found, diagnosis=diagnose(self.subject, found.failures))

    def _fails(self, record: Record) -> bool:
        """Whether a record fails and is not excused."""
        found = TargetReport(self.subject.info, self.facts, (record,))
        return bool(self._report(found).failures)

    def _is_known(self, record: Record) -> bool:
        found = TargetReport(self.subject.info, self.facts, (record,))
        return bool(self._report(found).excused)

    def check_again(self, record: Record) -> Report:
        """Measure the case of a record."""
        return self._report(
            check_again(self.subject, self.facts, source=self.source, record=record)
        )

    def _report(self, found: TargetReport) -> Report:
        return Report(
            target=self.asked.told,
            info=found.info,
            environment=found.environment,
            records=found.records,
            code=replace(self.asked.code, call=found.info.call, contract=found.info),
            strict=self.asked.strict,
            known=self.asked.known,
            profile=self.asked.profile,
            done=found.done,
        )


def _import_oracle() -> None:
    """Import what compares results; who needs it says what is wrong, where that is so."""
    with suppress(Exception):
        import_module("softmark.oracle.fast")


def _refuse_takes(target: Entry, takes: str | Collection[str]) -> None:
    if takes:
        raise TargetError(
            f"{target.name} is an implementation, and its file declares what it takes; "
            "leave takes out"
        )


def _named(function: Callable[..., Any] | str, operation: str | None, name: str) -> Target | Entry:
    """What a worker imports."""
    if name:
        raise TargetError("a process of its own finds the function by its name; leave name out")
    if isinstance(function, str):
        return resolved(function, operation)
    return target_of(function)


def _code(
    function: Callable[..., Any] | str,
    target: Target | Entry | None,
    setup: bool,
    vjp: Callable[..., Any] | str | None,
) -> Code:
    if target is not None and not callable(vjp):
        return code_of_target(target, setup=setup, vjp=vjp or "")
    assert callable(function)
    return code_of(function, vjp if callable(vjp) else None)


def _mapped(given: Mapping[str, str] | Collection[str], operation: str) -> dict[str, str]:
    """Argument to parameter, of arguments that the operation has."""
    found = mapping.parsed(given)
    of = operations.load(operation)
    lacking = {"beta": not of.has_beta, "cap": not of.has_cap} | {
        name: name != of.operand for name in OPERANDS
    }
    lacking |= dict.fromkeys(OPTIONS, not of.takes_options)
    for role in found:
        if lacking.get(role):
            raise TargetError(f"{operation} has no {role}; leave it out of map")
    return found


def _named_beside(vjp: Callable[..., Any], target: Target | Entry) -> str:
    """The name of a backward in the file of the function."""
    beside = target_of(vjp)
    if isinstance(target, Entry) or beside.module != target.module:
        raise TargetError(f"{beside} is not in the file of the function; put it beside it")
    return beside.function


def _can_be_called_here(
    function: object, limits: Mapping[str, Any], vjp: object, setup: bool
) -> None:
    if not callable(function):
        kind = type(function).__name__
        raise TargetError(f"a {kind} cannot be called; give a function, or its name as text")
    for what, limit in limits.items():
        if limit is not None:
            raise TargetError(f"{what} is a matter of a whole process; give isolate=True with it")
    if setup:
        raise TargetError("setup is for a name; call the factory, and give what it returns")
    if vjp is not None and not callable(vjp):
        raise TargetError(f"the backward {vjp!r} is a name; give the function itself")


def _several(kind: str, names: Collection[str], known: Collection[str]) -> tuple[str, ...]:
    """Names, of which one may be given as it is."""
    given = (names,) if isinstance(names, str) else tuple(names)
    return tuple(_one_of(kind, name, known) for name in given)


def _one_of(kind: str, name: str, known: Collection[str]) -> str:
    if name not in known:
        raise UnknownName(kind, name, known)
    return name


def _seed(seed: int | str) -> int:
    if seed == "random":
        return secrets.randbelow(LARGEST_SEED + 1)
    if not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED:
        raise ValueError(
            f"the seed is {seed!r}; give a number from 0 to {LARGEST_SEED}, or 'random'"
        )
    return seed


def _positive(what: str, number: float) -> float:
    if not 0 < number < math.inf:
        raise ValueError(f"{what} is {number!r}; give a number above 0")
    return number


def _whole(what: str, number: int | None) -> int | None:
    return None if number is None else int(_positive(what, number))
