"""Logits beyond 8 bits: what each framework's own cast makes of them, and what is computed then."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from certified import info_of
from test_reproduction_scripts import ran, write

from softmark import checks, operations
from softmark.checks import PROFILES, Scope, special_values
from softmark.checks.special_values import narrowing
from softmark.formats import FLOAT8_E4M3FN, FLOAT32, FORMATS
from softmark.records import Case, Record
from softmark.reproduction import NotReproducible, script
from softmark.reproduction.code import Code
from softmark.subjects import Crashed, Info
from softmark.subjects.wire import Message
from softmark.workers.in_process import InProcessSubject
from softmark_implementations.framework import Framework, NotOffered
from softmark_implementations.with_numpy import NumPyFramework


class CastsNothing(NumPyFramework):
    """A framework whose file has no cast."""

    name = "bare"
    cast = Framework.cast


def module_of(framework: str) -> Any:
    pytest.importorskip(framework, reason=f"{framework} is not installed")
    return importlib.import_module(f"softmark_implementations.with_{framework}")


def asked(
    framework: Framework, function: Callable[..., Any], operation: str = "softmax", **more: Any
) -> tuple[str, str]:
    """The answer, and what a person reads."""
    info = Info(f"{framework.name}.{operation}", framework.name, operation, **more)
    scope = Scope(info, operations.load(operation), FLOAT32)
    subject = InProcessSubject(function, info, framework)
    (case,) = narrowing.cases(scope)
    (found,) = special_values.measure(subject, case, scope)
    assert (found.metric, found.verdict) == ("overflow of fp8", "policy")
    return str(found.distribution["answer"]), found.message


@pytest.mark.parametrize(
    ("framework", "operation", "answer"),
    [
        ("numpy", "softmax", "casts to NaN, result NaN"),
        ("numpy", "sigmoid", "casts to NaN, NaN in part"),
        ("numpy", "argmax", "casts to NaN, a number"),
        ("numpy", "cross_entropy", "casts to NaN, result NaN"),
        ("torch", "softmax", "saturates at 448, refuses float8"),
        ("torch", "cross_entropy", "saturates at 448, refuses float8"),
        ("tensorflow", "softmax", "casts to NaN, refuses float8"),
        ("jax", "softmax", "casts to NaN, result NaN"),
    ],
)
def test_frameworks_cast_beyond_the_largest_number_in_different_ways(
    framework: str, operation: str, answer: str
) -> None:
    module = module_of(framework)

    told, message = asked(module.FRAMEWORK, getattr(module, operation), operation)

    assert told == answer
    assert message.startswith(answer)
    assert ("it raised" in message) == ("refuses" in answer)


def test_what_computes_in_a_wider_format_takes_what_the_cast_left() -> None:
    torch = module_of("torch")

    told, _ = asked(torch.FRAMEWORK, lambda x, axis=-1: torch.softmax(x.float(), axis))

    assert told == "saturates at 448, a number"


def test_a_framework_without_a_cast_does_not_offer_it() -> None:
    told, message = asked(CastsNothing(), lambda x: x)

    assert told == "not offered"
    assert message == "arrays of bare are cast to no float8_e4m3fn here"
    with pytest.raises(NotOffered, match="are cast to no float8_e5m2 here"):
        CastsNothing().cast(None, "float8_e5m2")


def test_a_crash_is_told_as_what_it_does_and_fails_nothing() -> None:
    class Crashing(InProcessSubject):
        def ask(self, request: Message) -> Message:
            if request.header["verb"] == "forward":
                raise Crashed("the process ended with signal 11", "SIGSEGV")
            return super().ask(request)

    module = module_of("numpy")
    scope = Scope(info_of("softmax"), operations.load("softmax"), FLOAT32)
    (case,) = narrowing.cases(scope)
    subject = Crashing(module.softmax, scope.info, module.FRAMEWORK)

    (found,) = special_values.measure(subject, case, scope)

    assert (found.verdict, found.distribution["answer"]) == (
        "policy", "casts to NaN, crashes on float8",
    )  # fmt: skip


def test_probabilities_at_the_edge_are_halves_that_8_bits_hold() -> None:
    module = module_of("numpy")

    told, _ = asked(
        module.FRAMEWORK, module.cross_entropy, "cross_entropy", labels=("probability",)
    )

    assert told == "casts to NaN, result NaN"


@pytest.mark.parametrize("framework", ["numpy", "torch", "tensorflow", "jax"])
def test_a_cast_rounds_what_the_format_does_not_hold_to_what_it_does(framework: str) -> None:
    module = module_of(framework)
    info = Info(f"{framework}.softmax", framework, "softmax")
    subject = InProcessSubject(module.softmax, info, module.FRAMEWORK)

    held = subject.cast(np.array([[1.0, 1.0625, 447.0, -0.0]]), FLOAT32, FLOAT8_E4M3FN)

    assert held.format == "float8_e4m3fn"
    assert held.values.tolist() == [[1.0, 1.0, 448.0, 0.0]]
    assert np.signbit(held.values[0, 3])


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("operation", operations.names())
def test_every_implementation_is_asked_once(operation: str, profile: Any) -> None:
    asked_in = [
        fmt
        for fmt in info_of(operation).formats
        for case in checks.load("special_values").cases(
            Scope(info_of(operation), operations.load(operation), FORMATS[fmt], profile)
        )
        if case.parameters["check"]["about"] == "narrowed"  # type: ignore[index,call-overload]
    ]

    assert asked_in == ["float32"]


def test_a_script_casts_as_the_framework_does() -> None:
    (case,) = narrowing.cases(Scope(info_of("softmax"), operations.load("softmax"), FLOAT32))

    said = ran(write(recorded("numpy.softmax", case)))

    assert said.count("nan") > 64
    assert "448" not in said
    with pytest.raises(NotReproducible, match="no script is known for a cast to float8_e4m3fn"):
        script(recorded("mlx.softmax", case), Code(None, "mine", "softmax", copied=False))


def recorded(name: str, case: Case) -> Record:
    told = {"metric": "overflow of fp8", "value": None, "unit": "", "verdict": "policy"}
    return Record(
        check="special_values",
        operation="softmax",
        implementation=name,
        format="float32",
        device="cpu",
        case=case,
        bound=None,
        bound_source="",
        grade=None,
        message="",
        **told,  # type: ignore[arg-type]
    )
