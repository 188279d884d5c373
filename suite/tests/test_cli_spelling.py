from __future__ import annotations

import pytest

from softmark.cli.spelling import spell, tolerate_narrow_encodings


@pytest.fixture(autouse=True)
def registered() -> None:
    tolerate_narrow_encodings()


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("e^(βxᵢ) ≤ Σⱼ pⱼ", "e^(beta x_i) <= sum_j p_j"),
        ("⌈log₂ n⌉", "ceil(log_2 n)"),
        ("n²", "n^2"),
        ("ü", "u"),
        ("-∞", "-inf"),
        ("漢", "?"),
    ],
)
def test_what_the_screen_lacks_is_spelled(text: str, spelled: str) -> None:
    assert text.encode("ascii", errors="softmark.spelled").decode() == spelled


def test_what_the_screen_has_is_left_alone() -> None:
    assert "5 µs".encode("latin-1", errors="softmark.spelled") == b"5 \xb5s"


def test_a_letter_is_spelled_in_ascii() -> None:
    assert spell("θ") == "theta"
