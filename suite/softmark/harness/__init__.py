"""From a plan to records: run every check on every implementation, and lose nothing.

``plan`` says what will be measured and what will not; ``run`` measures it in
worker processes and writes one results file for each framework; ``check_target``
measures one function and returns the records, and ``check_function`` one of this process.
"""

from softmark.harness.faults import HarnessError, ResultsError
from softmark.harness.planning import Plan, Skipped, Task, plan
from softmark.harness.running import Outcome, Progress, run
from softmark.harness.single import TargetReport, check_function, check_target

__all__ = [
    "HarnessError",
    "Outcome",
    "Plan",
    "Progress",
    "ResultsError",
    "Skipped",
    "TargetReport",
    "Task",
    "check_function",
    "check_target",
    "plan",
    "run",
]
