"""How a function is called, read from its signature.

The usual call is ``f(x, axis=-1, beta=1.0)``, and ``f(logits, labels)`` of a loss; ``dim`` is
understood for ``axis``.  A function that takes neither works along the last axis.  What has
another name is mapped by its user; see ``softmark.subjects.mapping``.
"""

# Over 300 lines: one class: what a signature says, and how a call is written from it.

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from inspect import Parameter
from typing import Any, Final

from softmark.operands import NUMBERS, OPERANDS, number_of, operand_of
from softmark.options import OPTIONS, PLAIN_VALUES, option_named, options_of
from softmark.subjects.faults import TargetError
from softmark.subjects.mapping import INVERSE, NOT, named
from softmark.subjects.python_functions import parameters

AXES: Final[tuple[str, ...]] = ("axis", "dim")
LOGITS: Final = (
    *("x", "logits", "logit", "input", "inputs", "scores", "z", "y_pred", "pred", "preds"),
    *("predictions", "output", "outputs"),
)
"""Usual names of the logits where there is another array too."""

_PLACED: Final = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
_OPEN: Final = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)


@dataclass(frozen=True)
class Convention:
    """How to call a function.

    Attributes
    ----------
    axis:
        The parameter of the axis; empty where there is none.
    takes_beta:
        Whether it takes an inverse temperature, or a cap where the operation has that.
    beta:
        The parameter of that, after ``1/`` where it takes the temperature.
    x, labels:
        Parameters of the arrays that are given by name; empty where they come first, in this order.
        The labels are what the operation is given beside the logits: see ``softmark.operands``.
    masks_out:
        Whether its mask is true where a logit is left out.
    labels_first:
        Whether the labels come before the logits.
    placed:
        Which of axis and beta are given by their place behind the arrays, in this order.
    bound:
        Which of them are bound before the function is compiled, since it would trace them.
    options:
        Name and parameter of each option of ``softmark.options`` that it takes.
    always:
        The options that are given in each call: the reduction, and those without a default.
    """

    axis: str
    takes_beta: bool
    beta: str = "beta"
    x: str = ""
    labels: str = ""
    labels_first: bool = False
    masks_out: bool = False
    placed: tuple[str, ...] = ()
    bound: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    always: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Convention:
        """The inverse of ``to_json``.

        Raises
        ------
        ValueError, TypeError
            It holds something else than names of parameters.
        """
        tuples = {name: tuple(told.get(name, ())) for name in ("placed", "bound", "always")}
        options = tuple((name, parameter) for name, parameter in told.get("options", ()))
        found = cls(**{**told, **tuples, "options": options})
        if unknown := {*dict(options), *found.always} - {*OPTIONS}:
            raise ValueError(f"its call has the option {min(unknown)!r:.60}, which is none")
        if lacking := {*found.always} - {*dict(options)}:
            raise ValueError(f"its call gives {min(lacking)}, which is no parameter of it")
        single = [found.axis, named(found.beta), found.x, found.labels, *dict(options).values()]
        for name in (*filter(None, single), *found.placed, *found.bound):
            if not (isinstance(name, str) and name.isidentifier()):
                raise ValueError(f"its call names {name!r:.60}, which is no parameter")
        return found

    def to_json(self) -> dict[str, Any]:
        """What differs from the usual, as JSON."""
        usual = asdict(Convention(self.axis, self.takes_beta))
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if name in ("axis", "takes_beta") or value != usual[name]
        }

    def named(self, axis: Any, beta: Any) -> dict[str, Any]:
        """The keywords of a call, of which ``None`` is left out."""
        found = {self.axis: axis} if self.axis and axis is not None else {}
        return found | ({named(self.beta): beta} if self.takes_beta and beta is not None else {})

    def told(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The keywords of the options of a call, and of those that every call has."""
        parameter = dict(self.options)
        given = {name: PLAIN_VALUES[name] for name in self.always} | dict(options)
        return {parameter[name]: value for name, value in given.items()}

    def text(self, x: str, labels: str, keywords: Mapping[str, str], before: str = "") -> str:
        """The arguments of a call as Python text, from the expressions for them.

        Parameters
        ----------
        before:
            An array that comes behind these: the cotangent of a backward.
        """
        arrays = [(self.x, x), (self.labels, labels)]
        arrays = [(name, value) for name, value in arrays if value]
        by_place = [value for name, value in arrays if not name]
        by_place = by_place[::-1] if self.labels_first else by_place
        by_place += [before] if before else []
        by_place += [keywords[name] for name in self.placed if name in keywords]
        by_name = [f"{name}={value}" for name, value in arrays if name]
        by_name += [
            f"{name}={value}" for name, value in keywords.items() if name not in self.placed
        ]
        return ", ".join(by_place + by_name)

    def of_backward(self, function: Any) -> Convention:
        """How the function's backward is called: by its own names, or else by the function's."""
        own, names = read(function), argument_names(function) or ()
        if not own.axis and self.axis in names:
            own = replace(own, axis=self.axis)
        if not own.takes_beta and named(self.beta) in names:
            own = replace(own, takes_beta=self.takes_beta, beta=self.beta)
        options = tuple((name, parameter) for name, parameter in self.options if parameter in names)
        taken = {name for name, _ in options}
        always = tuple(name for name in self.always if name in taken)
        return replace(own, options=options, always=always)

    @property
    def is_inverse(self) -> bool:
        """Whether it takes a temperature."""
        return self.beta.startswith(INVERSE)


@dataclass(frozen=True)
class Signature:
    """The parameters of a function, and which argument each of them is.

    Attributes
    ----------
    parameters:
        All but those that stand for any number of arguments; ``None`` where nothing tells.
    roles:
        Argument (``x``, ``axis``, ``beta``, ``labels``) to parameter.
    """

    parameters: dict[str, Parameter] | None
    roles: dict[str, str]

    @property
    def unknown(self) -> list[Parameter]:
        """The parameters that are none of these."""
        known = self.roles.values()
        return [p for name, p in (self.parameters or {}).items() if name not in known]

    def default(self, role: str) -> Any:
        """The default of an argument; ``Parameter.empty`` where it has none."""
        parameter = (self.parameters or {}).get(self.roles.get(role, ""))
        return Parameter.empty if parameter is None else parameter.default

    def place(self, role: str) -> int:
        """Where an argument can be given by its place; -1 where it cannot."""
        places = _placed((self.parameters or {}).values())
        return places.index(self.roles[role]) if self.roles.get(role) in places else -1


def read(
    function: Any, operation: str = "softmax", mapped: Mapping[str, str] | None = None
) -> Convention:
    """The convention of ``function``; of one without a readable signature, ``axis`` alone."""
    signature = signature_of(function, operation, mapped or {})
    return convention_of(signature, mapped or {})


def signature_of(function: Any, operation: str, mapped: Mapping[str, str]) -> Signature:
    """The parameters of ``function`` with the arguments that they are.

    Raises
    ------
    TargetError
        A mapped parameter is none of its.
    """
    found = parameters(function)
    if found is None:
        return Signature(None, {"axis": "axis"} | _mapped_names(mapped))
    takes_any = any(p.kind is p.VAR_KEYWORD for p in found)
    own = {p.name: p for p in found if p.kind not in _OPEN}
    places = _placed(own.values())
    roles: dict[str, str] = {}
    for role, text in mapped.items():
        name = named(text)
        if name.isdigit():
            name = places[int(name) - 1] if int(name) <= len(places) else name
        if name not in own and not takes_any:
            raise TargetError(
                f"map {role}={text}: the function has no such parameter; "
                f"it takes ({', '.join(own)})"
            )
        roles[_argument(role)] = name
    roles |= _arrays(own, roles, operation)
    roles |= _options(own, roles, operation)
    return Signature(own, roles | _scalars(own, roles, places, NUMBERS[number_of(operation)]))


def convention_of(signature: Signature, mapped: Mapping[str, str]) -> Convention:
    """The call that a signature asks for."""
    roles, own = signature.roles, signature.parameters or {}
    arrays = [role for role in ("x", "labels") if role in roles]
    places = [signature.place(role) for role in arrays]
    by_name = places not in ([], [0], [0, 1], [1, 0])
    only = [role for role in ("axis", "beta") if _is_placed_only(own.get(roles.get(role, "")))]
    options = tuple((name, roles[name]) for name in OPTIONS if name in roles)
    turned = not own and (mapped.get("labels") == "1" or mapped.get("x") == "2")
    return Convention(
        roles.get("axis", ""),
        "beta" in roles,
        mapped.get("beta", roles.get("beta", "beta")),
        x=roles.get("x", "") if by_name else "",
        labels=roles.get("labels", "") if by_name else "",
        labels_first=places == [1, 0] or turned,
        masks_out=mapped.get("mask", "").startswith(NOT),
        placed=tuple(roles[role] for role in sorted(only, key=signature.place)),
        options=options,
        always=tuple(name for name, _ in options if _is_always(name, signature)),
    )


def _is_always(option: str, signature: Signature) -> bool:
    """Whether each call has the option: what a function reduces to by default is its own matter."""
    is_required = signature.parameters is not None and signature.default(option) is Parameter.empty
    return option == "reduction" or (is_required and option in PLAIN_VALUES)


def argument_names(function: Any) -> Collection[str] | None:
    """The arguments that can be given by name; ``None`` where nothing tells."""
    found = parameters(function)
    if found is None:
        return None
    return {p.name for p in found if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}


def _mapped_names(mapped: Mapping[str, str]) -> dict[str, str]:
    return {_argument(role): named(text) for role, text in mapped.items() if not text.isdigit()}


def _argument(role: str) -> str:
    """Which argument of a call is meant by a name of a map."""
    return "labels" if role in OPERANDS else "beta" if role in NUMBERS else role


def _arrays(
    own: Mapping[str, Parameter], roles: Mapping[str, str], operation: str
) -> dict[str, str]:
    """The parameters of the logits and of what goes beside them, as far as they are open."""
    found, operand = dict(roles), operand_of(operation)
    if operand is not None:
        for role, usual in (("labels", operand.usual), ("x", LOGITS)):
            free = [name for name in own if name not in found.values()]
            known = [name for name in free if name.lower() in usual]
            if known and role not in found:
                found[role] = known[0]
    for role in ("x", "labels") if operand is not None and operand.is_open else ("x",):
        free = [name for name in _placed(own.values()) if name not in found.values()]
        if role not in found and free:
            found[role] = free[0]
    return found


def _options(
    own: Mapping[str, Parameter], roles: Mapping[str, str], operation: str
) -> dict[str, str]:
    """The parameters of the options of a loss, as far as they are open."""
    found: dict[str, str] = {}
    for name, parameter in own.items() if options_of(operation) else ():
        option = option_named(name)
        is_open = option and option not in {**roles, **found} and name not in roles.values()
        if is_open and parameter.kind is not Parameter.POSITIONAL_ONLY:
            found[option] = name
    return found


def _scalars(
    own: Mapping[str, Parameter],
    roles: Mapping[str, str],
    places: list[str],
    numbers: Collection[str],
) -> dict[str, str]:
    """The parameters of axis and of the number, as far as they are open.

    ``numbers`` are the usual names of the latter.
    """
    found: dict[str, str] = {}
    free = [name for name in own if name not in roles.values()]
    if "axis" not in roles:
        known = [name for name in AXES if name in free]
        known += [name for name in free if name in places[1:2] and _is_last(own[name].default)]
        found |= {"axis": known[0]} if known else {}
    usual = [name for name in free if name.lower() in numbers]
    if "beta" not in roles and usual:
        found["beta"] = usual[0]
    return found


def _is_last(default: Any) -> bool:
    return type(default) is int and default == -1


def _placed(own: Iterable[Parameter]) -> list[str]:
    return [p.name for p in own if p.kind in _PLACED]


def _is_placed_only(parameter: Parameter | None) -> bool:
    return parameter is not None and parameter.kind is inspect.Parameter.POSITIONAL_ONLY
