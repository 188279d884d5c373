"""The thing under test: what a check sees of it, whichever process it runs in.

A check calls a ``Subject``; ``softmark.workers`` has those that there are.
"""

from softmark.subjects.faults import (
    Crashed,
    NotOffered,
    Raised,
    SubjectFault,
    TargetError,
    TimedOut,
)
from softmark.subjects.subject import (
    Call,
    Info,
    Memory,
    Mode,
    Output,
    Series,
    Step,
    Subject,
    Timing,
)

__all__ = [
    "Call",
    "Crashed",
    "Info",
    "Memory",
    "Mode",
    "NotOffered",
    "Output",
    "Raised",
    "Series",
    "Step",
    "Subject",
    "SubjectFault",
    "TargetError",
    "TimedOut",
    "Timing",
]
