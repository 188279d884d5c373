"""What is rounded once passes every check with grade A, in every format: nothing accuses it."""

from __future__ import annotations

import warnings

import pytest
from certified import Certified

from softmark import checks, operations
from softmark.checks import Scope
from softmark.formats import FORMATS

MINE = ("stability", "ties", "limit", "accuracy", "simplex", "gradient", "identities")
"""The checks that compare numbers with the oracle's."""
WIDE = [name for name, fmt in FORMATS.items() if fmt.bits >= 16]


@pytest.mark.parametrize("fmt", WIDE)
@pytest.mark.parametrize("operation", operations.names())
@pytest.mark.parametrize("check", MINE)
def test_the_correctly_rounded_result_is_never_accused(
    check: str, operation: str, fmt: str
) -> None:
    subject = Certified(operation)
    scope = Scope(subject.info, operations.load(operation), FORMATS[fmt])
    if checks.applies(check, scope):
        pytest.skip("it has nothing to say of this operation")
    module = checks.load(check)
    for case in module.cases(scope):
        if case.shape[case.axis] > 2**16:
            continue  # the bounds are the same formulas, and the oracle takes its time
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = list(module.measure(subject, case, scope))
        for m in found:
            assert m.verdict in ("pass", "policy", "not_offered"), f"{case}: {m}"
            assert m.grade in (None, "A"), f"{case}: {m}"
