"""What implementations answer at the edges, as their records say it.

A record says it when its distribution states an ``answer``; its metric names the situation.  Most
of these answers are left open by the literature; a wrong one is an answer too.
"""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from softmark_reports import wording

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
    stated = pd.Series(map(_answer, table["distribution"]), table.index, dtype=str)
    silent = stated.eq("") & table["verdict"].isin(DIED)
    answer = stated.mask(silent, table["verdict"].astype(str))
    kept = answer.ne("") & (~silent | table["metric"].isin(SITUATIONS))
    return table[kept].assign(answer=answer[kept])


def in_turn(situations: set[str]) -> list[str]:
    """Situations in the usual order, unknown ones last."""
    known = [name for name in SITUATIONS if name in situations]
    return known + sorted(situations.difference(SITUATIONS))


def _answer(distribution: Any) -> str:
    answer = distribution.get("answer")
    return wording.printable(answer) if isinstance(answer, str) else ""
