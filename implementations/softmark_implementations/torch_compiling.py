"""Whether torch.compile compiled: its limits of recompilation, and a look at a call.

Beyond eight shapes, and after a graph break, PyTorch runs a function as eager code and says so in
its log alone.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

_LIMITS: Final = {"recompile_limit": 1000, "accumulated_recompile_limit": 10_000}
"""More than any run has of formats, shapes, axes and modes; each one is a compilation."""

_REGION: Final = "Torch-Compiled Region: "

_found: dict[str, int] = {}
_broken: dict[str, str] = {}
"""For each compiled region, known by its number, why a part of it is not compiled."""


def raise_limits() -> None:
    """Let a function be compiled for as many shapes as it is called with.

    The module is that of ``torch.compile``, which takes a second to import: where nothing has
    imported it, nothing is compiled.
    """
    config = sys.modules.get("torch._dynamo.config")
    if config is None:
        return
    for name, limit in _LIMITS.items():
        own = getattr(config, name)
        if own < limit:
            _found.setdefault(name, own)
            setattr(config, name, limit)


def put_back_limits() -> None:
    """Set the limits that were there before, in a process that is not ours."""
    config = sys.modules.get("torch._dynamo.config")
    for name, own in _found.items():
        setattr(config, name, own)
    _found.clear()


def watched(work: Callable[[], Any]) -> tuple[Any, str]:
    """What ``work`` gives, and why eager code ran; empty where all of it was compiled."""
    import torch

    if torch._C._autograd._profiler_enabled():  # the caller's own, beside which there is no other
        return work(), ""
    from torch.autograd.profiler_legacy import profile  # the newer one writes to the screen

    before = _breaks()
    with profile() as seen:
        result = work()
    names = [event.name for event in seen.function_events]
    regions = [name.removeprefix(_REGION) for name in names if name.startswith(_REGION)]
    new = [text.partition("\n")[0] for text in _breaks() - before]
    if not regions:
        return result, ": ".join(["nothing of it was compiled", *new[:1]])
    if new:
        _broken.update(dict.fromkeys(regions, f"a part of it was not compiled: {new[0]}"))
    return result, next((_broken[region] for region in regions if region in _broken), "")


def _breaks() -> Counter[str]:
    """Why code was left to Python's interpreter so far, and how often."""
    utils = sys.modules.get("torch._dynamo.utils")
    return Counter(utils.counters["graph_break"]) if utils else Counter()
