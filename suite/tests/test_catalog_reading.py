from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from softmark import catalog

METADATA = '# /// script\n# dependencies = ["numpy>=1.26"]\n# ///\n'


def source(path: Path, text: str) -> catalog.Source:
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return catalog.Source("mine", f"package.{path.stem}", path)


def test_an_entry_says_what_the_decorator_says(tmp_path: Path) -> None:
    text = METADATA + textwrap.dedent('''
        import sys
        import numpy as np
        from package import implementation

        @implementation("softargmax", "fast", formats=("float32",), ranks=(2,), fixed_beta=1e999)
        def expected_index(x, axis=-1, *, beta=1.0):
            """The first line.

            The second.
            """
    ''')
    (entry,) = catalog.read([source(tmp_path / "kernels.py", text)]).entries

    assert entry.name == "mine.softargmax[fast]"
    assert (entry.framework, entry.operation, entry.variant) == ("mine", "softargmax", "fast")
    assert (entry.formats, entry.ranks, entry.axes) == (("float32",), (2,), "any")
    assert entry.fixed_beta == float("inf")
    assert entry.takes_beta
    assert (entry.module, entry.function) == ("package.kernels", "expected_index")
    assert entry.path.read_text().splitlines()[entry.line - 1].startswith("def expected_index")
    assert entry.description == "The first line."
    assert entry.requirements == ("numpy>=1.26",)
    assert entry.imports == ("numpy", "package")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def f(:", "cannot be read"),
        ("# /// script\n# dependencies = [\n# ///\n", "cannot be read"),
        ("@implementation('softmax', variant=NAME)\ndef f(x): ...", "variant of @implementation"),
        ("@implementation('softmax', shape=3)\ndef f(x): ...", "no argument 'shape'"),
        ("@implementation()\ndef f(x): ...", "needs the name of the operation"),
    ],
)
def test_what_cannot_be_read_is_a_problem_and_the_rest_is_read(
    tmp_path: Path, text: str, reason: str
) -> None:
    good = source(tmp_path / "good.py", "@implementation('softmax')\ndef f(x): ...")
    found = catalog.read([source(tmp_path / "bad.py", text), good])

    (problem,) = found.problems
    assert reason in problem.reason
    assert str(tmp_path / "bad.py") in str(problem)
    assert [entry.name for entry in found.entries] == ["mine.softmax"]


def test_a_file_that_is_not_utf8_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "latin.py"
    path.write_bytes(b"# \xff\n")

    (problem,) = catalog.read([catalog.Source("mine", "latin", path)]).problems
    assert "cannot be read" in problem.reason


def test_a_name_belongs_to_the_first_file_that_declares_it(tmp_path: Path) -> None:
    text = "@implementation('softmax')\ndef f(x): ..."
    found = catalog.read([source(tmp_path / "a.py", text), source(tmp_path / "b.py", text)])

    assert [entry.path.name for entry in found.entries] == ["a.py"]
    assert "mine.softmax exists already" in str(found.problems[0])


def test_an_unknown_name_comes_with_its_neighbours() -> None:
    with pytest.raises(catalog.UnknownName, match=r"did you mean numpy\.softmax"):
        catalog.read().find("numpy.sofmax")


def test_an_absent_framework_is_named_with_the_line_that_installs_it(tmp_path: Path) -> None:
    text = """\
        # /// script
        # dependencies = ["no-such-framework>=2", "numpy>=1.26"]
        # ///
        import no_such_framework

        @implementation("softmax")
        def f(x): ...
    """
    (entry,) = catalog.read([source(tmp_path / "absent.py", text)]).entries

    assert entry.missing() == ["no-such-framework>=2"]
    assert entry.install_hint == 'python -m pip install "no-such-framework>=2"'


def test_a_framework_from_another_distribution_is_not_missing(tmp_path: Path) -> None:
    text = """\
        # /// script
        # dependencies = ["numpy-of-another-name"]
        # ///
        import numpy

        @implementation("softmax")
        def f(x): ...
    """
    (entry,) = catalog.read([source(tmp_path / "renamed.py", text)]).entries

    assert entry.missing() == []
    assert entry.install_hint == ""


def test_what_a_neighbour_imports_is_needed_too(tmp_path: Path) -> None:
    (tmp_path / "with_base.py").write_text("import no_such_framework")
    text = """\
        from softmark_implementations.with_base import FRAMEWORK

        @implementation("softmax")
        def f(x): ...
    """
    (entry,) = catalog.read([source(tmp_path / "with_top.py", text)]).entries

    assert entry.imports == ("no_such_framework",)


def test_reading_our_own_files_imports_no_framework_and_no_numpy() -> None:
    code = (
        "import sys; from softmark import catalog; "
        "print(len(catalog.read().entries), "
        "{'numpy', 'torch', 'tensorflow', 'jax', 'softmark_implementations'} & set(sys.modules))"
    )
    path = ":".join(filter(None, sys.path))
    out = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": path}, capture_output=True, text=True
    )
    count, _, imported = out.stdout.strip().partition(" ")
    assert int(count) > 10, out.stderr
    assert imported == "set()"


def test_our_own_files_have_no_problems() -> None:
    assert [str(problem) for problem in catalog.read().problems] == []


def make_distribution(folder: Path, module: str) -> None:
    """A distribution as pip leaves it, with an entry point in our group."""
    info = folder / "third_party-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: third-party\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[softmark.implementations]\nkernels = {module}\n")


def test_another_distribution_adds_implementations_without_being_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "third_party"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('imported')")
    (package / "kernels.py").write_text("@implementation('softmax')\ndef f(x): ...")
    make_distribution(tmp_path, "third_party.kernels")
    monkeypatch.syspath_prepend(tmp_path)

    entry = catalog.read().find("kernels.softmax")
    assert entry.module == "third_party.kernels"
    assert entry.path == package / "kernels.py"


def test_an_entry_point_to_nowhere_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_distribution(tmp_path, "third_party.gone")
    monkeypatch.syspath_prepend(tmp_path)

    (problem,) = catalog.read().problems
    assert "third-party announces the module third_party.gone" in str(problem)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("../../outside = third_party", "which is no name of a framework"),
        ("a/b = third_party", "which is no name of a framework"),
        ("wrong = no module!", "which is no module"),
        ("wrong = third_party..kernels", "which is no module"),
        ("wrong = json.decoder.x", "which is not there"),
        ("a line without an equals sign", "cannot be read"),
        ("wrong = ", "which is no module"),
    ],
)
def test_a_malformed_entry_point_is_a_problem_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, why: str
) -> None:
    for name, text in (("bad", line), ("good", "good = good_kernels")):
        info = tmp_path / f"{name}_party-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-party\nVersion: 1\n")
        (info / "entry_points.txt").write_text(f"[softmark.implementations]\n{text}\n")
    (tmp_path / "good_kernels.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    problems: list[catalog.Unreadable] = []
    assert [source.framework for source in catalog.foreign_sources(problems)] == ["good"]
    (problem,) = problems
    assert why in str(problem)
    assert "install bad-party again" in str(problem)
