"""Whatever a results file holds, it is text: in every field, on every page."""

from __future__ import annotations

import html.parser
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import softmark_reports
from softmark.evidence import replay
from softmark.records import Case, Header, Record
from softmark_reports.writing.issues import issue

HOSTILE = "<img src=x onerror=alert(1)></script></style><b id=x>'\"&$\\frac{\x00\x1f``<i>``**<u>**"


@pytest.fixture(scope="module")
def hostile_site(synthetic: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    head, records = hostile_results()
    synthetic.write_file(folder / "results" / "a.jsonl", head, records)
    path = folder / "results" / "a.jsonl"
    path.write_bytes(path.read_bytes() + b'{"kind": "record", "<img src=x onerror=alert(1)>": 1}\n')
    rendered = softmark_reports.render([folder / "results"], folder / "site", title=HOSTILE)
    assert len(rendered.faults) == 1
    return folder / "site"


def hostile_results() -> tuple[Header, list[Record]]:
    """A header and records, one for each verdict, with markup wherever text can stand."""
    text = {
        "title": HOSTILE,
        "text": f"{HOSTILE}\n\n{HOSTILE}\n{'-' * 20}\n{HOSTILE}\n\n  {HOSTILE}",
    }
    kinds = ("checks", "operations", "metrics", "inputs")
    head = Header(
        framework=HOSTILE, run=HOSTILE, started=HOSTILE,
        settings={HOSTILE: HOSTILE, "profile": HOSTILE},
        environment={"machine": {"name": HOSTILE}, HOSTILE: {HOSTILE: [HOSTILE]},
                     "worker": {"versions": {HOSTILE: HOSTILE}}},
        specification={kind: {HOSTILE: text} for kind in kinds} | {"grades": HOSTILE},
        implementations={HOSTILE: {"description": HOSTILE}, f"{HOSTILE}2": HOSTILE},
        skipped=[{"what": HOSTILE, "why": HOSTILE, "remedy": HOSTILE}, HOSTILE],
    )  # fmt: skip
    named = {"check": HOSTILE, "implementation": HOSTILE, "format": HOSTILE, "metric": HOSTILE}
    pictured = [
        {"check": "accuracy", "operation": "softmax", "metric": "error"},
        {"check": "throughput", "operation": "softmax", "metric": "time", "verdict": "pass"},
        {"check": "limit", "operation": "softmax", "metric": "distance to limit"},
        {"check": "gradient", "operation": "softmax", "metric": "vjp error"},
    ]
    kept = [{"verdict": verdict} for verdict in ("fail", "crash", "timeout", "not_offered")]
    return head, [hostile_record(i, **named | values) for i, values in enumerate(kept + pictured)]


def hostile_record(seed: int, **values: Any) -> Record:
    family = "saturation" if values["check"] == "gradient" else "normal"
    family = HOSTILE if values["check"] == HOSTILE else family
    parameters = {"gap": 2.0} if values["check"] == "gradient" else {}
    if values["check"] == HOSTILE:
        parameters = {HOSTILE: HOSTILE}
    defaults = {
        "operation": HOSTILE, "device": HOSTILE, "value": 2.0, "unit": HOSTILE, "bound": 1.0,
        "bound_source": HOSTILE, "grade": None, "verdict": "fail", "message": HOSTILE,
        "case": Case(family, (2, 8), seed=seed, parameters=parameters),
        "witness": {HOSTILE: HOSTILE, "x": [HOSTILE] * 3},
        "distribution": {HOSTILE: {HOSTILE: HOSTILE}, "copy_fraction": 0.5, "law": 1.0,
                         "beta_gap": 2.0},
    }  # fmt: skip
    return Record(**defaults | values)


class Elements(html.parser.HTMLParser):
    """Collects what a browser would make elements and attributes of."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def elements(site: Path) -> Iterator[tuple[str, dict[str, str | None]]]:
    for page in site.rglob("*.html"):
        parser = Elements()
        parser.feed(page.read_text(encoding="utf-8"))
        yield from parser.found


def test_markup_in_any_field_makes_no_element(hostile_site: Path) -> None:
    tags = [tag for tag, _ in elements(hostile_site)]
    assert len(tags) > 1000
    assert not {"img", "i", "u"} & set(tags)
    assert tags.count("script") == len(list(hostile_site.rglob("*.html")))


def test_markup_in_any_field_makes_no_attribute(hostile_site: Path) -> None:
    for _, attributes in elements(hostile_site):
        assert not [name for name in attributes if name.startswith("on")]
        assert attributes.get("id") != "x"
        assert "style" not in attributes


def test_hostile_text_is_still_there_to_read(hostile_site: Path) -> None:
    page = (hostile_site / "index.html").read_text(encoding="utf-8")
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") > 10


def test_no_control_character_reaches_a_file(hostile_site: Path) -> None:
    for page in [*hostile_site.rglob("*.html"), *hostile_site.rglob("*.csv")]:
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", page.read_text(encoding="utf-8"))


def test_file_names_stay_inside_the_site(hostile_site: Path) -> None:
    for page in hostile_site.rglob("*"):
        assert re.fullmatch(r"[A-Za-z0-9._-]+", page.name)


def test_every_link_leads_to_a_page_and_an_anchor_that_exist(
    site: Path, hostile_site: Path
) -> None:
    for root in (site, hostile_site):
        anchors = {page.resolve(): set(ids(page)) for page in root.rglob("*.html")}
        for page in anchors:
            for target in set(re.findall(r'href="([^"]*)"', page.read_text(encoding="utf-8"))):
                check_link(page, target.replace("&amp;", "&"), anchors)


def ids(page: Path) -> list[str]:
    return re.findall(r'\bid="([^"]*)"', page.read_text(encoding="utf-8"))


def check_link(page: Path, target: str, anchors: dict[Path, set[str]]) -> None:
    path, _, fragment = target.partition("#")
    if target.startswith(("data:", "#table=")) or (not path and "url(" in target):
        return
    other = (page.parent / path).resolve() if path else page
    assert other.is_file(), f"{page}: {target}"
    if not fragment.startswith("table="):
        assert not fragment or fragment in anchors[other], f"{page}: {target}"


@pytest.mark.parametrize(
    "text",
    ["`x` @someone <img src=x> [y](http://z)", "``` \n# a heading\n@team", "\\`x\\<b>"],
)
def test_the_text_of_an_issue_holds_no_markup_of_its_record(text: str) -> None:
    record = hostile_record(
        0, check=text, implementation=text, format=text, metric=text, message=text,
        bound_source=text, witness={"got": text, "expected": text, "index": text},
    )  # fmt: skip
    for script in ("", f"# {text}\nprint(1)"):
        written = issue(record, {"machine": {"cpu": text}, "python": text}, script, text)
        outside = re.sub(r"(?s)(`+)(?!`).*?(?<!`)\1(?!`)", "", re.sub(r"\\.", "", written.text))
        assert "`" not in outside
        assert not re.search(r"<|@\w|\]\(|^# ", outside)


def test_the_command_that_shows_a_record_again_is_one_word_for_a_shell() -> None:
    for text in ("a'; touch x; '", "a\n$(touch x)", "`touch x`"):
        assert len(shlex.split(replay(text))) == 3
        assert "\n" not in replay(text)
