"""A program mutates right implementations: the checks fail what results, or it is the same."""

from __future__ import annotations

import json
import random
import signal
import statistics
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from automutants import Automutant, Substrate, c_source, judging, python_source
from automutants.equivalence import reason
from automutants.judging import CHEAP, is_viable, judge
from automutants.loading import substrates
from automutants.outcomes import outcome

RECORDED = Path(__file__).parents[2] / "results" / "automutants.json"
DRAWN = 40
ALL = substrates()
LIGHT = [s for s in ALL if s.framework == "numpy"]
"""Those that take no framework of seconds to import, C among them."""

SOURCE = """
def f(x, axis=-1):
    total = x.sum(axis, keepdims=True)
    if total > 0:
        total += 1
    return np.exp(x[1:] - total)
"""


def named(name: str) -> Substrate:
    (found,) = (s for s in ALL if s.name == name)
    return found


def changed(name: str, before: str, after: str) -> Automutant:
    """A substrate whose source has another piece of text."""
    own = named(name)
    assert before in own.source
    source = own.source.replace(before, after)
    (function,) = own.load([source])
    assert function is not None
    return replace(own.unchanged(), substrate=own, function=function)


def rows() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(RECORDED.read_text(encoding="utf-8"))["substrates"]
    return found


@pytest.mark.parametrize(
    ("operator", "before", "after"),
    [
        ("other operator", "x[1:] - total", "x[1:] + total"),
        ("exchange operands", "x[1:] - total", "total - x[1:]"),
        ("drop operand", "x[1:] - total", "x[1:]"),
        ("other comparison", "total > 0", "total >= 0"),
        ("condition is fixed", "total > 0", "False"),
        ("other constant", "1", "2"),
        ("drop sign or not", "-1", "1"),
        ("drop keepdims", "x.sum(axis, keepdims=True)", "x.sum(axis)"),
        ("other name", "x.sum", "x.mean"),
        ("drop call", "np.exp(x[1:] - total)", "x[1:] - total"),
        ("off by one", "1:", "1 + 1:"),
        ("drop bound", "1:", ":"),
        ("drop statement", "total += 1", "pass"),
        ("plain assignment", "total += 1", "total = 1"),
        ("other variable", "x", "axis"),
    ],
)
def test_each_operator_changes_one_place(operator: str, before: str, after: str) -> None:
    found = [(c.operator, c.before, c.after) for c in python_source.changes(SOURCE)]

    assert (operator, before, after) in found


def test_no_two_changes_give_the_same_source_and_none_the_old_one() -> None:
    sources = [change.source for s in LIGHT for change in s.changes()]

    assert len(set(sources)) == len(sources)
    assert not {s.source for s in LIGHT} & set(sources)


def test_c_is_changed_token_by_token() -> None:
    found = {(c.before, c.after) for c in c_source.changes("void kernel() {\n    y = x + 1;\n}\n")}

    assert ("y = x + 1;", "y = x - 1;") in found
    assert ("y = x + 1;", "y = x + 0;") in found
    assert ("y = x + 1;", ";") in found


@pytest.mark.parametrize("substrate", LIGHT, ids=lambda s: s.name)
def test_a_substrate_is_right(substrate: Substrate) -> None:
    own = substrate.unchanged()

    assert is_viable(own)
    assert judge(own, CHEAP).check == ""


def drawn() -> list[Automutant]:
    every = [m for s in LIGHT for m in s.mutants()]
    chosen = random.Random(0).sample(every, len(every))
    return [m for m in chosen[: 2 * DRAWN] if is_viable(m)][:DRAWN]


@pytest.mark.own_process
def test_of_mutants_that_are_drawn_none_is_alive() -> None:
    outcomes = [outcome(mutant) for mutant in drawn()]

    assert [o.mutant.name for o in outcomes if o.is_alive] == []
    assert len(outcomes) == DRAWN
    assert sum(bool(o.verdict.check) for o in outcomes) > DRAWN / 2


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("return e / total", "return e / (total + 0)", "same bits"),
        ("return e / total", "return e * (1 / total)", "rounding"),
        ("return e / total", "return e / (total + 1e-12)", ""),
        ("return e / total", "return np.maximum(e / total, 1e-30)", ""),
        ("np.max(wide, axis=axis", "np.max(wide, axis=-1", ""),
    ],
)
def test_equivalence_is_shown_by_results(before: str, after: str, why: str) -> None:
    assert reason(changed("numpy_softmax_plain", before, after)) == why


def test_infinite_maxima_are_a_policy() -> None:
    assert reason(changed("numpy_logsumexp_plain", "np.isinf(top)", "np.isnan(top)")) == "policy"
    assert reason(changed("numpy_logsumexp_plain", "np.isinf(top)", "top > 9")) == ""


@pytest.mark.skipif(not c_source.substrates(), reason="gcc is not installed")
@pytest.mark.parametrize(
    ("before", "after", "check"),
    [
        ("y[i * n + j] = e;", "y[i * n + j + 100000000000] = e;", "end of the process"),
        ("i++", "i += 0", "time"),
    ],
)
@pytest.mark.own_process
def test_what_ends_its_process_ends_no_other(before: str, after: str, check: str) -> None:
    assert judge(named("c_softmax_plain").unchanged(), CHEAP).check == ""  # compiles what it asks
    assert judge(changed("c_softmax_plain", before, after), CHEAP).check == check


@pytest.mark.own_process
def test_a_child_that_stands_still_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "STILL", 0.5)

    def still(name: str, times: int) -> int:
        before = len(list(tmp_path.glob(f"{name}*")))
        (tmp_path / f"{name}{before}").touch()
        if before < times:
            signal.pause()
        return 7

    assert judging.apart(lambda: still("few", 2)) == 7
    with pytest.raises(judging.Ended, match="time"):
        judging.apart(lambda: still("always", 99))
    assert len(list(tmp_path.glob("always*"))) == judging.TRIES


def test_the_recorded_run_left_none_alive() -> None:
    found = rows()

    assert len(found) >= 12
    assert sum(row["mutants"] for row in found) >= 1000
    assert [row["alive"] for row in found if row["alive"]] == []
    for row in found:
        assert sum(row["killed"].values()) + len(row["equivalent"]) == row["mutants"]
    assert statistics.median(s for row in found for s in row["seconds"]) <= 0.1


@pytest.mark.own_process
def test_recorded_equivalents_are_equivalent() -> None:
    """Some of them, drawn; each for the reason that is recorded."""
    recorded = {name: why for row in rows() for name, why in row["equivalent"].items()}
    mutants = [m for s in LIGHT for m in s.mutants() if m.name in recorded]
    chosen = random.Random(0).sample(mutants, min(20, len(mutants)))

    assert chosen
    assert {m.name: reason(m) for m in chosen} == {m.name: recorded[m.name] for m in chosen}
