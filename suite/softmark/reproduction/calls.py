"""The lines of a script that call the function, in a mode and with arguments given as in a case."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from typing import Any

from softmark.checks.arguments.foreign import METRICS
from softmark.formats import FORMATS
from softmark.judging.scope import said
from softmark.records import Record
from softmark.reproduction import twins
from softmark.reproduction.code import Code
from softmark.reproduction.dialects import Dialect
from softmark.reproduction.given import Given
from softmark.reproduction.safe import (
    NotReproducible,
    constant,
    one_of,
)
from softmark.reproduction.ways import Way
from softmark.subjects.subject import (
    AXIS_AS_NUMPY,
    AXIS_BY_PLACE,
    AXIS_LEFT_OUT,
    BETA_BY_ROW,
    BETA_KINDS,
)


def call(way: Way, record: Record, code: Code, given: Given, mode: str, dialect: Dialect) -> str:
    """Lines that set ``got``."""
    case, code = record.case, _in_manner(code, record)
    arrays = ["x", way.named("labels")] if "labels" in given.others else ["x"]
    if mode == "beta":
        values = f"np.array({constant(case.beta)})"
        beta = dialect.array.format(values=values, format=format_of(record))
        call = code.calling(way.axis, arrays, "beta")
        derivative = dialect.vjp.format(x="beta")
        return f"beta = {beta}\n\n\ndef f(beta):\n    return {call}\n\n\n{derivative}"
    if mode == "operand":
        beside = way.named("labels")
        call = code.calling(way.axis, arrays, case.beta)
        return f"\ndef f({beside}):\n    return {call}\n\n\n{dialect.vjp.format(x=beside)}"
    within = str(record.witness.get("mode", ""))
    axis = way.axis - ("vmap" in within and way.axis > 0)  # the first axis is mapped
    is_numpys = manner_of(record) == AXIS_AS_NUMPY
    written = f"np.int64({axis})" if is_numpys else axis
    call = code.calling(written, arrays, _beta_in_manner(record, dialect))
    if within and (mode == "forward" or within.endswith("of vjp")):
        return _in_mode(within, call, arrays, dialect)
    if within:
        inside = textwrap.indent(_in_mode(within, call, arrays, dialect).strip(), "    ")
        derivative = dialect.jvp if mode == "jvp" else dialect.vjp.format(x="x")
        return f"\ndef in_mode(x):\n{inside}\n    return got\n\n\nf = in_mode\n{derivative}"
    if record.metric == "value in training" and dialect.training:
        return f"\ndef f(x):\n    return {call}\n\n\n{dialect.training}"
    if record.metric == "value in training":  # its backward is written by hand
        return f"got = {call}"
    if mode != "forward" and code.vjp:
        return f"got = {code.calling(way.axis, [*arrays, 'g'], case.beta, 'backward')}"
    if mode != "forward":
        derivatives = {"jvp": dialect.jvp, "hvp": dialect.hvp}
        derivative = derivatives.get(mode, dialect.vjp.format(x="x"))
        return f"\ndef f(x):\n    return {call}\n\n\n{derivative}"
    if "twin" not in given.others:
        return f"got = {call}"
    arrays = [name for name in given.others if name.startswith("twin")]
    return f"got = {call}\ntwin = {code.calling(way.axis, arrays, twins.beta_of(case))}"


def _in_mode(mode: str, call: str, arrays: list[str], dialect: Dialect) -> str:
    """Lines that set ``got`` in a mode of the framework.

    Raises
    ------
    NotReproducible
        No lines are known for the mode.
    """
    if mode not in dialect.modes:
        raise NotReproducible("no script is known for that mode of this framework")
    names = ", ".join(arrays)
    lines = dialect.modes[mode].format(arrays=names)
    return f"\ndef f({names}):\n    return {call}\n\n\n{lines}"


def _in_manner(code: Code, record: Record) -> Code:
    """The function with a convention that leaves the axis out or gives it by its place."""
    call = code.convention
    match manner_of(record):
        case manner if manner == AXIS_LEFT_OUT:
            return replace(code, call=replace(call, axis=""))
        case manner if manner == AXIS_BY_PLACE:
            return replace(code, call=replace(call, placed=(call.axis, *call.placed)))
    return code


def manner_of(record: Record) -> Any:
    told = said(record.case)
    return told.get("manner", told.get("about"))


def _beta_in_manner(record: Record, dialect: Dialect) -> float | str:
    """Beta as the kind of number that a case asks for."""
    beta, manner = record.case.beta, manner_of(record)
    rows = record.case.shape[0] if record.case.shape else 1
    column = f"{constant(beta)} * 2.0 ** -np.arange({rows}.0)[:, None]"
    kinds = ("{}", "np.float64({})", "np.float32({})", "np.array({})")
    written = dict(zip(BETA_KINDS, kinds, strict=False))
    if manner == BETA_KINDS[0]:
        return int(beta) if beta == int(beta) else beta
    if manner in written:
        return written[manner].format(constant(beta))
    if manner in (BETA_KINDS[4], BETA_BY_ROW):
        values = f"({column})" if manner == BETA_BY_ROW else f"np.array({constant(beta)})"
        return dialect.array.format(values=values, format=format_of(record))
    return beta


def format_of(record: Record) -> str:
    """Of the arrays that the function was called with: the record's, or one of whole numbers."""
    return one_of(said(record.case).get("format", record.format), (*FORMATS, *METRICS))
