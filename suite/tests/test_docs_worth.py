"""The page on what the checks are worth shows what the recorded runs found."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from automutants.equivalence import REASONS
from mutants import declared

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "gates.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def recorded(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "results" / name).read_text(encoding="utf-8"))
    return found


def cells(first: str) -> list[str]:
    """The row of a table of the page whose first cell is this."""
    (row,) = (line for line in PAGE.splitlines() if line.startswith(f"| {first} |"))
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_each_substrate_is_a_row() -> None:
    rows = recorded("automutants.json")["substrates"]
    for row in rows:
        reasons = Counter(row["equivalent"].values())
        killed = ", ".join(f"{check} {n}" for check, n in row["killed"].items())
        expected = [str(row["mutants"]), killed, *(str(reasons[why]) for why in REASONS)]
        assert cells(f"`{row['substrate']}`")[1:] == [*expected, str(len(row["alive"]))]
    total = sum(row["mutants"] for row in rows)
    assert f"{total:,} mutants of {len(rows)} right implementations" in PAGE


def test_each_corpus_is_a_row() -> None:
    for row in recorded("corpora.json")["pools"]:
        standard = [check for check in row["standard"].values() if check]
        assert cells(f"`{row['pool']}`")[1:4] == [
            str(row["wrong"]),
            str(len(row["quick"])),
            str(len(standard)),
        ]


def test_each_rule_is_a_row() -> None:
    document = recorded("gates.json")
    for row in document["forward"]:
        shares = [f"{n} of {size}" for n, size in row["pools"].values()]
        rejected = f"{len(row['rejected'])} of {row['controls']}"
        assert cells(row["gate"])[2:] == [*shares, rejected]


def test_the_pools_are_as_large_as_the_page_says() -> None:
    """In round numbers, which not every new implementation changes."""
    mutants, controls = declared()

    wrong, right = (f"{len(each) // 50 * 50}" for each in (mutants, controls))
    assert cells("written here")[1:3] == [f"over {wrong}"] * 2
    assert f"over {wrong} wrong implementations" in PAGE
    assert f"over {right} right ones" in PAGE
    assert f"[Over {wrong} wrong and {right} right implementations]" in README
