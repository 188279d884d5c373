"""A failure that was understood before the run has its reason beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType

import softmark_reports
from softmark.records import Header, Json, Record


def causes(synthetic: ModuleType, folder: Path, known: list[Json], *records: Record) -> str:
    head: Header = replace(
        synthetic.header("torch", "run", "2026-11-23T00:00:00Z", "a machine"), known_failures=known
    )
    synthetic.write_file(folder / "results" / "r.jsonl", head, list(records))
    rendered = softmark_reports.render([folder / "results"], folder / "site")
    return (rendered.index.parent / "causes.html").read_text()


def failing(synthetic: ModuleType) -> Record:
    """A record that fails, whatever the made-up frameworks do."""
    record: Record = next(synthetic.framework_records("torch"))
    return replace(record, verdict="fail", grade="F")


def test_the_reason_and_its_link_stand_beside_the_failure(
    synthetic: ModuleType, tmp_path: Path
) -> None:
    record = failing(synthetic)
    known: Json = {
        "id": f"{record.implementation}/{record.check}/*",
        "reason": "The sum overflows.",
        "link": "https://example.org/why",
    }

    page = causes(synthetic, tmp_path, [known], record)

    assert page.count("<h3>The sum overflows.</h3>") == 1
    assert 'href="https://example.org/why"' in page


def test_another_failure_is_not_excused_and_brackets_are_literal(
    synthetic: ModuleType, tmp_path: Path
) -> None:
    known: Json = {"id": "[a-z]*/nothing/*", "reason": "No.", "link": "https://example.org"}

    page = causes(synthetic, tmp_path, [known], failing(synthetic))

    assert "<h3>No.</h3>" not in page
    assert "<h2>Not explained yet</h2>" in page


def test_hostile_entries_are_text_or_nothing(synthetic: ModuleType, tmp_path: Path) -> None:
    entries: list[Json] = [
        {"id": "*"},
        {"id": "*", "reason": "<script>alert(1)</script>", "link": "javascript:alert(1)"},
    ]

    page = causes(synthetic, tmp_path, entries, failing(synthetic))

    assert "<h3>&lt;script&gt;" in page
    assert "javascript:alert" not in page


def test_a_reason_of_every_run_is_told_before_one_of_some_runs(
    synthetic: ModuleType, tmp_path: Path
) -> None:
    """What happens on some processors only explains nothing that another reason does."""
    entries: list[Json] = [
        {"id": "*", "reason": "On some processors.", "link": "", "fails": "sometimes"},
        {"id": "*", "reason": "The sum overflows.", "link": "", "fails": "always"},
    ]

    page = causes(synthetic, tmp_path, entries, failing(synthetic))

    assert "<h3>The sum overflows.</h3>" in page
    assert "On some processors." not in page


def test_what_nobody_has_explained_comes_first(synthetic: ModuleType, tmp_path: Path) -> None:
    explained = failing(synthetic)
    news = replace(explained, implementation="torch.zz_new")
    known: Json = {"id": f"{explained.implementation}/*", "reason": "Old.", "link": ""}

    page = causes(synthetic, tmp_path, [known], explained, news)
    found = page[page.index('class="found"') :]

    assert found.index("zz_new") < found.index("<h3>Old.</h3>")
