"""A failure that was understood before the run has its reason beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType

import softmark_reports
from softmark.records import Header, Json, Record


def overview(synthetic: ModuleType, folder: Path, known: list[Json], *records: Record) -> str:
    head: Header = replace(
        synthetic.header("torch", "run", "2026-11-23T00:00:00Z", "a machine"), known_failures=known
    )
    synthetic.write_file(folder / "results" / "r.jsonl", head, list(records))
    rendered = softmark_reports.render([folder / "results"], folder / "site")
    return rendered.index.read_text()


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

    page = overview(synthetic, tmp_path, [known], record)

    assert "Known: The sum overflows." in page
    assert 'href="https://example.org/why"' in page


def test_another_failure_is_not_excused_and_brackets_are_literal(
    synthetic: ModuleType, tmp_path: Path
) -> None:
    known: Json = {"id": "[a-z]*/nothing/*", "reason": "No.", "link": "https://example.org"}

    assert "Known:" not in overview(synthetic, tmp_path, [known], failing(synthetic))


def test_hostile_entries_are_text_or_nothing(synthetic: ModuleType, tmp_path: Path) -> None:
    entries: list[Json] = [
        {"id": "*"},
        {"id": "*", "reason": "<script>alert(1)</script>", "link": "javascript:alert(1)"},
    ]

    page = overview(synthetic, tmp_path, entries, failing(synthetic))

    assert "Known: &lt;script&gt;" in page
    assert "javascript:alert" not in page


def test_what_nobody_has_explained_comes_first(synthetic: ModuleType, tmp_path: Path) -> None:
    explained = failing(synthetic)
    news = replace(explained, implementation="torch.zz_new")
    known: Json = {"id": f"{explained.implementation}/*", "reason": "Old.", "link": ""}

    page = overview(synthetic, tmp_path, [known], explained, news)
    found = page[page.index('class="found"') :]

    assert found.index("zz_new") < found.index("Known: Old.")


def test_a_folded_failure_says_why_in_one_sentence(synthetic: ModuleType, tmp_path: Path) -> None:
    explained = failing(synthetic)
    news = replace(explained, check="ties", message="It sums to 2.")
    known: Json = {"id": f"{explained.id}", "reason": "The sum overflows.", "link": ""}

    def gists(folder: str, *records: Record) -> list[str]:
        page = overview(synthetic, tmp_path / folder, [known], *records)
        return [part.partition("</span>")[0] for part in page.split('class="gist">')[1:]]

    assert gists("understood", explained) == ["The sum overflows."]
    assert gists("not", explained, news) == ["It sums to 2."]
