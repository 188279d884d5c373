"""Records as JUnit and as Markdown: every outcome is there once, and text stays text."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from softmark.records import Case, Record
from softmark_reports.exchange import Outcome, junit, markdown, outcomes
from softmark_reports.exchange.markdown import MOST
from softmark_reports.writing.markdown import escaped

PASS = Record(
    check="ties",
    operation="softmax",
    implementation="torch.softmax",
    format="float32",
    device="cpu",
    case=Case("ties", (64, 10)),
    metric="error",
    value=0.6,
    unit="ulp",
    bound=14.0,
    bound_source="Blanchard, Higham, Higham 2021",
    grade="A",
    verdict="pass",
    seconds=0.25,
)
FAIL = replace(
    PASS,
    case=Case("near_limit", (4, 1000), seed=7),
    value=float("nan"),
    grade="F",
    verdict="fail",
    message="got nan, expected 0",
    witness={"index": [0, 3], "got": "nan", "expected": "0x0.0p+0"},
)
WEAK = replace(PASS, format="float16", value=5.3, grade="C", verdict="weak", message="5.3 ulp")
CRASH = replace(
    PASS, check="stability", metric="call", value=None, unit="", bound=None, grade=None,
    verdict="crash", message="its process ended by SIGSEGV",
)  # fmt: skip
NOT_OFFERED = replace(CRASH, check="gradient", verdict="not_offered", message="no gradient")
ALL = [PASS, FAIL, WEAK, CRASH, NOT_OFFERED]


def of(*records: Record, **options: object) -> dict[str, Outcome]:
    found = outcomes(records, **options)  # type: ignore[arg-type]
    return {f"{outcome.check} {outcome.format}": outcome for outcome in found}


def test_a_check_in_a_format_is_one_outcome_and_its_worst_speaks() -> None:
    found = of(*ALL)
    assert {name: outcome.result for name, outcome in found.items()} == {
        "ties float32": "failed",
        "ties float16": "passed",
        "stability float32": "broken",
        "gradient float32": "skipped",
    }
    ties = found["ties float32"]
    assert (ties.worst, ties.bad, ties.records) == (FAIL, 1, 2)
    assert ties.told == "fail F NaN ulp"
    assert found["gradient float32"].told == "not offered"


def test_a_case_takes_its_time_once_however_many_records_it_has() -> None:
    found = of(PASS, replace(PASS, metric="row sum"), FAIL)
    assert found["ties float32"].seconds == 0.5


def test_weak_fails_when_it_is_strict_and_known_failures_do_not() -> None:
    assert of(WEAK, strict=True)["ties float16"].result == "failed"
    excused = of(PASS, FAIL, CRASH, excuse=lambda r: "No shift." if r.check == "ties" else None)
    assert excused["ties float32"].result == "excused"
    assert excused["ties float32"].reasons == ("No shift.",)
    assert excused["stability float32"].result == "broken"


def parsed(records: list[Record], **options: object) -> ElementTree.Element:
    stale = options.pop("stale", ())
    text = junit(outcomes(records, **options), stale)  # type: ignore[arg-type]
    return ElementTree.fromstring(text)


def test_junit_has_a_suite_an_implementation_and_a_case_a_check_and_format() -> None:
    other = replace(PASS, implementation="jax.softmax")
    root = parsed([*ALL, other])
    suites = {suite.get("name"): suite for suite in root}
    assert set(suites) == {"torch.softmax", "jax.softmax"}
    torch = suites["torch.softmax"]
    counts = {name: torch.get(name) for name in ("tests", "failures", "errors", "skipped", "time")}
    assert counts == {
        **{"tests": "4", "failures": "1", "errors": "1", "skipped": "1"},
        "time": "1.250",
    }
    cases = {case.get("name"): case for case in torch}
    assert set(cases) == {
        "ties[float32]",
        "ties[float16]",
        "stability[float32]",
        "gradient[float32]",
    }
    assert {case.get("classname") for case in torch} == {"torch.softmax"}
    failure = cases["ties[float32]"].find("failure")
    assert failure is not None
    assert failure.get("message") == "got nan, expected 0"
    assert failure.text is not None
    for line in (
        "error NaN ulp, bound 14 (Blanchard, Higham, Higham 2021)",
        "input near_limit [4, 1000] axis -1 beta 1 seed 7",
        "at [0, 3]: got nan, expected 0x0.0p+0",
        f"softmark repro '{FAIL.id}'",
    ):
        assert line in failure.text
    error = cases["stability[float32]"].find("error")
    assert error is not None
    assert error.get("type") == "crash"
    skipped = cases["gradient[float32]"].find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "no gradient"


def test_junit_shows_a_known_failure_as_skipped_and_a_useless_excuse_as_failed() -> None:
    root = parsed([FAIL], excuse=lambda record: "No shift.", stale=["a/*: it no longer fails"])
    skipped = root.find("testsuite[@name='torch.softmax']/testcase/skipped")
    assert skipped is not None
    assert skipped.get("message") == "known: No shift."
    stale = root.find("testsuite[@name='known failures']/testcase/failure")
    assert stale is not None
    assert stale.get("message") == "a/*: it no longer fails"


HOSTILE = "<b>&\"'</b> | `code` **bold** [x](y) \x00\x1b\ud800 ]]>\n# title"


def test_junit_is_xml_whatever_the_records_hold() -> None:
    hostile = replace(FAIL, implementation=HOSTILE, check=HOSTILE, format=HOSTILE, message=HOSTILE)
    root = parsed([hostile], stale=[HOSTILE])
    case = root.find("testsuite/testcase")
    assert case is not None
    assert "<b>&\"'</b>" in str(case.get("classname"))
    assert "\x00" not in ElementTree.tostring(root, encoding="unicode")


def test_markdown_says_first_what_fails_and_then_all() -> None:
    text = markdown(outcomes(ALL), title="my kernel")
    assert text.startswith("## my kernel: fails\n\n4 checks and formats, 5 records: 1 failed")
    assert "<details><summary>torch.softmax, ties, float32: fail F NaN ulp</summary>" in text
    assert "at [0, 3]: got nan, expected 0x0.0p+0" in text
    table = text[text.index("| torch.softmax |") :].splitlines()
    assert table[0] == "| torch.softmax | float32 | float16 |"
    assert table[1] == "| --- | --- | --- |"
    assert table[2] == "| ties | **fail F NaN ulp** | weak C 5.30 ulp |"
    assert table[3] == "| stability | **crash** |  |"
    assert table[4] == "| gradient | not offered |  |"
    assert markdown(outcomes([PASS])).startswith("## softmark: passes\n")


def test_markdown_marks_what_is_known_and_counts_what_is_too_much() -> None:
    excused = markdown(outcomes([FAIL], excuse=lambda record: "No shift."))
    assert excused.startswith("## softmark: passes")
    assert "| fail F NaN ulp (known) |" in excused
    many = [replace(FAIL, check=f"check {i}") for i in range(MOST + 3)]
    assert "and 3 more failures." in markdown(outcomes(many))
    stale = markdown(outcomes([PASS]), stale=["a/*: it no longer fails"])
    assert stale.startswith("## softmark: fails")
    assert "- a/\\*: it no longer fails" in stale


@pytest.mark.parametrize("text", ["|", "`", "*", "_", "<b>", "[x](y)", "#", "a\nb", "\\"])
def test_markdown_escapes_what_is_markup(text: str) -> None:
    shown = escaped(text)
    assert "\n" not in shown
    assert shown.replace("\\", "") == " ".join(text.split()).replace("\\", "")
    assert all(shown[i - 1] == "\\" for i, c in enumerate(shown) if c in "|`*_<>[]#")


def test_markdown_holds_text_whatever_the_records_hold() -> None:
    hostile = replace(
        FAIL, implementation=HOSTILE, check=HOSTILE, format=HOSTILE, message="```\n# not a title"
    )
    text = markdown(outcomes([hostile]), title=HOSTILE)
    assert "<b>" not in text.partition("````text")[0]
    assert "\n# " not in text.partition("````text")[0]
    assert "````text\n```\n# not a title" in text
    cells = text.splitlines()[-1].replace("\\|", "").split("|")
    assert len(cells) == 4
