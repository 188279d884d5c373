"""What two results can be compared by afterwards, when neither is there any more.

A record holds the worst error of its case and no output.  Whether two
implementations agree bit for bit is decided by a digest of the whole result, and
how far they are apart by the errors at places that are the same for both.
"""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np

from softmark.formats import Float64Array
from softmark.records import Json

PLACES: Final = 16
"""Results, evenly spread over all of them, whose errors are kept."""


def fingerprint(values: Float64Array, signed: Float64Array) -> dict[str, Json]:
    """A digest of a result, and its signed errors in ulp at some places.

    Parameters
    ----------
    values:
        The result, each number exactly as float64.
    signed:
        Its errors, of the same shape; infinite or NaN where an error is no number.

    Returns
    -------
    dict
        ``digest``: equal for two results exactly if their bits are, NaN counting as one number.
        ``errors``: ``None`` where the error is no number.
    """
    canonical = np.where(np.isnan(values), np.nan, values).astype("<f8")
    digest = hashlib.sha256(canonical.tobytes()).hexdigest()[:16]
    places = np.linspace(0, signed.size - 1, min(PLACES, signed.size)).astype(int)
    some = signed.reshape(-1)[places]
    return {"digest": digest, "errors": [_short(error) for error in some]}


def _short(error: float) -> Json:
    return float(f"{error:.6g}") if np.isfinite(error) else None
