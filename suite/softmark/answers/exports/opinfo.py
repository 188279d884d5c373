"""Samples and tolerances for PyTorch's OpInfo, as a Python file that needs PyTorch alone."""

from __future__ import annotations

import json
from typing import Final

from softmark import __version__
from softmark.answers.golden import Golden, NotExported
from softmark.formats import encode

_NAMES: Final = {
    "softmax": "torch.softmax(x, -1)",
    "log_softmax": "torch.log_softmax(x, -1)",
    "logsumexp": "torch.logsumexp(x, -1)",
    "sigmoid": "torch.sigmoid(x)",
    "cross_entropy": 'torch.nn.functional.cross_entropy(x, labels, reduction="none")',
}
_INTEGERS: Final = {64: "int64", 32: "int32", 16: "int16"}

_TEXT: Final = '''"""{operation} in {format}: samples, correctly rounded results, tolerances.

Made by softmark {version}.  The expected values are exact, rounded once; no right evaluation of
these samples breaks the tolerance.  The function is {call}.
"""

import json

import torch

TOLERANCE = {{"atol": {atol!r}, "rtol": {rtol!r}}}
"""As ``torch.testing.assert_close`` takes it."""


def decorators():
    """For the OpInfo, in PyTorch's own test environment."""
    from torch.testing._internal.common_device_type import tol, toleranceOverride
    from torch.testing._internal.opinfo.core import DecorateInfo

    override = toleranceOverride({{torch.{format}: tol(**TOLERANCE)}})
    return (DecorateInfo(override, "TestCommon", dtypes=(torch.{format},)),)


def samples(device="cpu"):
    """The input, the other arguments, and what is expected of them."""
    for x, labels, expected in map(json.loads, _DATA):
        args = () if labels is None else (torch.tensor(labels, device=device),)
        yield _tensor(x, device), args, _tensor(expected, device)


def _tensor(bits, device):
    return torch.tensor(bits, dtype=torch.{integers}).view(torch.{format}).to(device)


# Bit patterns of the logits, labels, bit patterns of the results.
_DATA = [
{data}
]
'''


def files(golden: Golden) -> dict[str, bytes]:
    """One file.

    Raises
    ------
    NotExported
        PyTorch has no such operation, or no such format.
    """
    if golden.operation not in _NAMES:
        raise NotExported(f"OpInfo has no {golden.operation}; it has {', '.join(_NAMES)}")
    if golden.format.bits not in _INTEGERS:
        raise NotExported(f"PyTorch's softmax takes no {golden.format.name}; name another --dtype")
    text = _TEXT.format(
        operation=golden.operation,
        format=golden.format.name,
        version=__version__,
        call=_NAMES[golden.operation],
        atol=golden.allowed.atol,
        rtol=golden.allowed.rtol,
        integers=_INTEGERS[golden.format.bits],
        data="\n".join(_samples(golden)),
    )
    return {f"opinfo_{golden.operation}_{golden.format.name}.py": text.encode()}


def _samples(golden: Golden) -> list[str]:
    signed = f"i{golden.format.bits // 8}"
    lines = []
    for block in golden:
        x, due = (encode(v, golden.format).view(signed) for v in (block.x, block.expected))
        labels = None if block.labels is None else block.labels.tolist()
        lines.append(f"    {json.dumps([x.tolist(), labels, due.tolist()])!r},")
    return lines
