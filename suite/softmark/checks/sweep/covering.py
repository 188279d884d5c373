"""Pairwise-covering draws: each pair of values of two dimensions occurs in a few calls.

Most faults that depend on several things at once depend on two (Kuhn, Wallace, Gallo, Software
fault interactions and implications for software testing, IEEE TSE 30 (2004) 418-421).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import prod
from typing import Any, Final

import numpy as np

from softmark.inputs.registry import generator
from softmark.judging.scope import Scope
from softmark.records import Case, Json
from softmark_implementations.framework import LAYOUTS

ROWS: Final = 128
"""Rows of one draw, at most."""
TRIED: Final = 8
"""Candidates of which the one that covers most pairs is taken."""

LENGTHS: Final = {"few": (1, 4), "short": (5, 17), "middle": (18, 70), "long": (71, 300)}
OTHERS: Final = {"one": (1, 2), "even": (2, 3), "odd": (3, 4), "several": (4, 8)}
FAMILIES: Final[Mapping[str, Mapping[str, Json]]] = {
    "normal": {"scale": 3.0},
    "swept": {},
    "lanes": {},
    "ties": {"maxima": 0},
    "offset": {"exponent": 12},
    "masked": {},
    "ascending": {"step": 4.0},
    "wide": {"spread": 60.0},
}
OF_TWO: Final[tuple[str, dict[str, Json]]] = ("normal", {"scale": 1.0})
"""Logits of two classes: 1 / (1 + e^d) is right, and overflows where others are subnormal."""
BETAS: Final = (1.0, 0.3, 1e-4, 2.7, 1234567.0)
"""None a power of two but 1; some change when they are rounded to 16 or to 32 bits."""
MODES: Final = 4
"""The usual call and three more, of as many modes as the framework has."""
COTANGENTS: Final = ("normal", "ones", 1e-10, 1e4)

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

Values = Mapping[str, Sequence[Any]]
Drawn = dict[str, Any]


def draws(case: Case, scope: Scope, *, is_gradient: bool) -> Iterator[Case]:
    rng = generator(case, "draws")
    dimensions = _dimensions(scope, is_gradient=is_gradient)
    least = scope.by_profile(150 if is_gradient else 90, 500, 2000)
    if scope.costly_shapes:
        least = scope.by_profile(2, 20, 200)
    for number, drawn in enumerate(covered(dimensions, rng)):
        if number == least and scope.profile == "quick":
            return
        yield _case(drawn, rng, scope, is_gradient=is_gradient)
    for _ in range(least - number - 1):
        yield _case(_any(dimensions, rng), rng, scope, is_gradient=is_gradient)


def far_ahead(scope: Scope, *, is_gradient: bool) -> float:
    """A gap beyond which an exponential overflows, in float32 where the format is narrower.

    That of a gradient leaves the others a share that is not tiny.
    """
    gap = 20.0 if is_gradient else _overflowing(scope)
    return gap / max(1.0, scope.own_beta)


def _overflowing(scope: Scope) -> float:
    return 97.0 if scope.format.bits <= 32 else 780.0


def covered(dimensions: Values, rng: np.random.Generator) -> Iterator[Drawn]:
    """Draws until each pair of values of two dimensions has occurred."""
    open_pairs = {
        (one, i, other, j)
        for one, other in combinations(dimensions, 2)
        for i in range(len(dimensions[one]))
        for j in range(len(dimensions[other]))
    }
    while open_pairs:
        start = sorted(open_pairs)[int(rng.integers(len(open_pairs)))]
        tried = [_places(dimensions, rng, start) for _ in range(TRIED)]
        best = max(tried, key=lambda places: len(_pairs(places) & open_pairs))
        open_pairs -= _pairs(best)
        yield {name: dimensions[name][place] for name, place in best.items()}


def _places(
    dimensions: Values, rng: np.random.Generator, start: tuple[str, int, str, int]
) -> dict[str, int]:
    places = {name: int(rng.integers(len(values))) for name, values in dimensions.items()}
    one, i, other, j = start
    return {**places, one: i, other: j}


def _pairs(places: Mapping[str, int]) -> set[tuple[str, int, str, int]]:
    return {(a, places[a], b, places[b]) for a, b in combinations(places, 2)}


def _any(dimensions: Values, rng: np.random.Generator) -> Drawn:
    return {name: values[int(rng.integers(len(values)))] for name, values in dimensions.items()}


def _dimensions(scope: Scope, *, is_gradient: bool) -> Values:
    """What there is to draw from, as far as the function takes it."""
    ranks = [1] if scope.by_row else [r for r in range(1, 7) if scope.takes_rank(r)] or [2]
    # What a cotangent of a result of -INF gives is open.
    is_open = is_gradient and scope.operation.masked_result not in (None, 0.0)
    masks = takes_masks(scope) and not is_open
    families = [name for name in FAMILIES if name != "masked" or masks]
    layouts = [name for name in LAYOUTS if not scope.info.layouts or name in scope.info.layouts]
    found: dict[str, Sequence[Any]] = {
        "rank": ranks,
        "length": [*LENGTHS],
        "others": [*OTHERS],
        "family": families,
        "layout": layouts,
    }
    if scope.other_axes:
        found["axis"] = range(6)
    if scope.takes_beta and scope.info.fixed_beta is None:
        found["beta"] = [beta for beta in BETAS if beta < scope.format.max]
    if scope.operation.takes_labels:
        found["labels"] = scope.info.labels or ("index",)
    if not is_gradient:
        found["within"] = range(MODES)
    else:
        # In 16 bits 1e-10 is 0; and a product that was flushed to zero may be multiplied by beta.
        wide = scope.format.bits >= 32 and scope.own_beta == 1
        found["cotangent"] = [each for each in COTANGENTS if wide or each != 1e-10]
        found["cotangent layout"] = [name for name in layouts if name != "foreign"]
    return found


def takes_masks(scope: Scope) -> bool:
    """Whether logits of -INF have a defined result: of another operation one may be the label."""
    operation = scope.operation
    is_open = operation.multiplies_logits or operation.takes_labels
    return scope.format.has_infinity and not is_open


def _case(drawn: Drawn, rng: np.random.Generator, scope: Scope, *, is_gradient: bool) -> Case:
    """The case that a draw stands for; what does not fit together is drawn to fit."""
    rank = _rank(drawn, scope)
    sizes = [_within(OTHERS[drawn["others"]], rng) for _ in range(rank)]
    axis = drawn.get("axis", rank - 1) % rank
    while prod(sizes) // sizes[axis] > ROWS:
        sizes[sizes.index(max(sizes))] = 1
    sizes[axis] = _within(LENGTHS[drawn["length"]], rng)
    family, layout = drawn["family"], drawn["layout"]
    if layout in ALIKE:  # one number, or one row, stands for all
        family = "ties"
    parameters: dict[str, Json] = dict(FAMILIES[family])
    if sizes[axis] == 2 and layout not in ALIKE:
        family, parameters = OF_TWO
    if family in ("swept", "lanes"):
        parameters["gap"] = far_ahead(scope, is_gradient=is_gradient)
    check: dict[str, Json] = {"layout": layout} if layout != "contiguous" else {}
    check |= {name: drawn[name] for name in ("labels", "within") if drawn.get(name)}
    if is_gradient:
        check |= {"mode": "vjp"} | _cotangent(drawn)
    beta = drawn.get("beta")
    told = check or None
    return scope.case(family, *sizes, axis=axis, beta=beta, check=told, **parameters)


def _rank(drawn: Drawn, scope: Scope) -> int:
    """The number of axes: as drawn, or where the layout needs more, that."""
    rank, needed = drawn["rank"], AXES_OF.get(drawn["layout"], 1)
    is_exact = drawn["layout"] == "channels-last"
    fits = rank == needed if is_exact else rank >= needed
    return rank if fits or scope.by_row or not scope.takes_rank(needed) else needed


def _cotangent(drawn: Drawn) -> dict[str, Json]:
    """How the cotangent is, and lies in memory: one number can stand for equal ones alone."""
    size, layout = drawn["cotangent"], drawn["cotangent layout"]
    size = "ones" if layout in ALIKE else size
    found: dict[str, Json] = {} if size == "normal" else {"cotangent": size}
    return found | ({} if layout == "contiguous" else {"cotangent layout": layout})


def _within(limits: tuple[int, int], rng: np.random.Generator) -> int:
    return int(rng.integers(*limits))
