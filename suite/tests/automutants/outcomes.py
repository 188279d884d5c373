"""What becomes of a mutant: a check fails it, or it is shown to be equivalent, or it is alive."""

from __future__ import annotations

from dataclasses import dataclass, replace

from automutants import Automutant
from automutants.equivalence import reason
from automutants.judging import CHEAP, DEAR, Ended, Verdict, judge


@dataclass(frozen=True)
class Outcome:
    """What became of one mutant."""

    mutant: Automutant
    verdict: Verdict
    equivalent: str

    @property
    def is_alive(self) -> bool:
        return not self.verdict.check and not self.equivalent


def outcome(mutant: Automutant) -> Outcome:
    """Whether it is the same, and else which check fails it; the dear ones and profile come last.

    Of what has the same bits it is left to ask what those cannot show: other ways to call it.
    """
    try:
        why = reason(mutant)
    except Ended as ended:
        return Outcome(mutant, Verdict(str(ended), "", 0.0), "")
    if why == "same bits":
        verdict = judge(mutant, ("arguments",))
        return Outcome(mutant, verdict, "" if verdict.check else why)
    verdict = judge(mutant, CHEAP)
    if not verdict.check:
        verdict = later(verdict, judge(mutant, DEAR))
    if verdict.check or why:
        return Outcome(mutant, verdict, "" if verdict.check else why)
    last = judge(mutant, profile="standard")
    if last.check:
        last = replace(last, check=f"{last.check} (standard)")
    return Outcome(mutant, later(verdict, last), "")


def later(first: Verdict, then: Verdict) -> Verdict:
    return replace(then, seconds=first.seconds + then.seconds)
