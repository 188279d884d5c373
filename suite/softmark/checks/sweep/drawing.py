"""Cases that are drawn: all that a call can vary in, so that each pair of values occurs.

Each dimension is a list of values, and ``_clash`` says which of them cannot occur together.
"""

# Over 300 lines: a table of dimensions, and what of them cannot occur together.

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from math import prod
from typing import Any, Final

import numpy as np

from softmark.checks.sweep.covering import Drawn, Values, covered
from softmark.formats import round_to
from softmark.inputs.registry import generator
from softmark.judging.scope import TEN, Scope, said
from softmark.operations import Kind
from softmark.records import Case, Json
from softmark.subjects.subject import AXIS_AS_NUMPY, AXIS_BY_PLACE, AXIS_LEFT_OUT, BETA_KINDS
from softmark_implementations.framework import LAYOUTS

ROWS: Final = 128
"""Rows of one draw, at most."""

ROWS_OF_LONG: Final = 4
"""The same of rows that are longer than ``long`` ones."""

LENGTHS: Final = {
    **{"few": (1, 5), "short": (5, 17), "middle": (18, 70), "long": (71, 300)},
    **{"longer": (301, 4300), "longest": (4301, 9000)},
}
OTHERS: Final = {
    **{"one": (2, 4), "even": (2, 3), "odd": (3, 4), "several": (4, 8), "alike": (2, 4)},
    "many": (130, 600),
}
"""Sizes of the other axes; of ``one``, ``alike`` and ``many`` one of them is 1, as long as the row,
or in that range.
"""
FAMILIES: Final[Mapping[str, Mapping[str, Json]]] = {
    "normal": {"scale": 3.0},
    "swept": {},
    "lanes": {},
    "ties": {"maxima": 0},
    "offset": {"exponent": 12},
    "masked": {},
    "ascending": {"step": 4.0},
    "wide": {"spread": 60.0},
    "climbing": {"tile": 4},
    "levels": {},
    "far": {},
}
FAR: Final = "far"
"""Logits moved so far that the logarithm of their number is rounded away; not of a sigmoid."""
OF_TWO: Final[tuple[str, dict[str, Json]]] = ("normal", {"scale": 1.0})
"""Logits of two classes: 1 / (1 + e^d) is right, and overflows where others are subnormal."""
BETAS: Final = (1.0, 0.3, 1e-4, 2.7, 3.0, 1234567.0)
"""None a power of two but 1; some change when they are rounded to 16 or to 32 bits."""
CAPS: Final = (30.0, 1.0, 50.0, 0.3, 12.3, 300.0)
"""Two of them no number of any format."""
NEGATIVE: Final = -0.3
"""A beta at which ordinary logits are right whichever of them the shift is by."""
SHARES: Final = ("usual", "loose", "tiny")
"""Probabilities that sum to 1, to other numbers, and some near 0."""
MODES: Final = 9
"""The usual call and eight more, of as many modes as a framework has."""
LAST: Final = 5
"""The number of the last axis, whatever the rank."""
COTANGENTS: Final = ("normal", "ones", 1e-10, 1e4, "gaps", "nan")
STEPS: Final = ("", "again", "logits", "result")
"""What comes before a backward: nothing, a first one, zeros written into an array of forward."""
LABEL_TYPES: Final = (
    *("int64", "int32", "int16", "int8"),
    *("uint8", "uint16", "uint32", "uint64"),
)

ALIKE: Final = ("expanded", "broadcast")
"""The layouts of arrays with a stride of 0."""
AXES_OF: Final = {
    "transposed": 2,
    "broadcast": 2,
    "rows-reversed": 2,
    "permuted": 3,
    "channels-last": 4,
}
"""How many axes a layout needs."""
ROW_LAYOUTS: Final = tuple(
    name for name in LAYOUTS if AXES_OF.get(name, 1) == 1 and name not in ALIKE
)
"""The layouts that one row, or the labels of many, can have."""
EXACT: Final = ("channels-last",)
"""The layouts that need exactly that number."""

FIRST: Final = (
    ("rank", "layout"),
    ("rank", "label layout"),
    ("label type", "label layout"),
    ("rank", "cotangent layout"),
    ("cotangent", "step"),
    ("rank", "step"),
    ("length", "step"),
    ("rank", "tangent layout"),
    ("rank", "within"),
    ("axis", "within"),
    ("manner", "beta"),
    ("others", "family"),
    ("axis", "manner"),
)
"""Pairs of which the quick profile has all, or most, however few draws it makes."""
TRIPLES: Final = tuple(combinations(("rank", "axis", "length", "layout", "within"), 3))
"""What kernels choose their path by: of any three of these the standard profile has all triples."""
LEAST: Final = {"": (150, 500, 2000), "vjp": (150, 500, 2000), "jvp": (90, 250, 1000)}
WITH_LABELS: Final = (180, 500, 2000)
DEAR: Final = (50, 150, 500)
"""The same of second derivatives, whose exact values take longest."""
SPARED: Final = 3
"""One draw in how many there is of forward derivatives that are compiled for each shape."""


def draws(case: Case, scope: Scope, modes: int = MODES) -> Iterator[Case]:
    """The cases of a sweep; ``modes`` is in how many modes the function is called."""
    rng, mode = generator(case, "draws"), str(said(case).get("mode", ""))
    dimensions = _dimensions(scope, mode, modes)
    least = at_least(scope, mode)
    triples = () if scope.costly_shapes or mode == "hvp" else TRIPLES

    def clash(one: str, value: Any, other: str, another: Any) -> bool:
        rule = CLASHES.get((one, other))
        return rule is not None and rule(value, another, scope)

    if scope.costly_shapes and mode and scope.takes_rank(2):
        yield from _in_one_shape(dimensions, scope, mode)
    for number, drawn in enumerate(covered(dimensions, rng, clash, FIRST, least, triples)):
        if number == least and (scope.profile == "quick" or scope.costly_shapes):
            return
        yield _case(drawn, rng, scope, mode)


def at_least(scope: Scope, mode: str) -> int:
    """How many draws there are at least."""
    is_first = mode in ("", "vjp")
    if scope.costly_shapes:
        return scope.by_profile(2, 20, 200) if is_first else scope.by_profile(0, 8, 60)
    has_labels = scope.operation.takes_labels and is_first
    least = scope.by_profile(*(WITH_LABELS if has_labels else LEAST.get(mode, DEAR)))
    return least // (SPARED if mode == "jvp" and scope.info.costly == "tangents" else 1)


def _in_one_shape(dimensions: Values, scope: Scope, mode: str) -> Iterator[Case]:
    """Each cotangent, or tangent, where another shape would be compiled anew."""
    name = "tangent" if mode == "jvp" else "cotangent"
    for size in dimensions.get(name, ()):
        told = {"mode": mode} | ({} if size in USUAL else {name: size})
        yield scope.case("normal", *TEN, check=told, scale=3.0)


def far_ahead(scope: Scope, *, is_gradient: bool) -> float:
    """A gap beyond which an exponential overflows, in float32 where the format is narrower.

    That of a gradient leaves the others a share that is not tiny.
    """
    gap = 20.0 if is_gradient else _overflowing(scope)
    return gap / max(1.0, scope.own_scale)


def _overflowing(scope: Scope) -> float:
    return 97.0 if scope.format.bits <= 32 else 780.0


def _dimensions(scope: Scope, mode: str, modes: int) -> Values:
    """What there is to draw from, as far as the function takes it."""
    ranks = [1] if scope.by_row else [r for r in range(1, 7) if scope.takes_rank(r)] or [2]
    layouts = [name for name in LAYOUTS if not scope.info.layouts or name in scope.info.layouts]
    layouts = [name for name in layouts if AXES_OF.get(name, 1) <= max(ranks)]
    # A dual number is written where its logits lie, so these have places of their own.
    of_logits = [name for name in layouts if mode != "jvp" or name not in ALIKE]
    found: dict[str, Sequence[Any]] = {
        "rank": ranks,
        **_sizes(scope, mode),
        "family": _families(scope, mode),
        "layout": of_logits,
    }
    if scope.other_axes:
        found["axis"] = range(LAST + 1)
    if scope.chooses_number:
        numbers: tuple[float, ...] = (*BETAS, NEGATIVE) if scope.operation.is_probability else BETAS
        numbers = scope.caps_held(CAPS) if scope.operation.has_cap else numbers
        found["beta"] = [number for number in numbers if number < scope.format.max]
    if manners := _manners(scope):
        found["manner"] = ["", *manners]
    if scope.operation.takes_labels:
        found |= _of_labels(scope, layouts)
    if modes > 1:
        found["within"] = range(modes)
    if mode:
        found |= _directions(scope, mode, layouts)
    return found


def _sizes(scope: Scope, mode: str) -> Values:
    """Lengths and numbers of rows; a loss of probabilities or of two rows costs the oracle, as
    does each derivative of a sigmoid, which is a row of its own.
    """
    is_dear = "probability" in scope.info.labels or scope.operation.takes_other
    is_dear |= scope.info.costly == "rows" or (bool(mode) and scope.operation.is_pointwise)
    without = {"many"} if is_dear else set()
    # A derivative of a long row cancels further than a plain sum is exact, which is no fault.
    without |= {"longer", "longest"} if is_dear or mode else set()
    without |= {"long"} if mode and scope.operation.is_pointwise else set()
    return {
        "length": [name for name in LENGTHS if name not in without],
        "others": [name for name in OTHERS if name not in without],
    }


def _families(scope: Scope, mode: str) -> list[str]:
    # What a cotangent of a result of -INF gives is open.
    is_open = bool(mode) and scope.operation.masked_result not in (None, 0.0)
    without = [] if scope.takes_masks and not is_open and mode in ("", "vjp") else ["masked"]
    without += [] if scope.operation.summands is None else [FAR]
    without += ["levels"] if mode and scope.operation.multiplies_logits else []
    if mode and scope.operation.is_pointwise:  # a slope that vanishes costs the oracle
        without += ["levels", "climbing", "ascending"]
    return [name for name in FAMILIES if name not in without]


def _manners(scope: Scope) -> list[str]:
    """The manners of the call that the function has, or may refuse."""
    found: list[str] = []
    if scope.chooses_number:
        found += BETA_KINDS
    if scope.other_axes:
        found.append(AXIS_AS_NUMPY)
    if scope.other_axes and scope.info.axis_by_place:
        found.append(AXIS_BY_PLACE)
    if scope.other_axes and scope.info.default_axis == (-1,):
        found.append(AXIS_LEFT_OUT)
    return found


def _of_labels(scope: Scope, layouts: Sequence[str]) -> Values:
    """How labels can be; a layout in which all are one number says little."""
    own = [name for name in layouts if name not in ALIKE]
    kinds = scope.info.labels or ("index",)
    types = LABEL_TYPES if "index" in kinds else ("int64",)
    shares = SHARES if "probability" in kinds else SHARES[:1]
    return {"labels": kinds, "label type": types, "label layout": own, "shares": shares}


def _directions(scope: Scope, mode: str, layouts: Sequence[str]) -> Values:
    """How cotangents and tangents can be, and what comes before a backward."""
    # In 16 bits 1e-10 is 0; and a product that was flushed to zero may be multiplied by beta.
    wide = scope.format.bits >= 32 and scope.own_scale == 1
    sizes = [each for each in COTANGENTS if wide or each != 1e-10]
    if scope.operation.is_sparse:  # NaN may be left out of a gradient there, or not
        sizes.remove("nan")
    # Terms of 10,000 leave float16 before they cancel, and so do their products.
    has_large = scope.format.max > 1e6
    along = [each for each in sizes if each != "nan" and (has_large or each != 1e4)]
    own = [name for name in layouts if name != "foreign"]
    found: dict[str, Sequence[Any]] = {}
    if mode != "jvp":
        found |= {"cotangent": sizes if mode == "vjp" else along, "cotangent layout": own}
    if mode != "vjp":
        found |= {"tangent": along, "tangent layout": own}
    if mode == "vjp":
        found["step"] = STEPS
    return found


def _has_layout(rank: int, layout: str, name: str, scope: Scope) -> bool:
    """Whether the array ``name`` can have a layout where the logits have ``rank`` axes."""
    if name == "label " or (name == "cotangent " and scope.operation.kind is Kind.REDUCTION):
        rank -= 1
    needed = AXES_OF.get(layout, 0)
    return rank == needed if layout in EXACT else rank >= needed


def laid_out(name: str, case: Case, rng: np.random.Generator, scope: Scope) -> dict[str, Json]:
    """A layout, under ``name``, that an array of the case can have whatever numbers it holds."""
    rank, prefix = len(case.shape), name.removesuffix("layout")
    own = scope.info.layouts or LAYOUTS
    without = {"contiguous", *ALIKE, *(["foreign"] if prefix else [])}
    found = [each for each in own if _has_layout(rank, each, prefix, scope) and each not in without]
    return {name: found[int(rng.integers(len(found)))]} if found else {}


def _is_no_number(manner: str, beta: float, scope: Scope) -> bool:
    """Whether the kind of number that the manner asks for does not hold beta."""
    match manner:
        case "beta as an int":
            return beta != int(beta)
        case "beta as a NumPy float32":
            return float(np.float32(beta)) != beta
        case "beta as an array of the framework":
            return float(round_to(beta, scope.format)) != beta
    return False


Rule = Callable[[Any, Any, Scope], bool]


def _without(name: str) -> Rule:
    return lambda rank, layout, scope: not _has_layout(rank, layout, name, scope)


CLASHES: Final[Mapping[tuple[str, str], Rule]] = {
    # One number, or one row, stands for all.
    ("layout", "family"): lambda layout, family, _: layout in ALIKE and family != "ties",
    ("cotangent layout", "cotangent"): lambda layout, size, _: layout in ALIKE and size != "ones",
    ("tangent layout", "tangent"): lambda layout, size, _: layout in ALIKE and size != "ones",
    # What is masked may be left out of a gradient, or not.
    ("cotangent", "family"): lambda size, family, _: size == "nan" and family == "masked",
    ("labels", "label type"): lambda labels, kind, _: labels != "index" and kind != "int64",
    ("length", "others"): lambda length, others, _: (
        (others == "alike" and length.startswith("long"))
        or (others == "many" and length not in ("few", "short"))
    ),
    ("within", "step"): lambda within, step, _: bool(within and step),
    ("rank", "others"): lambda rank, others, _: rank == 1 and others != "one",
    ("manner", "beta"): lambda manner, beta, scope: _is_no_number(manner, beta, scope),
    ("manner", "axis"): lambda manner, axis, _: manner == AXIS_LEFT_OUT and axis != LAST,
    # Products that overflow are those of another check.
    ("beta", "family"): lambda beta, family, _: (
        (beta > 3 and family == "levels") or (beta < 0 and family not in ("normal", "ties"))
    ),
    ("labels", "shares"): lambda labels, shares, _: labels == "index" and shares != "usual",
    **{
        ("rank", f"{name}layout"): _without(name)
        for name in ("", "label ", "cotangent ", "tangent ")
    },
}
"""Of two dimensions which values cannot occur together."""


def _case(drawn: Drawn, rng: np.random.Generator, scope: Scope, mode: str) -> Case:
    """The case that a draw stands for."""
    family = drawn["family"]
    shape, axis = _shape(drawn, rng)
    if shape[axis] == 2 and family != "normal" and drawn["layout"] not in ALIKE:
        shape[axis] = 3
    if drawn.get("cotangent") == "nan":  # the gradient of a row of one may be 0 whatever comes
        shape[axis] = max(3, shape[axis])
    parameters: dict[str, Json] = dict(FAMILIES[family])
    if shape[axis] == 2 and drawn["layout"] not in ALIKE:
        family, parameters = OF_TWO
    if family in ("swept", "lanes"):
        parameters["gap"] = far_ahead(scope, is_gradient=bool(mode))
    if family == FAR:
        most = scope.format.e_max - 1
        family, parameters = "offset", {"exponent": min(most, scope.format.precision + 3)}
    told = {"mode": mode} | _told(drawn)
    axis -= len(shape) if rng.random() < 0.5 else 0
    beta = drawn.get("beta")
    return scope.case(
        family, *shape, axis=axis, beta=beta, check=_usual_left_out(told), **parameters
    )


def _shape(drawn: Drawn, rng: np.random.Generator) -> tuple[list[int], int]:
    """Sizes of all axes, and the axis."""
    rank = drawn["rank"]
    usual = "even" if drawn["others"] == "many" else drawn["others"]
    sizes = [int(rng.integers(*OTHERS[usual])) for _ in range(rank)]
    axis = (drawn.get("axis", LAST) + rank - 1 - LAST) % rank
    n = int(rng.integers(*LENGTHS[drawn["length"]]))
    special = axis - 1 - int(rng.integers(rank - 1)) if rank > 1 else axis
    many = int(rng.integers(*OTHERS["many"]))
    kinds = {"one": 1, "alike": n, "many": many}
    sizes[special] = kinds.get(drawn["others"], sizes[special])
    sizes[axis] = 1
    most = ROWS if n <= LENGTHS["long"][1] else ROWS_OF_LONG
    for place in sorted(range(rank), key=sizes.__getitem__, reverse=True):
        if prod(sizes) > most and place != special % rank:
            sizes[place] = 1
    sizes[axis] = n
    return sizes, axis


TOLD: Final = (
    *("layout", "manner", "within", "labels", "label type", "label layout", "shares", "step"),
    *("cotangent", "cotangent layout", "tangent", "tangent layout"),
)
"""What of a draw a case says under its own name."""
USUAL: Final = ("contiguous", "normal", "int64", "usual", "", 0, None)


def _told(drawn: Drawn) -> dict[str, Json]:
    return {name: drawn[name] for name in TOLD if name in drawn}


def _usual_left_out(told: dict[str, Json]) -> dict[str, Json] | None:
    return {name: value for name, value in told.items() if value not in USUAL} or None
