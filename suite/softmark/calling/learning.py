"""What is learnt of a user's function before it is checked: how it is called, and what was guessed.

The signature says most of it.  What it leaves open, or what a wrapper may have made of it, a few
calls with small arrays tell.  What softmark does not understand is named in remarks.
"""

# Over 300 lines: one question after the other, in the order in which they are asked.

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from inspect import Parameter
from types import FunctionType, MethodType
from typing import Any, Final

from softmark.calling.trial import refusal
from softmark.operands import LABELS, NUMBERS, number_of, operand_of
from softmark.subjects import convention
from softmark.subjects.convention import AXES, Convention, Signature
from softmark.subjects.faults import TargetError
from softmark.subjects.mapping import named
from softmark.subjects.python_functions import library_of
from softmark_implementations.framework import Framework

TEMPERATURES: Final = ("temperature", "temp", "tau", "t")
FACTORS: Final = ("scale", "theta", "inverse_temperature", "inv_temperature", "inverse_temp",
                  "sharpness", "alpha", "gamma")  # fmt: skip
"""Usual names of the temperature and of its reciprocal; suggested, never taken without a word."""

LOGITS: Final = ("x", "logits", "input", "inputs", "scores")
"""Usual names of the first parameter."""


@dataclass(frozen=True)
class Learned:
    """How a function is called.

    Attributes
    ----------
    convention:
        The call.
    remarks:
        What was guessed or not understood, a sentence each, with what to do.
    default_axis:
        The default of its axis, in a tuple; empty where it has none.
    axis_by_place:
        Whether the axis can be given as the second argument.
    """

    convention: Convention
    remarks: tuple[str, ...] = ()
    default_axis: tuple[Any, ...] = ()
    axis_by_place: bool = False

    def noting(self, remark: str) -> Learned:
        """The same with one more remark, if there is one."""
        return replace(self, remarks=(remark, *self.remarks)) if remark else self


@dataclass(frozen=True)
class _Learner:
    """A function that is called to learn from it."""

    function: Callable[..., Any]
    framework: Framework
    operation: str
    device: str

    def refuses(self, taken: Convention, axis: int | None, beta: float | None) -> str:
        """Why a call with these keywords is refused; empty where it is not."""
        function, framework = self.function, self.framework
        keywords = taken.named(axis, beta) | taken.told({})
        bound = {name: keywords.pop(name) for name in taken.bound if name in keywords}
        if bound:
            again = framework.bound(function, bound)
            if again is None:
                return "it cannot be bound"
            function = again
        call = caller(function, taken, keywords)
        return refusal(call, framework, self.operation, self.device)


def caller(
    function: Callable[..., Any], taken: Convention, keywords: Mapping[str, Any]
) -> Callable[..., Any]:
    """``function`` as one of its logits, and of its labels if it has some."""
    by_place = tuple(keywords[name] for name in taken.placed if name in keywords)
    by_name = {name: value for name, value in keywords.items() if name not in taken.placed}
    if taken.x or taken.labels:

        def call(x: Any, *labels: Any) -> Any:
            arrays = dict(zip((taken.x, taken.labels), (x, *labels), strict=False))
            return function(*by_place, **arrays, **by_name)

        return call
    if taken.labels_first:
        return lambda x, labels: function(labels, x, *by_place, **by_name)
    return lambda *arrays: function(*arrays, *by_place, **by_name)


def learn(
    function: Callable[..., Any],
    framework: Framework,
    operation: str = "softmax",
    mapped: Mapping[str, str] | None = None,
    *,
    has_beta: bool = True,
    device: str = "cpu",
) -> Learned:
    """How ``function`` is called.

    Parameters
    ----------
    framework:
        Whose arrays it takes.
    operation:
        What it is meant to compute.
    mapped:
        Argument to parameter; see ``softmark.subjects.mapping``.
    has_beta:
        Whether the operation has an inverse temperature.
    device:
        Where its arrays are.

    Raises
    ------
    TargetError
        A parameter has no default and is not understood, or a mapped one does not exist.
    """
    mapped = mapped or {}
    signature = convention.signature_of(function, operation, mapped)
    learner = _Learner(function, framework, operation, device)
    taken = convention.convention_of(signature, mapped)
    remarks = list(_unknown(function, signature, has_beta=has_beta))
    remarks += _guesses(signature, mapped)
    _refuse_required(learner, taken, signature, has_beta=has_beta)
    operand = operand_of(operation)
    _refuse_lacking(operation, signature)
    if operand is not None and operand.is_open and _order_is_open(signature, mapped):
        taken, remarks = _ordered(learner, taken, remarks)
    if _may_differ(function):
        taken, remarks = _tried(learner, taken, remarks)
    default = signature.default("axis") if taken.axis else Parameter.empty
    place = signature.place("axis") == 1 and operand is None
    return Learned(
        taken,
        tuple(remarks),
        (default,) if default is None or type(default) is int else (),
        place and signature.place("x") == 0 and bool(taken.axis) and taken.axis not in taken.bound,
    )


def _may_differ(function: Any) -> bool:
    """Whether what is called is something else than what the signature was read from."""
    inner = function.__func__ if isinstance(function, MethodType) else function
    return not isinstance(inner, FunctionType) or hasattr(inner, "__wrapped__")


def _tried(
    learner: _Learner, taken: Convention, remarks: list[str]
) -> tuple[Convention, list[str]]:
    """The call that works with an axis and a beta, or else with as many of them as can be."""
    why = learner.refuses(taken, -1, 2.0)
    if not why:
        return taken, remarks
    for bound in _subsets(taken):
        other = replace(taken, bound=bound)
        if not learner.refuses(other, -1, 2.0):
            names = " and ".join(bound)
            kind = why.partition(":")[0]
            text = f"{names} bound before compilation, since a traced value is refused ({kind})"
            return other, [*remarks, text]
    for lacking in _subsets(taken):
        other = _without(taken, lacking)
        if not learner.refuses(other, -1, 2.0):
            names = " and ".join(lacking)
            return other, [*remarks, f"called without {names}, which it refuses ({why})"]
    return taken, remarks


def _subsets(taken: Convention) -> list[tuple[str, ...]]:
    names = tuple(taken.named(-1, 1.0) | taken.told({}))
    return [(name,) for name in names] + ([names] if len(names) > 1 else [])


def _without(taken: Convention, names: tuple[str, ...]) -> Convention:
    lacks_beta = named(taken.beta) in names
    options = tuple((name, text) for name, text in taken.options if text not in names)
    return replace(
        taken,
        axis="" if taken.axis in names else taken.axis,
        takes_beta=taken.takes_beta and not lacks_beta,
        options=options,
        always=tuple(name for name in taken.always if name in dict(options)),
    )


def _order_is_open(signature: Signature, mapped: Mapping[str, str]) -> bool:
    """Whether neither names nor the user say which argument the labels are."""
    name = signature.roles.get("labels", "")
    return not (mapped.keys() & {"x", "labels"}) and name.lower() not in LABELS.usual


def _ordered(
    learner: _Learner, taken: Convention, remarks: list[str]
) -> tuple[Convention, list[str]]:
    """Logits first, unless that is refused and labels first is not."""
    turned = replace(taken, labels_first=True)
    why = learner.refuses(taken, -1, None)
    if not why or learner.refuses(turned, -1, None):
        return taken, remarks
    text = f"called with its labels first: guessed, since logits first is refused ({why})"
    return turned, [*remarks, f"{text}; --map labels=2 to choose"]


def _refuse_lacking(operation: str, signature: Signature) -> None:
    """Refuse a function without a parameter for what the operation gives beside the logits.

    Raises
    ------
    TargetError
        It has none for the operand, or for the cap.
    """
    operand, number = operand_of(operation), number_of(operation)
    lacking = []
    if operand is not None and "labels" not in signature.roles:
        lacking.append((operand.name, operand.phrase, operand.usual))
    if number == "cap" and "beta" not in signature.roles:
        lacking.append((number, "a cap", NUMBERS[number]))
    if lacking and signature.parameters is not None:
        name, phrase, usual = lacking[0]
        raise TargetError(
            f"{operation} gives {phrase}, and no parameter is named so (it takes "
            f"({', '.join(signature.parameters)})); name one {', '.join(usual[:3])}, "
            f"or map it: --map {name}=NAME"
        )


def _refuse_required(
    learner: _Learner, taken: Convention, signature: Signature, *, has_beta: bool
) -> None:
    """What cannot be called without an argument that softmark does not know is no subject.

    Raises
    ------
    TargetError
        There is such an argument.
    """
    required = [p.name for p in signature.unknown if p.default is Parameter.empty]
    if not required or not learner.refuses(taken, -1, None):
        return
    names = ", ".join(signature.parameters or ())
    operand = operand_of(learner.operation)
    number = number_of(learner.operation)
    given = f"x, axis and {number}" if operand is None else f"logits and {operand.name}"
    raise TargetError(
        f"it needs {' and '.join(required)}, which softmark does not know (it takes ({names})); "
        f"softmark gives {given}: {_remedy(required, has_beta=has_beta)}"
    )


def _remedy(required: Sequence[str], *, has_beta: bool) -> str:
    """What to do about parameters without a default that softmark does not know."""
    name = required[0]
    if name in LOGITS:
        return f"{name} is not its first parameter; name a function that takes the logits first"
    if len(required) == 1:
        return f"{_advice(name, has_beta=has_beta)}, or give {name} a default"
    return "name a function of x and axis that gives it the rest, or give them defaults"


def _unknown(function: Any, signature: Signature, *, has_beta: bool) -> Iterator[str]:
    """A remark on each parameter that is left at its default, with what to do."""
    left = [p for p in signature.unknown if p.default is not Parameter.empty]
    left = [p for p in left if not p.name.startswith("_")]
    if "beta" not in signature.roles and has_beta:
        for p in left:
            if _hint(p.name):
                advice = _advice(p.name, has_beta=True)
                yield f"{_shown(p)} is left at its default; to have it checked, {advice}"
        left = [p for p in left if not _hint(p.name)]
    if left and not library_of(function):
        names = ", ".join(map(_shown, left))
        open_roles = ["axis"] + (["beta"] if has_beta else [])
        options = [f"--map {r}={left[0].name}" for r in open_roles if r not in signature.roles]
        known = f", or map what softmark gives: {' or '.join(options)}" if options else ""
        yield f"left at the default, so not checked: {names}; bind another value to check it{known}"


def _guesses(signature: Signature, mapped: Mapping[str, str]) -> Iterator[str]:
    axis = signature.roles.get("axis", "axis")
    if axis not in AXES and "axis" not in mapped:
        yield (
            f"{axis} is taken for the axis: guessed from its default -1; --map axis=NAME to choose"
        )


def _shown(parameter: Parameter) -> str:
    text = repr(parameter.default)
    return f"{parameter.name}={text if len(text) <= 20 else '...'}"


def _hint(name: str) -> str:
    """How the parameter of a usual name takes the inverse temperature; empty for other names."""
    if name.lower() in TEMPERATURES:
        return f"1/{name}"
    return name if name.lower() in FACTORS else ""


def _advice(name: str, *, has_beta: bool) -> str:
    """The option that says what a parameter is."""
    if _hint(name) and has_beta:
        return f"map it: --map beta={_hint(name)}"
    roles = ("axis", "beta") if has_beta else ("axis",)
    return "map it: " + " or ".join(f"--map {role}={name}" for role in roles)
