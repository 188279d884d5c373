"""What implementations do where the literature leaves it open, as their records tell it.

A record tells it when its verdict is "policy" and its distribution states an ``answer``; its metric
names the situation.
"""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from softmark_reports import wording

SITUATIONS: Final = (
    "all masked", "one +inf", "several +inf", "+inf and -inf", "NaN", "n = 0", "integer input",
    "bool input", "subnormal input", "overflow of fp8", "overflow",
)  # fmt: skip
"""In the order in which people ask; others follow by name."""


def answers(table: pd.DataFrame) -> pd.DataFrame:
    """The records that state what an implementation does, with its words in ``answer``."""
    policies = table[table["verdict"].eq("policy")]
    told = policies.assign(answer=[_answer(given) for given in policies["distribution"]])
    return told[told["answer"].ne("")]


def in_turn(situations: set[str]) -> list[str]:
    """Situations in the usual order, unknown ones last."""
    known = [name for name in SITUATIONS if name in situations]
    return known + sorted(situations.difference(SITUATIONS))


def _answer(distribution: Any) -> str:
    answer = distribution.get("answer")
    return wording.printable(answer) if isinstance(answer, str) else ""
