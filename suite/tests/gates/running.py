"""The gates on the mutants: each softmax in float32 that takes no inverse temperature."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib import import_module

import numpy as np
from mutants import Control, Mutant, state
from mutants.measuring import scope_of

from gates import Array, Function, Gate
from softmark.checks import Scope
from softmark.formats import format_named
from softmark.subjects import Call, SubjectFault
from softmark.workers.in_process import InProcessSubject


def is_meant(found: Mutant | Control) -> bool:
    """Whether the rules, which know neither beta nor other formats, could judge it."""
    scope = scope_of(found, "float32")
    plain = found.operation == "softmax" and not scope.info.takes_beta
    return plain and "float32" in found.formats


def forward(found: Mutant | Control) -> Function:
    """A mutant or control as a function of NumPy arrays, whichever framework it is in."""
    subject, scope = _subject(found)

    def call(x: Array, axis: int = -1) -> Array:
        return subject.forward(Call(x.astype(np.float64), axis), scope.format).values

    return call


def backward(found: Mutant | Control) -> Function:
    """Its gradient along a cotangent, in the format of the logits."""
    subject, _ = _subject(found)

    def call(x: Array, g: Array) -> Array:
        fmt = format_named(x.dtype.name)
        output = subject.vjp(Call(x.astype(np.float64), g=g.astype(np.float64)), fmt)
        return np.zeros_like(x) if output is None else output.values

    return call


def lets_through(gate: Gate, function: Function) -> bool:
    """Whether a gate accepts a function as a process meets it first; exceptions are rejections."""
    state.forget()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return gate.accepts(function)
        except SubjectFault:
            return False


def passed(gate: Gate, found: list[Mutant], made: Callable[[Mutant], Function]) -> list[Mutant]:
    """The mutants that a gate lets through."""
    return [mutant for mutant in found if lets_through(gate, made(mutant))]


def _subject(found: Mutant | Control) -> tuple[InProcessSubject, Scope]:
    scope = scope_of(found, "float32")
    framework = import_module(f"softmark_implementations.with_{found.framework}").FRAMEWORK
    return InProcessSubject(found.function, scope.info, framework), scope
