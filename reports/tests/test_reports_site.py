from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import softmark_reports
from softmark.records import RecordsError


def test_a_second_rendering_counts_and_writes_the_same(
    results: list[Path], site: Path, synthetic: ModuleType, tmp_path: Path
) -> None:
    rendered = softmark_reports.render(results, tmp_path, scripts=synthetic.script)
    assert rendered.pages == len(list(tmp_path.rglob("*.html")))
    assert rendered.records > 4000
    assert rendered.faults == []
    assert contents(tmp_path) == contents(site)


def test_results_are_only_read(synthetic: ModuleType, tmp_path: Path) -> None:
    paths = synthetic.write_results(tmp_path / "results", frameworks=["keras"])
    before = contents(tmp_path / "results")
    for path in paths:
        path.chmod(0o444)
    softmark_reports.render([tmp_path / "results"], tmp_path / "site")
    assert contents(tmp_path / "results") == before


def contents(folder: Path) -> dict[Path, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder): path.read_bytes() for path in files}


def test_only_the_report_s_own_script_and_style_are_allowed(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        policy = re.search(r'Security-Policy" content="([^"]*)"', text)
        assert policy
        assert "unsafe" not in policy[1]
        assert policy[1].startswith("default-src &#39;none&#39;")
        assert not re.search(r"<style|<script(?! src=)| style=", text)
        loaded = re.findall(r'<(?:script src|link rel="stylesheet" href)="([^"]*)"', text)
        assert {(page.parent / name).resolve() for name in loaded} == {
            site / "report.css",
            site / "report.js",
        }


def test_a_page_holds_little_beside_what_it_shows(site: Path) -> None:
    """A hundred thousand records are a thousand pages and more."""
    for page in site.glob("implementations/*/*.html"):
        text = page.read_text(encoding="utf-8")
        rows = text.count('<tr id="r-')
        assert len(text) < 6000 + 1200 * rows


def test_no_page_names_an_address_outside(site: Path) -> None:
    for page in site.rglob("*.html"):
        assert not re.search(r"""(?:src|href|url\()\s*=?\s*["']?(?:https?:)?//""", page.read_text())


def test_missing_cells_say_so(site: Path) -> None:
    row = re.search(
        r"\[layer\]</a>.*?</tr>", (site / "implementations.html").read_text(), re.DOTALL
    )
    assert row
    assert "not measured" in row[0]


def test_nan_and_infinity_are_words(site: Path) -> None:
    text = (site / "implementations.html").read_text(encoding="utf-8")
    assert "NaN ulp" in text
    assert "infinity ulp" in text


def test_faults_are_named_and_counted(synthetic: ModuleType, tmp_path: Path) -> None:
    path = synthetic.write_results(tmp_path / "results", frameworks=["keras"])[0]
    path.write_bytes(path.read_bytes() + b"not json\n")
    rendered = softmark_reports.render([tmp_path / "results"], tmp_path / "site")
    line = path.read_bytes().count(b"\n")
    assert [(fault.path, fault.line) for fault in rendered.faults] == [(path, line)]
    environment = (tmp_path / "site" / "environment.html").read_text(encoding="utf-8")
    assert "1 line left out" in environment
    assert "broken JSON" in environment
    assert "1 line could not be read" in rendered.index.read_text(encoding="utf-8")


def test_two_machines_have_a_matrix_each(synthetic: ModuleType, tmp_path: Path) -> None:
    for machine in ("here", "there"):
        synthetic.write_results(tmp_path / "results", machine=machine, frameworks=["keras"])
    softmark_reports.render([tmp_path / "results"], tmp_path / "site")
    page = (tmp_path / "site" / "implementations.html").read_text()
    assert "on here, cpu</caption>" in page
    assert "on there, cpu</caption>" in page


def test_a_run_that_did_not_end_says_how_it_goes_on(synthetic: ModuleType, tmp_path: Path) -> None:
    (path,) = synthetic.write_results(tmp_path / "results", frameworks=["keras"])
    path.write_bytes(path.read_bytes().rpartition(b"{")[0])  # without its last line, the end
    softmark_reports.render([path], tmp_path / "site")
    text = (tmp_path / "site/index.html").read_text(encoding="utf-8")
    assert "Not finished: keras; <code>softmark run --resume</code> goes on." in text


def test_results_without_a_record_make_a_report(synthetic: ModuleType, tmp_path: Path) -> None:
    synthetic.write_file(tmp_path / "a.jsonl", synthetic.header("numpy", "r", "1", "m"), [])
    rendered = softmark_reports.render([tmp_path], tmp_path / "site")
    assert rendered.records == 0
    assert "no record for 5 implementations" in rendered.index.read_text(encoding="utf-8")


def test_no_results_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RecordsError, match="no such file"):
        softmark_reports.render([tmp_path / "nowhere"], tmp_path / "site")


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, softmark_reports; print({'pandas', 'matplotlib', 'jinja2'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    assert done.stdout.strip() == "set()"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="/proc tells the peak")
@pytest.mark.slow
def test_a_hundred_thousand_records_fit(synthetic: ModuleType, tmp_path: Path) -> None:
    """What they take is on the line through what fewer take.

    Each in a process of its own, so that its peak of memory is its own.  ``VmHWM`` begins anew with
    the program; ``ru_maxrss`` goes on from the process that started it.
    """
    code = (
        "import re, sys; from pathlib import Path; import softmark_reports\n"
        "rendered = softmark_reports.render([Path(sys.argv[1])], Path(sys.argv[2]))\n"
        "status = Path('/proc/self/status').read_text()\n"
        "print(rendered.records, re.search(r'VmHWM:\\s*(\\d+)', status)[1])"
    )

    def taken(records: int) -> tuple[int, int, int]:
        """Kilobytes of memory, and bytes of the first page and of the largest."""
        folder = tmp_path / str(records)
        synthetic.write_results(folder / "results", records=records)
        done = subprocess.run(
            [sys.executable, "-c", code, str(folder / "results"), str(folder / "site")],
            capture_output=True, text=True, check=True, env={"PYTHONPATH": ":".join(sys.path)},
        )  # fmt: skip
        rendered, kilobytes = map(int, done.stdout.split())
        assert rendered == records
        sizes = {path: path.stat().st_size for path in (folder / "site").rglob("*.html")}
        return kilobytes, sizes[folder / "site" / "index.html"], max(sizes.values())

    few, more = taken(10_000), taken(25_000)
    step = (100_000 - 10_000) / (25_000 - 10_000)
    memory, first, largest = (a + step * (b - a) for a, b in zip(few, more, strict=True))
    assert memory < 1_000_000
    assert first < 1_000_000
    assert largest < 3_000_000
