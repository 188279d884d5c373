"""All inputs: no error is overlooked, shards add up, and what is committed is what comes out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from click.testing import CliRunner
from installed import require

from softmark import catalog, environment, operations
from softmark.cli import softmark as command
from softmark.exhaustive import (
    Cell,
    CellCounts,
    CellError,
    CellName,
    CellRequest,
    Domain,
    Scan,
    domains,
    kernels,
    measuring,
    pieces,
    replayed,
    scanning,
    table,
)
from softmark.exhaustive.cells import WorstInput, read_cells
from softmark.exhaustive.curves import CURVES, Measurand
from softmark.exhaustive.domains import NotCovered
from softmark.formats import (
    BFLOAT16,
    FLOAT16,
    FLOAT32,
    FORMATS,
    Format,
    decode,
    encode,
    round_to,
    ulp,
)
from softmark.harness.planning import info_of
from softmark.judging.scope import Scope
from softmark.shards.scheduling import Gathering
from softmark.subjects import Raised
from softmark.subjects.wire import Message
from softmark.workers.worker_subject import WorkerSubject

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "results" / "exhaustive"


def scan_of(name: str, fmt: Format, quantity: str) -> Scan:
    entry = catalog.read().find(f"torch.{name}")
    operation = operations.load(name)
    question = Measurand(Scope(info_of(entry, "cpu"), operation, fmt), quantity)
    return Scan(question, Domain.of(operation, fmt))


def rounded(scan: Scan, inputs: np.ndarray) -> np.ndarray:
    """The correctly rounded results, as bit patterns, of shape ``(outputs, inputs)``.

    Next to the middle between two numbers it is either of them: there the oracle takes long.
    """
    exact = scan.question.exact(scan.values(inputs).T).value
    values = round_to(exact, scan.question.format).reshape(inputs.shape[1], -1).T
    return np.ascontiguousarray(encode(values, scan.question.format))


@pytest.mark.parametrize(
    ("name", "fmt", "quantity"),
    [
        ("softmax", BFLOAT16, "value"),
        ("logsumexp", FLOAT16, "value"),
        ("logsumexp", BFLOAT16, "value"),
        ("softmax", FLOAT32, "value"),
        ("log_softmax", FLOAT32, "value"),
        ("sigmoid", FLOAT32, "vjp"),
        ("softplus", FLOAT32, "value"),
        ("log_sigmoid", FLOAT32, "vjp"),
        pytest.param("softmax", FLOAT16, "vjp", marks=pytest.mark.slow),
        pytest.param("log_softmax", FLOAT16, "value", marks=pytest.mark.slow),
        pytest.param("log_softmax", BFLOAT16, "value", marks=pytest.mark.slow),
        pytest.param("cross_entropy", FLOAT16, "value", marks=pytest.mark.slow),
    ],
    ids=lambda part: part.name if isinstance(part, Format) else part,
)
def test_no_error_is_overlooked(
    name: str, fmt: Format, quantity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(domains, "SECONDS", 1)
    monkeypatch.setattr(domains, "BLOCK", 2**16)
    scan = scan_of(name, fmt, quantity)
    number = {"float32": 0x4012, "float16": 0x3C01, "bfloat16": 0x3F81}
    inputs = scan.domain.block(number[fmt.name])
    rng = np.random.default_rng(22)
    results = rounded(scan, inputs)
    for output in range(len(results)):  # some results are one to three steps away
        wrong = rng.choice(results.shape[1], 3000, replace=False)
        moved = results[output, wrong].astype(np.int64) + rng.integers(-3, 4, len(wrong))
        numbers = np.isfinite(decode(np.abs(moved).astype(fmt.carrier), fmt)) & (moved >= 0)
        results[output, wrong] = np.where(numbers, np.abs(moved), results[output, wrong])
    exact = scan.question.exact(scan.values(inputs).T)
    errors = exact.error(scan.values(results).T.reshape(exact.shape), fmt)
    size = np.abs(errors.ulp.reshape(inputs.shape[1], -1))

    found = scan.judged(number[fmt.name], inputs, results)

    _, not_rounded, flushed, not_finite = found.blocks[number[fmt.name]]
    assert not_rounded == np.count_nonzero(size > scanning.HALF)
    assert flushed == errors.flushed.sum()
    assert not_finite == 0
    first = number[fmt.name] * scan.domain.size
    for output, worst in enumerate(found.worst):
        assert worst.error == np.nanmax(size[:, output]) > 1
        assert worst.index == first + np.nanargmax(size[:, output])
        assert worst.result == results[output, worst.index - first]


@pytest.mark.slow
def test_a_correct_function_has_no_error_and_an_overflow_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scan = scan_of("log_softmax", BFLOAT16, "value")
    number = (
        0x7F00 // 16
    )  # second logits near the largest number, from which a difference overflows
    inputs = scan.domain.block(number)
    results = rounded(scan, inputs)
    assert np.isinf(scan.values(results)).any()
    found = scan.judged(number, inputs, results)
    assert found.blocks[number][1:] == (0, 0, 0)
    assert all(worst.error == 0 for worst in found.worst)


def test_a_result_that_is_no_number_is_counted_and_the_first_one_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(domains, "SECONDS", 1)
    scan = scan_of("softmax", FLOAT16, "value")
    inputs = scan.domain.block(2)
    results = rounded(scan, inputs)
    results[1, [10_000, 20_000]] = encode(np.nan, FLOAT16)
    results[0, 30_000] = encode(np.inf, FLOAT16)
    found = scan.judged(2, inputs, results)
    assert found.blocks[2][3] == 3
    assert found.not_finite == 2 * scan.domain.size + 10_000


@pytest.mark.parametrize("which", sorted({curve[0] for of in CURVES.values() for curve in of}))
def test_arithmetic_that_chooses_what_the_oracle_is_asked_is_near_enough(which: int) -> None:
    key = next(key for key, of in CURVES.items() if of[0] == (which, 1, 1))
    scan = scan_of(key[0], FLOAT32, key[1])
    rng = np.random.default_rng(5)
    edges = np.array([kernels.NEAR, kernels.FAR]) * rng.uniform(0.5, 2, (10_000, 2))
    x = np.concatenate([rng.uniform(-104, 104, 20_000), rng.normal(size=20_000) * 2.0**-20])
    x = np.concatenate([x, edges.ravel(), -edges.ravel()]).astype(np.float32)
    exact = scan.question.exact(scan.values(_given(scan, x)).T).value.reshape(len(x), -1)[:, 0]
    off = [kernels.curve_at(which, float(d)) for d in x] - exact
    assert np.max(np.abs(off) / ulp(exact, FLOAT32)) < scanning.SLACK / 10


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "cross_entropy"])
def test_tables_are_made_from_exact_results(name: str) -> None:
    question = scan_of(name, FLOAT16, "value").question
    rng = np.random.default_rng(4)
    edges = np.array([40.0, np.nextafter(40, 41), 0, 1e-300])
    d = np.concatenate([rng.uniform(-60, 60, 500), rng.uniform(-200, 200, 100), edges, -edges])
    exact = question.exact(np.stack([d, np.zeros_like(d)], axis=-1)).value
    assert np.array_equal(question.at(d), exact.reshape(len(d), -1))
    far = np.array([1000.0, 1e5])
    assert np.all(np.abs(question.at(-far)[:, 0]) == (0 if name == "softmax" else far))
    assert np.all(np.abs(question.at(far)[:, 0]) <= (1 if name == "softmax" else np.exp(-199.9)))


def _given(scan: Scan, x: np.ndarray) -> np.ndarray:
    bits = x.view(np.uint32)
    return bits[None] if scan.domain.kind == "numbers" else np.stack([bits, np.zeros_like(bits)])


def test_sums_are_chosen_by_arithmetic_that_is_near_enough() -> None:
    t = np.random.default_rng(6).uniform(0, 104, 100_000)
    place = np.floor(t * scanning.STEPS).astype(int)
    s = t * scanning.STEPS - place - 0.5
    tail = sum(scanning.SOFTPLUS_ROWS[place, k] * s**k for k in range(6))
    exact = np.log1p(np.exp(-t))
    assert np.max(np.abs(tail - exact) / exact) < 4e-15 / 2


def test_every_number_of_a_format_is_an_input_once() -> None:
    domain = Domain.of(operations.load("softmax"), FLOAT16)
    assert domain.inputs == 63488**2 == domain.blocks * domain.size
    assert len(set(domain.finite.tolist())) == 63488
    assert np.isfinite(domain.values).all()
    for number in (0, 7, domain.blocks - 1):
        indices = np.arange(number * domain.size, (number + 1) * domain.size)
        assert np.array_equal(domain.block(number), domain.rows(indices))
    floats = Domain.of(operations.load("sigmoid"), FLOAT32)
    assert floats.inputs == 2**32 - 2**24 == floats.blocks * floats.size
    for number in (0, 2039, 2040, floats.blocks - 1):
        indices = np.arange(number * floats.size, (number + 1) * floats.size)
        assert np.array_equal(floats.block(number), floats.rows(indices))
    ends = floats.rows(np.array([0, floats.inputs // 2 - 1, floats.inputs // 2, floats.inputs - 1]))
    assert [hex(bits) for bits in ends[0]] == ["0x0", "0x7f7fffff", "0x80000000", "0xff7fffff"]


def test_what_cannot_be_covered_is_said() -> None:
    with pytest.raises(NotCovered, match="smooth_max is not covered"):
        Domain.of(operations.load("smooth_max"), FLOAT16)
    with pytest.raises(NotCovered, match="float64 is not covered"):
        Domain.of(operations.load("softmax"), FORMATS["float64"])


def asked(name: str, fmt: str = "float16", quantity: str = "value", axis: int = -1) -> CellRequest:
    return CellRequest(catalog.read().find(name), CellName(name, fmt, quantity, axis))


def test_shards_add_up_to_what_one_process_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(domains, "SECONDS", 1)
    monkeypatch.setattr(Domain, "blocks", 5)
    cell = asked("numpy.logsumexp", axis=0)
    whole = measuring.measure(cell, tmp_path / "whole")
    outcomes = [measuring.measure(cell, tmp_path / "parts", shard=(i, 3)) for i in (3, 1, 2)]
    assert [outcome.done for outcome in outcomes] == [1, 3, 5]
    assert whole.path is not None
    assert outcomes[-1].path is not None
    assert whole.path.read_bytes() == outcomes[-1].path.read_bytes()
    assert (
        whole.path.with_suffix(".wc").read_bytes()
        == outcomes[-1].path.with_suffix(".wc").read_bytes()
    )
    again = measuring.measure(cell, tmp_path / "parts", shard=(2, 3))
    assert again == outcomes[-1]
    assert not list((tmp_path / "parts" / "parts").iterdir())


class Inline(Gathering):
    """Does the pieces here, and those that are verified twice."""

    def run(self, scheduler: str, workers: int) -> None:
        while self._left:
            name, piece = next(iter(self._left.items()))
            self._take(name, "here", 0.0, piece.call(*piece.arguments))


def test_pieces_on_a_scheduler_are_what_one_process_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(domains, "SECONDS", 1)
    monkeypatch.setattr(Domain, "blocks", 3)
    monkeypatch.setattr(pieces, "Gathering", Inline)
    monkeypatch.setattr(pieces, "here", lambda version: (0, None))
    cell, told, folder = asked("numpy.logsumexp", axis=0), [], tmp_path / "pieces"

    def elsewhere() -> None:
        pieces.measure_on(
            "local",
            cell,
            folder,
            jobs=1,
            announce=lambda link: None,
            progress=lambda done, total: told.append((done, total)),
        )
        told.append(
            sorted(path.name.partition("columns")[2] for path in (folder / "parts").iterdir())
        )

    found = measuring.measure(cell, folder, elsewhere=elsewhere)
    whole = measuring.measure(cell, tmp_path / "whole")
    assert told == [
        (0, 3), (1, 3), (2, 3), (3, 3), (3, 3),
        [".1-of-3-again.json", ".1-of-3.json", ".2-of-3.json", ".3-of-3.json"],
    ]  # fmt: skip
    assert found.path is not None
    assert whole.path is not None
    assert found.path.read_bytes() == whole.path.read_bytes()


def test_a_call_goes_on_where_the_last_one_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(domains, "SECONDS", 1)
    monkeypatch.setattr(Domain, "blocks", 3)
    cell = asked("numpy.logsumexp", axis=0)
    done = [measuring.measure(cell, tmp_path / "slow", seconds=0).done for _ in range(3)]
    assert done == [1, 2, 3]
    whole = measuring.measure(cell, tmp_path / "whole")
    assert whole.path is not None
    assert whole.path.read_bytes() == (tmp_path / "slow" / whole.path.name).read_bytes()


def test_parts_that_contradict_each_other_are_refused() -> None:
    found = CellCounts(1, {3: (17, 0, 0, 0)})
    found.add(CellCounts(1, {3: (17, 0, 0, 0), 4: (5, 1, 0, 0)}, [WorstInput(0.75, 9, 1)]))
    assert (found.total(1), found.worst[0].error) == (1, 0.75)
    with pytest.raises(CellError, match="block 3"):
        found.add(CellCounts(1, {3: (18, 0, 0, 0)}))


def test_of_equal_errors_the_first_input_counts() -> None:
    late, early, worse = WorstInput(1.5, 90, 1), WorstInput(1.5, 12, 2), WorstInput(1.6, 95, 3)
    assert late.or_worse(early) == early.or_worse(late) == early
    assert early.or_worse(worse) == worse


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["numpy.softmax", "--format", "float64"], "float64 is not covered"),
        (["numpy.softmax", "--derivative"], "has no derivative"),
        (["torch.cross_entropy", "--columns"], "works along the last axis"),
        (["numpy.softmaxx"], "numpy.softmax"),
        (["numpy.softmax", "--shard", "4/3"], "the third of eight is 3/8"),
        (["numpy.softmax", "--shard", "0/3"], "no shard"),
        (["numpy.sigmoid", "--replay", "--out", "nowhere"], "cannot be read"),
    ],
)
def test_wrong_use_is_said_before_anything_is_called(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(command, ["exhaustive", *arguments])
    assert result.exit_code == 2
    assert message in result.output


CELLS = read_cells(COMMITTED)


def place_of(cell: Cell) -> CellName:
    return CellName(cell["implementation"], cell["format"], cell["quantity"], cell["axis"])


def name_of(cell: Cell) -> str:
    return place_of(cell).stem


def asked_of(cell: Cell) -> CellRequest:
    place = place_of(cell)
    return CellRequest(catalog.read().find(place.implementation), place)


def cheap() -> Iterator[Any]:
    """Cells of few inputs; a framework other than NumPy takes long to start."""
    for cell in CELLS:
        if cell["inputs"] < 2**17:
            is_quick = cell["implementation"].startswith("numpy.")
            yield pytest.param(cell, marks=[] if is_quick else pytest.mark.slow)


@pytest.mark.parametrize("cell", cheap(), ids=name_of)
def test_cheap_cells_come_out_again(cell: Cell, tmp_path: Path) -> None:
    stem, of_cell = name_of(cell), asked_of(cell)
    require(of_cell.entry)
    outcome = measuring.measure(of_cell, tmp_path)
    assert outcome.cell is not None
    if any(outcome.cell[name] != cell[name] for name in ("versions", "machine")):
        pytest.skip("another version or processor has other results")
    assert outcome.cell == json.loads(json.dumps(cell))
    committed = (COMMITTED / f"{stem}.wc").read_text()
    assert (tmp_path / f"{stem}.wc").read_text() == committed


@pytest.mark.parametrize("cell", [c for c in CELLS if c["worst"]], ids=name_of)
def test_the_worst_inputs_have_the_errors_that_are_told(cell: Cell) -> None:
    """By the oracle alone: the result that was returned is as far off as the cell says."""
    worst, fmt = cell["worst"], FORMATS[cell["format"]]
    scan = asked_of(cell).scan
    x = np.array([[float.fromhex(text) for text in worst["input"]]])
    exact = scan.question.exact(x)
    y = exact.rounded(fmt).reshape(-1)
    y[worst["output"]] = float.fromhex(worst["got"])
    error = exact.error(y.reshape(exact.shape), fmt).ulp.reshape(-1)[worst["output"]]
    assert abs(error) == worst["ulp"]
    assert worst["share of the bound"] == worst["ulp"] / worst["bound"]


@pytest.mark.parametrize("cell", CELLS, ids=name_of)
def test_the_worst_inputs_are_hex_floats_one_input_a_line(cell: Cell) -> None:
    lines = (COMMITTED / f"{name_of(cell)}.wc").read_text().splitlines()
    inputs = [[float.fromhex(text).hex() for text in line.split(",")] for line in lines]
    if cell["worst"]:
        assert inputs[0] == cell["worst"]["input"]
    if cell["first not finite"]:
        assert inputs[-1] == cell["first not finite"]


def test_the_page_has_the_table_of_what_is_committed() -> None:
    page = (ROOT / "docs" / "exhaustive.md").read_text()
    assert table(CELLS) in page
    printed = CliRunner().invoke(command, ["exhaustive", "--out", str(COMMITTED)])
    assert (printed.exit_code, printed.output) == (0, table(CELLS))


@pytest.mark.parametrize(
    ("got", "status", "told"), [("", 0, "the same result"), ("0x1.0p-1", 1, "gave 0x1.0p-1")]
)
def test_a_replay_fails_where_a_result_differs(
    tmp_path: Path, got: str, status: int, told: str
) -> None:
    cell = measuring.measure(asked("numpy.sigmoid"), tmp_path).cell
    assert cell is not None
    cell["worst"]["got"] = got or cell["worst"]["got"]
    (tmp_path / "numpy.sigmoid-float16-value.json").write_text(json.dumps(cell))
    arguments = ["exhaustive", "numpy.sigmoid", "--replay", "--out", str(tmp_path)]
    result = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert result.return_value == status
    assert told in result.output


@pytest.mark.slow
@pytest.mark.parametrize("cell", [c for c in CELLS if c["worst"]], ids=name_of)
def test_the_worst_inputs_give_these_results_again(cell: Cell) -> None:
    of_cell = asked_of(cell)
    require(of_cell.entry)
    if cell["machine"] != environment.machine_name():
        pytest.skip("another processor has other results")
    assert replayed(of_cell, COMMITTED) == []


@pytest.mark.parametrize(
    ("header", "shape", "message"),
    [
        ({"format": "float32"}, (2, 4), "it returned float32 for float16"),
        ({"format": "float16"}, (3, 4), r"it returned shape \(3, 4\) for 4 inputs"),
        (
            {"format": "float16", "eager": "a tensor has no value"},
            (2, 4),
            "it ran eager code: a ten",
        ),
    ],
)
def test_an_answer_that_is_no_result_is_an_error(
    header: dict[str, Any], shape: tuple[int, ...], message: str
) -> None:
    class Answering:
        def ask(self, _: Message) -> Message:
            return Message(header, {"bits": np.zeros(shape, np.uint16)})

    scan = scan_of("softmax", FLOAT16, "value")
    with pytest.raises(Raised, match=message):
        scan.results(cast(WorkerSubject, Answering()), np.zeros((2, 4), np.uint16))
