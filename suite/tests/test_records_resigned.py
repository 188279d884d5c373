"""Records of real runs with another type, depth or size somewhere and a name that fits: borne."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Final

import pytest
from resigned import MOST_MIB, Real, largest_mib, mutated, try_file, warm_up

from softmark.records import RecordsError, read_results

FILES: Final = 1224
"""With 5,000 commands on them; ``nox -s fuzz`` gives 100,000."""


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Real:
    found = Real.read()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warm_up(found, tmp_path_factory.mktemp("warm"))
    return found


@pytest.mark.parametrize("start", range(0, FILES, 68))
def test_every_command_bears_a_record_that_looks_right(
    real: Real, start: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``nox -s fuzz`` gives 100,000 commands."""
    monkeypatch.chdir(tmp_path)
    before = largest_mib()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas and matplotlib about odd numbers
        count = sum(
            try_file(real, start + n, tmp_path, pages=n == 7 and start % 340 == 0)
            for n in range(68)
        )
    assert count > 280
    assert largest_mib() < before + MOST_MIB


def test_changed_records_are_read_as_well_as_refused(real: Real, tmp_path: Path) -> None:
    """A fuzzer whose every file is refused at its first line would try nothing else."""
    path, read, refused = tmp_path / "changed.jsonl", 0, 0
    for seed in range(40):
        path.write_bytes(mutated(real, seed)[0])
        try:
            found = read_results(path)
        except RecordsError:
            continue
        read += len(found.records)
        refused += len(found.faults)
    assert read > 100
    assert refused > 60
