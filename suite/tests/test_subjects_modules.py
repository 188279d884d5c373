"""Whatever a call does to the table of modules, it holds afterwards what it held before."""

from __future__ import annotations

import sys
import timeit
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Final

import pytest

from softmark.calling import modules

TABLE: Final = sys.modules
NAMES: Final = ("zz_first", "zz_middle", "zz_last")


def add(name: str) -> None:
    TABLE[name] = ModuleType(name)


@pytest.fixture
def own() -> Iterator[list[ModuleType]]:
    """Three modules, the newest of all."""
    for name in NAMES:
        add(name)
    modules.remember()
    yield [TABLE[name] for name in NAMES]
    modules.forget()
    for name in [name for name in TABLE if name.startswith("zz_")]:
        del TABLE[name]


DEEDS: Final[dict[str, Callable[[], object]]] = {
    "one is taken away": lambda: TABLE.pop("zz_middle"),
    "the newest is taken away": lambda: TABLE.pop("zz_last"),
    "one is taken away and another loaded": lambda: (TABLE.pop("zz_first"), add("zz_more")),
    "the newest gives way to another": lambda: (TABLE.pop("zz_last"), add("zz_more")),
    "all are taken away": TABLE.clear,
}
"""After each of these something is gone; in two of them as many modules are left."""


@pytest.mark.parametrize("what", DEEDS)
def test_what_a_call_took_from_the_table_is_put_back(own: list[ModuleType], what: str) -> None:
    before = set(TABLE)
    DEEDS[what]()
    modules.put_back()
    assert before <= set(TABLE)
    assert [TABLE[name] for name in NAMES] == own
    assert modules.were_lost()


def test_another_table_is_no_table(own: list[ModuleType], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "modules", {})
    modules.put_back()
    assert sys.modules is TABLE
    assert not modules.were_lost()


def test_what_was_taken_between_two_calls_stays_away(own: list[ModuleType]) -> None:
    """As test runners do; a module that they load anew is the one that stays."""
    modules.forget()
    del TABLE["zz_middle"], TABLE["zz_last"]
    modules.put_back()
    assert "zz_middle" not in TABLE
    add("zz_middle")
    add("zz_last")
    anew = TABLE["zz_last"]
    modules.remember()
    del TABLE["zz_last"]
    modules.put_back()
    assert TABLE["zz_last"] is anew


def test_a_large_table_costs_a_call_no_more(own: list[ModuleType]) -> None:
    """TensorFlow's has five thousand modules, and each call looks at it several times."""

    def call() -> None:
        modules.remember()
        modules.put_back()
        modules.forget()

    def copy() -> None:
        dict(TABLE)
        assert TABLE.keys() <= TABLE.keys()

    for number in range(20_000):
        add(f"zz_{number}")
    call()
    assert min(timeit.repeat(call, number=5)) < min(timeit.repeat(copy, number=5))
