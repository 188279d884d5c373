"""masked_log_softmax: the log_softmax of those logits that a mask keeps.

Formula
-------
masked_log_softmax(x, m)ᵢ = xᵢ - log Σ e^(xⱼ) over the j with mⱼ, if mᵢ; else -∞

The mask m has the shape of x, and is true where a logit takes part; see masked_softmax.

Domain
------
Finite logits where the mask is true.  What lies behind the mask does not matter.  The gradient
behind the mask is 0, and no cotangent is asked for there, since the result is no number.  A row of
which nothing is kept has no defined result: it is reported.

Exact values
------------
-∞ where the mask is false; 0 where one logit is kept.

Condition
---------
That of log_softmax, over what is kept.

Error bound
-----------
That of log_softmax over the row of length n.

Source
------
Derived from Blanchard, Higham, Higham 2021, as for log_softmax: a masked logit is an absent one.

Traffic
-------
Reads n and writes n elements a row; the mask, of a byte each, is not counted.
"""

from __future__ import annotations

from dataclasses import replace

from softmark.operations import log_softmax

OPERATION = replace(
    log_softmax.OPERATION,
    name="masked_log_softmax",
    plain="log_softmax",
    operand="mask",
    identities=("shift", "permutation", "exp", "padding"),
)
