"""The thing under test: what a check sees of it, whichever process it runs in.

A check calls a ``Subject``.  ``softmark.subjects.in_process`` calls a function
of this process; ``softmark.subjects.worker_subject`` calls one in a child
process of any interpreter, so that a crash, a hang or another version of NumPy
stays there.  Both share one code path (``encoded`` on this side of the border,
``calling`` on the other), so they answer bit for bit alike.

Everything that the child imports lives on the standard library and NumPy alone.
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
