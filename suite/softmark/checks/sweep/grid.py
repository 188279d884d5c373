"""The points of each sweep: along which sizes and places ordinary cases are laid out."""

# Over 300 lines: a list of sweeps, one function each.

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice, product
from typing import Any, Final

import numpy as np

from softmark.checks.sweep import drawing
from softmark.inputs.places import BROKEN
from softmark.inputs.registry import CHECK, generator
from softmark.judging.scope import HUNDRED, TEN, THOUSAND, Scope, said
from softmark.records import Case, Json

EVERY: Final = 530
"""The length up to which the quick profile has each."""
ALONE: Final = 0.3
"""The share of these lengths of which a row is also given alone, as a vector or as a matrix."""
EVERY_GRADIENT: Final = 270
"""The same of gradients, each of which is two calls."""
FEWER: Final = 130
"""The same of what is slow, and of the quick profile's other formats."""
LONGEST_OF_ALL: Final = 4224
"""The length up to which the larger profiles have each: a tile of 128 beyond 4,096."""
MOST: Final = 2**20 + 3
"""Lengths are drawn up to it."""
BEYOND: Final = 2**20, 2**20 + 2**16
"""Some lengths are between these: more than a thousand partial sums of a thousand."""
LONGER: Final = 4225, 9000
"""Of masks and NaN one length is between these."""
BY_COMPILED: Final = ((2, 40), (41, 130), (131, 600), (601, 1100))
"""Of what compiles for each shape some lengths between each of these."""


def lengths(case: Case, scope: Scope) -> Iterator[Case]:
    """Rows of each length, one of them with a maximum near its end that is far ahead."""
    rng = generator(case, "lengths")
    for n in scope.fitted_lengths(_lengths(rng, scope, is_gradient=_is_gradient(case))):
        rows, last = 2 if n <= EVERY else 1, int(1 + rng.integers(0, 8))
        if n < BEYOND[0]:
            yield _point(case, scope, "swept", rows, n, last=last)
        if n <= EVERY and rng.random() < ALONE and not scope.costly_shapes:
            alone = (n,) if rng.random() < 0.5 and scope.takes_rank(1) else (1, n)
            yield _point(case, scope, "swept", *alone, last=last)
        if n > EVERY and (n >= BEYOND[0] or rng.random() < scope.by_profile(0.2, 1.0, 1.0)):
            yield _point(case, scope, "lanes", rows, n, first=n - 1)
    if scope.other_axes and not (scope.costly_shapes or _is_gradient(case) or _is_other(scope)):
        for n in map(int, rng.integers(2**16 + 3, 2**16 + 2**12, scope.by_profile(1, 2, 2))):
            yield _point(case, scope, "lanes", 1, n, 2, axis=1, first=n - 2)


def _lengths(rng: np.random.Generator, scope: Scope, *, is_gradient: bool) -> Iterator[int]:
    if scope.costly_shapes:
        each = 0 if _is_other(scope) else scope.by_profile(1, 8, 40)
        for low, high in BY_COMPILED[is_gradient :: 1 + is_gradient]:
            yield from map(int, rng.integers(low, high, each))
        return
    slow = scope.info.costly == "rows" or scope.has_probabilities or _is_other(scope)
    least = EVERY_GRADIENT if is_gradient else EVERY
    every = scope.by_profile(least, LONGEST_OF_ALL, LONGEST_OF_ALL)
    yield from range(1, FEWER if slow else every + 1)
    share = scope.by_profile(0.02, 1.0, 1.0)
    tiles = {128 * k + off for k in range(5, 34) for off in (-1, 0, 1)}
    for n in range(every + 1, LONGEST_OF_ALL + 1):
        if not slow and (n in tiles or rng.random() < share):
            yield n
    for low in (2**k for k in range(12, 17)):
        count = scope.by_profile(0, 1, 4) if is_gradient else scope.by_profile(1, 8, 24)
        yield from map(int, rng.integers(low, 2 * low, count))  # whose exact gradients take seconds
    if not is_gradient and not slow:
        yield from map(int, rng.integers(2**18, MOST, scope.by_profile(0, 4, 12)))
        yield from map(int, rng.integers(*BEYOND, scope.by_profile(1, 2, 4)))


MOST_ROWS: Final = 2**24 // 3 + 1000
"""Rows of 3 logits, of more than 2^24 in all: a float32 holds no odd index from there on."""
ENOUGH: Final = 8 * 2**30
"""Bytes of memory from which on that case is called; it takes 3 GB."""


def memory() -> int:
    """Bytes of memory that the machine has."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _is_other(scope: Scope) -> bool:
    """Whether the quick profile has more of another format."""
    return scope.profile == "quick" and scope.format.name != scope.main_format


def rows(case: Case, scope: Scope) -> Iterator[Case]:
    """Each number of short rows, and some of many."""
    if scope.costly_shapes:
        return
    rng = generator(case, "rows")
    most = scope.by_profile(70, 300, 600)
    counts = [*range(1, most), *map(int, rng.integers(most, 3000, scope.by_profile(8, 40, 80)))]
    few = _is_other(scope) or _is_gradient(case)
    many = (4097,) if few else (4097, 65537, *scope.by_profile((), (), (131075,)))
    scale = 3.0 / max(1.0, scope.own_scale)
    is_main = scope.format.name == scope.main_format
    if scope.profile != "quick" and is_main and not few and memory() >= ENOUGH:
        many = (*many, MOST_ROWS)
    for count in counts[: most - 1] if scope.has_probabilities else (*counts, *many):
        n = int(rng.integers(3, 4 if count > 10**4 else 20))
        yield _point(case, scope, "normal", count, n, scale=scale)
        if scope.other_axes and count < 10**4:  # rows that lie side by side, short and long
            n = n if count > 70 else int(rng.integers(3, min(EVERY, 16 + 2**12 // count)))
            yield _point(case, scope, "normal", n, count, axis=0, scale=scale)
            if count < most and scope.takes_rank(3):
                yield _point(case, scope, "normal", 2, 3, count, axis=1, scale=scale)
        if most < count < 10**4:
            yield from _of_odd_rows(case, scope, count, n)
    if not (scope.has_probabilities or scope.info.costly == "rows" or scope.by_row):
        yield from _of_large_arrays(case, scope, rng)


LARGE: Final = 2**16, 2**18, 2**20
"""Logits from which kernels share an array among threads, or cut it in pieces."""


def _of_large_arrays(case: Case, scope: Scope, rng: np.random.Generator) -> Iterator[Case]:
    """A little more logits than these, in rows of each remainder of 8."""
    few = _is_other(scope) or _is_gradient(case)
    sizes = [*(LARGE[:1] * 8), *(() if few else LARGE[1:])]
    for rest, size in enumerate(sizes):
        count = 8 * int(rng.integers(4, 90)) + (rest if rest < 8 else int(rng.integers(8)))
        n = size // count + int(rng.integers(1, 9))
        axis = 0 if scope.other_axes and rng.random() < 0.5 else -1
        shape = (n, count) if axis == 0 else (count, n)
        yield _point(case, scope, "swept", *shape, axis=axis)


def _of_odd_rows(case: Case, scope: Scope, count: int, n: int) -> Iterator[Case]:
    """Many rows far from each other, and many of which parts are masked."""
    if not (_is_gradient(case) and scope.operation.multiplies_logits):
        yield _point(case, scope, "levels", count, n)
    if scope.takes_masks and not _is_gradient(case):
        yield _point(case, scope, "tiles_masked", count, n, tile=2)


def places(case: Case, scope: Scope) -> Iterator[Case]:
    """The maximum at each place of rows of each short length, and of some long ones."""
    rng = generator(case, "places")
    if scope.costly_shapes:
        for shape in (HUNDRED, THOUSAND):
            starts = range(0, shape[1], shape[0])
            for first in starts if scope.profile != "quick" else starts[:: -(-len(starts) // 16)]:
                yield _point(case, scope, "lanes", *shape, first=first)
        return
    is_other = _is_other(scope)
    for n in scope.fitted_lengths(range(1, 66, 7 if is_other else 1)):
        yield _point(case, scope, "lanes", n, n)
    drawn = map(int, rng.integers(66, 1030, scope.by_profile(4, 40, 100)))
    last = scope.info.nearest_length(1030)
    for n in scope.fitted_lengths((*drawn, last)):
        first = int(rng.integers(0, n))
        is_whole = n == last and not is_other
        for start in range(first, first + (n if is_whole else AT_ONCE), AT_ONCE):
            yield _point(case, scope, "lanes", AT_ONCE, n, first=start)


RISING: Final = 50
"""Rows of ``climbing`` until they repeat."""

AT_ONCE: Final = 64
"""Rows of one call in which the maximum is at one place after another."""

TILES: Final = (4, 8, 16, 32, 64, 128, 256, 512, 1024)


def masks(case: Case, scope: Scope) -> Iterator[Case]:
    """-INF over each tile, over all but it, before it, behind it, and at its edges."""
    if not scope.takes_masks:
        return
    rng, level = generator(case, "masks"), drawing.far_ahead(scope, is_gradient=False)
    drawn = [int(n) for n in rng.integers(40, 4200, scope.by_profile(2, 11, 29))]
    drawn.append(int(rng.integers(*LONGER)))
    sizes: Iterable[int] = (60, 100, 257, 1000, 1030, *drawn)
    if scope.costly_shapes:
        sizes = (100, 1000)
    for n in scope.fitted_lengths(sizes):
        for tile in (t for t in TILES if t < n):
            cases = 6 * -(-n // tile)
            count = min(cases, max(6, 2**14 // n))
            first = 6 * int(rng.integers(0, max(1, (cases - count) // 6 + 1)))
            if scope.costly_shapes:
                count = {100: HUNDRED, 1000: THOUSAND}.get(n, THOUSAND)[0]
            yield _point(case, scope, "tiles_masked", count, n, tile=tile, first=first, level=level)


def nans(case: Case, scope: Scope) -> Iterator[Case]:
    """A NaN at many places of rows of several lengths."""
    if "nan" not in scope.info.nonfinite or scope.operation.is_index:
        return  # which index a row with a NaN has is left open
    rng = generator(case, "nans")
    drawn = [int(n) for n in rng.integers(40, 4200, scope.by_profile(1, 7, 19))]
    drawn.append(int(rng.integers(*LONGER)))
    sizes = (100, 1000) if scope.costly_shapes else (3, 5, 16, 33, 100, 257, 1030, *drawn)
    for n in scope.fitted_lengths(n for n in sizes if n > 1):
        rows = {100: HUNDRED, 1000: THOUSAND}.get(n, (AT_ONCE if n < LONGER[0] else 8,))[0]
        for _ in range(4 if scope.by_row else 1):
            yield _point(case, scope, "nans", rows, n, first=int(rng.integers(0, n)))


TOGETHER: Final = 2**14


def exponents(case: Case, scope: Scope) -> Iterator[Case]:
    """Every exponent of a 16-bit format, and the landmarks of a wider one."""
    if scope.by_row or scope.info.costly == "rows" or (scope.few_shapes and _is_other(scope)):
        return
    more: dict[str, Any] = {}
    if scope.operation.is_pointwise:  # below, e^-x overflows in the formula of every book
        more = {"deepest": -math.log(scope.format.least_normal) - 1.0}
    if scope.operation.is_index and scope.format.bits <= 16:  # some compare subnormals as zeros
        more = {"least": scope.format.least_normal}
    for first in range(0, 2**16 if scope.format.bits <= 16 else TOGETHER, TOGETHER):
        yield _point(case, scope, "exponents", TOGETHER, 3, first=first, **more)


def climbs(case: Case, scope: Scope) -> Iterator[Case]:
    """A running maximum that rises from tile to tile: by less and by more, often and once."""
    if _is_gradient(case) and scope.profile == "quick":
        return  # a gradient that vanishes costs the oracle
    rng = generator(case, "climbs")
    drawn = [int(n) for n in rng.integers(300, 4200, scope.by_profile(2, 8, 20))]
    sizes: Iterable[int] = (40, 100, 257, 1030, *drawn)
    if scope.costly_shapes:
        sizes = (100, 1000)
    few = _is_other(scope) or _is_gradient(case)
    for n in scope.fitted_lengths(sizes):
        for tile in [t for t in TILES if t < n][:: 2 if few else 1]:
            rows = {100: HUNDRED, 1000: THOUSAND}[n][0] if scope.costly_shapes else RISING
            rows = min(rows, max(4, 2**14 // n))
            first = int(rng.integers(0, RISING))
            yield _point(case, scope, "climbing", rows, n, tile=tile, first=first)


def neighbours(case: Case, scope: Scope) -> Iterator[Case]:
    """Rows far from each other, and rows without a defined result beside them."""
    if scope.by_row or (_is_gradient(case) and scope.operation.multiplies_logits):
        return
    rng = generator(case, "neighbours")
    sizes = ((3, 10), (8, 33), (5, 130), (33, 7), *scope.by_profile((), ((4, 1030),), ((4, 1030),)))
    for broken in BROKEN if scope.takes_masks else BROKEN[:1]:
        if broken == "nan" and scope.operation.is_index:
            continue  # which index a row with a NaN has is left open
        for rows, n in (TEN, HUNDRED) if scope.costly_shapes else sizes:
            first = int(rng.integers(0, 3))
            yield _point(case, scope, "levels", rows, n, broken=broken, first=first)


def labels(case: Case, scope: Scope) -> Iterator[Case]:
    """Labels of each type, among more classes than narrow types count, and in each layout."""
    if not scope.operation.takes_labels:
        return
    kinds = scope.info.labels or ("index",)
    if "probability" in kinds and not (scope.costly_shapes or _is_other(scope)):
        rng = generator(case, "shares")
        drawn = map(int, rng.integers(2049, 5000, scope.by_profile(1, 4, 8)))
        for n in scope.fitted_lengths((3, 100, *drawn)):
            for shares in drawing.SHARES:
                check: dict[str, Json] = {"labels": "probability", "shares": shares}
                yield _point(case, scope, "normal", 2, n, told=check)
    if "index" not in kinds:
        return
    sizes = (10,) if scope.costly_shapes else (10, 100, 130, 300, 33000, 66000)
    more = () if scope.costly_shapes else scope.by_profile((), (127, 257, 32770), (127, 257, 32770))
    for n in scope.fitted_lengths((*sizes, *more)):
        for kind in drawing.LABEL_TYPES if n < 1000 else ("int64", "int32"):
            told: dict[str, Json] = {"labels": "index", "label type": kind, "high": True}
            rows = TEN[0] if scope.costly_shapes else 4
            yield _point(case, scope, "normal", rows, n, told=told)
    for n in () if scope.costly_shapes else scope.fitted_lengths((300, 9000, 33000)):
        told = {"labels": "index", "edges": True}
        yield _point(case, scope, "normal", AT_ONCE if n < LONGER[0] else 32, n, told=told)
    for layout, kind in product(drawing.ROW_LAYOUTS[1:], ("int64", "int32")):
        told = {"labels": "index", "label type": kind, "label layout": layout}
        yield _point(case, scope, "normal", *TEN, told=told)


def draws(case: Case, scope: Scope, modes: int = drawing.MODES) -> Iterator[Case]:
    """What is drawn so that each pair of values of two dimensions occurs."""
    if scope.few_shapes and (scope.info.compiled or _is_other(scope)):
        return  # each rank, axis and layout is compiled anew, for half a second to ten
    yield from drawing.draws(case, scope, modes)


def _is_gradient(case: Case) -> bool:
    return said(case).get("mode") == "vjp"


def _point(
    sweep: Case,
    scope: Scope,
    family: str,
    *shape: int,
    axis: int = -1,
    told: dict[str, Json] | None = None,
    **parameters: Any,
) -> Case:
    """An ordinary case; of a function of one vector the row alone."""
    check: dict[str, Json] = {"mode": "vjp"} if _is_gradient(sweep) else {}
    check |= told or {}
    shape = shape[-1:] if scope.by_row else shape
    if shape[axis] == 2:
        family, parameters = drawing.OF_TWO
    elif family in ("swept", "lanes"):
        parameters["gap"] = drawing.far_ahead(scope, is_gradient=_is_gradient(sweep))
    return scope.case(family, *shape, axis=axis, check=check or None, **parameters)


SWEEPS: Final[dict[str, Callable[[Case, Scope], Iterator[Case]]]] = {
    "lengths": lengths,
    "rows": rows,
    "places": places,
    "masks": masks,
    "climbs": climbs,
    "neighbours": neighbours,
    "labels": labels,
    "nans": nans,
    "exponents": exponents,
    "draws": draws,
}
"""By what a case's check parameter ``about`` says."""


SHARED: Final = 3
"""One point in how many each of the quick profile's other formats takes, each of them others."""


def _step(about: str, scope: Scope) -> int:
    """One point in how many is taken."""
    if about != "draws" and scope.operation.takes_other:  # whose exact results take long
        return scope.by_profile(10, 5, 1)
    return SHARED if _is_other(scope) and about != "exponents" else 1


def _taken(given: Iterator[Case], about: str, scope: Scope) -> Iterator[Case]:
    """The points that fall to the format, where several formats share them."""
    step = _step(about, scope)
    others = [name for name in scope.measured if name != scope.main_format]
    first = others.index(scope.format.name) % step if _is_other(scope) else 0
    return islice(given, first, None, step)


VARIED: Final = 0.2
"""The share of points whose logits lie in another layout, and of those with another cotangent's."""
IN_A_MODE: Final = 0.1
"""The share of small points that are called in a mode of the framework."""
SMALL: Final = 2**12


def _varied(point: Case, rng: np.random.Generator, scope: Scope, modes: int) -> Case:
    """The point, or the same called in another way: a path may depend on both."""
    told, drawn = {**said(point)}, rng.random(3)
    if scope.costly_shapes:
        return point
    if drawn[0] < VARIED:
        told |= drawing.laid_out("layout", point, rng, scope)
    if drawn[1] < VARIED and "mode" in told:
        told |= drawing.laid_out("cotangent layout", point, rng, scope)
    if drawn[2] < IN_A_MODE and modes > 1 and math.prod(point.shape) <= SMALL:
        told["within"] = int(rng.integers(1, modes))
    return replace(point, parameters={**point.parameters, CHECK: told}) if told else point


def has_points(case: Case, scope: Scope) -> bool:
    """Whether a sweep stands for any case; of many draws without drawing, which takes long."""
    are_many = drawing.at_least(scope, str(said(case).get("mode", ""))) >= SHARED
    if said(case)["about"] == "draws" and are_many and (scope.takes_rank(2) or scope.by_row):
        return True
    return any(True for _ in points(case, scope))


def points(case: Case, scope: Scope, modes: int = drawing.MODES) -> Iterator[Case]:
    """The ordinary cases that a sweep stands for, each once, that the function takes.

    ``modes`` is the number of modes in which it is called.
    """
    seen: set[str] = set()
    about, rng = said(case)["about"], generator(case, "ways")
    given = draws(case, scope, modes) if about == "draws" else SWEEPS[about](case, scope)
    for point in _taken(given, about, scope):
        if scope.takes_rank(len(point.shape)) or scope.takes_rank(2) or scope.by_row:
            key = str(point.to_json())
            if key not in seen:
                seen.add(key)
                yield point if about == "draws" else _varied(point, rng, scope, modes)
