"""Floating-point formats, and the ulp that every error is measured in.

NumPy knows neither bfloat16 nor the 8-bit formats, and casts to them from
float64 round twice in most libraries.  So the harness keeps every value of
every format as a float64, which holds each of them exactly, and turns it into
the format's bit pattern only at the border, where a framework reads or writes.

The formats are those of IEEE 754-2019 (binary64, binary32, binary16), of
bfloat16, and of the OCP 8-bit specification (E4M3 without infinities, E5M2).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Float64Array = NDArray[np.float64]
BitsArray = NDArray[np.unsignedinteger[Any]]


@dataclass(frozen=True)
class Format:
    """A binary floating-point format.

    Attributes
    ----------
    name:
        The name that records and the command line use.
    bits:
        Storage width.
    precision:
        Significant bits, the hidden one counted (``p``).
    e_min:
        Exponent of the least normal number, ``2**e_min``.
    max:
        Largest finite number.
    has_infinity:
        False for float8_e4m3fn, in which an overflow is a NaN or saturates.
    """

    name: str
    bits: int
    precision: int
    e_min: int
    max: float
    has_infinity: bool = True

    @property
    def unit_roundoff(self) -> float:
        """``u = 2**-p``, half the distance from 1 to the next number above it."""
        return 2.0**-self.precision

    @property
    def e_max(self) -> int:
        """Exponent of the largest power of two."""
        return math.frexp(self.max)[1] - 1

    @property
    def least_normal(self) -> float:
        return 2.0**self.e_min

    @property
    def least_subnormal(self) -> float:
        return 2.0 ** (self.e_min - self.precision + 1)

    @property
    def carrier(self) -> np.dtype[Any]:
        """The unsigned integer type that holds one bit pattern."""
        return np.dtype(f"u{self.bits // 8}")

    @cached_property
    def _values_by_bits(self) -> Float64Array:
        """The value of each bit pattern of an 8-bit format."""
        pattern = np.arange(256)
        fraction_bits = self.precision - 1
        fraction = pattern & (2**fraction_bits - 1)
        exponent = (pattern & 0x7F) >> fraction_bits
        significand = np.where(exponent > 0, fraction + 2**fraction_bits, fraction)
        scale = np.maximum(exponent, 1) - 1 + self.e_min - fraction_bits
        magnitude = np.ldexp(significand.astype(np.float64), scale)
        infinite = self.has_infinity & (magnitude == 2 * _top_binade(self.max))
        magnitude = np.where(infinite, np.inf, np.where(magnitude > self.max, np.nan, magnitude))
        return np.where(pattern & 0x80, -magnitude, magnitude)


def _top_binade(value: float) -> float:
    return float(2.0 ** np.floor(np.log2(value)))


_EXPONENT_BITS: Final = np.uint64(0x7FF0_0000_0000_0000)

FLOAT64: Final = Format("float64", 64, 53, -1022, float.fromhex("0x1.fffffffffffffp+1023"))
FLOAT32: Final = Format("float32", 32, 24, -126, float.fromhex("0x1.fffffep+127"))
FLOAT16: Final = Format("float16", 16, 11, -14, 65504.0)
BFLOAT16: Final = Format("bfloat16", 16, 8, -126, float.fromhex("0x1.fep+127"))
FLOAT8_E4M3FN: Final = Format("float8_e4m3fn", 8, 4, -6, 448.0, has_infinity=False)
FLOAT8_E5M2: Final = Format("float8_e5m2", 8, 3, -14, 57344.0)

FORMATS: Final[dict[str, Format]] = {
    f.name: f for f in (FLOAT64, FLOAT32, FLOAT16, BFLOAT16, FLOAT8_E4M3FN, FLOAT8_E5M2)
}


def format_named(name: str) -> Format:
    """The format called ``name``.

    Raises
    ------
    ValueError
        No format has that name; the message lists those that there are.
    """
    try:
        return FORMATS[name]
    except KeyError:
        raise ValueError(f"unknown format {name!r}; the formats are {', '.join(FORMATS)}") from None


def ulp(value: ArrayLike, fmt: Format) -> Float64Array:
    """The unit in the last place of the real ``value``.

    It is ``2**(max(floor(log2|v|), e_min) - p + 1)`` (Goldberg 1991, extended
    to the reals).  The exponent has no upper limit, so the unit goes on growing
    beyond the largest finite number.  Of zero it is the least subnormal; of an
    infinity or a NaN it is NaN.

    Returns
    -------
    Array of the shape of ``value``, a power of two in each place.
    """
    v = np.asarray(value, dtype=np.float64)
    # The exponent bits alone are the power of two at or below |v|, or 0 for a subnormal v.
    unit: Float64Array = np.asarray(v.view(np.uint64) & _EXPONENT_BITS).view(np.float64)
    unit[np.isinf(unit)] = np.nan  # of an infinity or a NaN
    np.maximum(unit, fmt.least_normal, out=unit)
    unit *= 2.0 ** (1 - fmt.precision)
    return unit


def round_to(value: ArrayLike, fmt: Format) -> Float64Array:
    """Round float64 values to the nearest number of ``fmt``, ties to even, in one rounding.

    Beyond the largest finite number the result is an infinity, or NaN in a
    format that has none (IEEE 754-2019, 4.3.1; OCP OFP8, without saturation).

    Returns
    -------
    float64 array of the shape of ``value`` with values that ``fmt`` holds exactly.
    """
    if fmt is FLOAT64 or (fmt is FLOAT32 and getattr(value, "dtype", None) == np.float32):
        return np.array(value, dtype=np.float64)
    v = np.asarray(value, dtype=np.float64)
    if fmt is FLOAT32 and not _is_any_small(v, fmt):
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(v.astype(np.float32), dtype=np.float64)
    finite = np.isfinite(v)
    rounded = np.where(finite, v, 1.0)
    step = ulp(rounded, fmt)
    rounded /= step
    np.rint(rounded, out=rounded)
    with np.errstate(over="ignore"):  # up to 2**1024, which is beyond every format here
        rounded *= step
    np.copyto(rounded, v, where=~finite)
    overflow = np.inf if fmt.has_infinity else np.nan
    beyond = np.abs(rounded) > fmt.max
    if beyond.any():
        rounded[beyond] = np.copysign(overflow, v[beyond])
    return rounded


def _is_any_small(v: Float64Array, fmt: Format) -> bool:
    """Whether a number but 0 is below the normal range, where a processor's own rounding may flush.

    So much is looked through faster than rounded step by step.
    """
    size = np.abs(v)
    return bool(((size < fmt.least_normal) & (size != 0)).any())


def is_representable(value: ArrayLike, fmt: Format) -> NDArray[np.bool_]:
    """Where ``fmt`` holds ``value`` exactly; a NaN is held by every format."""
    v = np.asarray(value, dtype=np.float64)
    held: NDArray[np.bool_] = np.isnan(v) | (round_to(v, fmt) == v)
    return held


def encode(value: ArrayLike, fmt: Format) -> BitsArray:
    """The bit patterns of values that ``fmt`` holds exactly.

    Raises
    ------
    ValueError
        A value is not a number of the format.  Round it first: see ``round_to``.
    """
    v = np.asarray(value, dtype=np.float64)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):  # it is found out below
        bits = _narrowed(v, fmt)
    held = (decode(bits, fmt) == v) | np.isnan(v)
    if not held.all():
        raise ValueError(f"{v[~held].flat[0]!r} is not a number of {fmt.name}; round it first")
    return bits


def _narrowed(v: Float64Array, fmt: Format) -> BitsArray:
    """The bit patterns of ``v`` where ``fmt`` holds it, and those of other numbers elsewhere."""
    if fmt is FLOAT64:
        return v.copy().view(np.uint64)
    if fmt is FLOAT32:
        return v.astype(np.float32).view(np.uint32)
    if fmt is FLOAT16:
        return v.astype(np.float16).view(np.uint16)
    if fmt is BFLOAT16:
        return (v.astype(np.float32).view(np.uint32) >> np.uint32(16)).astype(np.uint16)
    if fmt is FLOAT8_E5M2:
        return (v.astype(np.float16).view(np.uint16) >> np.uint16(8)).astype(np.uint8)
    positive = fmt._values_by_bits[:0x7F]
    pattern = np.where(np.isnan(v), 0x7F, np.searchsorted(positive, np.abs(v)))
    return (pattern | np.where(np.signbit(v), 0x80, 0)).astype(np.uint8)


def decode(bits: ArrayLike, fmt: Format) -> Float64Array:
    """The values, as float64, of bit patterns of ``fmt``; the inverse of ``encode``."""
    b = np.array(bits, dtype=fmt.carrier, order="C")
    if fmt.bits == 8:
        return np.asarray(fmt._values_by_bits[b])
    if fmt is BFLOAT16:
        b = b.astype(np.uint32) << np.uint32(16)
    with np.errstate(invalid="ignore"):  # widening a signalling NaN is not a fault here
        return np.asarray(b.view(f"f{b.dtype.itemsize}"), dtype=np.float64)
