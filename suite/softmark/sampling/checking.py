"""All tests of one sampler."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from softmark.formats import FLOAT32
from softmark.sampling.cases import SamplingCase, cases
from softmark.sampling.judged import Judge, SampleVerdict
from softmark.sampling.statistic import TESTS
from softmark.sampling.target import ONE_BY_ONE, NoDraws, Sampler
from softmark.vocabulary import BAD, Verdict

DRAWS: Final = 1_000_000
"""Draws of a row of up to ``cases.FULL`` tokens."""

PAIRS: Final = 10_000
"""Pairs of rows whose draws have to be independent."""


@dataclass(frozen=True)
class Checked:
    """What was found of a sampler, test by test."""

    sampler: Sampler
    findings: tuple[SampleVerdict, ...]

    @property
    def failures(self) -> list[SampleVerdict]:
        return [found for found in self.findings if found.verdict in BAD]

    @property
    def ok(self) -> bool:
        """Whether nothing fails."""
        return not self.failures


def check(
    sampler: Sampler,
    draws: int = DRAWS,
    seed: int = 0,
    on_case: Callable[[str], object] = lambda name: None,
) -> Checked:
    """Draw from each case and judge what comes.

    Parameters
    ----------
    draws:
        Of a short row; of a longer one as many fewer as it is longer.
    seed:
        Of the logits and of the draws: the same gives the same findings.
    on_case:
        Called with the name of each case before it is drawn from.
    """
    if sampler.form == "one":
        draws = max(1, draws // ONE_BY_ONE)
    found: list[SampleVerdict] = []
    for number, case in enumerate(cases(seed, has_temperature="temperature" in sampler.roles)):
        on_case(case.name)
        try:
            first = (seed + 1) * 1_000_000 + number * 50_000
            tokens = sampler.draws(
                case.logits, case.format, case.draws(draws), first, case.temperature
            )
        except NoDraws as error:
            found.append(_refused(case, error))
            continue
        found += Judge(case.name, case.logits, case.format, case.temperature).findings(tokens)
    on_case("rows and seeds")
    found += _zero(sampler, seed)
    found += _rows(sampler, seed)
    found += _seeds(sampler, draws, seed, are_right=all(each.verdict != "fail" for each in found))
    assert sum(each.p is not None for each in found) <= TESTS
    return Checked(sampler, tuple(found))


def _refused(case: SamplingCase, error: NoDraws) -> SampleVerdict:
    verdict: Verdict = "not_offered" if case.may_refuse else "fail"
    return SampleVerdict(case.name, "call", verdict, message=str(error))


def _zero(sampler: Sampler, seed: int) -> Iterator[SampleVerdict]:
    """A temperature of 0: the most probable token, or an error."""
    if "temperature" not in sampler.roles:
        return
    logits = np.array([0.5, -1.0, 2.0, 1.0])
    try:
        tokens = sampler.draws(logits, FLOAT32, 64, seed, 0.0)
    except NoDraws as error:
        yield SampleVerdict("temperature 0", "call", "not_offered", message=str(error))
        return
    wrong = tokens[tokens != logits.argmax()]
    if wrong.size:
        message = f"token {wrong[0]}, expected the most probable, {logits.argmax()}"
        yield SampleVerdict("temperature 0", "support", "fail", tokens.size, message=message)
    else:
        yield SampleVerdict("temperature 0", "support", "pass", tokens.size)


def _rows(sampler: Sampler, seed: int) -> Iterator[SampleVerdict]:
    """Rows of one call: each has its own distribution, and draws of its own."""
    if not sampler.takes_rows:
        return
    given = [case for case in cases(seed, has_temperature=False) if case.name in ("normal", "ties")]
    length = max(case.logits.size for case in given)
    a, b = (np.pad(c.logits, (0, length - c.logits.size), constant_values=-80.0) for c in given)
    rows = np.tile(np.stack([a, a, b, b]), (PAIRS // 2, 1))
    try:
        tokens = sampler.of_rows(rows, FLOAT32, seed + 7).reshape(-1, 2, 2)
    except NoDraws as error:
        yield SampleVerdict("rows", "call", "fail", message=str(error))
        return
    for number, row in enumerate((a, b)):
        judge = Judge(f"rows {'ab'[number]}", row, FLOAT32)
        yield from judge.findings(tokens[:, number].reshape(-1))


def _seeds(sampler: Sampler, draws: int, seed: int, *, are_right: bool) -> Iterator[SampleVerdict]:
    """The same seed gives the same draws, and another one others (if frequencies are right)."""
    if not sampler.has_source:
        yield SampleVerdict(
            "seeds", "call", "not_offered", message="it takes no seed, key or generator"
        )
        return
    case = next(iter(cases(seed, has_temperature=False)))
    count = min(draws, PAIRS)
    try:
        first, again, other = (
            sampler.draws(case.logits, FLOAT32, count, number) for number in (11, 11, 12)
        )
    except NoDraws as error:
        yield SampleVerdict("seeds", "call", "fail", message=str(error))
        return
    differ = int((first != again).sum())
    message = f"{differ} of {count} draws differ from those of the same seed" if differ else ""
    yield SampleVerdict("seeds", "same", "fail" if differ else "pass", count, message=message)
    if are_right:
        yield Judge("seeds", case.logits, FLOAT32).agreement("others", first, other)
