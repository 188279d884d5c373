"""What a function takes: stated, found by calls, and kept to by every call of a check."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from forked import LONG
from hypothesis import given
from hypothesis import strategies as st

import softmark
from softmark import catalog
from softmark.api.asking import Asked
from softmark.contracts import Contract
from softmark.harness.lengths import fitted_lengths
from softmark.harness.trying import contracted
from softmark.naming import UnknownName
from softmark.statements import StatementError, stating
from softmark.subjects import Info, NotOffered, TargetError
from softmark.workers.presenting import presented
from softmark.workers.visiting import visited
from softmark_reports import exchange

FREE = Contract(takes_beta=True)
VECTOR = "def softmax(x):\n    if x.ndim != 1:\n        raise ValueError('a vector, please')\n"
RIGHT = "    e = np.exp(x - x.max())\n    return e / e.sum()\n"


def softmax(x: Any, axis: int = -1) -> Any:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def found(function: Callable[..., Any], takes: str = "", **how: Any) -> Info:
    options = {"operation": "softmax", "array": "auto", "device": "cpu", "variant": "f"}
    with visited(function, **options | how, timeout=LONG) as (subject, _):
        return contracted(subject, takes)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("ranks=2", {"ranks": (2,)}),
        ("ranks = 1|2", {"ranks": (1, 2)}),
        ("axis=-1", {"axes": "last"}),
        ("axis=-3", {"axes": "-3"}),
        ("length<=1024,length>=2", {"most": 1024, "least": 2}),
        ("length%8", {"multiple": 8}),
        ("length=2^k", {"powers": True}),
        ("length=128", {"least": 128, "most": 128}),
        ("rows<=65535", {"most_rows": 65535}),
        ("formats=float32|float16", {"formats": ("float32", "float16")}),
        ("integers=no", {"integers": False}),
        ("nonfinite=-inf", {"nonfinite": ("-inf",)}),
        ("nonfinite=no", {"nonfinite": ()}),
        ("size<=1e4", {"largest": 1e4}),
        ("layouts=transposed", {"layouts": ("contiguous", "transposed")}),
        ("labels=probability", {"labels": ("probability",)}),
        ("derivatives=no,beta=no", {"gradient": False, "takes_beta": False}),
    ],
)
def test_a_statement_sets_what_it_says(text: str, fields: dict[str, Any]) -> None:
    contract = stating(FREE, text)

    assert {name: getattr(contract, name) for name in fields} == fields


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ranks", "states nothing that is understood"),
        ("width<=3", "states nothing that is understood"),
        ("ranks<=3", "states nothing that is understood"),
        ("ranks=two", "'two' is no whole number"),
        ("length<=0", "give a number above 0"),
        ("size<=big", "'big' is no number"),
        ("size<=-1", "give a finite number above 0"),
        ("axis=first", "give any, last, or the number of an axis"),
        ("integers=maybe", "give yes or no"),
        ("nonfinite=big", "there is no 'big', but nan, +inf, -inf"),
        ("ranks=1,ranks=2", "states ranks twice; state it once"),
        ("length>=8,length<=4", "leaves no length that it takes"),
        ("rows>=8,rows<=4", "leaves no rows that it takes"),
    ],
)
def test_a_statement_that_cannot_be_read_says_why(text: str, said: str) -> None:
    with pytest.raises(StatementError, match=said.replace("+", r"\+")):
        stating(FREE, text)


def test_a_format_that_there_is_not_is_named() -> None:
    with pytest.raises(UnknownName, match="did you mean float32"):
        stating(FREE, "formats=flot32", ("float64", "float32"))


contracts = st.builds(
    Contract,
    least=st.integers(0, 70),
    most=st.none() | st.integers(128, 5000),
    multiple=st.sampled_from((1, 2, 8, 10, 64)),
) | st.builds(Contract, least=st.integers(0, 70), most=st.just(4096), powers=st.just(True))


@given(contracts, st.integers(1, 2**20))
def test_the_nearest_length_is_one_that_it_takes(contract: Contract, n: int) -> None:
    nearest = contract.nearest_length(n)

    assert contract.takes_length(nearest)
    assert nearest == n or not contract.takes_length(n)


@given(contracts)
def test_what_a_contract_states_can_be_stated_again(contract: Contract) -> None:
    text = ",".join(contract.statements().values())
    again = stating(Contract(), text)

    assert again.statements() == contract.statements()


def refusing(takes: Callable[[int], bool]) -> Callable[[int], str]:
    return lambda n: "" if takes(n) else f"refused {n}"


@pytest.mark.parametrize(
    ("takes", "fields"),
    [
        (lambda n: True, None),
        (lambda n: n <= 1024, {"most": 1024}),
        (lambda n: n >= 2, {"least": 2}),
        (lambda n: 4 <= n <= 65536, {"least": 4, "most": 65536}),
        (lambda n: n % 8 == 0, {"multiple": 8}),
        (lambda n: n % 8 == 0 and n <= 4096, {"multiple": 8, "most": 4096}),
        (lambda n: n % 2 == 0, {"multiple": 2}),
        (lambda n: n >= 32, {"least": 32}),
        (lambda n: n >= 16 and n & (n - 1) == 0, {"powers": True, "least": 16}),
        (lambda n: n == 128, {"least": 128, "most": 128}),
    ],
)
def test_lengths_that_are_refused_are_explained(takes: Any, fields: dict[str, Any] | None) -> None:
    first = next(n for n in (10, 16, 128, 1024) if takes(n))
    explained = fitted_lengths(first, refusing(takes))

    assert (explained.fields if explained else None) == fields


def test_what_is_compiled_is_asked_for_few_lengths() -> None:
    asked: list[int] = []

    def refusal(n: int) -> str:
        asked.append(n)
        return ""

    fitted_lengths(10, refusal, few=True)

    assert len(asked) <= 2


@given(
    st.sampled_from(("last", "0", "1", "-2", "-3")),
    st.sampled_from(((), (2,), (3,), (3, 4), (4,))),
    st.booleans(),
)
def test_rows_come_back_from_wherever_they_were_given(
    axes: str, ranks: tuple[int, ...], reduces: bool
) -> None:
    x = np.random.default_rng(0).normal(size=(3, 5))
    try:
        seen = presented(Contract(axes=axes, ranks=ranks), x.shape, -1)
    except NotOffered:
        assert not any(-rank <= int(axes) < rank for rank in ranks)
        return
    given_ = seen.array(x)
    returned = given_.max(axis=seen.to) if reduces else softmax(given_, seen.to)

    assert not ranks or given_.ndim in ranks
    assert axes == "last" or seen.to == int(axes)
    assert np.array_equal(seen.back(returned), x.max(axis=-1) if reduces else softmax(x))


def test_what_lies_outside_is_not_called() -> None:
    calls: list[tuple[int, ...]] = []

    def counting(x: Any) -> Any:
        calls.append(x.shape)
        return softmax(x)

    report = softmark.check(
        counting, formats=["float32"], checks=["arguments"], array="numpy",
        takes="ranks=2,length<=64,rows<=100,integers=no",
    )  # fmt: skip

    assert report.ok
    assert all(len(shape) == 2 and shape[1] <= 64 and shape[0] <= 100 for shape in calls)


def test_larger_logits_than_stated_are_not_given() -> None:
    largest = 0.0

    def watching(x: Any, axis: int = -1) -> Any:
        nonlocal largest
        largest = max(largest, np.abs(x).max(where=np.isfinite(x), initial=0.0))
        return softmax(x, axis)

    how: dict[str, Any] = {"formats": ["float32"], "checks": ["stability"], "array": "numpy"}
    report = softmark.check(watching, **how, takes="size<=1e4")

    assert report.ok
    assert 100 < largest <= 1e4


def test_an_ordinary_function_has_no_contract_but_its_signature() -> None:
    assert found(softmax, array="numpy").lines() == ()


@pytest.mark.parametrize(
    ("made", "line"),
    [
        (lambda: torch.nn.Softmax(dim=1), "axis=1: it has no argument for the axis"),
        (lambda: torch.nn.Softmax2d(), "axis=-3: found by a call, it has no argument for it"),
    ],
)
def test_a_layer_that_holds_its_axis_is_called_along_it(made: Any, line: str) -> None:
    info = found(made(), array="torch")

    assert line in info.lines()


@pytest.mark.parametrize("only", [0, 1])
def test_a_function_of_one_axis_of_a_matrix_is_called_along_it(only: int) -> None:
    def function(x: Any, axis: int = only) -> Any:
        if x.ndim != 2 or axis != only:
            raise ValueError(f"2-D arrays and axis {only} alone")
        return softmax(x, axis)

    how: dict[str, Any] = {"formats": ["float32"], "checks": ["stability", "arguments", "simplex"]}
    report = softmark.check(function, array="numpy", **how)

    (line,) = [line for line in report.contract if line.startswith("axis")]
    assert line.startswith(f"axis={only}: it refuses others (ValueError")
    assert report.ok, report.failures


def whole(x: Any) -> Any:
    e = np.exp(x - x.max())
    return e / e.sum()


def leaking(x: Any) -> Any:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum()


@pytest.mark.parametrize(
    ("function", "how", "line"),
    [
        (whole, {"array": "numpy"}, "takes all of a 2-D array as one row"),
        (lambda x: np.log(np.exp(x).sum()), {"operation": "logsumexp"}, "returned the shape ()"),
        (torch.nn.CrossEntropyLoss(), {"operation": "cross_entropy"}, "returned the shape ()"),
    ],
)
def test_what_takes_an_array_as_one_row_is_given_one_row(
    function: Any, how: dict[str, Any], line: str
) -> None:
    info = found(function, **how)

    assert info.ranks == (1,)
    assert line in "".join(info.lines())


@pytest.mark.parametrize("function", [leaking, lambda x, axis=-1: whole(x), lambda x: x * 0.0])
def test_what_is_wrong_for_rows_is_no_function_of_one_vector(function: Any) -> None:
    assert found(function, array="numpy").ranks == ()


def test_a_decorated_function_carries_its_contract() -> None:
    @softmark.contract("ranks=2, length<=64")
    def mine(x: Any) -> Any:
        return softmax(x)

    lines = found(mine, array="numpy").lines()

    assert "ranks=2: stated" in lines
    assert "length<=64: stated" in lines


def test_what_is_given_at_the_check_wins_over_the_decorator() -> None:
    mine = softmark.contract("length<=64")(lambda x: softmax(x))

    assert "length<=32: stated" in found(mine, "length<=32", array="numpy").lines()


def test_a_statement_wins_over_a_refusal() -> None:
    def even(x: Any) -> Any:
        if x.shape[-1] > 100:
            raise ValueError("too long")
        return softmax(x)

    assert "length<=100: it refuses 101 logits" in "".join(found(even, array="numpy").lines())
    assert found(even, "length>=1", array="numpy").most is None


def test_what_can_hold_no_attribute_is_told_how_else() -> None:
    with pytest.raises(StatementError, match="can hold no contract; give takes= or --takes"):
        softmark.contract("ranks=2")(len)


def test_a_loss_of_probabilities_alone_is_called_with_them() -> None:
    def loss(x: Any, labels: Any) -> Any:
        assert labels.dtype.kind == "f", "probabilities, please"
        return -(labels * np.log(softmax(x))).sum(-1)

    assert found(loss, operation="cross_entropy", array="numpy").labels == ("probability",)


def test_the_calls_of_a_second_test_of_one_function_are_not_made_again() -> None:
    asked = Asked.of(softmax, formats=["float32"], array="numpy")
    with asked.opened() as opened:
        first = opened.subject.info
    with asked.opened() as opened:
        assert opened.subject.info is first


def test_strict_judges_what_is_refused() -> None:
    def flat(x: Any) -> Any:
        if x.ndim > 2:
            raise ValueError("no more than 2-D")
        return softmax(x)

    how: dict[str, Any] = {"formats": ["float32"], "checks": ["arguments"], "array": "numpy"}

    assert softmark.check(flat, **how).ok
    assert not softmark.check(flat, **how, strict=True).ok


def test_what_cannot_be_called_is_one_message(shell: Any, tmp_path: Path) -> None:
    (tmp_path / "kernel.py").write_text("def softmax(x, axis=-1):\n    return x.nothing\n")
    done = shell("check", "kernel.py:softmax")

    assert done.returncode == 2
    assert "softmax(x, axis=-1) cannot be called: AttributeError" in done.stderr
    assert "tried with logits of float64 (64, 10)" in done.stderr
    assert len(done.stderr.splitlines()) <= 3


def test_the_command_says_what_is_not_offered_everywhere(shell: Any, tmp_path: Path) -> None:
    (tmp_path / "kernel.py").write_text(f"import numpy as np\n\n\n{VECTOR}{RIGHT}")
    files = ("--json", "o.json", "--junit", "o.xml", "--markdown", "o.md")
    few = ("--check", "ties", "--format", "float32", "--takes", "length<=64")
    done = shell("check", "kernel.py:softmax", *few, *files)
    line = "length<=64: stated"

    assert done.returncode == 0, done.stdout + done.stderr
    assert "rows are given one by one" in done.stdout
    assert line in json.loads((tmp_path / "o.json").read_text())["contract"]
    for text in (done.stdout, (tmp_path / "o.xml").read_text().replace("&lt;", "<")):
        assert line in text
    assert "length" in (tmp_path / "o.md").read_text()


def floats(x: Any) -> Any:
    return softmax(x.astype(np.float64) if x.dtype.kind in "iub" else x)


def cast_back(x: Any) -> Any:
    return floats(x).astype(x.dtype)


def unknown(x: Any) -> Any:
    return softmax(x) * (np.nan if x.dtype.kind == "i" else 1)


def doubled(x: Any) -> Any:
    return softmax(x) * (2 if x.dtype.kind == "i" else 1)


def of_whole(function: Callable[..., Any], **how: Any) -> softmark.Report:
    return softmark.check(function, formats=["float32"], checks=["arguments"], array="numpy", **how)


@pytest.mark.parametrize(
    ("function", "gives"),
    [(cast_back, "zeros"), (unknown, "NaN"), (doubled, "wrong numbers")],
)
def test_what_whole_numbers_give_is_a_line_of_the_contract(function: Any, gives: str) -> None:
    report = of_whole(function)
    line = (
        f"integers: not stated, gives {gives} -> wrong; "
        "state --takes integers=no if it is for floats alone"
    )

    assert line in report.contract
    assert line in " ".join(str(report).split())
    assert line in report.to_json()["contract"]
    assert not report.ok


def test_a_result_that_is_cast_back_to_the_type_of_whole_numbers_is_named() -> None:
    cast = "int64 input gives int64: zeros, since the result is cast back to the input's type"

    assert any(record.message.startswith(cast) for record in of_whole(cast_back).failures)
    assert "cast back" not in of_whole(doubled).evidence()


@pytest.mark.parametrize("how", [{"takes": "integers=no"}, {"takes": "integers=yes"}])
def test_whole_numbers_that_are_stated_have_no_line_that_they_are_not(how: Any) -> None:
    assert "not stated" not in "".join(of_whole(cast_back, **how).contract)


def test_no_line_is_for_whole_numbers_that_are_right_or_judged_strictly() -> None:
    assert "not stated" not in "".join(of_whole(floats).contract)
    assert "not stated" not in "".join(of_whole(cast_back, strict=True).contract)


def test_a_statement_on_the_command_line_is_checked_first(shell: Any) -> None:
    done = shell("check", "nowhere.py:f", "--takes", "size=3")

    assert done.returncode == 2
    assert "states nothing that is understood" in done.stderr


def test_an_implementation_is_judged_by_its_declaration() -> None:
    with pytest.raises(TargetError, match="its file declares what it takes; leave takes out"):
        Asked.of("numpy.softmax", takes="ranks=2")


def test_a_declaration_states_in_the_same_words(tmp_path: Path) -> None:
    path = tmp_path / "with_mine.py"
    path.write_text("@implementation('softmax', takes='length<=64')\ndef f(x, axis=-1): ...\n")
    (entry,) = catalog.read([catalog.Source("mine", "with_mine", path)]).entries

    assert (entry.most, entry.lines("declared")[0]) == (64, "length<=64: stated")


def test_a_declaration_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "with_mine.py"
    path.write_text("@implementation('softmax', takes='size=3')\ndef f(x, axis=-1): ...\n")

    assert "states nothing" in catalog.read([catalog.Source("m", "m", path)]).problems[0].reason


def test_the_statements_are_explained_as_they_are_read(shell: Any) -> None:
    said = shell("explain", "contract").stdout
    block = said.partition("Statements\n----------")[2].partition("Judged without it")[0]
    statements = [line.split()[0] for line in block.splitlines() if line.startswith("    ")]

    assert len(statements) == 13
    assert all(stating(FREE, statement) for statement in statements)


def test_markdown_lists_a_contract() -> None:
    assert "- integers=no: stated" in exchange.markdown([], contract=["integers=no: stated"])


def test_a_loss_of_probabilities_is_called_along_other_axes_too() -> None:
    def cross_entropy(x: Any, labels: Any, axis: int = -1) -> Any:
        x = x - x.max(axis=axis, keepdims=True)
        return -(labels * (x - np.log(np.exp(x).sum(axis=axis, keepdims=True)))).sum(axis=axis)

    info = found(cross_entropy, "labels=probability", operation="cross_entropy")
    assert info.labels == ("probability",)
