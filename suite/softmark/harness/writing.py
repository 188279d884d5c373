"""The results file while it grows: whole lines, one writer, nothing ever changed.

Each line goes out in one call to the end of the file, so a killed run loses at
most the line that it was writing.  Threads may share a writer.  The file is
locked while it is written; the system lets go of the lock however the run ends.
Where its folder is removed meanwhile, the next line notices it, and what was
written is kept elsewhere.
"""

from __future__ import annotations

import errno
import fcntl
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from pathlib import Path
from threading import Lock

from softmark.harness.faults import ResultsError
from softmark.records import BAD, Header, Json, Record, ResultsFile, dump_line, read_results


class Writer:
    """A results file, open for appending.

    Attributes
    ----------
    path:
        The file.
    counts:
        Its records by verdict, those of before a resumption among them.
    finished_tasks:
        Ids of the tasks that are done.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self.counts: Counter[str] = Counter()
        self.known = 0
        self._is_known: Callable[[Record], bool] = lambda record: False
        self.finished_tasks: set[str] = set()
        self._descriptor = descriptor
        self._made = os.fstat(descriptor)
        self._ids: set[str] = set()
        self._busy = Lock()

    @classmethod
    def create(cls, folder: Path, stem: str, header: Header) -> Writer:
        """Start a new file ``folder/stem.jsonl``, or ``stem-2.jsonl`` and so on if there is one.

        Raises
        ------
        ResultsError
            The folder cannot be written to, or has no room; then there is no file.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path, descriptor = _new(folder, stem)
        except OSError as error:
            raise _refused(folder, error) from None
        writer = cls(path, descriptor)
        writer._lock()
        try:
            writer._append("header", header.to_json())
        except ResultsError:
            path.unlink()  # without its header the file holds nothing
            writer.close()
            raise
        return writer

    @classmethod
    def resume(cls, path: Path) -> tuple[Writer, ResultsFile]:
        """Go on with a file, on a fresh line.

        Returns
        -------
        The writer, and what the file held.

        Raises
        ------
        ResultsError
            Another run is writing it, or it cannot be written.
        """
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
        except OSError as error:
            raise _refused(path, error) from None
        writer = cls(path, descriptor)
        writer._lock()
        held = read_results(path)
        writer._take_in(held)
        size = os.fstat(descriptor).st_size
        if os.pread(descriptor, 1, size - 1) != b"\n":
            writer._out(b"\n")
        return writer, held

    def __contains__(self, record_id: str) -> bool:
        return record_id in self._ids

    def write(self, record: Record) -> None:
        """Append a record.

        Raises
        ------
        ResultsError
            The disk is full, or the file cannot be written any more.
        ValueError, TypeError
            The record holds what JSON cannot.
        """
        line = dump_line("record", record.to_json())
        with self._busy:
            self._out(line)
            self._ids.add(record.id)
            self.counts[record.verdict] += 1
            self.known += record.verdict in BAD and self._is_known(record)

    def excuse(self, is_known: Callable[[Record], bool], earlier: Iterable[Record] = ()) -> None:
        """Count from now on the failures that are known, those of an earlier run too."""
        self._is_known = is_known
        self.known = sum(record.verdict in BAD and is_known(record) for record in earlier)

    def tally(self) -> dict[str, int]:
        """Records so far, by verdict."""
        with self._busy:
            return dict(self.counts)

    def done(self, task_id: str) -> None:
        """Say that a task has no more records."""
        with self._busy:
            self._append("done", {"task": task_id})
            self.finished_tasks.add(task_id)

    def end(self) -> None:
        """Say that the file is complete."""
        self._append("end", {})
        os.fsync(self._descriptor)

    def close(self) -> None:
        if self._descriptor >= 0:
            if self._is_gone():
                self._rescued()  # another file of the run was missed first, and said so
            os.close(self._descriptor)
            self._descriptor = -1

    def _is_gone(self) -> bool:
        """Whether the file is no longer where it was made."""
        try:
            return not os.path.samestat(os.stat(self.path), self._made)
        except OSError:
            return True

    def _rescued(self) -> Path:
        """A copy of what was written, in the folder for temporary files; all of a run in one."""
        folder = Path(tempfile.gettempdir(), f"softmark-rescued-{os.getpid()}")
        copy = folder.joinpath(*self.path.parts[-3:])
        try:
            copy.parent.mkdir(parents=True, exist_ok=True)
            size = os.fstat(self._descriptor).st_size
            copy.write_bytes(os.pread(self._descriptor, size, 0))
        except OSError as error:
            raise _refused(copy, error) from None
        return copy

    def _take_in(self, held: ResultsFile) -> None:
        self._ids = {record.id for record in held.records}
        self.finished_tasks = set(held.done)
        self.counts.update(record.verdict for record in held.records)

    def _lock(self) -> None:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.close()
            raise ResultsError(
                f"another run is writing {self.path}; wait for its end, or run without --resume"
            ) from None

    def _append(self, kind: str, body: Mapping[str, Json]) -> None:
        self._out(dump_line(kind, body))

    def _out(self, line: bytes) -> None:
        if self._is_gone():
            kept = self._rescued()
            self.close()
            raise ResultsError(
                f"{self.path} was removed or replaced while it was written; what it held is in "
                f"{kept}: move that to where it was, and go on with --resume"
            )
        try:
            while line:
                line = line[os.write(self._descriptor, line) :]
        except OSError as error:
            raise _refused(self.path, error) from None


def _new(folder: Path, stem: str) -> tuple[Path, int]:
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    for number in count(1):
        path = folder / (f"{stem}.jsonl" if number == 1 else f"{stem}-{number}.jsonl")
        try:
            return path, os.open(path, flags, 0o644)
        except FileExistsError:
            continue
    raise AssertionError("counting ends nowhere")


def _refused(path: Path, error: OSError) -> ResultsError:
    remedy = "choose another folder with --results"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        remedy = "make room on the disk and go on with --resume"
    return ResultsError(f"{path} cannot be written ({error.strerror}); {remedy}")
