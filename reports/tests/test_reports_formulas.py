"""Formulas become MathML, nothing of the text is lost, and what is no formula stays text."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softmark import specification
from softmark_reports.data.specification import Passage, sections, texts
from softmark_reports.writing.formulas import display, inline
from softmark_reports.writing.formulas.tokens import SUBSCRIPTS, SUPERSCRIPTS

MATH = re.compile(r"<math.*?</math>", re.DOTALL)
SOURCE = re.compile(r"<annotation[^>]*>(.*?)</annotation>", re.DOTALL)
SIGNS = "|[]{}()⌈⌉⌊⌋⟨⟩/+-·<>^_=ᵢⱼ₂²Σβδxny01 ,.:a'\"&e\t"


def blocks() -> list[tuple[str, Passage]]:
    """Every paragraph of the specification as it is today."""
    written = specification.as_json()
    return [
        (f"{kind} {name}", block)
        for kind in ("checks", "operations")
        for name, text in texts(written, kind).items()
        for section in text.sections
        for block in section.blocks
    ]


def read_back(markup: str) -> str:
    """The text with each formula replaced by its annotation."""
    plain = MATH.sub(lambda found: SOURCE.findall(found[0])[0], markup)
    return html.unescape(re.sub("<[^>]*>", "", plain))


def letters(text: str) -> str:
    """Letters and digits alone, indices and powers as ordinary ones."""
    plain = text.translate(str.maketrans(SUBSCRIPTS | SUPERSCRIPTS))
    return re.sub(r"[\W_ΣΠ]", "", plain)


@given(st.text() | st.text(SIGNS, max_size=60))
def test_any_text_is_still_there_word_for_word(text: str) -> None:
    assert read_back(inline(text)) == text


@given(st.text(SIGNS, max_size=60))
def test_whatever_is_set_as_a_formula_is_well_formed_and_complete(text: str) -> None:
    for found in MATH.findall(inline(text)):
        (source,) = SOURCE.findall(found)
        shown = "".join(ET.fromstring(SOURCE.sub("", found)).itertext())
        # An index stands before a power in MathML, whatever the order in the text.
        assert sorted(letters(shown)) == sorted(letters(html.unescape(source)))


def test_the_specification_is_read_back_word_for_word_and_has_formulas() -> None:
    formulas = 0
    for _, block in blocks():
        shown = display(block.text)
        if shown is None:
            assert read_back(inline(block.text)) == block.text
            formulas += inline(block.text).count("<math")
        else:
            assert letters(SOURCE.findall(shown)[0]) == letters(block.text)
            formulas += 1
    assert formulas > 100


def test_prose_that_breaks_before_a_bar_or_a_minus_is_prose() -> None:
    text = "Statement\n---------\nEach result has\n|y - f| <= b, and\n-∞ is absent.\n\n- a\n- b\n\n"
    (section,) = sections(text + "    y = x\n\n| a |\n| b |\n")
    assert section.blocks == [
        Passage("Each result has |y - f| <= b, and -∞ is absent.", literal=False),
        Passage("- a\n- b", literal=True), Passage("y = x", literal=True),
        Passage("| a |\n| b |", literal=True),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp", "sigmoid", "smooth_max"])
def test_the_formula_of_an_operation_stands_alone(name: str) -> None:
    text = texts(specification.as_json(), "operations")[name]
    (formula,) = [section for section in text.sections if section.heading == "Formula"]
    assert display(formula.blocks[0].text)


def test_a_quotient_stands_one_over_the_other_where_it_stands_alone() -> None:
    shown = display("softmax(βx)ᵢ = e^(βxᵢ) / Σⱼ e^(βxⱼ)")
    assert shown
    top, bottom = ET.fromstring(shown).iter("mfrac").__next__()
    assert "".join(top.itertext()) == "eβxi"
    assert "".join(bottom.itertext()) == "∑jeβxj"
    assert "mfrac" not in inline("each of them gets 1/k, or (n - 1)/2")


def test_indices_powers_and_fences_are_what_they_look_like() -> None:
    shown = inline("at most |yᵢ - x_max| ≤ 2^20")
    assert "<msub><mi>y</mi><mi>i</mi></msub>" in shown
    assert re.search(r"<msub><mi>x</mi>(<mrow>)?<mi>max</mi>", shown)
    assert re.search(r"<msup><mn>2</mn>(<mrow>)?<mn>20</mn>", shown)
    assert len(re.findall(r"<mo[^>]*>\|</mo>", shown)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Blanchard, Higham, Higham, IMA J. Numer. Anal. 41 (2021) 2311-2330",
        "grade C of the operation, as in grade B (A is rare)",
        "a row's sum, e.g. in 16 bits (88.7 or more), and/or a tie",
        "softmax and sigmoid are in [0, 1]", "section 3.1; 16 and 8 bits", "|",
    ],
)  # fmt: skip
def test_prose_stays_prose(text: str) -> None:
    assert "<math" not in inline(text)


@pytest.mark.parametrize("text", ["(x", "x)", "|x", "xᵢᵢ^", "^2", "_i", "x^", "/", "(" * 200 + "x"])
def test_what_does_not_parse_stays_text(text: str) -> None:
    assert read_back(inline(text)) == text
    assert display(text) is None


@pytest.mark.parametrize("name", ["float8_e4m3fn", "float8_e5m2", "float16", "bfloat16", "uint8"])
def test_the_name_of_a_format_is_no_formula(name: str) -> None:
    assert str(inline(f"Overflow of {name} in a cast.")) == f"Overflow of {name} in a cast."
