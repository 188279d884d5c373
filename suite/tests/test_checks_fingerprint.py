from __future__ import annotations

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from softmark.judging.fingerprint import PLACES, fingerprint

ARRAYS = hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=6), elements=st.floats())


@given(ARRAYS)
def test_the_same_bits_have_the_same_digest_and_one_other_bit_another(values: np.ndarray) -> None:
    zeros = np.zeros_like(values)
    again = fingerprint(np.asfortranarray(values), zeros)
    assert fingerprint(values, zeros) == again
    other = values.copy()
    other.flat[-1] = np.nextafter(1.0, 2.0) if values.flat[-1] == 1.0 else 1.0
    assert fingerprint(other, zeros)["digest"] != again["digest"]


def test_the_sign_of_zero_is_a_bit_and_the_payload_of_a_nan_is_not() -> None:
    errors = np.zeros(1)
    payload = np.array([0x7FF8000000000001], dtype=np.uint64).view(np.float64)
    assert fingerprint(np.array([-0.0]), errors) != fingerprint(np.array([0.0]), errors)
    assert fingerprint(payload, errors) == fingerprint(np.array([np.nan]), errors)


@given(ARRAYS)
def test_some_errors_are_kept_from_the_same_places_and_fit_into_json(errors: np.ndarray) -> None:
    kept = fingerprint(errors, errors)["errors"]
    assert isinstance(kept, list)
    assert len(kept) == min(PLACES, errors.size)
    json.dumps(kept, allow_nan=False)
    for found, index in ((kept[0], 0), (kept[-1], -1)):
        due = errors.flat[index]
        assert found is None if not np.isfinite(due) else np.isclose(found, due, rtol=1e-5)
