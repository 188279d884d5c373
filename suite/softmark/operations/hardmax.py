"""hardmax: 1 at the maximum and 0 elsewhere, the limit of softmax(βx) as β → ∞.

Formula
-------
hardmax(x)ᵢ = 1 if i = argmax(x), else 0

Domain
------
Rows without NaN.

Exact values
------------
All of them.

Condition
---------
Not continuous, as argmax.

Error bound
-----------
0: the answer is right or wrong.

Source
------
The definition.

Traffic
-------
Reads n and writes n elements a row.
"""

from __future__ import annotations

from softmark.operations.base import Kind, Operation

OPERATION = Operation(
    name="hardmax",
    kind=Kind.ONE_HOT,
    source="definition",
    range=lambda row: (0.0, 1.0),
    traffic=lambda rows, n: (rows * n, rows * n),
    shift="ignored",
    identities=("shift", "permutation", "padding"),
    open_situations=("all masked",),
    masked_result=0.0,
)
