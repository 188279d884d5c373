"""A table as CSV is data: no cell of it is a formula, and a number is a number."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from softmark_reports.writing import spreadsheet

FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "\n=1",
    "-x",
    "=cmd|' /C x'!A0",
    "＝1",
)
NUMBERS = ("-1.5", "+3", "-1e-300", "-inf", "0", "12")


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_and_no_head_is_a_formula(text: str) -> None:
    assert rows(spreadsheet.text([text], [[text]])) == [[f"'{text}"]] * 2
    assert rows(spreadsheet.frame(pd.DataFrame({text: [text]}))) == [[f"'{text}"]] * 2


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_stays_a_number(text: str) -> None:
    value = float(text)
    assert rows(spreadsheet.text(["n"], [[text], [value]])) == [["n"], [text], [str(value)]]


def test_what_is_missing_is_an_empty_cell() -> None:
    data = pd.DataFrame({"n": [-1.5, None], "text": ["a", None], "whole": [-3, 4]})
    assert rows(spreadsheet.frame(data))[1:] == [["-1.5", "a", "-3"], ["", "", "4"]]
