"""Around each call of a subject's code: whatever it raises becomes a fault with a sentence."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from softmark.calling import modules
from softmark.calling.deadline import Late
from softmark.subjects.faults import Crashed, NotOffered, Raised, SubjectFault, shortened
from softmark_implementations.framework import NotOffered as NotOfferedByFramework
from softmark_implementations.framework import Overwritten

Result = TypeVar("Result")

LONGEST_TEXT: Final = 4000
"""Characters kept of a subject's message or traceback."""


_OWN: Final = {"softmark", "softmark_implementations"}
"""The folders of this project's code."""

_OWN_ROOMS: Final = {Path(__file__).parent, Path(__file__).parents[1] / "workers"}
"""The folders of the code around a call."""


def guarded(work: Callable[[], Result]) -> Result:
    """Do ``work``, which runs the subject's code, and name what goes wrong in it.

    Raises
    ------
    NotOffered, Raised, Crashed
        As the subject did.  A subject that calls ``sys.exit`` would have ended its process.
    """
    try:
        return work()
    except SubjectFault as fault:
        fault.is_theirs = fault.is_theirs or _comes_from_outside(fault)
        raise
    except NotOfferedByFramework as error:
        declined = NotOffered(str(error))
        declined.is_theirs = _comes_from_outside(error)
        raise declined from None
    except Overwritten as error:
        raise Raised(str(error), type(error).__name__) from None
    except SystemExit as error:
        raise Crashed(f"it called sys.exit({error.code!r})", "exit") from None
    except (KeyboardInterrupt, Late):
        raise  # the user's, who wants all of it to stop, or that of a time limit
    except BaseException as error:
        kind = type(error).__name__
        message = f"it raised {kind}: {_said(error)}"[:LONGEST_TEXT]
        raise Raised(message, kind, _own_traceback(error)) from None
    finally:
        modules.put_back()


def _comes_from_outside(error: Exception) -> bool:
    """Whether code that is not this project's has a part in an exception of this project."""
    frames = traceback.extract_tb(error.__traceback__)
    return not all(_OWN & {*Path(frame.filename).parts} for frame in frames)


def _said(error: BaseException) -> str:
    """The message without the control sequences that colour a terminal."""
    try:
        return shortened(re.sub(r"\x1b\[[0-9;]*m", "", str(error)))
    except Exception:
        return "(a message that cannot be printed)"


def _own_traceback(error: BaseException) -> str:
    """The traceback below softmark's own frames, where the subject's code begins."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).parent not in _OWN_ROOMS]
    return shortened("".join(traceback.format_list(own)))[-LONGEST_TEXT:]
