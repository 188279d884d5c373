"""The results that are kept with the project, by framework."""

from __future__ import annotations

import gzip
import json
import lzma
from pathlib import Path
from typing import Any, Final

from softmark.records import results_below

RESULTS: Final = Path(__file__).parents[2] / "results"


def path_of(framework: str) -> Path:
    """The first results file of ``framework``."""
    found = results_below(RESULTS)
    return next(path for path in found if path.parent.name.startswith(f"{framework}-"))


def lines_of(framework: str) -> list[dict[str, Any]]:
    """The lines of that file, the header first."""
    return [json.loads(line) for line in text_of(path_of(framework)).splitlines()]


def text_of(path: Path) -> bytes:
    """What a results file says, unpacked by Python alone."""
    unpack = {".gz": gzip.decompress, ".xz": lzma.decompress}.get(path.suffix, bytes)
    return unpack(path.read_bytes())
