"""The plan of the house: how large each room is, and how tangled.

import-linter says which way the arrows run (``tool.importlinter`` in ``pyproject.toml``); here is
how many there are.  A room that outgrows its plan is parted, or its line is changed with the
reason.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "softmark": ROOT / "suite/softmark",
    "softmark_reports": ROOT / "reports/softmark_reports",
}
PLAN = {
    # room: files, and imports of one of its files by another, at most
    "softmark": (23, 22),
    "softmark.answers": (22, 28),
    "softmark.api": (23, 34),
    "softmark.calling": (22, 36),
    "softmark.checks": (36, 12),  # a check knows no other check; a folder's parts are its own
    "softmark.cli": (37, 103),  # commands share options, words and a console
    "softmark.comparing": (10, 12),
    "softmark.exhaustive": (11, 29),
    "softmark.harness": (23, 44),
    "softmark.inputs": (10, 8),
    "softmark.judging": (19, 32),
    "softmark.operations": (32, 113),  # one file an operation, each made of the same few parts
    "softmark.oracle": (42, 156),  # kernels of one expansion
    "softmark.reproduction": (13, 34),  # a script is put together from the parts
    "softmark.sampling": (8, 18),
    "softmark.searching": (5, 7),
    "softmark.shards": (8, 12),
    "softmark.subjects": (8, 8),
    "softmark.testing": (15, 14),  # an assertion or a few a file
    "softmark.timing": (8, 5),
    "softmark.workers": (20, 32),
    "softmark_reports": (5, 0),
    "softmark_reports.data": (30, 38),
    "softmark_reports.exchange": (5, 4),
    "softmark_reports.exports": (8, 4),
    "softmark_reports.pages": (66, 82),  # most of them are to ``page`` and ``headline``
    "softmark_reports.pictures": (20, 58),  # each to the few that draw
    "softmark_reports.rendering": (8, 10),
    "softmark_reports.sheets": (9, 9),
    "softmark_reports.writing": (14, 12),
}
LARGEST_PAGE = 5
"""Files of a page: page, sheets, headlines, pictures, and one that is only its own."""


def modules(packages: Mapping[str, Path]) -> dict[str, Path]:
    """Each module's file by its full name."""
    found = {}
    for name, folder in packages.items():
        for path in folder.rglob("*.py"):
            parts = path.relative_to(folder).with_suffix("").parts
            found[".".join((name, *parts)).removesuffix(".__init__")] = path
    return found


def room(module: str, path: Path) -> str:
    """The first folder of a package, or the package itself for what lies in none."""
    parts = module.split(".")
    is_in_folder = len(parts) > 2 or (len(parts) == 2 and path.name == "__init__.py")
    return ".".join(parts[: 2 if is_in_folder else 1])


def imported(path: Path, known: Mapping[str, Path]) -> set[str]:
    """The modules of the house that a module imports, also inside of functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            found |= {name if name in known else node.module for name in names}
    return found & set(known)


def sizes(packages: Mapping[str, Path]) -> Iterator[tuple[str, int, int]]:
    """Each room with its files and inner arrows; what an ``__init__`` hands on is none."""
    known = modules(packages)
    rooms = {module: room(module, path) for module, path in known.items()}
    files, arrows = Counter(rooms.values()), Counter[str]()
    for module, path in known.items():
        if path.name != "__init__.py":
            others = imported(path, known) - {module}
            arrows[rooms[module]] += sum(rooms[other] == rooms[module] for other in others)
    yield from ((name, files[name], arrows[name]) for name in sorted(files))


def outgrown(packages: Mapping[str, Path]) -> list[str]:
    """Rooms that are not in the plan, or larger than there."""
    said = []
    for name, files, arrows in sizes(packages):
        most, tangled = PLAN.get(name, (0, 0))
        if files > most or arrows > tangled:
            said.append(f"{name}: {files} files, {arrows} inner imports; plan {most}, {tangled}")
    return said


def test_rooms_are_as_large_as_planned() -> None:
    assert outgrown(PACKAGES) == []


def test_the_plan_has_no_room_that_is_gone() -> None:
    assert {name for name, *_ in sizes(PACKAGES)} == set(PLAN)


def test_a_page_is_a_few_files() -> None:
    pages = PACKAGES["softmark_reports"] / "pages"
    for folder in (path for path in pages.iterdir() if (path / "__init__.py").exists()):
        assert (folder / "page.py").exists(), folder
        assert len(list(folder.glob("*.py"))) <= LARGEST_PAGE + 1, folder


@pytest.mark.parametrize("files", [4, 6])
def test_a_room_that_grows_is_told(tmp_path: Path, files: int) -> None:
    folder = tmp_path / "softmark_reports" / "exchange"
    folder.mkdir(parents=True)
    for number in range(files):
        text = "from softmark_reports.exchange.f0 import x\n" if number > 4 else ""
        (folder / f"f{number}.py").write_text(text)
    told = outgrown({"softmark_reports": folder.parent})
    assert told == (
        [] if files == 4 else ["softmark_reports.exchange: 6 files, 1 inner imports; plan 5, 4"]
    )


ALIKE = {
    # A message of the wire is called as what it carries; neither side may import the other.
    "Block", "Called", "Fault", "Memory", "Output", "Rounds", "Series", "Timed",
}  # fmt: skip
"""Names of classes in more than one room."""


def test_a_class_has_its_name_alone() -> None:
    """Else a reader of one room takes what he reads for what he knows from another."""
    rooms: dict[str, set[str]] = {}
    for module, path in modules(PACKAGES).items():
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                rooms.setdefault(node.name, set()).add(room(module, path))
    assert {name for name, where in rooms.items() if len(where) > 1} == ALIKE


LONG = 300
"""Lines of a file that need no reason."""
REASON = "\n# Over 300 lines: "


def unexplained(packages: Mapping[str, Path]) -> list[str]:
    """Files that are long and do not say why at their top."""
    found = []
    for name, path in modules(packages).items():
        text = path.read_text()
        body = ast.parse(text).body[1:]
        top = "\n".join(text.split("\n")[: body[0].lineno if body else None])
        if text.count("\n") > LONG and REASON not in top:
            found.append(name)
    return found


def test_a_long_file_says_why_at_its_top() -> None:
    implementations = ROOT / "implementations/softmark_implementations"
    assert unexplained({**PACKAGES, "softmark_implementations": implementations}) == []


@pytest.mark.parametrize("lines", [300, 301])
def test_one_line_more_needs_a_reason(lines: int, tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text("\n" * lines)
    assert len(unexplained({"package": tmp_path})) == lines - 300
