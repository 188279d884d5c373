"""What the page about speed tells first, and that times of one kind never mix with another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import softmark_reports
from softmark.records import Case, Record
from softmark_reports.data.collection import Place, collect, histories
from softmark_reports.data.history import series
from softmark_reports.data.pairs import pairs
from softmark_reports.data.standing import standings
from softmark_reports.data.timings import timings
from softmark_reports.data.typical import typical
from softmark_reports.pages.speed import page as speed
from softmark_reports.pages.speed.headlines import speed_headlines
from softmark_reports.report import ReportData


def timed(name: str, rows: int, n: int, ns: float, level: str = "L3", **told: Any) -> Record:
    """A time: ``ns`` a call, of which a copy takes a tenth; ``told`` is what its case says."""
    operation, form = name.partition(".")[2].partition("[")[0], told.pop("format", "float32")
    distribution = {
        "median": ns, "p10": 0.99 * ns, "p90": 1.1 * ns, "gb_per_s": 5.0, "copy_fraction": 0.1,
        "first_call_ns": 9e6, "level": level, "samples_ns": [ns] * 20, "copy_ns": [ns / 10] * 20,
        "clock": told.pop("clock", "host"),
    }  # fmt: skip
    device = told.pop("device", "cpu")
    case = Case("normal", (rows, n), parameters={"check": told} if told else {})
    return Record(
        "throughput", operation, name, form, device, case, metric="time", value=ns / (rows * n),
        unit="ns/element", bound=None, bound_source="", grade=None, verdict="pass",
        distribution=distribution,
    )  # fmt: skip


def on_host() -> Iterator[Record]:
    for name, times in {"torch.softmax": 1.0, "jax.softmax": 2.0, "jax.softmax[jit]": 5.0}.items():
        yield timed(name, 40, 100, 4000 * times, "L1")
        yield timed(name, 64, 4096, 1e5 * times)
        yield timed(name, 64, 4096, 1.5e5 * times, inputs="cold")
        yield timed(name, 64, 4096, 3e5 * times, mode="vjp")
        yield timed(name, 64, 4096, 7e4 * times, threads="all")
        yield timed(name, 2048, 4096, 8e6 * times, "DRAM")
        yield timed(name, 64, 4096, 2e5, format="float16")
    yield timed("python.softmax", 32, 4096, 4e6, format="float64")
    yield timed("torch.sigmoid", 64, 4096, 1e5)


def on_device() -> Iterator[Record]:
    for name, times in {"torch.softmax": 1.0, "jax.softmax": 2.0}.items():
        told: dict[str, Any] = {"device": "cuda", "clock": "cuda events"}
        for rows, n, level in ((16, 1024, "launch"), (512, 4096, "L2"), (8192, 4096, "DRAM")):
            yield timed(name, rows, n, times * (5000 + rows * n / 1e3), level, **told)
        yield timed(name, 512, 4096, times * 2000, "L2", launch="graph", **told)
    for n in (1024, 4096):  # by the host's clock
        yield timed("tensorflow.softmax", 512, n, 250.0 * n, "L2", device="cuda")


def report_of(synthetic: ModuleType, folder: Path, records: list[Record]) -> ReportData:
    head = synthetic.header("torch", "run", "2026-11-01T00:00:00Z", "box")
    synthetic.write_file(folder / "made.jsonl", head, records)
    return ReportData(collect([folder]), "made")


@pytest.fixture
def host(synthetic: ModuleType, tmp_path: Path) -> ReportData:
    return report_of(synthetic, tmp_path, list(on_host()))


@pytest.fixture
def both(synthetic: ModuleType, tmp_path: Path) -> ReportData:
    return report_of(synthetic, tmp_path, [*on_host(), *on_device()])


def rows_of(sheet: Any) -> dict[str, dict[str, str]]:
    heads = [column.name for column in sheet.columns]
    return {
        row[0].text: dict(zip(heads, (e.words for e in row), strict=True)) for row in sheet.rows
    }


def test_the_first_table_has_a_row_an_implementation_the_fastest_first(host: ReportData) -> None:
    (place,) = speed.first(host)

    rows = rows_of(place.sheet)

    assert list(rows) == [
        "torch.softmax", "jax.softmax", "jax.softmax[jit]", "python.softmax", "torch.sigmoid",
    ]  # fmt: skip
    assert rows["jax.softmax"] | {"first call": ""} == {
        "implementation": "jax.softmax", "format": "float32", "case": "64 × 2¹²",
        "time": "0.763 ns", "of copy": "10 %", "× fastest": "2.0", "cold": "1.14 ns",
        "derivative": "2.29 ns", "from memory": "1.91 ns", "short call": "8 µs", "first call": "",
    }  # fmt: skip
    assert rows["python.softmax"]["× fastest"] == "fastest"  # of those in its format
    assert rows["torch.sigmoid"]["cold"] == ""
    assert rows["torch.sigmoid"]["short call"] == ""  # it was timed at one size alone


def test_the_sentences_say_what_the_times_do(host: ReportData) -> None:
    (place,) = speed.first(host)

    told = {h.figure: h.sentence for h in place.headlines}

    assert "the fastest softmax in float32, torch.softmax, reaches at 64 × 2¹²" in told["10 %"]
    assert "the middle one of 3" in told["2 times"]
    assert "jax.softmax[jit], takes 5 times" in told["2 times"]
    assert "the longest, jax.softmax[jit], takes 20 µs" in told["4 µs"]
    assert "a derivative of softmax takes" in told["3 times"]
    assert {h.link for h in place.headlines} == {"#speed-1"}


def test_copies_of_a_machine_and_level_are_pooled(synthetic: ModuleType, tmp_path: Path) -> None:
    """One kernel, timed beside a copy that was slow and beside one that was fast."""
    made = []
    for seed, beside in enumerate((0.11, 0.22, 0.46)):
        one = timed("torch.softmax", 64, 4096, 1e5, "DRAM")
        told = {**one.distribution, "copy_fraction": beside}
        made.append(replace(one, case=replace(one.case, seed=seed), distribution=told))
    times = timings(report_of(synthetic, tmp_path, made).table)
    assert times["share"].tolist() == pytest.approx([0.22] * 3)
    assert times["share_low"].lt(0.22).all()
    assert times["share_high"].gt(0.22).all()


@pytest.mark.parametrize("told", [{"samples_ns": [1e5, 1e5]}, {"p10": 5e4, "p90": 1.1e5}])
def test_a_time_of_two_rounds_or_that_scatters_ranks_nowhere(
    synthetic: ModuleType, tmp_path: Path, told: dict[str, Any]
) -> None:
    made = [timed("torch.softmax", 64, 4096, 1e5), timed("jax.softmax", 64, 4096, 2e5)]
    made[0] = replace(made[0], distribution={**made[0].distribution, **told})
    report = report_of(synthetic, tmp_path, made)
    (place,) = speed.first(report)
    rows = rows_of(place.sheet)
    assert list(rows) == ["jax.softmax", "torch.softmax"]
    assert rows["torch.softmax"]["× fastest"] == "unsteady"
    assert rows["jax.softmax"]["× fastest"] == "fastest"
    assert standings(report.table, "softmax", "float32") == []


def test_one_time_makes_no_sentence(host: ReportData) -> None:
    found = typical(timings(host.table), ["softmax"])
    assert speed_headlines(found[:1], "") == []
    assert typical(timings(host.table).head(0), ["softmax"]) == []


def test_times_of_a_device_and_of_a_graph_stand_apart(both: ReportData) -> None:
    cpu, cuda = speed.first(both)
    (softmax, *_) = speed.sections(both)

    assert "box, cpu" in cpu.sheet.caption
    assert "box, cuda" in cuda.sheet.caption
    assert "64 × 2¹²" in cpu.headlines[0].sentence
    assert "512 × 2¹²" in cuda.headlines[0].sentence
    rows = rows_of(cuda.sheet)
    assert {name: (row["clock"], row["× fastest"]) for name, row in rows.items()} == {
        "torch.softmax": ("cuda events", "fastest"), "jax.softmax": ("cuda events", "2.0"),
        "tensorflow.softmax": ("host", "fastest"),
    }  # fmt: skip
    assert "clock" not in [column.name for column in cpu.sheet.columns]
    assert rows_of(cuda.sheet)["torch.softmax"]["from a graph"] == "0.954 ps"
    assert "from a graph" not in [column.name for column in cpu.sheet.columns]
    titles = [picture.title for picture in softmax.pictures]
    assert "Bandwidth: forward, warm, on box, cpu" in titles
    assert "Bandwidth: forward, warm, on box, cuda, by cuda events" in titles
    assert "Time: forward, warm, on box, cuda, by the clock of the host" in titles
    for picture in softmax.pictures:
        assert picture.data["device"].nunique() == 1, picture.title
    clocks = {row[7].words for row in softmax.sheet.rows}
    assert clocks == {"host", "cuda events", "cuda events, from a graph"}


def test_a_run_on_a_device_replaces_none_on_the_processor(
    synthetic: ModuleType, tmp_path: Path
) -> None:
    for number, (device, made) in enumerate({"cpu": on_host(), "cuda": on_device()}.items()):
        head = synthetic.header("torch", device, f"2026-11-0{number + 1}T00:00:00Z", "box")
        head = replace(head, settings={**head.settings, "device": device})
        synthetic.write_file(tmp_path / f"{device}.jsonl", head, list(made))

    collection = collect([tmp_path])

    assert len(collection.latest) == 2
    assert [str(place) for place in ReportData(collection, "").places] == ["box, cpu", "box, cuda"]
    assert {history.place for history in histories(collection)} == {"box", "box, cuda"}


def test_two_implementations_are_compared_where_the_caches_hold_their_input(
    host: ReportData,
) -> None:
    timed_at = {pair.timed for pair in pairs(host.table) if pair.format == "float32" and pair.speed}

    assert timed_at == {(64, 4096)}


def test_times_of_two_clocks_make_no_ratio(both: ReportData) -> None:
    found = {
        frozenset((pair.first, pair.second)): pair.speed is not None
        for pair in pairs(both.at(Place("box", "cuda")))
    }

    assert found == {frozenset({"jax.softmax", "torch.softmax"}): True}


def test_a_replayed_time_is_never_the_usual_one(synthetic: ModuleType, tmp_path: Path) -> None:
    told: dict[str, Any] = {"device": "cuda", "launch": "graph"}
    made = [timed(name, 64, 4096, 1e3, **told) for name in ("torch.softmax", "jax.softmax")]

    report = report_of(synthetic, tmp_path, made)

    assert speed.first(report) == []
    assert [len(section.sheet.rows) for section in speed.sections(report)] == [2]


def test_all_but_the_first_operation_is_folded_below_the_first_table(
    both: ReportData, synthetic: ModuleType, tmp_path: Path
) -> None:
    rendered = softmark_reports.render(
        [file.path for file in both.collection.latest], tmp_path / "site"
    )
    text = (rendered.index.parent / "speed.html").read_text(encoding="utf-8")

    assert text.count('<details class="part" open>') == 1
    assert text.count('<details class="part">') == 1
    assert text.index('id="speed-1"') < text.index('id="speed-2"') < text.index('class="part"')


def test_times_of_two_clocks_make_no_series(both: ReportData) -> None:
    (file,) = both.collection.latest
    by_host = [replace(r, distribution={**r.distribution, "clock": "host"}) for r in file.records]

    found = series([file, replace(file, records=by_host)])

    own = {record.id for record in file.records if record.distribution["clock"] != "host"}
    assert {len(one.points) for one in found if one.id in own} == {1}
    assert {len(one.points) for one in found if one.id not in own} == {2}
