"""Throughput of one case: its times, and how near they are to those of a copy.

The copy is measured in the same loop as the subject, block by block, because the
speed of a shared machine changes from one second to the next; only the ratio of
the two holds still.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from softmark.subjects import Timing


@dataclass(frozen=True)
class Throughput:
    """What a case achieved.

    Attributes
    ----------
    ns_per_call, ns_per_element:
        Median time, in nanoseconds; an element is a logit.
    gb_per_s:
        The least traffic that the operation needs, in 10^9 bytes, over the median time.
    copy_fraction:
        ``gb_per_s`` over the bandwidth of the interleaved copies, read and write counted.
    """

    ns_per_call: float
    ns_per_element: float
    gb_per_s: float
    copy_fraction: float


def throughput(timing: Timing, elements: int, traffic_bytes: int) -> Throughput:
    """Sum up the samples of one case.

    Parameters
    ----------
    timing:
        Block times of the subject and of the copies between them.
    elements:
        Logits in one call.
    traffic_bytes:
        Bytes that one call must read and write at least.
    """
    median = float(np.median(timing.subject_ns))
    copied = 2 * timing.copy_bytes / float(np.median(timing.copy_ns))
    achieved = traffic_bytes / median
    return Throughput(
        ns_per_call=median,
        ns_per_element=median / elements,
        gb_per_s=achieved,
        copy_fraction=achieved / copied,
    )
