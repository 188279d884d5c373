"""The script of one record, put together from its parts."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from softmark.formats import FORMATS, ulp
from softmark.judging.losses import LABELS
from softmark.judging.scope import said
from softmark.records import Case, Record
from softmark.reproduction import calls, sameness
from softmark.reproduction.calls import format_of, manner_of
from softmark.reproduction.code import Code
from softmark.reproduction.dialects import DIALECTS, EDGE_IMPORTS, Dialect
from softmark.reproduction.given import Given, of_case, of_row, told_options
from softmark.reproduction.presentation import EACH, Presentation, presentation, with_axis
from softmark.reproduction.safe import (
    NotReproducible,
    comment,
    constant,
    one_of,
    verified,
    wholes,
)
from softmark.reproduction.ways import Way, ways_of
from softmark.subjects.subject import AXIS_AS_NUMPY, AXIS_BY_PLACE, AXIS_LEFT_OUT, BETA_BY_ROW
from softmark_implementations.framework import EDGES, WHOLE

_WITH_NUMPY: Final = {"float64", "float32", "float16"}
_ODD: Final = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, OSError),
    *(RecursionError, TypeError, ValueError),
)
"""What is raised on the way where a record holds what no check writes."""

_OF_VALUES: Final = ("search", "bias", "winner")
"""What a check calls its cases that ask for no derivative."""

_LAID_OUT: Final = {"cotangent layout": "g", "tangent layout": "v", "label layout": "labels"}
"""Where a case says how an array lies in memory, and the array's name in a script."""
_NO_SINGLE_CALL: Final = (
    "time",
    "peak memory",
    "second backward",
    "cotangent modified",
    "result overwritten",
    "in-place change",
)
"""Metrics of what several steps together do."""


def script(record: Record, code: Code, *, whole: bool = False, notes: Iterable[str] = ()) -> str:
    """A Python script that shows the record's number.

    Parameters
    ----------
    record:
        What was measured.
    code:
        The function.
    whole:
        Build the whole input, even where the record holds the row that matters.
    notes:
        Lines for the script's docstring, such as versions.

    Raises
    ------
    NotReproducible
        The record is no result of a call, its framework has no dialect here, or it holds what no
        check writes.
    """
    try:
        return _script(record, code, whole, notes)
    except NotReproducible:
        raise
    except _ODD as error:
        text = f"its record holds what no check writes ({type(error).__name__}: {error!s:.200})"
        raise NotReproducible(text) from error


def _script(record: Record, code: Code, whole: bool, notes: Iterable[str]) -> str:
    record = _as_found(record)
    code = replace(code, options=tuple(_options(record).items()))
    framework = record.implementation.partition(".")[0]
    mode = _mode(record.case)
    if framework not in DIALECTS:
        raise NotReproducible(f"no script is known for arrays of {framework}")
    if said(record.case).get("about") in LABELS:
        raise NotReproducible(f"no script is known for {said(record.case)['about']}")
    if said(record.case).get("compare") == "after another format":
        raise NotReproducible("no script is known for a call after one in another format")
    is_step = record.metric in _NO_SINGLE_CALL or "step" in said(record.case)
    if mode == "reach" or is_step or record.case.family == "none":
        raise NotReproducible(f"{record.id} measures no single call; run its check again")
    ways = ways_of(record)
    by_axis = manner_of(record) in (AXIS_LEFT_OUT, AXIS_BY_PLACE, AXIS_AS_NUMPY, BETA_BY_ROW)
    among_others = mode in ("zero", "beside") or by_axis or any(way.among_others for way in ways)
    among_others |= bool({*_LAID_OUT} & {*said(record.case)}) or "mode" in record.witness
    searched = said(record.case).get("mode") == "search"  # its row is not one of the case
    of_one = "x" in record.witness and (searched or not whole) and not among_others
    of_one &= code.contract.takes_rows(1)
    given = of_row(record, mode) if of_one else of_case(record, mode)
    dialect = DIALECTS[framework]
    imports, definition = code.lines()
    binding, bound = code.binding(dialect)
    casts_to = said(record.case).get("cast", "float32")
    narrow = () if {record.format, casts_to} <= _WITH_NUMPY else dialect.narrow
    first_imports, first_lines = sameness.before(record)
    body = [given.lines]
    if sameness.applies(record):
        body.append(_compared(record, code, given, mode, dialect))
        ways = []
    for way in ways:
        way = way.presented(_presentation(way, record, code, given))
        parts = [
            _converted(way, given, dialect, record),
            calls.call(way, record, code, given, mode, dialect),
            _shown(way, record, given),
        ]
        body += [_for_each_row(parts, way, [*given.others])] if way.is_each_row else parts
    body = _with_status(body)
    needed = {"import numpy as np", *imports, *given.imports, *dialect.imports, *narrow}
    needed |= {*binding, *(["import sys"] if "sys.exit" in body[-1] else [])}
    needed |= {*EDGE_IMPORTS} if any(way.layout in EDGES for way in ways) else set()
    head = [_comment(record, notes), *first_imports, *first_lines, *sorted(needed)]
    definitions = [text for text in (definition, bound, given.definitions) if text]
    return verified(
        "\n\n\n".join(["\n".join(head), *definitions, "\n\n".join(body)]) + "\n",
        imports=[*first_imports, *needed],
        definitions=definitions,
        templates=dialect.templates,
    )


def _presentation(way: Way, record: Record, code: Code, given: Given) -> Presentation | None:
    """How the function's contract changes what it is given; ``None`` where it does not."""
    if "weight" in given.others and presentation(
        code.contract, given.shape, way.axis, record.operation, None
    ):
        raise NotReproducible("no script is known for class weights of a function of one vector")
    if way.rank:  # the check has arranged the rows, and only as the function takes them
        return None
    index = given.index
    return presentation(code.contract, given.shape, way.axis, record.operation, index)


def _options(record: Record) -> dict[str, str]:
    """An expression for each option of a loss."""
    given = told_options(record).given
    return {name: name if name == "weight" else constant(value) for name, value in given.items()}


def _for_each_row(parts: list[str], way: Way, others: list[str]) -> str:
    """Lines that call a function of one vector with all rows, one after the other."""
    assert way.presentation is not None
    names = [f"{way.source(name)} = {name}" for name in others]
    body = textwrap.indent("\n\n".join(part.strip("\n") for part in parts), "    ")
    return "\n".join([*names, f"for {EACH} in range({way.presentation.rows}):", body])


def _as_found(record: Record) -> Record:
    """The record with the case, or the shape, at which its number was found, of several."""
    if "case" in record.witness:
        found: Any = record.witness["case"]
        return replace(record, case=Case.from_json(found))
    shape: Any = record.witness.get("shape")
    if shape is None:
        return record
    return replace(record, case=replace(record.case, shape=wholes(shape)))


def _mode(case: Case) -> str:
    """``forward``, or which derivative the check asked for."""
    if said(case).get("identity") == "p - y":
        return "ones"
    mode = str(said(case).get("mode", "forward"))
    return "forward" if mode in _OF_VALUES else mode


def _comment(record: Record, notes: Iterable[str]) -> str:
    title = f"{record.implementation}, check {record.check}, {record.format}: {record.verdict}."
    source = f"Bound: {record.bound_source}." if record.bound_source else ""
    text = [title, record.message, source, f"Record {record.id}", *notes]
    wrap = textwrap.TextWrapper(96, initial_indent="# ", subsequent_indent="# ")
    wrap.break_long_words = wrap.break_on_hyphens = False
    return "\n".join(wrap.fill(comment(line)) for line in text if line)


def _converted(way: Way, given: Given, dialect: Dialect, record: Record) -> str:
    """Lines that make the framework's arrays.

    Raises
    ------
    NotReproducible
        No lines are known for the layout.
    """
    if way.layout not in ("contiguous", *dialect.layouts):
        raise NotReproducible(f"no script is known for {way.layout} arrays of this framework")
    lines = [f"# {comment(way.answer)}"] if way.answer else []
    fmt = format_of(record)
    lines.append(f"x = {dialect.array.format(values=way.arranged('values'), format=fmt)}")
    lines += [dialect.layouts[way.layout]] if way.layout in dialect.layouts else []
    if to := said(record.case).get("cast"):
        lines.append(f"x = {_cast(dialect, one_of(to, FORMATS))}")
        lines.append('print("x  ", x)')
    spanning = with_axis(record, given)
    for name, is_integer in given.others.items():
        template = dialect.integers if is_integer else dialect.array
        target = way.named(name)
        values = way.beside(way.source(name), has_axis=name in spanning)
        if name == "labels" and "label type" in said(record.case):
            values += f".astype({one_of(said(record.case)['label type'], WHOLE)!r})"
        lines.append(f"{target} = {template.format(values=values, format=fmt)}")
    for name, array in _LAID_OUT.items():
        layout = said(record.case).get(name, "contiguous")
        if layout != "contiguous" and array in given.others:
            lines.append(re.sub(r"\bx\b", way.named(array), _laid_out(layout, dialect)))
    return "\n".join(lines)


def _laid_out(layout: str, dialect: Dialect) -> str:
    if layout not in dialect.layouts:
        raise NotReproducible(f"no script is known for {layout} arrays of this framework")
    return dialect.layouts[layout]


def _cast(dialect: Dialect, to: str) -> str:
    """``x`` in the format ``to``.

    Raises
    ------
    NotReproducible
        No lines are known for the cast.
    """
    if not dialect.cast:
        raise NotReproducible(f"no script is known for a cast to {to} of this framework")
    return dialect.cast.format(format=to)


def _compared(record: Record, code: Code, given: Given, mode: str, dialect: Dialect) -> str:
    """Lines that solve the problem of the case in two ways.

    Raises
    ------
    NotReproducible
        The function takes no such arrays as they are.
    """
    way = Way(record.case.axis)
    if _presentation(way, record, code, given) is not None:
        raise NotReproducible("no script compares two results of a function that takes no rows")
    arrays = ["x", "labels"] if "labels" in given.others else ["x"]
    beta = record.case.beta
    call, eager = (code.calling("axis", arrays, beta, name) for name in ("", code.eager))
    derivative = dialect.vjp.format(x="x") if mode == "vjp" else ""
    if derivative and code.vjp:
        derivative = f"got = {code.calling('axis', [*arrays, 'g'], beta, 'backward')}"
    return sameness.lines(record, given, dialect, call, eager, derivative)


def _shown(way: Way, record: Record, given: Given) -> str:
    """Lines that print the result and the expected one."""
    expected: Any = record.witness.get("expected")
    index = None if given.index is None else way.index(given.index)
    if index is None or expected is None:
        return 'print("got", got)' + ('\nprint("twin", twin)' if "twin" in given.others else "")
    due = float.fromhex(expected)
    off = f"off.append({_is_off(record, due)})"
    lines = [f"got = float(got[{tuple(index)}])", 'print("got     ", got, got.hex())']
    twin_index = None if given.twin_index is None else way.index(given.twin_index)
    if twin_index is not None:
        lines += [f"twin = float(twin[{tuple(twin_index)}])"]
        lines += ['print("twin    ", twin, twin.hex())']
    return "\n".join([*lines, f'print("expected", "{due!r}", "{due.hex()}")', off])


def _is_off(record: Record, due: float) -> str:
    """An expression that is true as long as ``got`` is wrong: beyond the record's bound."""
    if math.isnan(due):
        return "got == got"
    if math.isinf(due) or record.unit != "ulp" or record.bound is None:
        return f"got != {constant(due)}"
    allowed = record.bound * float(ulp(due, FORMATS[record.format]))
    return f"not abs(got - {constant(due)}) <= {constant(allowed)}"


def _with_status(body: list[str]) -> list[str]:
    """The lines with an end that exits with 1 where a result is still wrong, for git bisect."""
    if not any("off.append(" in lines for lines in body):
        return body
    return ["off = []", *body, "sys.exit(int(any(off)))"]
