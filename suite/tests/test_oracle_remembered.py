"""What the oracle found before is the same when it is asked again, and is not looked for anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from softmark import oracle
from softmark.formats import FLOAT32, FORMATS
from softmark.options import Options
from softmark.oracle import remembered, sparse
from softmark.oracle.remembered import Memory

RNG = np.random.default_rng(23)
X = RNG.normal(size=(3, 5))
G, V = RNG.normal(size=X.shape), RNG.normal(size=X.shape)
LABELS = np.array([0, 3, 4])


def loss(x: Any = X, labels: Any = LABELS, g: Any = G[:, 0], **options: Any) -> oracle.Enclosure:
    return oracle.loss("vjp", x, labels, Options(**options), g=g)


ASKED: dict[str, Callable[[], oracle.Enclosure]] = {
    "hvp": lambda: oracle.hvp("softargmax", X, G[:, 0], V),
    "hvp, another cotangent": lambda: oracle.hvp("softargmax", X, G[:, 1], V),
    "hvp, another tangent": lambda: oracle.hvp("softargmax", X, G[:, 0], G),
    "hvp, another beta": lambda: oracle.hvp("softargmax", X, G[:, 0], V, beta=2.0),
    "hvp of another operation": lambda: oracle.hvp("smooth_max", X, G[:, 0], V),
    "loss": lambda: loss(z_loss=0.1),
    "loss, other labels": lambda: loss(labels=LABELS[::-1].copy(), z_loss=0.1),
    "loss, another cotangent": lambda: loss(g=G[:, 1], z_loss=0.1),
    "loss with another option": lambda: loss(z_loss=0.2),
    "loss with other weights": lambda: loss(weight=np.arange(1.0, 6.0), z_loss=0.1),
    "loss of one row": lambda: loss(X[:1], LABELS[:1], G[:1, 0], z_loss=0.1),
    "reduced loss": lambda: loss(g=np.array(2.0), z_loss=0.1, reduction="mean"),
    "sparsemax": lambda: oracle.sparsemax(X),
    "sparsemax along": lambda: oracle.vjp("sparsemax", X, G),
    "sparsemax of other logits": lambda: oracle.sparsemax(G),
}


def numbers(found: oracle.Enclosure) -> list[Any]:
    return [found.hi.tolist(), found.lo.tolist(), found.bound.tolist(), found.scale.tolist()]


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Memory:
    made = Memory(10**6)
    for module in (remembered, sparse):
        monkeypatch.setattr(module, "MEMORY", made)
    return made


def test_no_question_is_taken_for_another(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    once = {name: numbers(ask()) for name, ask in ASKED.items()}
    again = {name: numbers(ask()) for name, ask in ASKED.items()}
    for module in (remembered, sparse):
        monkeypatch.setattr(module, "MEMORY", Memory(0))
    alone = {name: numbers(ask()) for name, ask in ASKED.items()}
    assert once == again == alone
    assert len({str(found) for found in alone.values()}) == len(ASKED)


@pytest.mark.parametrize("name", ["hvp", "loss", "reduced loss"])
def test_ball_arithmetic_is_asked_once(
    memory: Memory, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    first = numbers(ASKED[name]())
    monkeypatch.setattr(remembered, "decide", None)
    assert numbers(ASKED[name]()) == first
    with pytest.raises(TypeError):
        ASKED[f"{name.removeprefix('reduced ')}, another cotangent"]()


def test_an_exact_tie_is_decided_once_for_each_format(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    tie = np.zeros(1024)
    narrow = oracle.softmax(tie).rounded(FORMATS["float8_e4m3fn"])
    asked: list[Any] = []
    decide = remembered.decide
    monkeypatch.setattr(remembered, "decide", lambda *a: (asked.append(a), decide(*a))[1])
    assert (oracle.softmax(tie).rounded(FORMATS["float8_e4m3fn"]) == narrow).all()
    assert asked == []
    oracle.softmax(tie).rounded(FORMATS["float8_e5m2"])
    oracle.softmax(tie).rounded(FLOAT32)
    assert len(asked) <= 2


def test_what_was_asked_about_longest_ago_is_forgotten() -> None:
    made, worked = Memory(3), []

    def ask(key: str) -> None:
        made.once(key, lambda: worked.append(key) or [0])

    for key in ("a", "b", "c", "a", "d", "a", "c", "b"):
        ask(key)
    assert worked == ["a", "b", "c", "d", "b"]
