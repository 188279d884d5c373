"""One function on other numbers of ranks and in other orders: is each result right, and equal?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import permutations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark.formats import Float64Array

Order = Any
"""The number of a rank, or a pair of orders that are merged: ``((0, 1), (2, 3))`` is a tree."""

ALL: Final = 4
"""Ranks up to which every order is called."""

DRAWN: Final = 24
"""Orders of each kind that are called of more ranks."""

OWN: Final = "its own"


@dataclass(frozen=True)
class Sharded:
    """What was found of one number of ranks, in orders of one kind.

    Attributes
    ----------
    ranks:
        How many.
    kind:
        ``tree``, ``ring``, ``arrival``, ``other``, or ``its own`` where the function takes none.
    orders:
        How many were called.
    differing:
        Results that had other bits than on the first number of ranks, in any of these orders.
    count:
        Results of a call.
    ulp:
        The largest distance from the result on the first number of ranks, in ulp.
    apart:
        The same as a difference of logarithms of probabilities; where results are none, of results.
    share:
        The largest error as a share of its bound.
    worst:
        The order with that error.
    message:
        What is wrong there; empty where rounding explains it.
    """

    ranks: int
    kind: str
    orders: int
    differing: int
    count: int
    ulp: float
    apart: float
    share: float
    worst: Order
    message: str


def orders(ranks: int, seed: int = 0) -> dict[str, list[Order]]:
    """Orders in which the parts of some ranks may be merged, by kind.

    A ``tree`` merges halves, a ``ring`` one neighbour after the other from any rank on, an
    ``arrival`` one after the other in any order, and ``other`` are trees of any shape.
    """
    rng = np.random.default_rng(seed)
    everyone = tuple(range(ranks))
    rings = [_chain(everyone[i:] + everyone[:i]) for i in range(ranks)]
    if ranks <= ALL:
        arrivals = [_chain(each) for each in permutations(everyone)]
        others = list(_trees(frozenset(everyone)))
    else:
        arrivals = [_chain(tuple(rng.permutation(ranks).tolist())) for _ in range(DRAWN)]
        others = [_drawn(rng.permutation(ranks).tolist(), rng) for _ in range(DRAWN)]
    found: dict[str, list[Order]] = {"tree": [_halves(everyone)]}
    for kind, some in (("ring", rings), ("arrival", arrivals), ("other", others)):
        before = [order for known in found.values() for order in known]
        found[kind] = [order for order in dict.fromkeys(some) if order not in before]
    return {kind: some for kind, some in found.items() if some}


def _chain(places: Sequence[int]) -> Order:
    order: Order = places[0]
    for place in places[1:]:
        order = (order, place)
    return order


def _halves(places: Sequence[int]) -> Order:
    middle = len(places) // 2
    return (_halves(places[:middle]), _halves(places[middle:])) if middle else places[0]


def _drawn(places: Sequence[int], rng: np.random.Generator) -> Order:
    if len(places) == 1:
        return places[0]
    cut = int(rng.integers(1, len(places)))
    return _drawn(places[:cut], rng), _drawn(places[cut:], rng)


def _trees(places: frozenset[int]) -> Iterator[Order]:
    """Every way to merge two at a time; both orders of a merge are ways of their own."""
    if len(places) == 1:
        yield from places
        return
    listed = sorted(places)
    for chosen in range(1, 2 ** len(listed) - 1):
        first = frozenset(place for i, place in enumerate(listed) if chosen >> i & 1)
        for left in _trees(first):
            for right in _trees(places - first):
                yield left, right


def sharded(
    function: Callable[..., Any],
    logits: Any,
    operation: str = "cross_entropy",
    *,
    ranks: Sequence[int] = (1, 2, 4, 8),
    array: str = "auto",
    timeout: float = 60.0,
    seed: int = 0,
    **given: Any,
) -> Iterator[Sharded]:
    """Call ``function`` on each number of ranks in each order; see ``assert_sharded``."""
    from softmark.answers.closeness import Closeness, judged
    from softmark.answers.question import Question
    from softmark.formats import ulp

    question = Question.of(logits, operation, **given)
    known: dict[bytes, Closeness] = {}
    base: Float64Array | None = None
    for count in ranks:
        for kind, some in _orders_of(function, count, seed).items():
            results = [_called(function, count, order, question, array, timeout) for order in some]
            base = results[0] if base is None else base
            for values in results:
                if values.tobytes() not in known:
                    known[values.tobytes()] = judged(question, values)
            found = [known[values.tobytes()] for values in results]
            shares = [_share(each) for each in found]
            at = int(np.argmax(shares))
            unit = ulp(np.nan_to_num(base), question.scope.format)
            steps = [_apart(values, base) / unit for values in results]
            logs = [_apart(_logarithms(v, question), _logarithms(base, question)) for v in results]
            yield Sharded(
                count,
                kind,
                len(some),
                int(np.logical_or.reduce([step != 0 for step in steps]).sum()),
                base.size,
                float(max(step.max(initial=0.0) for step in steps)),
                float(max(log.max(initial=0.0) for log in logs)),
                shares[at],
                some[at],
                "" if found[at].ok else found[at].message,
            )


def _orders_of(function: Callable[..., Any], ranks: int, seed: int) -> dict[str, list[Order]]:
    from softmark.subjects.python_functions import parameters

    names = {each.name for each in parameters(function) or ()}
    if ranks < 2 or "order" not in names:
        return {OWN: [None]}
    return orders(ranks, seed)


def _called(
    function: Callable[..., Any],
    ranks: int,
    order: Order,
    question: Any,
    array: str,
    timeout: float,
) -> Float64Array:
    from softmark.workers.visiting import visited

    bound = partial(function, ranks=ranks, **({} if order is None else {"order": order}))
    scope = question.scope
    with visited(
        bound,
        operation=scope.operation.name,
        array=array,
        device="cpu",
        variant="sharded",
        timeout=timeout,
    ) as (subject, _):
        return np.asarray(scope.forward(subject, question.problem).values)


def _share(found: Any) -> float:
    """The worst error in units of its bound."""
    value, bound = abs(found.worst.value or 0.0), found.worst.bound or 0.0
    share = value / bound if bound else value
    return float("inf") if np.isnan(share) else float(share)


def _apart(values: Float64Array, base: Float64Array) -> Float64Array:
    """Distances, 0 of equal infinities and of two NaN, infinite where only one is a number."""
    same = (values == base) | (np.isnan(values) & np.isnan(base))
    with np.errstate(invalid="ignore"):
        apart = np.where(same, 0.0, np.abs(values - base))
    return np.where(np.isnan(apart), np.inf, apart)


def _logarithms(values: NDArray[Any], question: Any) -> Float64Array:
    if not question.scope.operation.is_probability:
        return values
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(values))


def assert_sharded(
    function: Callable[..., Any],
    logits: Any,
    operation: str = "cross_entropy",
    *,
    ranks: Sequence[int] = (1, 2, 4, 8),
    array: str = "auto",
    seed: int = 0,
    **given: Any,
) -> None:
    """Fail if a function that cuts rows into shards is wrong on any number of ranks, in any order.

    .. code-block:: python

        softmark.testing.assert_sharded(my_loss, x, labels=labels)

    Up to 4 ranks each order is called in which the parts can be merged two at a time, of more a
    tree, rings, and some that are drawn.

    Parameters
    ----------
    function:
        Called as ``f(logits, labels, ranks=4, order=((0, 1), (2, 3)))``, or what its operation is
        called as.  ``order`` is passed where there is such a parameter: the number of a rank, or a
        pair of orders, which are merged.
    logits:
        Shape ``(rows, n)``: all shards side by side.
    operation:
        A name of the family, as ``softmax``, ``log_softmax``, ``logsumexp`` or ``cross_entropy``.
    ranks:
        Numbers of shards.
    array:
        Whose arrays it takes, if that is not seen from its code.
    seed:
        Of the orders that are drawn.
    given:
        What belongs to the operation, as ``labels``, and what ``assert_close`` takes beside it.

    Raises
    ------
    AssertionError
        Some result is further from the exact one than rounding explains; the message has the number
        of ranks, the order and the element.
    """
    __tracebackhide__ = True
    for found in sharded(function, logits, operation, ranks=ranks, array=array, seed=seed, **given):
        if found.message:
            raise AssertionError(f"{found.ranks} ranks, order {found.worst}: {found.message}")
