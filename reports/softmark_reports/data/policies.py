"""What implementations answer at the edges, as their records say it.

A record says it when its distribution states an ``answer``; its metric names the situation.  Most
of these answers are left open by the literature; a wrong one is an answer too.
"""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from softmark_reports.writing import wording

DIED: Final = ("crash", "timeout")
SITUATIONS: Final = (
    "all masked", "one +inf", "several +inf", "+inf and -inf", "NaN", "n = 0", "integer input",
    "bool input", "subnormal input", "overflow of fp8", "overflow",
)  # fmt: skip
"""In the order in which people ask; others follow by name."""


def answers(table: pd.DataFrame) -> pd.DataFrame:
    """The records that state what an implementation does, with its words in ``answer``.

    A wrong answer is one, and so is a call that died where others gave an answer.
    """
    columns = ("distribution", "verdict", "metric")
    told = [_told(*row) for row in zip(*(table[name] for name in columns), strict=True)]
    answer = pd.Series(told, table.index, dtype=object)
    kept = answer.ne("")
    return table[kept].assign(answer=answer[kept])


def answer_of(row: Any) -> str:
    """What a row of the table states; nothing where it states no answer."""
    return _told(row.distribution, row.verdict, row.metric)


def in_turn(situations: set[str]) -> list[str]:
    """Situations in the usual order, unknown ones last."""
    known = [name for name in SITUATIONS if name in situations]
    return known + sorted(situations.difference(SITUATIONS))


def _told(distribution: Any, verdict: str, metric: str) -> str:
    answer = distribution.get("answer")
    if isinstance(answer, str) and answer:
        return wording.printable(answer)
    return str(verdict) if verdict in DIED and metric in SITUATIONS else ""
