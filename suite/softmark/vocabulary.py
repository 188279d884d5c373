"""The words of a record that have a closed list, and what JSON can say.

A worker knows them too, so nothing is imported here.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Grade = Literal["A", "B", "C", "F"]
Verdict = Literal["pass", "weak", "fail", "policy", "not_offered", "skipped", "crash", "timeout"]
GRADES: Final[tuple[Grade, ...]] = get_args(Grade)
VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)
BAD: Final[frozenset[Verdict]] = frozenset({"fail", "crash", "timeout"})
"""The verdicts that make a command exit with status 1."""
UNJUDGED: Final[frozenset[Verdict]] = frozenset({"policy", "not_offered", "skipped"})
"""The verdicts that say nothing about right or wrong; a task that has no other passes nothing."""
SEVERITY: Final[tuple[Verdict, ...]] = (
    "skipped",
    "not_offered",
    "policy",
    "pass",
    "weak",
    "timeout",
    "crash",
    "fail",
)
"""The verdicts, the gravest last: a wrong number is worse than a crash, which is noticed."""
