from __future__ import annotations

import numpy as np
import pytest

from softmark import inputs
from softmark.formats import FORMATS, Format, is_representable
from softmark.records import Case
from verification.train_digits import LOGITS, trained

WIDE = [f for f in FORMATS.values() if f.bits >= 16]


@pytest.mark.parametrize("fmt", WIDE, ids=lambda f: f.name)
@pytest.mark.parametrize("family", inputs.FAMILIES)
def test_a_case_gives_the_same_numbers_of_the_format_each_time(family: str, fmt: Format) -> None:
    case = Case(family, (6, 10), seed=7)
    x = inputs.logits(case, fmt)

    assert x.shape == (6, 10)
    assert is_representable(x, fmt).all()
    assert np.isnan(x).any() == (family in ("poisoned", "nans"))
    assert (x == np.inf).any() == (family == "special_rows")
    assert np.array_equal(x, inputs.logits(case, fmt), equal_nan=True)


@pytest.mark.parametrize("family", ["normal", "digits", "masked", "one_large"])
def test_another_seed_gives_other_numbers(family: str) -> None:
    one, other = (inputs.logits(Case(family, (6, 10), seed=s), FORMATS["float64"]) for s in (0, 1))

    assert not np.array_equal(one, other)


def test_rows_lie_along_the_axis_of_the_case() -> None:
    x = inputs.logits(Case("two_level", (7, 4, 3), axis=0, parameters={"gap": 2.0}), WIDE[0])

    assert x.shape == (7, 4, 3)
    assert ((x == 0).sum(axis=0) == 1).all()
    assert ((x == -2).sum(axis=0) == 6).all()


@pytest.mark.parametrize(("n", "k"), [(2, 2), (5, 3), (100, 49), (9, 0)])
def test_ties_are_as_many_as_asked(n: int, k: int) -> None:
    x = inputs.logits(Case("ties", (8, n), parameters={"maxima": k, "level": 1.0}), WIDE[1])

    assert ((x == 1.0).sum(axis=1) == (k or n)).all()
    assert (x <= 1.0).all()


@pytest.mark.parametrize("fmt", WIDE, ids=lambda f: f.name)
def test_the_largest_finite_number_is_among_those_near_the_limit(fmt: Format) -> None:
    for sign, extreme in (("positive", fmt.max), ("negative", -fmt.max), ("both", fmt.max)):
        x = inputs.logits(Case("near_limit", (4, 10), parameters={"sign": sign}), fmt)
        assert (x == extreme).any()
        assert np.isfinite(x).all()


@pytest.mark.parametrize("fmt", WIDE, ids=lambda f: f.name)
def test_an_offset_is_shifted_back_exactly(fmt: Format) -> None:
    for exponent in (5, -7, 12):
        x = inputs.logits(Case("offset", (8, 33), parameters={"exponent": exponent}), fmt)
        assert is_representable(x - x.max(axis=1, keepdims=True), fmt).all()


def test_some_element_of_each_masked_row_is_kept() -> None:
    x = inputs.logits(Case("masked", (500, 4), parameters={"kept": 0.01}), WIDE[1])

    assert np.isfinite(x).any(axis=1).all()
    assert np.isneginf(x).any()


def test_real_logits_classify_their_digits() -> None:
    """A linear classifier that is right for most images gave them, so they are no noise."""
    for network in ("linear", "mlp"):
        case = Case("digits", (400, 10), parameters={"network": network})
        x = inputs.logits(case, FORMATS["float64"])
        winners = np.bincount(x.argmax(axis=1), minlength=10)
        assert (winners > 10).all()
        margin = np.diff(np.sort(x, axis=1)[:, -2:], axis=1)
        assert np.median(margin) > 2


def test_the_kept_logits_of_digits_are_those_that_training_gives() -> None:
    # Another processor adds up in another order, and training makes the difference larger.
    with np.load(LOGITS) as kept:
        for network, logits in trained().items():
            np.testing.assert_allclose(kept[network], logits, rtol=0, atol=0.02)


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=FORMATS)
def test_probabilities_sum_to_one_exactly_in_every_format(fmt: Format) -> None:
    t = inputs.class_probabilities(Case("normal", (64, 10)), fmt)

    assert (t.sum(axis=-1) == 1).all()
    assert (t < 1).any(axis=-1).any()
    assert is_representable(t, fmt).all()


def test_an_unknown_family_and_a_wrong_parameter_are_named() -> None:
    with pytest.raises(ValueError, match="unknown input family 'gauss'; there are"):
        inputs.logits(Case("gauss", (2, 2)), WIDE[0])
    with pytest.raises(ValueError, match=r"input family 'normal': .*scael"):
        inputs.logits(Case("normal", (2, 2), parameters={"scael": 1.0}), WIDE[0])
    with pytest.raises(ValueError, match="there are 10 digits, not 9"):
        inputs.logits(Case("digits", (2, 9)), WIDE[0])
