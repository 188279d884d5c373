"""A search finds rows with large errors, tells no error that is none, and is the same each time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from installed import require

from softmark import catalog, environment, operations
from softmark.calling.targets import Target
from softmark.cli import softmark as command
from softmark.exhaustive.curves import Measurand
from softmark.formats import FORMATS, round_to
from softmark.judging.scope import Scope
from softmark.operations.formulas import SHIFTED
from softmark.searching import (
    Found,
    FoundError,
    Request,
    read_all,
    replayed,
    search,
    sentence,
    table,
)
from softmark.searching.found import Population, read_found
from softmark.searching.rows import children, constructed, simpler
from softmark.subjects import Info

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "results" / "searched"
FOUND = read_all(COMMITTED)
NARROW = ["float16", "bfloat16", "float32", "float64"]


def asked(name: str = "numpy.softmax", n: int = 5, **options: Any) -> Request:
    return Request(catalog.read().find(name), n, **{"rounds": 8} | options)


def bytes_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@given(st.sampled_from(NARROW), st.integers(2, 70), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_rows_are_finite_numbers_of_the_format(name: str, n: int, count: int, seed: int) -> None:
    rng, fmt = np.random.default_rng(seed), FORMATS[name]
    first = constructed(rng, count, n, fmt)
    for rows in (first, children(rng, first, count, fmt)):
        assert rows.shape == (count, n)
        assert np.isfinite(rows).all()
        assert (round_to(rows, fmt) == rows).all()


@given(st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_a_child_differs_and_its_parent_stays(n: int, seed: int) -> None:
    rng, fmt = np.random.default_rng(seed), FORMATS["float32"]
    parents = constructed(rng, 4, n, fmt)
    before = parents.copy()
    grown = children(rng, parents, 60, fmt)
    assert (parents == before).all()
    assert len(np.unique(grown, axis=0)) > len(parents)


@given(st.lists(st.floats(-1e4, 1e4, width=32), min_size=1, max_size=200))
def test_plainer_rows_are_other_rows(logits: list[float]) -> None:
    row = np.array(logits)
    candidates = simpler(row, FORMATS["float32"])
    assert candidates.ndim == 2
    assert (candidates != row).any(axis=1).all()


def test_of_equal_shares_the_row_that_was_first_stays() -> None:
    held = Population.empty(1)
    held.add(np.array([[1.0], [2.0]]), np.array([0.5, 0.7]), 2)
    held.add(np.array([[3.0], [4.0]]), np.array([0.7, 0.9]), 2)
    assert held.rows.tolist() == [[4.0], [2.0]]
    assert held.rounds == 2


def test_a_search_in_pieces_is_that_of_one_call(tmp_path: Path) -> None:
    pieces, whole = tmp_path / "pieces", tmp_path / "whole"
    done = [search(asked(), pieces, seconds=0).done for _ in range(9)]
    assert done == [1, 2, 3, 4, 5, 6, 7, 8, 8]
    search(asked(), whole)
    assert bytes_in(pieces) == bytes_in(whole)
    assert not list((pieces / "parts").iterdir())


def test_another_seed_finds_another_row(tmp_path: Path) -> None:
    one, other = (search(asked(seed=seed), tmp_path / str(seed)).found for seed in (0, 1))
    assert one is not None
    assert other is not None
    assert one["worst"]["got"] != other["worst"]["got"]


def test_what_is_there_is_not_searched_again(tmp_path: Path) -> None:
    first = search(asked(), tmp_path)
    assert first.path is not None
    kept = json.loads(first.path.read_text())
    kept["worst"]["grade"] = "seen"
    first.path.write_text(json.dumps(kept))
    again, more = search(asked(), tmp_path).found, search(asked(rounds=9), tmp_path).found
    assert again is not None
    assert more is not None
    assert again["worst"]["grade"] == "seen"
    assert more["worst"]["grade"] != "seen"


def test_more_rounds_find_more(tmp_path: Path) -> None:
    shares = []
    for rounds in (1, 30):
        found = search(asked(rounds=rounds), tmp_path / str(rounds)).found
        assert found is not None
        shares.append(found["worst"]["share of the bound"])
    assert shares[0] < shares[1] <= 1


RARE = """
total = np.sum(np.exp(x - np.max(x, axis=axis, keepdims=True)), axis=axis, keepdims=True)
    e = np.exp(x - np.max(x, axis=axis, keepdims=True)) / total
    near = (total > 2.4) & (total < 2.4375) & (x.shape[axis] == 7)
    return np.where(near, e * np.float32(1 + 2e-5), e).astype(x.dtype)
"""


def test_a_fault_of_few_rows_is_climbed_to(kernel: Callable[[str], str], tmp_path: Path) -> None:
    target = Target.parse(str(tmp_path / kernel(RARE.strip())))
    found = search(Request(target, 7, rounds=20), tmp_path / "out").found
    assert found is not None
    assert found["worst"]["grade"] == "F"
    assert found["worst"]["ulp"] > 100
    assert found["plain"]["grade"] == "F"


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ("return np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True)", 1, "nan where"),
        (
            "e = np.exp(x - x.max(axis=axis, keepdims=True)); "
            "return e / e.sum(axis=axis, keepdims=True)",
            0,
            "worst error >= ",
        ),
        ("return x[..., :1]", 2, "shape"),
    ],
)
def test_a_function_of_ones_own_is_searched(
    kernel: Callable[[str], str], tmp_path: Path, body: str, status: int, told: str
) -> None:
    target = str(tmp_path / kernel(body))
    arguments = ["search", target, "--n", "4", "--rounds", "3", "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(command, arguments, standalone_mode=False)
    given = 2 if result.exception else result.return_value
    assert (given, told in f"{result.output}{result.exception}") == (status, True)


def test_a_changed_file_is_searched_again(kernel: Callable[[str], str], tmp_path: Path) -> None:
    shifted = "e = np.exp(x - x.max(axis=axis, keepdims=True)); "
    states = []
    for body in ("return e / e.sum(axis=axis, keepdims=True)", "return np.float32(0) * e"):
        target = Target.parse(str(tmp_path / kernel(shifted + body)))
        states.append(search(Request(target, 3, rounds=2), tmp_path / "out").found)
    right, wrong = states
    assert right is not None
    assert wrong is not None
    assert (right["worst"]["grade"], wrong["worst"]["grade"]) == ("B", "F")


def test_a_module_that_has_no_file_is_no_hindrance(
    kernel: Callable[[str], str], tmp_path: Path
) -> None:
    """As PyTorch's ``torch.ops``, whose file is said to be ``_ops.py``."""
    name = kernel(
        "e = np.exp(x - x.max(axis, keepdims=True)); return e / e.sum(axis, keepdims=True)"
    )
    path = tmp_path / name.partition(":")[0]
    made = "import sys, types\nodd = types.ModuleType('odd')\nodd.__file__ = '_odd.py'\n"
    path.write_text(f"{made}sys.modules['odd'] = odd\n{path.read_text()}")
    found = search(Request(Target.parse(str(tmp_path / name)), 4, rounds=1), tmp_path / "out").found
    assert found is not None
    assert "kernel" in found["files"]
    assert found["rounds done"] == 1
    assert ", 1 round of 2,048 rows" in sentence(found)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["numpy.sigmoid"], "softmark exhaustive tries all"),
        (["numpy.argmax"], "rows of argmax are not searched"),
        (["numpy.softmax", "--derivative"], "has no derivative"),
        (["scipy.softmax", "--format", "bfloat16"], "takes no bfloat16"),
        (["numpy.softmaxx"], "numpy.softmax"),
        (["numpy.softmax", "--n", "1"], "2<=x<=65536"),
        (["numpy.softmax", "--replay", "--out", "nowhere"], "cannot be read"),
        (["nowhere.py:softmax"], "nowhere.py"),
    ],
)
def test_wrong_use_is_said(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(command, ["search", *arguments])
    assert result.exit_code == 2
    assert message in result.output


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is damaged"),
        ('{"about": {}, "rounds": 1, "rows": [], "shares": []}', "is of another"),
    ],
)
def test_a_part_of_something_else_is_refused(tmp_path: Path, text: str, message: str) -> None:
    part = tmp_path / "parts" / f"{asked().place.stem}.json"
    part.parent.mkdir()
    part.write_text(text)
    with pytest.raises(FoundError, match=message):
        search(asked(), tmp_path)


def of(found: Found) -> Request:
    entry = catalog.read().find(found["implementation"])
    names = ("n", "format", "quantity", "rounds", "seed")
    return Request(entry, **{name: found[name] for name in names})


def name_of(found: Found) -> str:
    return of(found).place.stem


@pytest.mark.parametrize("found", FOUND, ids=name_of)
def test_the_rows_have_the_errors_that_are_told(found: Found) -> None:
    """By the oracle alone: the result that was returned is as far off as the file says."""
    info = Info(found["implementation"], "", found["operation"])
    fmt = FORMATS[found["format"]]
    question = Measurand(Scope(info, operations.load(found["operation"]), fmt), found["quantity"])
    _, rows = read_found(COMMITTED, of(found).place)
    for name, row in zip(("worst", "plain"), rows, strict=True):
        told, truth = found[name], question.truth(row[None])
        y = truth.exact.rounded(fmt)
        at = np.unravel_index(told["output"], y.shape)
        y[at] = float.fromhex(told["got"])
        assert abs(truth.exact.error(y, fmt).ulp[at]) == told["ulp"]
        assert told["share of the bound"] == told["ulp"] / truth.good_bound(at)
        formulas = {each.name: each for each in (SHIFTED, *question.scope.operation.formulas)}
        legal = truth.by(formulas[told["formula"]]).bound(at)
        assert (told["largest legal error"], told["ulp"] <= legal) == (legal, told["grade"] != "F")


def test_an_error_that_another_published_formula_explains_is_weak(
    kernel: Callable[[str], str], tmp_path: Path
) -> None:
    stored = "top = x.max(axis=axis, keepdims=True); "
    stored += "lse = top + np.log(np.exp(x - top).sum(axis=axis, keepdims=True)); "
    target = Target.parse(str(tmp_path / kernel(stored + "return np.exp(x - lse)")))
    found = search(Request(target, 5, rounds=20), tmp_path / "out").found
    assert found is not None
    assert found["worst"]["grade"] == "C"
    assert found["worst"]["formula"] != SHIFTED.name


def test_half_of_the_bound_of_the_shifted_formula_is_reached_at_each_length() -> None:
    shares = {
        found["n"]: found["worst"]["share of the bound"]
        for found in FOUND
        if (found["implementation"], found["quantity"]) == ("numpy.softmax", "value")
        if found["format"] == "float32"
    }
    assert min(shares) == 3
    assert max(shares) == 1024
    assert all(share >= 0.5 for share in shares.values())


def test_a_plain_row_errs_by_nine_tenths_as_much() -> None:
    for found in FOUND:
        worst, plain = (found[name]["share of the bound"] for name in ("worst", "plain"))
        assert 0.9 * worst <= plain <= worst


def test_the_page_has_the_table_of_what_is_committed() -> None:
    assert table(FOUND) in (ROOT / "docs" / "search.md").read_text()
    printed = CliRunner().invoke(command, ["search", "--out", str(COMMITTED)])
    assert (printed.exit_code, printed.output) == (0, table(FOUND))


def quickest() -> list[Found]:
    return [each for each in FOUND if each["implementation"].startswith("numpy.")]


@pytest.mark.parametrize("found", quickest(), ids=name_of)
def test_the_rows_give_these_results_again(found: Found) -> None:
    require(of(found).what)
    if found["machine"] != environment.machine_name():
        pytest.skip("another processor has other results")
    assert replayed(of(found), COMMITTED) == []


def test_a_replay_fails_where_a_result_differs(tmp_path: Path) -> None:
    path = search(asked(), tmp_path).path
    assert path is not None
    arguments = ["search", "numpy.softmax", "--n", "5", "--rounds", "8", "--replay"]
    told = []
    for got in (None, "0x1.0p-1"):
        kept = json.loads(path.read_text())
        kept["worst"]["got"] = got or kept["worst"]["got"]
        path.write_text(json.dumps(kept))
        result = CliRunner().invoke(
            command, [*arguments, "--out", str(tmp_path)], standalone_mode=False
        )
        told.append((result.return_value, "gave 0x1.0p-1" in result.output))
    assert told == [(0, False), (1, True)]
