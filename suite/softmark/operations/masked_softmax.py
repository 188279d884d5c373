"""masked_softmax: the softmax of those logits that a mask keeps.

Formula
-------
masked_softmax(x, m)ᵢ = e^(xᵢ) / Σ e^(xⱼ) over the j with mⱼ, if mᵢ; else 0

The mask m has the shape of x, and is true where a logit takes part: ``where`` of JAX, ``mask`` of
Keras, a boolean ``attn_mask`` of PyTorch's attention.  Where it is true for what is left out, as in
``masked_fill``, map it: ``--map mask=~NAME``.

Domain
------
Finite logits where the mask is true.  What lies behind the mask does not matter: NaN, an infinity
or 1e30 there change no result, no gradient, and have the result and the gradient 0.  A row of which
nothing is kept has no defined result: it is reported, as NaN, 0, or uniform, and is to be the same
by every way.

Exact values
------------
0 where the mask is false; 1 where one logit is kept; 1/k when k equal logits are.

Condition
---------
That of softmax, over what is kept.

Error bound
-----------
That of softmax over the row of length n; what is left out has no distance and no weight.

Source
------
Blanchard, Higham, Higham 2021, as for softmax: a masked logit is an absent one.

Traffic
-------
Reads n and writes n elements a row; the mask, of a byte each, is not counted.
"""

from __future__ import annotations

from dataclasses import replace

from softmark.operations import softmax

OPERATION = replace(
    softmax.OPERATION,
    name="masked_softmax",
    plain="softmax",
    operand="mask",
    vjp_beta=None,
    has_beta=False,
    limit=None,
    identities=("shift", "permutation", "padding"),
)
