"""The tables of a site as JSON: linked from each, valid, and the same as what the page shows."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

TYPES = {
    "object": dict, "array": list, "string": str, "number": (int, float), "boolean": bool,
    "null": type(None),
}  # fmt: skip


def faults(value: Any, schema: dict[str, Any], at: str = "") -> list[str]:
    """What of a value breaks a schema, by the words that the report's schemas use."""
    assert not set(schema) - {
        "$schema", "title", "type", "required", "properties", "items", "additionalProperties",
    }  # fmt: skip
    kinds = schema.get("type", list(TYPES))
    wanted = [kinds] if isinstance(kinds, str) else kinds
    is_truth = isinstance(value, bool) and "boolean" not in wanted
    if is_truth or not any(isinstance(value, TYPES[kind]) for kind in wanted):
        return [f"{at}: {value!r} is not {wanted}"]
    found = []
    if isinstance(value, dict):
        known = schema.get("properties", {})
        found += [
            f"{at}.{name} is missing" for name in schema.get("required", ()) if name not in value
        ]
        if schema.get("additionalProperties") is False:
            found += [f"{at}.{name} is unknown" for name in value.keys() - known.keys()]
        for name in value.keys() & known.keys():
            found += faults(value[name], known[name], f"{at}.{name}")
    if isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            found += faults(item, schema["items"], f"{at}[{number}]")
    return found


def documents(site: Path) -> dict[str, Any]:
    return {
        path.name: json.loads(path.read_text(encoding="utf-8"))
        for path in (site / "api").glob("*.json")
        if path.name not in ("index.json", "table.schema.json")
    }


@pytest.mark.parametrize(
    "broken", [{"rows": 1}, {"rows": [[]]}, {"title": None}, {"schema": True}, {"page": 1.5}]
)
def test_a_broken_document_is_found(site: Path, broken: dict[str, Any]) -> None:
    schema = json.loads((site / "api" / "table.schema.json").read_text())
    first = next(iter(documents(site).values()))
    assert faults(first, schema) == []
    assert faults(first | broken, schema)


def test_every_table_is_valid_by_the_common_schema_and_by_its_own(site: Path) -> None:
    schema = json.loads((site / "api" / "table.schema.json").read_text())
    found = documents(site)
    assert len(found) > 50
    for name, document in found.items():
        assert faults(document, schema) == [], name
        assert faults(document["rows"], document["schema"]) == [], name


def test_every_table_of_every_page_leads_to_its_data(site: Path) -> None:
    listed = json.loads((site / "api" / "index.json").read_text())
    assert {one["file"] for one in listed} == {f"api/{name}" for name in documents(site)}
    seen = set()
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        links = re.findall(r'<p class="api"><a href="([^"]*)" download>JSON</a>', text)
        tables = re.findall(r'<table class="data[^"]*" id="([^"]*)"', text)
        plain = {"records", "skipped-table", "files", "faults-table", "sides"}
        assert len(links) == len([name for name in tables if name not in plain]), page
        seen |= {(page.parent / link).resolve() for link in links}
    assert seen == {(site / one["file"]).resolve() for one in listed}


def test_the_data_are_those_of_the_page(site: Path) -> None:
    document = json.loads((site / "api" / "accuracy.accuracy-1-1.json").read_text())
    row = next(r for r in document["rows"] if r["implementation"] == "torch.softmax")
    text = (site / "accuracy.html").read_text(encoding="utf-8")
    (cell,) = re.findall(r'id="torch.softmax/float32/value"[^>]*data-v="([^"]*)"', text)
    assert row["float32"] == float(cell)
    assert text.count('id="accuracy-1-1"') == 1
