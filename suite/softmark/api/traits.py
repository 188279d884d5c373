"""What can be said of a case and of its failure: what ``causes`` looks for something common in."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from softmark import inputs
from softmark.formats import format_named
from softmark.judging.scope import said
from softmark.options import options_of
from softmark.records import BAD, Case, Record

Trait = str | float

MOST: Final = 2**17
"""Elements of a case whose logits are made again to be described."""

TILES: Final = (2, 4, 8, 16, 32, 1024)
"""Widths of vectors and blocks, by which a length may leave a rest."""

_OTHER_NAMES: Final = {
    "front": "masked logits in front",
    "kept": "logits kept",
    "maxima": "equal maxima",
    "exponent": "exponent of the offset",
}
"""Parameters of families whose own name says too little."""

_DERIVATIVES: Final = ("vjp", "jvp", "hvp", "beta")

_UNSAID: Final = ("labels", "about", "mode", "format", "options")
"""What a check tells itself in a case that has a trait of its own here, or that no cause is."""


@dataclass(frozen=True, eq=False)
class TraitTrial:
    """One case of one check in one format: its records, and which of them fail."""

    records: tuple[Record, ...]
    failures: tuple[Record, ...]

    @cached_property
    def traits(self) -> Mapping[str, Trait]:
        """What is known of its input and of how the function is called; names to values."""
        record = self.records[0]
        return dict(_traits(record, record.case))

    @cached_property
    def symptoms(self) -> tuple[str, ...]:
        """What is seen in its failures, each once."""
        return tuple(dict.fromkeys(map(symptom, self.failures)))


def trials(records: Iterable[Record], failures: Iterable[Record]) -> list[TraitTrial]:
    """The cases of which something is judged; one whose failures are all excused is left out."""
    failing = {record.id for record in failures}
    cases: dict[tuple[str, str, str], list[Record]] = {}
    for record in records:
        key = json.dumps(record.case.to_json(), sort_keys=True)
        cases.setdefault((record.check, record.format, key), []).append(record)
    found = []
    for held in cases.values():
        bad = tuple(record for record in held if record.id in failing)
        if bad or ({r.verdict for r in held} & {"pass", "weak"} and not _has_bad(held)):
            found.append(TraitTrial(tuple(held), bad))
    return found


def _has_bad(records: Iterable[Record]) -> bool:
    return any(record.verdict in BAD for record in records)


def symptom(record: Record) -> str:
    """What a failure looks like, in a few words that others may share."""
    if record.verdict in ("crash", "timeout"):
        return f"{record.verdict}: {record.message.partition(chr(10))[0]:.80}"
    of, _, is_error = record.metric.rpartition("error")
    got = record.witness.get("got")
    if is_error or not record.metric.endswith("error") or not isinstance(got, str):
        return record.metric
    return f"{_kind(float.fromhex(got))}{f' in the {of.strip()}' if of else ''}"


def _kind(got: float) -> str:
    if math.isnan(got):
        return "NaN"
    return "infinity" if math.isinf(got) else "wrong values"


def mode_of(record: Record) -> str:
    """``forward``, or the name of the derivative that a case asks for."""
    mode = said(record.case).get("mode", "forward")
    return mode if mode in _DERIVATIVES else "forward"


def _traits(record: Record, case: Case) -> Iterator[tuple[str, Trait]]:
    yield "format", record.format
    yield "check", record.check
    yield "derivative", mode_of(record)
    yield "inputs", case.family
    yield "beta", case.beta
    if case.shape and case.family != "none":
        yield from _of_shape(case)
        yield from _of_logits(record, case)
    for name, value in {**case.parameters, **_told(case)}.items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield _OTHER_NAMES.get(name, name), float(value)
        elif isinstance(value, str):
            yield name, value
    options = said(case).get("options", {})
    for name in options_of(record.operation):
        yield f"the option {name}", str(options.get(name, "not given"))


def _told(case: Case) -> dict[str, Any]:
    """What the check told itself, as far as that may be a cause."""
    return {name: value for name, value in said(case).items() if name not in _UNSAID}


def _of_shape(case: Case) -> Iterator[tuple[str, Trait]]:
    ndim, axis = len(case.shape), case.axis % len(case.shape)
    n = case.shape[axis]
    yield "axes", float(ndim)
    yield "length", float(n)
    yield "rows", float(math.prod(case.shape) // n if n else 0)
    yield "axis", "the last axis" if axis == ndim - 1 else f"axis {axis} of {ndim}"
    yield "spelling of the axis", "negative" if case.axis < 0 else "not negative"
    for tile in TILES:
        yield f"rest of the length by {tile}", "none" if n % tile == 0 else "some"


def _of_logits(record: Record, case: Case) -> Iterator[tuple[str, Trait]]:
    """The extremes of the logits, and what of them is no number."""
    if math.prod(case.shape) not in range(1, MOST):
        return
    x = inputs.logits(case, format_named(record.format))
    for what, held in (("NaN", np.isnan(x)), ("+inf", np.isposinf(x)), ("-inf", np.isneginf(x))):
        yield f"{what} among the logits", "some" if held.any() else "none"
    finite = x[np.isfinite(x)]
    if finite.size:
        yield "largest logit", float(finite.max())
        yield "least logit", float(finite.min())
        yield "largest size of a logit", float(np.abs(finite).max())
        with np.errstate(over="ignore"):  # of the largest of both signs
            yield "spread of the logits", float(finite.max() - finite.min())
