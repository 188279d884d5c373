"""The worst error over all inputs: rows of two logits in 16 bits, and all numbers of float32.

A record of a check is the worst of the cases that it tried, and says ``>=``.  Here no input is left
out, so the worst error is a fact about the function: it says ``=``.
"""

from softmark.exhaustive.cells import (
    Cell,
    CellCounts,
    CellError,
    CellName,
    WorstInput,
    read_cells,
    sentence,
    table,
)
from softmark.exhaustive.domains import Domain, NotCovered
from softmark.exhaustive.measuring import CellRequest, CellState, measure, replayed
from softmark.exhaustive.pieces import measure_on
from softmark.exhaustive.scanning import Scan

__all__ = [
    "Cell",
    "CellCounts",
    "CellError",
    "CellName",
    "CellRequest",
    "CellState",
    "Domain",
    "NotCovered",
    "Scan",
    "WorstInput",
    "measure",
    "measure_on",
    "read_cells",
    "replayed",
    "sentence",
    "table",
]
