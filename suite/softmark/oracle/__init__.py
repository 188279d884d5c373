"""Certified reference values for the softmax family.

Every function takes float64 arrays as exact real numbers and returns an ``Enclosure``: two
floats and a proved bound for each result.  From it follow the correctly rounded value in a
format and the error, in ulp, of any other result.  ``PROOF.md`` beside this file
has the chain of lemmas; ``softmark.oracle.problem`` the conventions at the edges.

>>> from softmark.formats import FLOAT32
>>> from softmark.oracle import softmax
>>> softmax([0.0, 1.0]).rounded(FLOAT32)
array([0.26894143, 0.7310586 ])
"""

from softmark.oracle.enclosure import Enclosure
from softmark.oracle.functions import (
    argmax,
    binary_cross_entropy,
    cross_entropy,
    entropy,
    hardmax,
    hvp,
    jvp,
    kl_divergence,
    log_sigmoid,
    log_softmax,
    logaddexp,
    logsumexp,
    sigmoid,
    sink_softmax,
    smooth_max,
    softargmax,
    softmax,
    softplus,
    vjp,
    vjp_beta,
    vjp_other,
    vjp_sink,
)
from softmark.oracle.losses import loss
from softmark.oracle.measure import Errors
from softmark.oracle.refine import UndecidedError
from softmark.oracle.softcap import softcap_softmax
from softmark.oracle.sparse import sparsemax

__all__ = [
    "Enclosure",
    "Errors",
    "UndecidedError",
    "argmax",
    "binary_cross_entropy",
    "cross_entropy",
    "entropy",
    "hardmax",
    "hvp",
    "jvp",
    "kl_divergence",
    "log_sigmoid",
    "log_softmax",
    "logaddexp",
    "logsumexp",
    "loss",
    "sigmoid",
    "sink_softmax",
    "smooth_max",
    "softargmax",
    "softcap_softmax",
    "softmax",
    "softplus",
    "sparsemax",
    "vjp",
    "vjp_beta",
    "vjp_other",
    "vjp_sink",
]
