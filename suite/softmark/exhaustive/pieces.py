"""A cell in pieces for the workers of a scheduler, which are stored as parts of it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from typing import Final

from softmark import catalog
from softmark.environment import commit
from softmark.exhaustive.cells import CellName, part_path
from softmark.exhaustive.measuring import CellRequest, measure
from softmark.shards.parts import write_whole
from softmark.shards.scheduling import AGAIN, Files, Gathering, Piece, here

COUNT: Final = 32
"""The most pieces of a cell; always the same number, so that a killed client finds its parts."""


def measure_on(
    scheduler: str,
    asked: CellRequest,
    folder: Path,
    *,
    jobs: int,
    announce: Callable[[str], None],
    progress: Callable[[int, int], None],
) -> None:
    """Measure what no part in ``folder`` has, on the workers of a scheduler; the first piece twice.

    A cell of one block is not cut: nothing is measured.

    Parameters
    ----------
    scheduler, jobs, announce:
        See ``Gathering``.
    progress:
        Called with the pieces that are done, and all of them.

    Raises
    ------
    ShardError
        See ``Gathering``.
    """
    place, count = asked.place, min(COUNT, asked.scan.domain.blocks)
    if count == 1:
        return
    paths = {str(n): part_path(folder, place, n, count) for n in range(1, count + 1)}
    pieces = {
        name: Piece(measure_piece, (astuple(place), (int(name), count), commit()), name == "1")
        for name, path in paths.items()
        if not path.exists()
    }
    done = count - len(pieces)

    def store(name: str, files: Files) -> None:
        nonlocal done
        again = "-again" if name.endswith(AGAIN) else ""
        for text in files.values():
            to = paths[name.removesuffix(AGAIN)]
            write_whole(to.with_name(f"{to.stem}{again}{to.suffix}"), text)
        done += not again
        progress(done, count)

    progress(done, count)
    Gathering(pieces, store, announce).run(scheduler, jobs)


def measure_piece(name: tuple[str, str, str, int], shard: tuple[int, int], version: str) -> Files:
    """On a worker: measure a shard of a cell, and give its part.

    Raises
    ------
    ShardError
        The worker runs another commit than the one that asks.
    """
    asked = CellRequest(catalog.read().find(name[0]), CellName(*name))
    processor, scratch = here(version)
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        measure(asked, Path(folder), shard=shard, processor=processor)
        path = part_path(Path(folder), asked.place, *shard)
        return {path.name: path.read_bytes()}
