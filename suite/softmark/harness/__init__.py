"""From a plan to records: run every check on every implementation, and lose nothing.

``plan`` says what will be measured and what will not; ``run`` measures it in
worker processes and writes one results file for each framework; ``check_target``
measures one function and returns the records, and ``check_subject`` what can be called already.
"""

from softmark.harness.costs import expected_seconds
from softmark.harness.faults import HarnessError, ResultsError
from softmark.harness.loading import load
from softmark.harness.planning import Plan, Skipped, Task, plan, whole
from softmark.harness.running import Progress, RunOutcome, run
from softmark.harness.single import (
    TargetReport,
    check_again,
    check_subject,
    check_target,
)
from softmark.harness.trying import contracted

__all__ = [
    "HarnessError",
    "Plan",
    "Progress",
    "ResultsError",
    "RunOutcome",
    "Skipped",
    "TargetReport",
    "Task",
    "check_again",
    "check_subject",
    "check_target",
    "contracted",
    "expected_seconds",
    "load",
    "plan",
    "run",
    "whole",
]
