"""Samplers of tokens: are draws those of softmax(x / T)?

A draw has no error in ulp.  What is judged is the distribution of many: each test has a proved
limit of false alarms, and all tests of a run together have ``FALSE_ALARM``.
"""

from softmark.sampling.checking import Checked, check
from softmark.sampling.judged import Judge, SampleVerdict
from softmark.sampling.statistic import DISTANCE, FALSE_ALARM, POWER
from softmark.sampling.target import Sampler

__all__ = [
    "DISTANCE",
    "FALSE_ALARM",
    "POWER",
    "Checked",
    "Judge",
    "SampleVerdict",
    "Sampler",
    "check",
]
