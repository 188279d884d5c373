"""What a cell of differences says of rows (a, b): the same results, or how many differ."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from softmark import catalog
from softmark.exhaustive import CellName, CellRequest, Scan, domains, kernels, measuring, reducing
from softmark.exhaustive.cells import OTHER_ROWS, other_rows, read_cells
from softmark.exhaustive.curves import CURVES
from softmark.exhaustive.domains import Domain
from softmark.formats import FLOAT32
from softmark.workers.worker_subject import WorkerSubject

COMMITTED = Path(__file__).parents[2] / "results" / "exhaustive"


def pairs(size: int = 2000) -> tuple[np.ndarray, np.ndarray]:
    return reducing.drawn(np.random.default_rng(7), size)


def test_rows_are_drawn_with_exact_and_with_rounded_differences() -> None:
    a, b = pairs()
    d, is_exact = reducing.difference(a, b)
    expected = [Fraction(float(x)) - Fraction(float(y)) for x, y in zip(a, b, strict=True)]
    assert [Fraction(float(z)) == e for z, e in zip(d, expected, strict=True)] == is_exact.tolist()
    assert 0.3 < is_exact.mean() < 0.7
    assert np.isfinite(d).all()


def test_a_rounded_difference_is_off_by_half_an_ulp_at_most() -> None:
    a, b = pairs()
    d, _ = reducing.difference(a, b)
    for x, y, z in zip(a, b, d, strict=True):
        off = abs(Fraction(float(x)) - Fraction(float(y)) - Fraction(float(z)))
        assert off <= abs(Fraction(float(z))) / 2**24


@pytest.mark.parametrize("which", sorted({curve[0] for of in CURVES.values() for curve in of}))
def test_the_slope_of_a_curve_is_at_most_its_value(which: int) -> None:
    """So a change of d by c changes the result by a factor of e^|c| at most."""
    for d in np.linspace(-100, 100, 4001):
        here, there = (kernels.curve_at(which, float(d) + c) for c in (-1e-4, 1e-4))
        assert abs(np.log(there / here)) <= 2e-4 * (1 + 1e-6)


@pytest.mark.parametrize(
    ("name", "is_reduced"),
    [
        ("numpy.softmax", True),
        ("numpy.log_softmax", True),
        ("numpy.logsumexp", True),
        ("numpy.softmax[naive]", False),
    ],
)
def test_a_cell_says_whether_rows_have_the_results_of_their_differences(
    name: str, is_reduced: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(domains, "BLOCK", 2**12)
    monkeypatch.setattr(Domain, "blocks", 2)
    monkeypatch.setattr(reducing, "DRAWS", 2)
    asked = CellRequest(catalog.read().find(name), CellName(name, "float32", "value", 0))
    cell = measuring.measure(asked, tmp_path).cell
    assert cell is not None
    found = cell[OTHER_ROWS]
    assert found["exact"] + found["rounded"] == 2 * 2**12
    assert (found["exact_differ"] == found["rounded_differ"] == 0) is is_reduced
    assert (other_rows(cell) == "all the same") is is_reduced


def test_a_row_differs_where_one_of_its_outputs_does(monkeypatch: pytest.MonkeyPatch) -> None:
    def second_logit_as_second_output(scan: Scan, subject: object, a: Any, b: Any) -> np.ndarray:
        return np.stack([np.zeros_like(b), b]).view(np.uint32)

    monkeypatch.setattr(domains, "BLOCK", 2**12)
    monkeypatch.setattr(reducing, "DRAWS", 1)
    monkeypatch.setattr(reducing, "_results", second_logit_as_second_output)
    name = "numpy.softmax"
    scan = CellRequest(catalog.read().find(name), CellName(name, "float32", "value", 0)).scan
    found = reducing.reduction(scan, cast(WorkerSubject, None))
    assert found.rounded_differ == found.rounded > 0
    assert found.exact_differ > 0.99 * found.exact  # a few have 0 as second logit


def test_how_many_rows_differ_is_said_in_words() -> None:
    held = {"exact": 200, "exact_differ": 50, "rounded": 100, "rounded_differ": 0}
    assert other_rows({OTHER_ROWS: held}) == "25 % differ where a - b is exact"
    held["rounded_differ"] = 10
    assert other_rows({OTHER_ROWS: held}).endswith(", 10 % where it is rounded")
    assert other_rows({}) == ""


def test_each_committed_cell_of_differences_has_16_million_rows() -> None:
    cells = [cell for cell in read_cells(COMMITTED) if cell["which"] == "differences"]
    assert cells
    for cell in cells:
        assert cell["format"] == FLOAT32.name
        assert cell[OTHER_ROWS]["exact"] + cell[OTHER_ROWS]["rounded"] == 2**24
