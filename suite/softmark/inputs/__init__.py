"""Named families of logits, each a seeded recipe that a record can quote.

A record keeps no array: its case names a family, a shape, a seed and
parameters, and ``logits`` builds the same array from them anywhere.  Adding a
family is adding a decorated function to one of the files here; its docstring's
first line is what ``softmark list inputs`` prints.
"""

from __future__ import annotations

from softmark.inputs import digits, edges, families, places
from softmark.inputs.labels import (
    EMPTY,
    OTHERS,
    SINKS,
    TARGETS,
    behind_mask,
    class_indices,
    class_probabilities,
    direction,
    labels_of,
    loss_options,
    others_of,
    sink_shape,
    sinks_of,
    targets_of,
)
from softmark.inputs.registry import FAMILIES, logits

__all__ = [
    "EMPTY",
    "FAMILIES",
    "OTHERS",
    "SINKS",
    "TARGETS",
    "behind_mask",
    "class_indices",
    "class_probabilities",
    "digits",
    "direction",
    "edges",
    "families",
    "labels_of",
    "logits",
    "loss_options",
    "others_of",
    "places",
    "sink_shape",
    "sinks_of",
    "targets_of",
]
