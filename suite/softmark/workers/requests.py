"""Messages that ask a subject for something, with its arrays as bit patterns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmark.contracts import NONFINITE
from softmark.formats import Float64Array, Format, encode
from softmark.subjects.subject import Call
from softmark.subjects.wire import Message
from softmark.workers.presenting import Presented
from softmark_implementations.framework import CARRIERS


def requested(verb: str, call: Call, fmt: Format | str, *, takes_mask: bool = False) -> Message:
    """A message that asks for a call.

    Parameters
    ----------
    takes_mask:
        Whether the function is given a mask in place of logits of minus infinity; then its labels
        are what it finds behind the mask.
    """
    x, labels = hidden(call.x, call.labels) if takes_mask else (call.x, call.labels)
    header: dict[str, Any] = {
        "verb": verb,
        "format": fmt if isinstance(fmt, str) else fmt.name,
        "axis": call.axis,
        "beta": None if call.beta is None else float(call.beta).hex(),
        "layout": call.layout,
        "cotangent": call.cotangent,
        "tangent": call.tangent,
        "step": call.step,
        "within": call.mode,
        "manner": call.manner,
        "rows": call.x.shape[0] if call.x.ndim else 1,
    }
    arrays = {"x": bits_of(x, fmt)}
    if labels is not None:
        kind = labels.dtype.name if labels.dtype.kind in "biu" else fmt
        header["labels"] = kind if isinstance(kind, str) else kind.name
        arrays["labels"] = bits_of(labels, kind)
        header["label layout"] = call.label_layout
    if told := call.options.given:
        header["options"] = told
    if call.options.weight is not None:
        arrays["weight"] = bits_of(call.options.weight, fmt)
        header["options"] = {**told, "weight": fmt if isinstance(fmt, str) else fmt.name}
    directions = {"g": call.g, "v": call.v}
    arrays |= {name: bits_of(d, fmt) for name, d in directions.items() if d is not None}
    return Message(header, arrays)


def hidden(x: Float64Array, behind: NDArray[Any] | None) -> tuple[Float64Array, NDArray[np.bool_]]:
    """The logits with other numbers in place of minus infinity, and a mask that is false there."""
    kept = ~np.isneginf(x)
    return np.where(kept, x, 0.0 if behind is None else behind), kept


def bits_of(values: NDArray[Any], fmt: Format | str) -> NDArray[Any]:
    """The bit patterns of numbers of a format; whole numbers as they are."""
    return values.astype(CARRIERS[fmt]) if isinstance(fmt, str) else encode(values, fmt)


def nonfinite_in(x: Float64Array) -> set[str]:
    """Which of ``NONFINITE`` are among the logits."""
    found = (np.isnan(x).any(), np.isposinf(x).any(), np.isneginf(x).any())
    return {kind for kind, is_there in zip(NONFINITE, found, strict=True) if is_there}


def as_seen(call: Call, seen: Presented | None) -> Call:
    """A call with its arrays as the function takes them."""
    if seen is None or seen.is_same:
        return call
    g, v, labels = call.g, call.v, call.labels
    return replace(
        call,
        x=seen.array(call.x),
        axis=seen.to,
        labels=None if labels is None else seen.result(labels),
        g=None if g is None else seen.result(g),
        v=None if v is None else seen.array(v),
    )


def series_requested(
    inputs: Sequence[Call],
    callers: Sequence[Sequence[int]],
    fmt: Format,
    *,
    takes_mask: bool = False,
) -> Message:
    """The inputs of a series in one message, the arrays of the first under ``x0`` and so on."""
    header: dict[str, Any] = {"inputs": [], "callers": [list(numbers) for numbers in callers]}
    arrays: dict[str, NDArray[Any]] = {}
    for number, call in enumerate(inputs):
        one = requested("series", call, fmt, takes_mask=takes_mask)
        header["inputs"].append({"axis": call.axis, "may_raise": call.may_raise})
        told = ("verb", "format", "beta", "labels")
        header |= {name: one.header[name] for name in told if name in one.header}
        arrays |= {f"{name}{number}": array for name, array in one.arrays.items()}
    return Message(header, arrays)


def joined(requests: Sequence[Message]) -> Message:
    """Requests for several calls as one, the arrays of the first under ``x0`` and so on."""
    calls = [{**request.header, "arrays": [*request.arrays]} for request in requests]
    arrays = {
        f"{name}{number}": array
        for number, request in enumerate(requests)
        for name, array in request.arrays.items()
    }
    return Message({"verb": "several", "calls": calls}, arrays)
