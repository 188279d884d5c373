"""Tests for pytest: one function against the specification, an item for each check and format.

.. code-block:: python

    import softmark.testing
    from my_kernels import softmax

    test_softmax = softmark.testing.conformance(softmax, formats=["float32", "float16"])

The plug-in that collects such a test is installed with softmark.  In a test of your own,
``assert_close(my_softmax(x), x)`` judges one result,
``assert_drawn(tokens, x)`` draws of a sampler, ``assert_kept(kept, x, top_p=0.9)`` a filter of
tokens, ``assert_routed(experts, weights, x)`` a router of experts, ``assert_merge(merge, parts)`` a
merge of (o, lse), ``assert_sharded(f, x, labels=y)`` a function on several ranks,
``assert_attention(o, scores, v)`` attention, ``assert_linear_cross_entropy(loss, h, w, y)`` a loss
in chunks, ``assert_quantized(q, x, scale)`` a
softmax in int8, ``assert_soft_argmax_2d(places, heatmap)`` the soft-argmax of heat maps.
"""

from softmark.testing.attention import assert_attention
from softmark.testing.closeness import assert_close
from softmark.testing.conformance import Conformance, WeakResult, conformance
from softmark.testing.draws import assert_drawn, assert_sampler
from softmark.testing.examples import example
from softmark.testing.heatmaps import assert_soft_argmax_2d
from softmark.testing.linear import assert_linear_cross_entropy
from softmark.testing.merging import assert_merge, assert_merged
from softmark.testing.quantized import assert_quantized
from softmark.testing.ranks import assert_sharded
from softmark.testing.selection import assert_kept, assert_routed

__all__ = [
    "Conformance",
    "WeakResult",
    "assert_attention",
    "assert_close",
    "assert_drawn",
    "assert_kept",
    "assert_linear_cross_entropy",
    "assert_merge",
    "assert_merged",
    "assert_quantized",
    "assert_routed",
    "assert_sampler",
    "assert_sharded",
    "assert_soft_argmax_2d",
    "conformance",
    "example",
]
