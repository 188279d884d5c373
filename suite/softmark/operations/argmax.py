"""argmax: the index of the maximum, which softargmax tends to and no gradient passes.

Formula
-------
argmax(x) = min { i : xᵢ = max x }

Domain
------
Rows without NaN.

Exact values
------------
All of them.  Among equal maxima the first is the usual answer; another one of them is a policy.

Condition
---------
Not continuous: two maxima one ulp apart decide it.

Error bound
-----------
0: the answer is right or wrong.

Source
------
The definition.

Traffic
-------
Reads n elements and writes one index a row.
"""

from __future__ import annotations

from softmark.operations.base import Kind, Operation

OPERATION = Operation(
    name="argmax",
    kind=Kind.INDEX,
    source="definition",
    range=lambda row: (0.0, row.n - 1.0),
    traffic=lambda rows, n: (rows * n, rows),
    shift="ignored",
    identities=("shift", "permutation", "padding"),
    open_situations=("all masked",),
)
