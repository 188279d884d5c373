from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softmark_reports.data.specification import sections, texts
from softmark_reports.writing import wording
from softmark_reports.writing.links import LONGEST, Slugs, anchor


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (math.nan, "NaN"), (math.inf, "infinity"), (-math.inf, "minus infinity"), (None, ""),
        (0.0, "0"), (0.5, "0.500"), (1234.5, "1,234"), (-3.44, "−3.44"), (1e-9, "1.0 × 10⁻⁹"),
        (2.1e10, "2.1 × 10¹⁰"), (2057.0, "2,057"), (5e-324, "4.9 × 10⁻³²⁴"),
    ],
)  # fmt: skip
def test_numbers_read_well(value: float | None, text: str) -> None:
    assert wording.number(value) == text


@given(st.floats(-1e308, 1e308))
def test_a_number_keeps_its_size(value: float) -> None:
    text = wording.number(value).replace("−", "-").replace(",", "")
    mantissa, _, exponent = text.partition(" × 10")
    digits = exponent.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    assert float(f"{mantissa}e{digits or 0}") == pytest.approx(value, rel=0.051, abs=5e-324)


@given(st.text())
def test_printable_text_has_no_control_characters_and_can_be_written(text: str) -> None:
    shown = wording.printable(text)
    assert not re.search("[\x00-\x08\x0e-\x1f]", shown)
    shown.encode()
    assert len(shown) == len(text)


def test_lone_surrogates_do_not_stop_a_report() -> None:
    assert wording.printable("a\ud800b\x1fc") == "a\ufffdb\ufffdc"


def test_percentages_are_whole_unless_small() -> None:
    assert [wording.percent(share) for share in (0.714, 0.0123, 4e-5)] == [
        "71 %", "1.23 %", "0.00400 %"
    ]  # fmt: skip


def test_names_become_prose() -> None:
    assert wording.listing([]) == ""
    assert wording.listing(["a"]) == "a"
    assert wording.listing(["a", "b", "c"]) == "a, b and c"
    assert wording.listing("abcdef") == "a, b, c and 3 more"


def test_long_lists_are_cut_and_say_so() -> None:
    assert wording.plain(["x"] * 40).endswith("… (40 in all)")
    assert wording.plain([1.5, None, 2.0] * 40) == "120 values from 1.50 to 2"
    assert wording.plain([None] * 9) == "9 values, none of them a number"


@given(st.lists(st.text(), unique=True, max_size=30))
def test_each_name_has_a_safe_file_name_of_its_own(names: list[str]) -> None:
    slugs = Slugs()
    given_names = [slugs[name] for name in names]
    assert len({slug.lower() for slug in given_names}) == len(names)
    for slug in given_names:
        assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", slug)
        assert len(slug) <= LONGEST + 9


def test_names_that_differ_in_case_or_signs_do_not_share_a_file() -> None:
    slugs = Slugs()
    assert len({slugs[name].lower() for name in ("a[x]", "A-x", "a x", "../a", "a/x", "")}) == 6


def test_a_record_has_an_anchor_for_each_machine() -> None:
    assert anchor("here", "id") != anchor("there", "id")


def test_a_docstring_is_cut_at_its_headings() -> None:
    cut = sections("Lead.\n\nBound\n-----\nAt most\none ulp.\n\n    x <= 1\n\nA\n-\nGood.")
    assert [section.heading for section in cut] == ["", "Bound", "A"]
    assert [block.text for block in cut[1].blocks] == ["At most one ulp.", "x <= 1"]
    assert [block.literal for block in cut[1].blocks] == [False, True]


def test_a_rule_below_a_paragraph_is_no_heading() -> None:
    assert [section.heading for section in sections("one\ntwo\n---\nthree")] == [""]


def test_the_title_is_not_repeated_and_odd_entries_are_shown() -> None:
    found = texts(
        {
            "checks": {
                "ties": {"title": "Equal maxima", "text": "ties: Equal maxima\n\nMore."},
                "odd": 7,
            }
        },
        "checks",
    )
    assert [block.text for block in found["ties"].sections[0].blocks] == ["More."]
    assert found["odd"].sections[0].blocks[0].text == "7"
    assert texts({"checks": 5}, "checks") == {}


def test_a_moment_is_told_to_the_minute_and_anything_else_as_it_is() -> None:
    assert wording.moment("2026-11-24T20:27:14+00:00") == "2026-11-24 20:27"
    assert wording.moment("2026-11-24T20:27:14Z") == "2026-11-24 20:27"
    assert wording.moment("2026-11-24T22:27:14+02:00") == "2026-11-24 20:27"
    assert wording.moment("<b>yesterday</b>") == "<b>yesterday</b>"


def test_an_element_on_a_device_takes_picoseconds() -> None:
    assert wording.duration(0.0005) == "0.500 ps"
    assert wording.duration(0.05) == "0.0500 ns"
    assert wording.duration(0.0) == "0 ns"
