"""``softmark compare --live``: accuracy and speed of two functions."""

# Over 300 lines: one comparison from its arguments to its report.

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final, Literal

from softmark import checks, operations
from softmark.checks import Measurement, Scope
from softmark.comparing.contenders import Contender, apart, loaded
from softmark.comparing.racing import PAIRS, Paired, Race, Shared
from softmark.environment import environment
from softmark.formats import FORMATS
from softmark.judging.derivatives import cotangent
from softmark.judging.flushing import Probe
from softmark.naming import UnknownName
from softmark.records import Case, Json
from softmark.subjects import SubjectFault, TargetError
from softmark.timing.deciding import MARGIN, Decision
from softmark.timing.estimates import Estimate
from softmark.workers.process import Worker
from softmark.workers.settings import WorkerSettings
from softmark.workers.worker_subject import LoadedFunction, WorkerSubject

Mode = Literal["forward", "vjp"]
Shape = tuple[int, ...]
Told = Callable[[str], None]

SHAPES: Final[tuple[Shape, ...]] = ((40, 100), (64, 4096))
"""Those that the quick profile times."""


Both = tuple[LoadedFunction, LoadedFunction]


@dataclass(frozen=True)
class Accuracy:
    """How right a contender is in a case.

    Attributes
    ----------
    verdict, grade, value, unit:
        Those of the worst measurement; a fault's verdict where the call gave none.
    message:
        One sentence where something is wrong.
    """

    verdict: str
    grade: str | None = None
    value: float | None = None
    unit: str = ""
    message: str = ""

    @property
    def has_a_time(self) -> bool:
        return self.verdict in ("pass", "weak", "policy")


@dataclass(frozen=True)
class LiveCase:
    """What was found of one format and shape.

    Attributes
    ----------
    format, shape:
        Those of the logits.
    accuracy:
        Of A and of B.
    decision:
        B compared with A; ``None`` where a wrong result, or none, has no time.
    times_ns:
        Median wall time of a call of A and of B, in nanoseconds.
    clock:
        ``wall`` or ``processor``: by which they were compared.
    samples:
        Rounds in one process, or pairs of processes.
    control:
        What A differs from itself by, in the same rounds.
    why:
        Why there is no decision.
    """

    format: str
    shape: Shape
    accuracy: tuple[Accuracy, Accuracy]
    decision: Decision | None = None
    times_ns: tuple[float, float] | None = None
    clock: str = "wall"
    control: Estimate | None = None
    why: str = ""

    @property
    def word(self) -> str:
        return "not comparable" if self.decision is None else self.decision.word


@dataclass(frozen=True)
class LiveReport:
    """What was found of two functions.

    Attributes
    ----------
    names:
        What the user called them.
    loaded:
        What they are and run on.
    pairing:
        ``one process``, or why there were two.
    cases:
        In the order that was asked for.
    environment:
        The machine.
    """

    names: tuple[str, str]
    loaded: Both
    pairing: str
    mode: Mode
    cases: tuple[LiveCase, ...]
    environment: Mapping[str, Json]


@dataclass
class _Duel:
    """Two contenders and how they are run."""

    contenders: tuple[Contender, Contender]
    loaded: Both
    settings: tuple[WorkerSettings, WorkerSettings]
    timeout: float
    shares: bool

    @contextmanager
    def subjects(self) -> Iterator[tuple[WorkerSubject, WorkerSubject]]:
        """Both, in fresh processes."""
        with ExitStack() as stack:
            first = stack.enter_context(Worker(self.settings[0]))
            second = first if self.shares else stack.enter_context(Worker(self.settings[1]))
            a, b = self.loaded
            yield (
                WorkerSubject(first, a.subject.source, a.subject.info, self.timeout),
                WorkerSubject(second, b.subject.source, b.subject.info, self.timeout),
            )


@dataclass
class _Pending:
    """A case on its way."""

    scopes: tuple[Scope, Scope]
    case: Case
    accuracy: list[Accuracy] = field(default_factory=list)
    timed: Shared | Paired | None = None
    why: str = ""


def compare_live(
    a: Contender,
    b: Contender,
    *,
    formats: Sequence[str] = (),
    shapes: Sequence[Shape] = SHAPES,
    mode: Mode = "forward",
    seconds: float = 10.0,
    device: str = "cpu",
    threads: int = 1,
    seed: int = 0,
    timeout: float = 60.0,
    margin: float = MARGIN,
    told: Told = lambda _: None,
) -> LiveReport:
    """Race ``a`` against ``b``.

    Parameters
    ----------
    formats:
        By default float32, or the first that both offer.
    shapes:
        Of the logits; the operation works along the last axis.
    mode:
        The function itself, or its vector-Jacobian product.
    seconds:
        Budget of a case for the rounds alone; it stops earlier when decided.
    margin:
        The least difference that is called one, as a logarithm.
    told:
        Called with what happens next, for a person who waits.

    Raises
    ------
    TargetError
        A contender cannot be loaded, or the two do not compute the same operation.
    UnknownName
        There is no such format.
    """
    base = WorkerSettings(device=device, seed=seed, threads=threads)
    settings = (replace(base, python=a.python), replace(base, python=b.python))
    told(f"loading {a} and {b}")
    found = (loaded(a, settings[0], timeout), loaded(b, settings[1], timeout))
    _same_operation(a, b, found)
    why = apart(*found)
    duel = _Duel((a, b), found, settings, timeout, not why)
    names = _formats(formats, found)
    pending = [_pending(found, name, shape, mode, seed) for name in names for shape in shapes]
    _judge(duel, pending, mode, told)
    for item in pending:
        if not item.why:
            item.timed = (Paired if why else Shared)(_race(item, mode, threads, timeout), margin)
    (_pairs if why else _processes)(duel, pending, seconds, told)
    cases = tuple(_result(item) for item in pending)
    pairing = why or "one process"
    return LiveReport((str(a), str(b)), found, pairing, mode, cases, environment(found[0].facts))


def _same_operation(a: Contender, b: Contender, found: Both) -> None:
    one, other = (function.subject.info.operation for function in found)
    if one != other:
        raise TargetError(
            f"{a} computes {one} and {b} computes {other}; name two of one operation, "
            "or say with --op what a function of your own computes"
        )


def _formats(asked: Sequence[str], found: Both) -> Sequence[str]:
    """The formats to race in.

    Raises
    ------
    UnknownName
        There is no such format.
    TargetError
        The two have no format in common.
    """
    for name in asked:
        if name not in FORMATS:
            raise UnknownName("format", name, FORMATS)
    if asked:
        return asked
    common = [
        name for name in found[0].subject.info.formats if name in found[1].subject.info.formats
    ]
    if not common:
        raise TargetError("the two have no format in common; nothing can be compared")
    return ["float32" if "float32" in common else common[0]]


def _pending(found: Both, name: str, shape: Shape, mode: Mode, seed: int) -> _Pending:
    operation = operations.load(found[0].subject.info.operation)
    infos = [function.subject.info for function in found]
    a, b = (Scope(i, operation, FORMATS[name], seed=seed, device=i.device) for i in infos)
    check: dict[str, Json] | None = {"mode": "vjp"} if mode == "vjp" else None
    return _Pending((a, b), a.case("normal", *shape, check=check))


def _judge(duel: _Duel, pending: Sequence[_Pending], mode: Mode, told: Told) -> None:
    """How accurate both are in each case; a wrong result has no time."""
    with duel.subjects() as subjects:
        for item in pending:
            told(f"accuracy, {_where(item)}")
            for subject, scope in zip(subjects, item.scopes, strict=True):
                item.accuracy.append(_accuracy(subject, scope, item.case, mode))
            item.why = "; ".join(
                f"{name}: {found.message or found.verdict}"
                for name, found in zip("AB", item.accuracy, strict=True)
                if not found.has_a_time
            )


def _accuracy(subject: WorkerSubject, scope: Scope, case: Case, mode: Mode) -> Accuracy:
    check = checks.load("gradient" if mode == "vjp" else "accuracy")
    try:
        found = list(check.measure(subject, case, replace(scope, shown=Probe(subject))))
    except SubjectFault as fault:
        return Accuracy(fault.verdict, message=fault.message)
    worst = max(found, key=_gravity)
    return Accuracy(worst.verdict, worst.grade, worst.value, worst.unit, worst.message)


def _gravity(found: Measurement) -> tuple[int, bool, str]:
    order = ("policy", "pass", "weak", "fail")
    known_verdict = found.verdict in order
    return (
        order.index(found.verdict) if known_verdict else len(order),
        found.grade is not None,
        found.grade or "",
    )


def _race(item: _Pending, mode: Mode, threads: int, timeout: float) -> Race:
    scope = item.scopes[0]
    problem = scope.problem(item.case)
    g = cotangent(item.case, problem, scope) if mode == "vjp" else None
    calls = [scope.call(problem, g=g) for scope in item.scopes]
    return Race(calls, scope.format, threads, timeout)


def _processes(duel: _Duel, pending: Sequence[_Pending], seconds: float, told: Told) -> None:
    """One process, then another for what is to be confirmed or not settled."""
    for number in range(2):
        with duel.subjects() as subjects:
            for item in pending:
                timed = item.timed
                if isinstance(timed, Shared) and (number == 0 or timed.needs_another):
                    told(f"{'timing' if number == 0 else 'confirming'}, {_where(item)}")
                    _kept(item, partial(timed.run, subjects[0].worker, subjects, seconds / 2))


def _pairs(duel: _Duel, pending: Sequence[_Pending], seconds: float, told: Told) -> None:
    """Several fresh pairs, until all cases are settled."""
    for number in range(PAIRS):
        if all(
            isinstance(t := item.timed, Paired) and t.is_settled for item in pending if not item.why
        ):
            return
        with duel.subjects() as subjects:
            for item in pending:
                timed = item.timed
                if isinstance(timed, Paired) and not timed.is_settled:
                    told(f"timing, pair {number + 1} of {PAIRS}, {_where(item)}")
                    _kept(item, partial(timed.run, subjects, seconds / PAIRS))


def _kept(item: _Pending, work: Callable[[], Any]) -> None:
    """Do ``work``; what goes wrong in it ends the case, not the comparison."""
    try:
        work()
    except SubjectFault as fault:
        item.why, item.timed = fault.message, None


def _result(item: _Pending) -> LiveCase:
    a, b = item.accuracy
    name, shape = item.scopes[0].format.name, item.case.shape
    if item.timed is None:
        return LiveCase(name, shape, (a, b), why=item.why)
    timed = item.timed
    return LiveCase(
        format=name,
        shape=shape,
        accuracy=(a, b),
        decision=timed.decision,
        times_ns=timed.times,
        clock=timed.runs[-1].clock,
        control=timed.control,
    )


def _where(item: _Pending) -> str:
    return f"{item.scopes[0].format.name} {'x'.join(map(str, item.case.shape))}"
