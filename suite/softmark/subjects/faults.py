"""What can go wrong on the other side of the border, as exceptions that cross it.

Checks let them pass; the harness turns each into a record with its verdict.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from typing import Final, Self

from softmark.vocabulary import Json, Verdict
from softmark.writable import encodable

_ABSOLUTE: Final = re.compile(
    r"""(?<![\w.:/\\~)\]-])(?:/|[A-Za-z]:[\\/])(?:[^\s"'`:,;()<>\[\]{}/\\]+[/\\])+[^\s"'`:,;()<>\[\]{}]*"""
)
"""An absolute path in a sentence."""

_WHOSE: Final = re.compile(r"^(?:[A-Za-z]:)?/?(?:home/[^/]+|Users/[^/]+|root|var/tmp|tmp)(?:/|$)")
"""Where homes and temporary folders are."""

_DRAWN: Final = re.compile(r"tmp[a-z0-9_]{6,}|torchinductor_.*|pytest-(?:of-)?\w+")
"""Names of temporary folders, drawn or made from the user's."""


NO_ARRAY: Final = "it returned no array"
"""How the message of a call begins whose result softmark cannot read."""


class TargetError(ValueError):
    """What the user named cannot be loaded; the message says why and what to do."""


class SubjectFault(Exception):
    """A call that gave no output."""

    verdict: Verdict
    lasting: tuple[str, ...] = ()
    """What the call changed in its process that cannot be put back; it crosses no border."""
    is_theirs: bool = False
    """Whether code outside this project raised it; it crosses no border either."""

    def __init__(self, message: str) -> None:
        self.message = encodable(message)
        super().__init__(self.message)

    def noting(self, note: str, lasting: Sequence[str]) -> Self:
        """This fault of a call that changed something before it went wrong."""
        if note:
            self.message = encodable(f"{self.message}; {note}")
            self.args = (self.message,)
            self.lasting = tuple(lasting)
        return self

    def to_json(self) -> dict[str, Json]:
        told = {n: value for n, value in vars(self).items() if n not in ("lasting", "is_theirs")}
        return {"fault": type(self).__name__, **told}


class NotOffered(SubjectFault):
    """The subject has no such thing: a format, an axis, a derivative."""

    verdict: Verdict = "not_offered"


class Raised(SubjectFault):
    """The subject raised an exception, or returned what is no array of the right shape.

    Attributes
    ----------
    kind:
        Name of the exception's type.
    traceback:
        The subject's own part of the traceback.
    """

    verdict: Verdict = "fail"

    def __init__(self, message: str, kind: str, traceback: str = "") -> None:
        super().__init__(message)
        self.kind = encodable(kind)
        self.traceback = encodable(traceback)


class Crashed(SubjectFault):
    """The process of the subject ended, or would have.

    Attributes
    ----------
    how:
        Name of the signal, ``exit status 3``, ``memory``.
    output:
        The last that the process printed.
    """

    verdict: Verdict = "crash"

    def __init__(self, message: str, how: str, output: str = "") -> None:
        super().__init__(message)
        self.how = how
        self.output = output


class TimedOut(SubjectFault):
    """The subject did not answer in time; its process and all children of it were ended."""

    verdict: Verdict = "timeout"

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class StillCompiling(TimedOut):
    """A first call, which may compile, did not end in time: nothing is known of its result."""

    verdict: Verdict = "skipped"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"not measured: compiling took longer than {seconds:g} s", seconds)


def shortened(text: str) -> str:
    """``text`` without addresses, and of absolute paths the last two parts alone.

    Of a path in a home or a temporary folder what names the user or was drawn is left out too.
    A record then says the same on each machine, and nothing of whose machine it was.
    """
    text = re.sub(r"0x[0-9a-fA-F]+", "0x...", text)
    text = re.sub(r'File "([^"<>\n]+)"', lambda found: f'File "{_shortened(found[1])}"', text)
    return _ABSOLUTE.sub(lambda found: _shortened(found[0]), text)


def _shortened(path: str) -> str:
    if not re.match(r"/|[A-Za-z]:[\\/]", path):
        return path
    path = path.replace("\\", "/").removeprefix(tempfile.gettempdir() + "/")
    path = _WHOSE.sub("", path)
    parts = [part for part in path.split("/") if part and not _DRAWN.fullmatch(part)]
    return "/".join(parts[-2:]) or "..."


_KINDS: Final[dict[str, type[SubjectFault]]] = {
    kind.__name__: kind for kind in (NotOffered, Raised, Crashed, TimedOut)
}


def from_json(line: dict[str, Json]) -> Exception:
    """The exception that crossed the border; the inverse of ``to_json``.

    Raises
    ------
    KeyError, TypeError
        The line is no fault.
    """
    fields = {name: value for name, value in line.items() if name != "fault"}
    if line["fault"] == TargetError.__name__:
        return TargetError(fields["message"])
    return _KINDS[str(line["fault"])](**fields)  # type: ignore[arg-type]
