from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import reproduced
from reproduced import GUARD, finished, in_a_row

from softmark import catalog, inputs, operations
from softmark.checks import Scope
from softmark.formats import FORMATS, format_named
from softmark.inputs.registry import FAMILIES
from softmark.judging.twins import twin_of
from softmark.records import Case, Record
from softmark.reproduction import NotReproducible, script
from softmark.reproduction.code import Code
from softmark.subjects import Info

CATALOG = catalog.read()


def record(name: str, fmt: str = "float32", case: Case | None = None, **more: Any) -> Record:
    values: dict[str, Any] = {
        "check": "accuracy",
        "operation": CATALOG.find(name).operation,
        "implementation": name,
        "format": fmt,
        "device": "cpu",
        "case": case or Case("normal", (4, 3)),
        "metric": "error",
        "value": 3.0,
        "unit": "ulp",
        "bound": 1.0,
        "bound_source": "a book",
        "grade": "F",
        "verdict": "fail",
        "message": "3 ulp",
    }
    return Record(**(values | more))


def code_of(name: str) -> Code:
    entry = CATALOG.find(name)
    return Code(entry.path, entry.module, entry.function, copied=True)


def write(measured: Record, **options: Any) -> str:
    return script(measured, code_of(measured.implementation), **options)


def ran(text: str) -> str:
    """What the script prints, where softmark cannot be imported."""
    return reproduced.ran(GUARD + text)


def values_of(text: str) -> Any:
    """The array ``values`` that the script makes, which is its input."""
    space: dict[str, Any] = {}
    exec(text.partition("\nx = ")[0], space)
    return space["values"]


def witness(x: list[float], index: list[int], **more: Any) -> dict[str, Any]:
    return {"index": index, "x": [v.hex() for v in x], "expected": "0x1p-1", **more}


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_the_recipe_gives_the_case_bit_for_bit(family: str) -> None:
    shape = (64, 10) if family == "digits" else (5, 40)
    for fmt in ["bfloat16"] if family == "digits" else ["float64", "float16", "bfloat16"]:
        assert_same_input(Case(family, shape, seed=7), fmt)


def assert_same_input(case: Case, fmt: str) -> None:
    text = write(record("numpy.softmax", fmt, case))

    expected = inputs.logits(case, FORMATS[fmt])
    assert np.array_equal(values_of(text), expected, equal_nan=True)
    assert "random.default_rng" in text


@pytest.mark.parametrize(("shape", "axis"), [((3, 40, 2), 1), ((40, 5), 0), ((40, 5), -2)])
def test_the_recipe_places_rows_along_any_axis(shape: tuple[int, ...], axis: int) -> None:
    case = Case("normal", shape, axis, parameters={"scale": 3.0})
    text = write(record("numpy.softmax", case=case))

    assert np.array_equal(values_of(text), inputs.logits(case, FORMATS["float32"]))


def test_few_numbers_are_written_out() -> None:
    case = Case("masked", (4, 3))
    text = write(record("numpy.softmax", case=case))

    assert "random" not in text
    assert np.array_equal(values_of(text), inputs.logits(case, FORMATS["float32"]))


def test_the_witness_row_is_enough_unless_the_whole_is_asked_for() -> None:
    measured = record("numpy.softmax", witness=witness([1.0, 2.0, 3.0], [2, 1]))

    assert values_of(write(measured)).tolist() == [[1.0, 2.0, 3.0]]
    assert values_of(write(measured, whole=True)).shape == (4, 3)


def test_the_script_says_what_it_shows() -> None:
    text = write(record("numpy.softmax"), notes=["Recorded with numpy 2"])

    for words in ("numpy.softmax, check accuracy, float32: fail.", "# 3 ulp", "a book", "numpy 2"):
        assert words in text


@pytest.mark.parametrize(
    ("framework", "fmt"),
    [
        ("python", "float64"),
        ("numpy", "bfloat16"),
        ("scipy", "float16"),
        ("torch", "bfloat16"),
        ("jax", "float64"),
    ],
)
def test_a_forward_script_runs_without_softmark(framework: str, fmt: str) -> None:
    pytest.importorskip({"python": "numpy"}.get(framework, framework))
    name = f"{framework}.softmax"
    out = ran(write(record(name, fmt, witness=witness([0.0, 0.0], [3, 1]))))

    assert out.splitlines() == [
        "got      0.5 0x1.0000000000000p-1",
        "expected 0.5 0x1.0000000000000p-1",
    ]


@pytest.mark.parametrize("name", ["torch.softmax", "tensorflow.softmax", "jax.softmax"])
def test_a_derivative_script_runs_without_softmark(name: str) -> None:
    pytest.importorskip(name.partition(".")[0])
    seen = witness([0.0, 0.0], [1, 0], direction=[(1.0).hex(), (0.0).hex()], expected="0x1p-2")
    both = []
    for mode in ("vjp", "jvp"):
        case = Case("normal", (4, 2), parameters={"check": {"mode": mode}})
        both.append(write(record(name, case=case, metric=f"{mode} error", witness=seen)))

    assert ran(in_a_row(both)).splitlines()[::2] == ["got      0.25 0x1.0000000000000p-2"] * 2


@pytest.mark.parametrize("framework", ["torch", "tensorflow", "jax"])
def test_scripts_of_second_derivatives_and_of_beta_run_without_softmark(framework: str) -> None:
    pytest.importorskip(framework)
    one, none = (1.0).hex(), (0.0).hex()
    sides = {"direction": [one, none], "tangent": [one, none], "expected": "0x1p-2"}
    case = Case("normal", (4, 2), parameters={"check": {"mode": "hvp"}})
    seen = witness([0.0, math.log(3)], [1, 0], **sides)
    first = write(record(f"{framework}.softmax", case=case, metric="hvp error", witness=seen))
    case = Case("normal", (4, 2), beta=1.0, parameters={"check": {"mode": "beta"}})
    seen = witness([0.0, 1.0], [1], direction=one, expected="0x1p-2")
    metric = "beta gradient error"
    then = write(record(f"{framework}.softargmax", case=case, metric=metric, witness=seen))
    shown = ran(in_a_row([first, then])).splitlines()[::2]
    second, in_beta = (float(line.split()[1]) for line in shown)

    assert second == pytest.approx(0.25 * 0.75 * 0.5, rel=1e-6)  # p (1 - p)(1 - 2p), p = 1/4
    p = 1 / (1 + math.exp(-1.0))
    assert in_beta == pytest.approx(p * (1 - p), rel=1e-6)


def test_a_script_beside_broken_rows_holds_all_of_them() -> None:
    pytest.importorskip("torch")
    parameters = {"check": {"mode": "beside"}, "broken": "nan"}
    case = Case("beside_broken", (64, 10), parameters=parameters)
    seen = witness([0.0] * 10, [4, 1], direction=[(0.0).hex()] * 10)
    out = ran(write(record("torch.softmax", case=case, metric="vjp error", witness=seen)))

    x = inputs.logits(case, FORMATS["float32"])[4]
    g = inputs.direction(case, (64, 10), FORMATS["float32"], "cotangent")[4]
    p = np.exp(x - x.max()) / np.exp(x - x.max()).sum()
    assert float(out.split()[1]) == pytest.approx(p[1] * (g[1] - p @ g), rel=1e-4)


@pytest.mark.parametrize("kind", ["index", "probability"])
@pytest.mark.parametrize("shape", [(4, 2), (300, 2)])
def test_labels_of_the_case_go_along(kind: str, shape: tuple[int, ...]) -> None:
    case = Case("ties", shape, parameters={"check": {"labels": kind}})
    measured = record("numpy.cross_entropy", case=case, witness={"index": [1], "expected": "0x1p0"})
    out = ran(write(measured))

    assert float(out.split()[1]) == pytest.approx(np.log(2))


def test_labels_of_the_witness_go_along() -> None:
    case = Case("normal", (4, 2), parameters={"check": {"labels": "index"}})
    seen = witness([0.0, 0.0], [1], labels=1)
    out = ran(write(record("numpy.cross_entropy", case=case, witness=seen)))

    assert float(out.split()[1]) == pytest.approx(np.log(2))


def test_a_long_cotangent_is_a_recipe() -> None:
    case = Case("normal", (2, 100), parameters={"check": {"mode": "vjp"}})
    text = write(record("jax.softmax", "bfloat16", case, metric="vjp error"))
    space: dict[str, Any] = {}
    exec(text.partition("\nx = ")[0].partition("jax.config")[0], space)  # the imports alone
    lines = text[text.index("\ng = np.random") : text.index("\nx = ")]
    exec(lines, space)

    expected = inputs.direction(case, (2, 100), format_named("bfloat16"), "cotangent")
    assert np.array_equal(space["g"], expected)


@pytest.mark.parametrize("told", [1e-10, 1e4, "gaps", "nan", "ones"])
@pytest.mark.parametrize("shape", [(2, 100), (2, 3)])
def test_each_cotangent_of_a_sweep_is_that_of_its_script(told: str | float, shape: Any) -> None:
    case = Case("normal", shape, axis=0, parameters={"check": {"mode": "vjp", "cotangent": told}})
    found = record("jax.softmax", case=case, metric="vjp error")
    assert Record.from_json(found.to_json()) == found
    text = write(found)
    space: dict[str, Any] = {}
    exec(text.partition("\nx = ")[0].replace("jax.config", "# "), space)  # the arrays of NumPy
    expected = inputs.direction(case, shape, format_named("float32"), "cotangent")
    assert np.array_equal(space["g"], expected, equal_nan=True)


def test_every_implementation_has_a_script_that_compiles() -> None:
    for entry in CATALOG.entries:
        labels = {"check": {"labels": (entry.labels or ("index",))[0]}}
        case = Case("normal", (4, 3), parameters=labels)
        compile(write(record(entry.name, case=case)), entry.name, "exec")


@pytest.mark.parametrize("name", ["numpy.softmax", "torch.softmax", "numpy.cross_entropy"])
def test_special_rows_go_by_each_way_that_gave_another_answer(name: str) -> None:
    pytest.importorskip(name.partition(".")[0])
    ways: list[dict[str, Any]] = [
        {"rank": 2, "axis": -1, "layout": "contiguous", "alone": False, "answer": "one"},
        {"rank": 2, "axis": -1, "layout": "strided", "alone": False, "answer": "two"},
        {"rank": 1, "axis": -1, "layout": "contiguous", "alone": True, "answer": "three"},
    ]
    if "softmax" in name:
        ways.append({"rank": 2, "axis": 0, "layout": "contiguous", "answer": "four"})
        ways.append({"rank": 3, "axis": 1, "layout": "contiguous", "answer": "five"})
    told = {"about": "rows", "labels": "index", "label": 0}
    case = Case("special_rows", (8, 5), parameters={"check": told})
    seen = {"row": 1, "x": ["-inf"] * 5, "paths": ways}
    out = ran(write(record(name, case=case, metric="all masked", witness=seen)))

    assert out.count("got") == len(ways)
    assert "nan" in out


@pytest.mark.parametrize(
    ("framework", "layouts"),
    [
        (
            "numpy",
            (
                *("transposed", "strided", "padded", "offset", "reversed", "broadcast"),
                *("read-only", "ends-at-page", "begins-at-page"),
            ),
        ),
        ("torch", ("transposed", "strided", "padded", "offset", "broadcast", "ends-at-page")),
    ],
)
def test_a_layout_is_made_again(framework: str, layouts: tuple[str, ...]) -> None:
    pytest.importorskip(framework)
    seen = witness([0.0, 0.0, 0.0], [0, 1], expected=(1 / 3).hex())
    for layout in layouts:
        case = Case("ties", (1, 3), parameters={"check": {"layout": layout}})
        out = ran(write(record(f"{framework}.softmax", case=case, witness=seen)))

        assert float(out.split()[1]) == pytest.approx(1 / 3)


def test_a_scalar_and_no_rows_have_their_scripts() -> None:
    for shape in ((), (0, 5)):
        case = Case("normal", shape, parameters={"check": {"about": "0-d"}})
        assert ran(write(record("numpy.softmax", case=case))).startswith("got ")


@pytest.mark.parametrize(
    "name", ["numpy.softmax", "torch.softmax", "tensorflow.softmax", "jax.softmax"]
)
def test_an_axis_that_is_not_there_is_an_error_in_the_script_too(name: str) -> None:
    pytest.importorskip(name.partition(".")[0])
    seen = {"path": {"rank": 0, "axis": 7, "layout": "contiguous"}}
    case = Case("normal", (3, 7), parameters={"check": {"about": "axis out of range"}})
    text = write(record(name, case=case, metric="axis out of range", witness=seen))
    done = finished(text)

    assert "axis=7" in text
    assert done.returncode == 1
    assert "Error" in done.stderr


@pytest.mark.parametrize(
    "name", ["numpy.argmax", "torch.argmax", "tensorflow.argmax", "jax.softmax"]
)
def test_whole_numbers_are_whole_in_the_script_too(name: str) -> None:
    pytest.importorskip(name.partition(".")[0])
    for fmt in ("int64", "uint8"):
        told = {"about": "whole", "format": fmt}
        case = Case("whole", (2, 3), parameters={"check": told, "low": 0, "high": 5})
        assert ran(write(record(name, case=case, metric="integer input"))).startswith("got ")


def test_the_length_that_failed_is_the_scripts() -> None:
    told = {"about": "lengths", "lengths": [5, 200]}
    case = Case("spiked", (4, 200), parameters={"check": told})
    seen = {"shape": [4, 5], "index": [1, 4], "expected": "0x1p-1"}
    text = write(record("numpy.softmax", case=case, witness=seen))

    assert values_of(text).shape == (4, 5)
    assert len(ran(text).splitlines()) == 2


def test_an_axis_counted_from_the_end_stands_beside_the_other() -> None:
    ways = [{"rank": 0, "axis": a, "layout": "contiguous", "answer": f"axis {a}"} for a in (1, -2)]
    case = Case("normal", (2, 3, 7), 1, parameters={"check": {"about": "axis"}})
    text = write(
        record("numpy.softmax", case=case, metric="negative axis", witness={"paths": ways})
    )

    assert "axis=1" in text
    assert "axis=-2" in text
    assert ran(text).count("got") == 2


def test_a_users_file_is_imported_not_copied(tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    (folder / "kernel.py").write_text(
        "class Half:\n    def __call__(self, x, axis):\n        return x / 2\n"
    )
    code = Code(folder / "kernel.py", "", "Half", copied=False)
    out = ran(script(record("numpy.softmax", witness=witness([1.0, 2.0], [0, 0])), code))

    assert out.startswith("got      0.5 ")


@pytest.mark.parametrize(
    "changes",
    [
        {"metric": "time"},
        {"case": Case("none", ())},
        {"case": Case("normal", (1, 1), parameters={"check": {"mode": "reach"}})},
        {"implementation": "unheard.softmax"},
    ],
)
def test_what_no_script_can_show_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(NotReproducible):
        script(record("numpy.softmax", **changes), code_of("numpy.softmax"))


def test_a_message_cannot_leave_its_comment() -> None:
    text = write(record("numpy.softmax", message="harmless\nraise SystemExit(3)\r\x0craise"))

    lines = text.splitlines()
    assert all(line.startswith("#") for line in lines[: lines.index("import numpy as np")])


@pytest.mark.parametrize("operation", ["softmax", "cross_entropy"])
@pytest.mark.parametrize("identity", ["shift", "permutation"])
def test_the_second_input_of_an_identity_is_the_checks(identity: str, operation: str) -> None:
    case = twin_case(identity, operation)
    text = write(record(f"numpy.{operation}", case=case, check="identities", metric=identity))
    space: dict[str, Any] = {}
    exec(text.partition("\nx = ")[0], space)

    twin = twin_of(case, scope_of(operation).problem(case), scope_of(operation))
    assert np.array_equal(space["twin"], twin.problem.x)
    if operation == "cross_entropy":
        assert np.array_equal(space["twin_labels"], twin.problem.labels)


@pytest.mark.parametrize(
    ("identity", "operation"), [("mirror", "softargmax"), ("shift", "softmax")]
)
@pytest.mark.parametrize("framework", ["torch", "jax"])
def test_a_script_of_an_identity_shows_both_results(
    framework: str, identity: str, operation: str
) -> None:
    pytest.importorskip(framework)
    case = twin_case(identity, operation)
    seen = {"index": [1], "twin index": [1], "expected": "0x1p0"}
    if operation == "softmax":
        seen = {"index": [1, 2], "twin index": [1, 2], "expected": "0x1p0"}
    out = ran(write(record(f"{framework}.{operation}", case=case, metric=identity, witness=seen)))

    one, other = (float(line.split()[1]) for line in out.splitlines()[:2])
    if identity == "mirror":
        one = case.shape[-1] - 1 - one
    assert one == pytest.approx(other, rel=1e-6)


def twin_case(identity: str, operation: str) -> Case:
    told: dict[str, Any] = {"identity": identity}
    told |= {"labels": "index"} if operation == "cross_entropy" else {}
    return Case("offset", (4, 30), parameters={"exponent": 7, "check": told})


def scope_of(operation: str) -> Scope:
    info = Info(f"numpy.{operation}", "numpy", operation, labels=("index",))
    return Scope(info, operations.load(operation), FORMATS["float32"])


def test_the_value_in_training_is_that_of_a_function_that_is_differentiated() -> None:
    told = {"check": "gradient", "metric": "value in training", "witness": {}}
    case = Case("normal", (2, 3), parameters={"check": {"mode": "vjp"}})
    text = write(record("torch.softmax", case=case, **told))
    assert "got = f(x.requires_grad_()).detach()" in text


def test_a_cotangent_is_laid_out_as_it_was() -> None:
    told = {"check": "gradient", "metric": "vjp error", "witness": {"index": [0, 1]}}
    check = {"mode": "vjp", "cotangent": "ones", "cotangent layout": "expanded"}
    text = write(record("torch.softmax", case=Case("normal", (2, 3), parameters={"check": check})))
    assert "g = g.flatten()[0].expand(g.shape)" in text
    assert "no single call" not in text
    with pytest.raises(NotReproducible, match="measures no single call"):
        write(record("torch.softmax", **(told | {"metric": "second backward"})))


def test_a_call_after_one_in_another_format_has_no_script() -> None:
    case = Case("normal", (2, 3), parameters={"check": {"compare": "after another format"}})
    with pytest.raises(NotReproducible, match="for a call after one in another format"):
        write(record("torch.softmax", check="reproducibility", case=case))


def test_a_mode_is_entered_again() -> None:
    check = {"check": {"about": "modes"}}
    told: dict[str, Any] = {"check": "arguments", "metric": "error by mode"}
    case = Case("normal", (2, 3), parameters=check)
    for mode, shape in (("no_grad", [2, 3]), ("vmap", [2, 2, 3])):
        witness = {"mode": mode, "shape": shape, "index": [0, 0, 1][-len(shape) :]}
        text = write(record("torch.softmax", case=case, witness=witness, **told))
        assert {"no_grad": "with torch.no_grad()", "vmap": "torch.func.vmap(f)(x)"}[mode] in text
        assert "got" in ran(text)
    with pytest.raises(NotReproducible, match="no script is known for that mode"):
        write(record("torch.softmax", case=case, witness={"mode": "grad"}, **told))


@pytest.mark.parametrize("mode", ["search", "bias", "winner"])
def test_a_case_of_values_has_no_derivative_in_its_script(mode: str) -> None:
    case = Case("normal", (2, 3), parameters={"check": {"mode": mode}})

    assert "got " in ran(write(record("numpy.softmax", case=case)))
