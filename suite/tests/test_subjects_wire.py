"""Messages cross unchanged, and what is no message is refused."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from softmark.checks.sweep.drawing import LABEL_TYPES
from softmark.subjects import wire
from softmark.subjects.wire import Message, WireError

arrays = st.sampled_from(sorted(wire.TYPES)).flatmap(
    lambda name: hnp.arrays(name, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0))
)
values = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20)


def receiver(raw: bytes) -> Any:
    stream = io.BytesIO(raw)

    def receive(view: memoryview) -> None:
        if stream.readinto(view) != len(view):
            raise EOFError

    return receive


def sent(message: Message) -> Message:
    return wire.load(receiver(b"".join(bytes(piece) for piece in wire.dump(message))))


def framed(header: bytes, body: bytes = b"", announced: int | None = None) -> bytes:
    total = len(body) if announced is None else announced
    return wire.LENGTHS.pack(len(header), total) + header + body


@given(
    st.dictionaries(st.text(max_size=5).filter(lambda k: k != "arrays"), values, max_size=4),
    st.dictionaries(st.text(max_size=5), arrays, max_size=3),
)
def test_a_message_crosses_unchanged(header: dict[str, Any], held: dict[str, NDArray[Any]]) -> None:
    got = sent(Message(header, held))
    assert got.header == header
    assert got.arrays.keys() == held.keys()
    for name, array in held.items():
        assert got.arrays[name].dtype == array.dtype
        assert got.arrays[name].shape == array.shape
        assert got.arrays[name].tobytes() == array.tobytes()


def test_arrays_of_any_layout_cross_in_their_order() -> None:
    x = np.arange(24, dtype=np.uint32).reshape(4, 6)[::2, ::-1].T
    assert np.array_equal(sent(Message({}, {"x": x})).arrays["x"], x)


def test_a_signalling_nan_keeps_its_bits() -> None:
    bits = np.array([0x7FA00001, 0xFFC12345], dtype=np.uint32)
    assert np.array_equal(sent(Message({}, {"x": bits})).arrays["x"], bits)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(framed(b"not json"), id="no JSON"),
        pytest.param(framed(b"[]"), id="no object"),
        pytest.param(framed(b"{}"), id="no arrays"),
        pytest.param(framed(b'{"arrays": 3}'), id="arrays of no kind"),
        pytest.param(framed(b'{"arrays": [["x", "object", [1]]]}', b"\0" * 8), id="objects"),
        pytest.param(framed(b'{"arrays": [["x", "uint8", [-1]]]}'), id="negative shape"),
        pytest.param(framed(b'{"arrays": [["x", "uint8", ["a"]]]}'), id="shape of letters"),
        pytest.param(framed(b'{"arrays": [["x", "uint8", [4]]]}', b"abc"), id="too short"),
        pytest.param(
            framed(b'{"arrays": [["x", "uint64", [281474976710656]]]}', announced=2**51),
            id="more than there is memory",
        ),
        pytest.param(wire.LENGTHS.pack(2**40, 0), id="endless header"),
        pytest.param(framed(b"[" * 100_000), id="deep nesting"),
    ],
)
def test_what_is_no_message_is_refused(raw: bytes) -> None:
    with pytest.raises(WireError):
        wire.load(receiver(raw))


@given(st.binary(max_size=200))
def test_noise_is_refused_or_runs_out(noise: bytes) -> None:
    with pytest.raises((WireError, EOFError)):
        wire.load(receiver(noise))


def test_json_has_no_infinity() -> None:
    with pytest.raises(ValueError, match="JSON"):
        wire.dump(Message({"beta": float("inf")}))


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_what_another_side_says_is_a_finite_number(text: str) -> None:
    raw = framed(f'{{"arrays": [], "seconds": [{text}]}}'.encode())
    with pytest.raises(WireError, match=f"{text} is no finite number"):
        wire.load(receiver(raw))


@pytest.mark.parametrize("kind", LABEL_TYPES)
def test_labels_of_each_type_that_is_drawn_cross(kind: str) -> None:
    labels = np.array([1, 0, 100], kind)
    got = sent(Message({}, {"labels": labels})).arrays["labels"]
    assert (got.dtype, got.tolist()) == (labels.dtype, labels.tolist())


def test_the_header_is_plain_json() -> None:
    pieces = wire.dump(Message({"verb": "forward"}, {"x": np.zeros((2, 0), np.uint8)}))
    assert json.loads(bytes(pieces[1])) == {"verb": "forward", "arrays": [["x", "uint8", [2, 0]]]}
