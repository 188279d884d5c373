"""The inputs of a record: the row in its witness, or its whole case built again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark.formats import Format, format_named
from softmark.inputs import (
    behind_mask,
    labels_of,
    logits,
    loss_options,
    others_of,
    sinks_of,
    targets_of,
)
from softmark.inputs import direction as seeded_direction
from softmark.judging.scope import said
from softmark.operations import load
from softmark.options import Options
from softmark.records import Case, Record
from softmark.reproduction import arrays, twins
from softmark.reproduction.safe import NotReproducible, wholes

_SIDES: Final[dict[str, dict[str, str]]] = {
    "vjp": {"g": "cotangent"},
    "changed": {"g": "cotangent"},
    "beside": {"g": "cotangent"},
    "beta": {"g": "cotangent"},
    "operand": {"g": "cotangent"},
    "jvp": {"v": "tangent"},
    "hvp": {"g": "cotangent", "v": "tangent"},
}
"""The seeded directions of a derivative: their names in a script, and their purposes."""
_BESIDE: Final = {"labels": "labels", "twin x": "twin", "twin labels": "twin_labels"}
"""Arrays beside the logits, by their names in a witness: their names in a script."""

MOST: Final = 2**22
"""Elements of a case for which a script is made; no check judges a larger one by its elements."""


def elements(case: Case) -> int:
    """How many elements the arrays of a case have; an empty one counts as if it were not."""
    return math.prod(max(1, size) for size in case.shape)


@dataclass(frozen=True)
class Given:
    """The inputs.

    Attributes
    ----------
    imports, lines:
        Set ``values``, and each of ``others``, to NumPy arrays.
    definitions:
        Code of ours that the lines use.
    others:
        Name to whether it holds integers, or a mask: ``labels``, a cotangent ``g``, a tangent
        ``v``; ``twin`` and ``twin_labels`` are logits and labels of a second call.
    shape:
        Of ``values``.
    index, twin_index:
        The element to look at, if there is one, in the first result and in the second.
    """

    imports: list[str]
    lines: str
    others: dict[str, bool]
    shape: tuple[int, ...]
    index: list[int] | None
    twin_index: list[int] | None = None
    definitions: str = ""


def of_row(record: Record, mode: str) -> Given:
    """The row in the witness, alone, in as many dimensions as it was measured in."""
    witness: Mapping[str, Any] = record.witness
    case = record.case
    shape = [1] * len(case.shape)
    shape[case.axis] = len(witness["x"])
    lines = [arrays.literal("values", _beside(witness["x"], shape, case.axis))]
    others = {}
    direction = "v" if mode == "jvp" else "g"
    for key, name in {"direction": direction, "tangent": "v", **_BESIDE}.items():
        if key in witness:
            array = _beside(witness[key], shape, case.axis)
            lines.append(arrays.literal(name, array))
            others[name] = array.dtype.kind == "i"
    lines += _masks(record, others)
    lines += _weights(record, others)
    index, twin_index = (_in_row(witness.get(key), case) for key in ("index", "twin index"))
    index = [] if mode == "beta" else index
    return Given([], "\n".join(lines), others, tuple(shape), index, twin_index)


def _in_row(index: Any, case: Case) -> list[int] | None:
    """The place of an element when its row is all there is."""
    if index is None:
        return None
    index = wholes(index)
    place = [0] * len(index)
    if len(place) == len(case.shape):
        place[case.axis] = index[case.axis]
    return place


def _beside(value: Any, shape: list[int], axis: int) -> NDArray[Any]:
    """Labels or a direction of the row: one for each element, or one for all of it."""
    if isinstance(value, list):
        size = [*shape]
        size[axis] = len(value)  # a sink has one for all
        return np.array([float.fromhex(word) for word in value]).reshape(size)
    reduced = [size for i, size in enumerate(shape) if i != axis % len(shape)]
    number = value if isinstance(value, int) else float.fromhex(value)
    return np.array(number).reshape(reduced)


def of_case(record: Record, mode: str) -> Given:
    """The inputs of the case, all of them.

    Raises
    ------
    NotReproducible
        They are larger than those of any check, and would have to be made first.
    """
    case, fmt = record.case, format_named(record.format)
    if elements(case) > MOST:
        text = f"its case has {elements(case)} elements, and a script is made for {MOST} at most"
        raise NotReproducible(text)
    imports, definitions, made = arrays.logits(case, fmt)
    lines, others = [made], {}
    if load(record.operation).takes_labels:
        labels = labels_of(case, said(case)["labels"], fmt)
        lines.append(arrays.given("labels", labels))
        imports += ["import base64", "import zlib"] if "zlib." in lines[-1] else []
        others["labels"] = labels.dtype.kind == "i"
        lines += _weights(record, others)
    beside = _beside_logits(record, fmt)
    if beside is not None:
        lines.append(arrays.given("labels", beside))
        imports += ["import base64", "import zlib"] if "zlib." in lines[-1] else []
        others["labels"] = False
    for name, line in _directions(record, mode, fmt).items():
        lines.append(line)
        others[name] = False
    if twins.identity_of(case):
        of = load(record.operation).operand
        kind = of if of in ("sink", "other") else ""
        lines += twins.lines(case, said(case).get("labels", kind))
        others |= {"twin": False}
        others |= {"twin_labels": others["labels"]} if "labels" in others else {}
    if load(record.operation).takes_mask:
        lines.append(_behind(case, fmt))
        imports += ["import base64", "import zlib"] if "zlib." in lines[-1] else []
        others["labels"] = False
        lines += _masks(record, others)
    index, twin_index = (_index(record.witness.get(key)) for key in ("index", "twin index"))
    if mode == "beta" and index is not None:  # the derivative is that of one row
        lines.append(f"g[np.arange(len(g)) != {index[0]}] = 0.0")
        index = []
    text = "\n".join(lines)
    return Given(imports, text, others, case.shape, index, twin_index, definitions)


def _beside_logits(record: Record, fmt: Format) -> NDArray[Any] | None:
    """The sinks of a case, or its other logits, or its targets."""
    case, of = record.case, load(record.operation)
    if of.takes_sink:
        return sinks_of(case, said(case).get("sink", "usual"), logits(case, fmt), fmt)
    if of.takes_other:
        make = targets_of if of.takes_target else others_of
        return make(case, said(case).get("other", "usual"), logits(case, fmt), fmt)
    return None


def _behind(case: Case, fmt: Format) -> str:
    """Lines that set ``labels`` to what lies behind the mask of a case."""
    if not np.isneginf(logits(case, fmt)).any():
        return "labels = 0.0"
    behind = behind_mask(case, said(case).get("behind", "ordinary"), fmt)
    return arrays.given("labels", behind)


def _masks(record: Record, others: dict[str, bool]) -> list[str]:
    """Lines that put what lies behind a mask into the logits, and set ``labels`` to the mask."""
    if not load(record.operation).takes_mask:
        return []
    behind = "labels" if "labels" in others else "0.0"
    lines = [f"behind = {behind}"]
    if "g" in others and load(record.operation).drops_masked:
        lines.append("g = np.where(np.isneginf(values), 0.0, g)")
    for x, mask in (("values", "labels"), ("twin", "twin_labels")):
        if x == "values" or x in others:
            lines.append(f"{mask} = values != -np.inf".replace("values", x))
            lines.append(f"{x} = np.where({mask}, {x}, behind)")
            others[mask] = True
    return lines


def _weights(record: Record, others: dict[str, bool]) -> list[str]:
    """Lines that set ``weight`` to the class weights of a loss, where it has some."""
    weight = told_options(record).weight
    if weight is None:
        return []
    others["weight"] = False
    return [arrays.literal("weight", weight)]


def told_options(record: Record) -> Options:
    """The options of the loss of a record.

    Raises
    ------
    NotReproducible
        It has options, and its operation is no loss.
    """
    if said(record.case).get("options") and not load(record.operation).takes_options:
        raise NotReproducible(f"its record has options, and {record.operation} takes none")
    return loss_options(record.case, format_named(record.format))


def _index(value: Any) -> list[int] | None:
    return None if value is None else list(wholes(value))


def _directions(record: Record, mode: str, fmt: Format) -> dict[str, str]:
    """Lines for the cotangent and the tangent that the gradient check takes in this mode."""
    if mode == "forward":
        return {}
    case, output_shape = record.case, _output_shape(record)
    if mode not in _SIDES:
        return {"g": f"g = {'np.zeros' if mode == 'zero' else 'np.ones'}({output_shape})"}
    shapes = {"cotangent": output_shape, "tangent": case.shape}
    lines = {}
    for name, purpose in _SIDES[mode].items():
        values = seeded_direction(case, shapes[purpose], fmt, purpose)
        lines[name] = arrays.direction(name, case, values, fmt, purpose)
    return lines


def _output_shape(record: Record) -> tuple[int, ...]:
    case = record.case
    if told_options(record).reduces:
        return ()
    return load(record.operation).output_shape(case.shape, case.axis)
