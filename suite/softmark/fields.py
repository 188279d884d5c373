"""What the fields of a results file may hold: the type, the size and the depth of each.

Anybody may have written a file, and a name that fits its record is no proof of sanity.  So what a
reader asks of a line is validated here, and what it does with the line need not ask again.  The
limits are far beyond what softmark writes.  A field that is not named here is JSON of at most
``strict_json.DEEPEST`` levels, with integers of 64 bits, and is shown, not computed with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, NotRequired, TypedDict

import msgspec
from msgspec import Meta

Name = Annotated[str, Meta(max_length=1000)]
Text = Annotated[str, Meta(max_length=2**16)]
Whole = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Size = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Seconds = Annotated[float, Meta(ge=-1e12, le=1e12)]
Number = float
Plain = None | bool | Whole | Number | Text

AXES: Final = 32
"""Axes of an array, as many as NumPy 1 has."""
Axis = Annotated[int, Meta(ge=-AXES, lt=AXES)]
Index = Annotated[list[Size], Meta(max_length=AXES)]
Shape = Annotated[list[Size], Meta(max_length=AXES)]
Row = Annotated[list[Name], Meta(max_length=2**12)]
"""Hexadecimal numbers of a row."""
Times = Annotated[list[Number | None], Meta(max_length=2**20)]


class PathLine(TypedDict, total=False):
    """How rows reached the function."""

    rank: Annotated[int, Meta(ge=0, le=AXES)]
    axis: Axis
    layout: Name
    alone: bool
    answer: Name


class WayLine(TypedDict, total=False):
    """One of two ways whose results are compared."""

    words: Name
    rows: Shape
    axis: Axis
    eager: bool
    layout: Name
    threads: Annotated[int, Meta(ge=1, le=2**16)]


Witness = TypedDict(
    "Witness",
    {
        "index": Index, "twin index": Index, "row": Size, "shape": Shape,
        "got": Name, "expected": Name, "first": Name, "second": Name, "sum": Name,
        "x": Row, "twin x": Row, "labels": Row | Name | Whole, "twin labels": Row | Name | Whole,
        "direction": Row | Name, "tangent": Row | Name,
        "path": PathLine, "paths": Annotated[list[PathLine], Meta(max_length=2**10)],
        "first way": WayLine, "second way": WayLine,
        "fault": Name, "kind": Name, "traceback": Text,
    },
    total=False,
)  # fmt: skip


class LossLine(TypedDict, total=False):
    """The options of a loss, and which of its rows are ignored."""

    ignore_index: Whole
    ignored: Name
    label_smoothing: Number
    weight: bool
    reduction: Name
    z_loss: Number


class Told(TypedDict, total=False):
    """What a check tells itself in a case, under ``parameters["check"]``."""

    about: Name
    mode: Name
    labels: Name
    label: Whole | Name
    identity: Name
    compare: Name
    cast: Name
    format: Name
    layout: Name
    layouts: Annotated[list[Name], Meta(max_length=100)]
    lengths: Annotated[list[Size], Meta(max_length=1000)]
    inputs: Name
    launch: Name
    threads: Whole | Name
    cotangent: Name | Number
    tangent: Name | Number
    told: bool
    options: LossLine


Parameters = dict[Name, Plain | Told]
"""Parameters of the family, each one value, and those of the check, under its name."""


class Underlying(TypedDict, total=False):
    """What is behind a value, as far as something is computed from it."""

    p10: Number | None
    p50: Number | None
    p90: Number | None
    p99: Number | None
    max: Number | None
    mean: Number | None
    count: Size
    digest: Name
    errors: Annotated[list[Number | None], Meta(max_length=2**12)]
    answer: Name
    beta_gap: Number | None
    law: Number | None
    exact: Number | None
    copy_fraction: Number | None
    gb_per_s: Number | None
    median: Number | None
    samples_ns: Times
    copy_ns: Times
    level: Name
    mode: Name
    inputs: Name
    launch: Name
    clock: Name
    threads: Whole | Name | None
    method: Whole | Name
    first_call_ns: Number | None
    new_shape_ns: Number | None
    compile_ns: Number | None
    input_bytes: Size
    output_bytes: Size
    first_call_bytes: Size
    steady_bytes: Size
    which: Annotated[list[Name], Meta(max_length=2**10)]


class CaseLine(TypedDict):
    """The recipe of an input."""

    family: Name
    shape: Annotated[list[Any], Meta(max_length=AXES)]
    axis: Whole
    beta: Number | None
    seed: Whole
    parameters: Parameters


class RecordLine(TypedDict):
    """A line of a record."""

    check: Name
    operation: Name
    implementation: Name
    format: Name
    device: Name
    case: dict[str, Any]
    metric: Name
    value: Number | None
    value_hex: Name | None
    unit: Name
    bound: Number | None
    bound_hex: Name | None
    good_bound: NotRequired[Number | None]
    good_bound_hex: NotRequired[Name | None]
    bound_source: Text
    grade: Any
    verdict: Any
    witness: Witness
    message: Text
    seconds: Seconds
    distribution: Underlying


class Machine(TypedDict, total=False):
    """The machine of a run."""

    name: Name
    cpu: Name


class WorkerFacts(TypedDict, total=False):
    """What the process of the framework said of itself."""

    python: Name
    versions: dict[Name, Name]
    devices: dict[Name, Name]


class Environment(TypedDict, total=False):
    machine: Machine | Name
    worker: WorkerFacts
    softmark: dict[Name, Plain]


Entry = dict[Name, Any]


class HeaderLine(TypedDict):
    """The first line of a file."""

    framework: Name
    run: Name
    started: Name
    settings: dict[Name, Any]
    environment: Environment
    specification: dict[Name, Any]
    implementations: dict[Name, Entry | Text]
    known_failures: Annotated[list[dict[Name, Text]], Meta(max_length=10_000)]
    skipped: Annotated[list[dict[Name, Text] | Text], Meta(max_length=10_000)]


def validate(value: Mapping[str, Any], kind: Any) -> None:
    """Refuse a line with a field that is missing, or holds what it may not.

    Raises
    ------
    KeyError, ValueError
        The line is none of the kind.
    """
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise _fault(str(error)) from None


_MISSING: Final = re.compile(r"Object missing required field `([^`]*)`.*")
_WRONG: Final = re.compile(r"(.*?) - at `(?:key in )?\$\.?(.*)`")


def _fault(text: str) -> KeyError | ValueError:
    """msgspec's words as those of this project."""
    if missing := _MISSING.fullmatch(text):
        return KeyError(missing[1])
    if wrong := _WRONG.fullmatch(text):
        what = wrong[1].replace("`", "").replace("Expected", "expected")
        return ValueError(f"the field {wrong[2]!r}: {what}")
    return ValueError(text)
