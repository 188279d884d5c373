"""From raw block times to figures that can be believed.

The clock itself runs beside the subject, in its process; see
``softmark.subjects.clock``.  Here its samples become a median with a spread, a
bandwidth, and a fraction of what copying the same memory achieved in between.
"""

from __future__ import annotations

from softmark.timing.throughput import Throughput, throughput

__all__ = ["Throughput", "throughput"]
