"""Two sets of results: what is told to be better, worse, faster and slower, and what is not."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

import softmark_reports
from softmark.records import Record
from softmark_reports.data.changes import step
from softmark_reports.data.collection import collect, histories
from softmark_reports.data.ratios import ClockedSamples, ratio

OLD, NEW = "2026-11-01T00:00:00Z", "2026-11-23T00:00:00Z"


def next_release(record: Record) -> Record:
    """One softmax fails no longer, one is less accurate, one is weak now, one is 3 times slower."""
    if record.verdict == "fail" and record.check == "stability":
        return replace(record, verdict="pass", grade="A", value=0.5)
    if record.implementation == "numpy.smooth_max" and record.check == "accuracy":
        return replace(record, verdict="weak", grade="C", value=3 * (record.value or 0))
    if record.implementation == "numpy.softmax" and record.check == "accuracy":
        return replace(record, value=1.5 * (record.value or 0))
    if record.metric == "time" and record.implementation == "numpy.sigmoid":
        samples = record.distribution["samples_ns"]
        assert isinstance(samples, list)
        slower = [3 * float(str(sample)) for sample in samples]
        return replace(record, distribution={**record.distribution, "samples_ns": slower})
    return record


@pytest.fixture(scope="module")
def two_runs(synthetic: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("two-runs")
    synthetic.write_results(folder, run="old", started=OLD, frameworks=["numpy"])
    synthetic.write_results(
        folder, run="new", started=NEW, frameworks=["numpy"], changed=next_release
    )
    return folder


def test_each_change_is_told_once_and_of_its_kind(two_runs: Path) -> None:
    (history,) = histories(collect([two_runs]))
    found = step(*history.files)
    kinds = {(c.new.implementation, c.kind) for c in found.changes}
    assert kinds == {
        ("numpy.softmax[naive]", "fixed"), ("numpy.smooth_max", "worse grade"),
        ("numpy.softmax", "larger error"),
    }  # fmt: skip
    assert {speed.new.implementation for speed in found.told("slower")} == {"numpy.sigmoid"}
    assert found.told("faster") == []
    assert (found.gone, found.added) == (0, 0)
    assert found.same + len(found.changes) == len(history.files[0].records)


def test_the_same_run_twice_shows_no_change(synthetic: ModuleType, tmp_path: Path) -> None:
    for run, started in (("old", OLD), ("new", NEW)):
        synthetic.write_results(tmp_path, run=run, started=started, frameworks=["jax"])
    (history,) = histories(collect([tmp_path]))
    found = step(*history.files)
    assert found.changes == []
    assert {speed.ratio.word for speed in found.speeds} == {"no difference shown"}


def test_the_page_tells_them_and_leads_to_the_records(two_runs: Path, tmp_path: Path) -> None:
    site = softmark_reports.render([two_runs], tmp_path).index.parent
    page = (site / "history.html").read_text(encoding="utf-8")
    for words in ("larger error", "worse grade", "fixed", "slower", "numpy on epyc-9b14-2"):
        assert words in page
    assert "implementations/numpy.smooth_max/accuracy.html#r-" in page


def test_one_run_alone_says_how_to_compare(site: Path) -> None:
    page = (site / "history.html").read_text(encoding="utf-8")
    assert "softmark report results-before results-after" in page


@pytest.mark.parametrize(
    ("factor", "word"),
    [(1.0, "no difference shown"), (1.04, "no difference shown"), (1.5, "slower"), (0.6, "faster")],
)
def test_a_time_differs_only_beyond_what_the_machine_does(factor: float, word: str) -> None:
    first, second = (noisy(scale, seed) for seed, scale in enumerate((1.0, factor)))
    found = ratio(first, second)
    assert found.word == word
    assert found.low <= factor <= found.high
    back = ratio(second, first)
    assert back.value * found.value == pytest.approx(1)


def test_long_calls_and_an_unsteady_copy_widen_the_interval() -> None:
    def width(scale: float, moved: float = 1.0) -> float:
        one, other = noisy(scale, 1), noisy(scale, 2)
        found = ratio(one, ClockedSamples(other.subject, [moved * ns for ns in other.copy]))
        return math.log(found.high / found.low)

    assert width(1e4) > 2 * math.log(2.4)
    assert width(1.0, moved=1.7) > 1.5 * width(1.0)


def noisy(scale: float, seed: int) -> ClockedSamples:
    """About a microsecond, with a tenth of the blocks disturbed."""
    some = random.Random(seed)
    times = [1e3 * scale * some.gauss(1, 0.01) * (some.random() < 0.1 or 1) for _ in range(200)]
    return ClockedSamples(
        [max(ns, 1.0) for ns in times], [500.0 * some.gauss(1, 0.005) for _ in range(50)]
    )


def test_each_step_is_told_the_earlier_ones_folded_and_a_lasting_change_once(
    synthetic: ModuleType, tmp_path: Path
) -> None:
    """Twelve runs, the sixth of a release whose changes stay; the other steps are only noise."""
    for day in range(1, 13):
        synthetic.write_results(
            tmp_path / "results", run=f"run-{day}", started=f"2026-11-{day:02}T00:00:00Z",
            frameworks=["numpy"], changed=lambda record, day=day: _on(day, record),
        )  # fmt: skip
    site = softmark_reports.render([tmp_path / "results"], tmp_path / "site").index.parent
    page = (site / "history.html").read_text(encoding="utf-8")
    folded = [part.partition("</summary>") for part in page.split('<details class="term">')[1:]]
    assert len(folded) == 10
    changed = [head for head, _, rest in folded if "worse grade" in rest.partition("</details>")[0]]
    assert len(changed) == 1
    assert "2026-11-05 to" in changed[0]
    table = page.partition('<table class="data" id="levels">')[2].partition("</table>")[0]
    rows = table.split("<tr>")[2:]
    assert rows
    assert all("sigmoid" in row and "slower" in row and "2026-11-06" in row for row in rows)


def _on(day: int, record: Record) -> Record:
    """A record of a day: its times scatter by 2 %, and the sixth day brings the next release."""
    record = next_release(record) if day >= 6 else record
    if record.metric != "time" or "p10" not in record.distribution:
        return record
    slower = 3.0 if day >= 6 and record.implementation == "numpy.sigmoid" else 1.0
    p10 = float(str(record.distribution["p10"]))
    scatter = random.Random(f"{record.id} {day}").gauss(1.0, 0.02)
    return replace(record, distribution={**record.distribution, "p10": slower * scatter * p10})
