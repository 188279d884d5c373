"""masked_logsumexp: the logsumexp of those logits that a mask keeps.

Formula
-------
masked_logsumexp(x, m) = log Σ e^(xⱼ) over the j with mⱼ

The mask m has the shape of x, and is true where a logit takes part: ``where`` of JAX, a ``b`` of
zeros and ones of SciPy; see masked_softmax.

Domain
------
Finite logits where the mask is true.  What lies behind the mask does not matter, and has the
gradient 0.  A row of which nothing is kept gives exactly -∞, the logarithm of an empty sum.

Exact values
------------
x where it is the only logit kept; -∞ where none is.

Condition
---------
That of logsumexp, over what is kept.

Error bound
-----------
That of logsumexp over the row of length n.

Source
------
Blanchard, Higham, Higham 2021, as for logsumexp: a masked logit is an absent one.

Traffic
-------
Reads n elements and writes one a row; the mask, of a byte each, is not counted.
"""

from __future__ import annotations

from dataclasses import replace

from softmark.operations import logsumexp

OPERATION = replace(
    logsumexp.OPERATION,
    name="masked_logsumexp",
    plain="logsumexp",
    operand="mask",
    identities=("shift", "permutation", "padding"),
)
