"""The second call that an identity compares with the first, as lines of a script.

``softmark.judging.twins`` makes the same arrays; ``values`` and ``labels`` are those of the
first call, ``twin`` and ``twin_labels`` those of the second.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from softmark.judging.scope import said
from softmark.judging.twins import MAKERS, shift_of
from softmark.records import Case
from softmark.reproduction import arrays


def identity_of(case: Case) -> str:
    """The identity for which the function is called twice; empty where it is called once."""
    identity = said(case).get("identity", "")
    return identity if identity in MAKERS else ""


def beta_of(case: Case) -> float:
    """The inverse temperature of the second call."""
    return 1.0 if identity_of(case) == "temperature" else case.beta


def lines(case: Case, labels: str) -> list[str]:
    """Lines that set ``twin``, and ``twin_labels`` where there are labels.

    Parameters
    ----------
    labels:
        ``index``, ``probability``, ``one-hot``, ``sink`` or ``other``; empty where there are none.
    """
    identity = identity_of(case)
    made = _LOGITS[identity](case)
    if identity == "exchange":
        return [*made, "twin_labels = values"]
    if labels == "sink":
        moved = f" + {shift_of(case)!r}" if identity == "shift" else ""
        made.append(f"twin_labels = labels{moved}")
    elif labels:
        taken = f"np.take(labels, order, {case.axis})"
        permuted = "np.argsort(order)[labels]" if labels == "index" else taken
        made.append(f"twin_labels = {permuted if identity == 'permutation' else 'labels'}")
    return made


def _permuted(case: Case) -> list[str]:
    return [
        f"rng = np.random.default_rng({arrays.seeds(case, 'order')})",
        f"order = rng.permutation({case.shape[case.axis]})",
        f"twin = np.take(values, order, {case.axis})",
    ]


_LOGITS: Final[dict[str, Callable[[Case], list[str]]]] = {
    "shift": lambda case: [f"twin = values + {shift_of(case)!r}"],
    "permutation": _permuted,
    "mirror": lambda case: [f"twin = np.flip(values, {case.axis}).copy()"],
    "temperature": lambda case: [f"twin = {case.beta!r} * values"],
    "reflection": lambda case: ["twin = -values"],
    "exchange": lambda case: ["twin = labels"],
}
