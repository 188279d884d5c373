"""Known failures are data: read strictly, matched literally but for * and ?."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from softmark import catalog
from softmark_implementations.known_failures import (
    KnownFailure,
    KnownFailuresError,
    load,
    on_device,
)

ENTRY = '[[failure]]\nid = "a*"\nreason = "why"\nlink = "where"\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "failures.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_our_own_file_is_read_by_default() -> None:
    assert all(entry.reason and entry.link for entry in load())


def test_our_own_entries_name_implementations_that_exist() -> None:
    names = [entry.name for entry in catalog.implementations()]
    for failure in load():
        implementation = failure.id.split("/")[0].replace("[", "[[]")
        assert any(fnmatchcase(name, implementation) for name in names), failure.id


def test_entries_come_in_order(tmp_path: Path) -> None:
    path = write(tmp_path, ENTRY + ENTRY.replace("a*", "b"))
    assert load(path) == [KnownFailure("a*", "why", "where"), KnownFailure("b", "why", "where")]


def test_an_entry_with_several_ids_is_one_for_each(tmp_path: Path) -> None:
    path = write(tmp_path, ENTRY.replace('"a*"', '["a*", "b"]') + ENTRY)
    assert [failure.id for failure in load(path)] == ["a*", "b", "a*"]
    assert {failure.reason for failure in load(path)} == {"why"}


def test_a_run_is_held_against_what_fails_on_its_device(tmp_path: Path) -> None:
    path = write(tmp_path, ENTRY + ENTRY + 'device = "cpu"\n' + ENTRY + 'device = "cuda"\n')
    everywhere, on_cpu, on_cuda = load(path)
    assert on_device(load(path), "cpu") == [everywhere, on_cpu]
    assert on_device(load(path), "cuda") == [everywhere, on_cuda]


def test_what_overflows_without_a_shift_does_so_on_any_device() -> None:
    anywhere = {failure.id for failure in on_device(load(), "cuda")}
    assert "torch.softmax[naive]/*" in anywhere
    assert len(anywhere) < len(load()), "the others were seen on the processor alone"


def test_an_empty_file_knows_no_failures(tmp_path: Path) -> None:
    assert load(write(tmp_path, "# nothing yet\n")) == []


@pytest.mark.parametrize(
    ("pattern", "record", "expected"),
    [
        ("torch.softmax[naive]/*", "torch.softmax[naive]/stability/float32/ab12cd34ef", True),
        ("torch.softmax[naive]/*", "torch.softmaxn/stability/float32/ab12cd34ef", False),
        ("torch.softmax/*", "torch.softmax[naive]/stability/float32/ab12cd34ef", False),
        ("*[naive*]/ties/*", "numpy.softmax[naive]/ties/float64/0", True),
        ("numpy.softmax/ties/float??/*", "numpy.softmax/ties/float16/0", True),
        ("numpy.softmax/ties/float??/*", "numpy.softmax/ties/float8/0", False),
        ("numpy.SOFTMAX/*", "numpy.softmax/ties/float64/0", False),
        ("numpy.softmax", "numpy.softmax/ties/float64/0", False),
    ],
)
def test_brackets_are_literal_and_stars_are_not(pattern: str, record: str, expected: bool) -> None:
    assert KnownFailure(pattern, "why", "where").matches(record) is expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[failure]", "not a TOML file"),
        (ENTRY.replace('"a*"', "[]"), "failure 1: id is an empty list; name a record"),
        (ENTRY.replace('"a*"', '["a*", ""]'), "failure 1: id must be a text"),
        ("[[failures]]\nid = 1\n", "failures: only tables"),
        ("failure = 3\n", "failure: only tables"),
        ("failure = [3]\n", "failure 1: write it as a table"),
        (ENTRY + '[[failure]]\nid = "b"\nlink = "x"\n', "failure 2: reason must be a text"),
        (ENTRY.replace('"a*"', '" "'), "failure 1: id must be a text"),
        (ENTRY.replace('"why"', "7"), "failure 1: reason must be a text"),
        (ENTRY + 'profile = "slow"\n', "failure 1: profile must be one of quick, standard, full"),
        (ENTRY + 'device = "gpu"\n', "failure 1: device must be one of *, cpu, cuda"),
        (ENTRY + 'fails = "often"\n', "failure 1: fails must be one of always, sometimes"),
        (ENTRY + "metric = 3\n", "failure 1: metric must be a text"),
        (ENTRY + 'because = "x"\n', "failure 1: unknown key 'because'"),
    ],
)
def test_a_malformed_file_is_refused_with_its_place(
    tmp_path: Path, text: str, message: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(KnownFailuresError) as caught:
        load(path)
    assert str(path) in str(caught.value)
    assert message in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnownFailuresError, match=r"none\.toml: cannot be read"):
        load(tmp_path / "none.toml")


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "failures.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(KnownFailuresError, match="not a TOML file"):
        load(path)
