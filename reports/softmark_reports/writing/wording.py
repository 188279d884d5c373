"""Numbers, shapes and cases as a reader wants to see them.

Three significant digits suffice to judge an error; infinity and NaN are words,
because a symbol is easily overlooked in a column of digits.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
HEXADECIMAL: Final = re.compile(r"(-?0x[01])(?:\.([0-9a-f]*?)0*)?(p[+-]\d+)")
MANY: Final = 16
"""Elements of a list that are shown."""
FEW: Final = 8
"""Numbers of a list that are shown; of more, what they lie between."""
SUPERSCRIPT: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def printable(text: object) -> str:
    """Text without the characters that HTML and SVG cannot hold."""
    text = str(text)
    if text.isprintable():
        return text
    if "\n" in text:  # a page: most of its lines are ordinary
        return "\n".join(map(printable, text.split("\n")))
    return UNPRINTABLE.sub("\ufffd", text)


def number(value: float | None) -> str:
    """A number in three significant digits; NaN and infinity as words, None as nothing."""
    if value is None:
        return ""
    if math.isfinite(value):
        return _finite(value)
    if math.isnan(value):
        return "NaN"
    return "infinity" if value > 0 else "minus infinity"


@lru_cache(maxsize=1 << 16)
def _finite(value: float) -> str:
    """Many records share a bound, a quantile, a grade's edge."""
    magnitude = abs(value)
    if value == int(value) and magnitude < 1e6:
        return f"{int(value):,}".replace("-", "−")
    if 1e-3 <= magnitude < 1e6:
        digits = max(0, 2 - math.floor(math.log10(magnitude)))
        return f"{value:,.{digits}f}".replace("-", "−")
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa.replace('-', '−')} × {power(10, int(exponent))}"


def power(base: int, exponent: int) -> str:
    """For instance 2¹⁰, as plain text, since a picture's ticks and a table hold no markup."""
    return f"{base}{str(exponent).translate(SUPERSCRIPT)}"


def quantity(value: float | None, unit: str) -> str:
    """A number and its unit; the unit "1" goes without saying."""
    text = number(value)
    if not text or unit in ("", "1"):
        return text
    return f"{text} {unit}"


def times(share: float | None) -> str:
    """A multiple of a bound in two digits; nothing where there is none, or where it is infinite."""
    if share is None or not math.isfinite(share):
        return ""
    if 0 < share < 0.01:
        return "<\u2009" + "0.01×"
    return f"{share:.2g}×" if share < 100 else f"{number(float(f'{share:.2g}'))}×"


def duration(nanoseconds: float) -> str:
    """A time in the unit that leaves one to four digits before the point.

    Of an element on a device it is some picoseconds.
    """
    if 0 < abs(nanoseconds) < 0.01:
        return f"{number(1000 * nanoseconds)} ps"
    for unit in ("ns", "µs", "ms"):
        if not abs(nanoseconds) >= 1000:
            return f"{number(nanoseconds)} {unit}"
        nanoseconds /= 1000
    return f"{number(nanoseconds)} s"


def moment(started: str) -> str:
    """A time in ISO 8601 to the minute, in UTC; anything else as it is."""
    try:
        at = datetime.fromisoformat(started)
    except ValueError:
        return printable(started)
    return f"{at.astimezone(UTC) if at.tzinfo else at:%Y-%m-%d %H:%M}"


def octets(size: float) -> str:
    """A number of bytes, in the binary unit that leaves up to four digits."""
    for unit in ("B", "KiB", "MiB"):
        if abs(size) < 1024:
            return f"{number(size)} {unit}"
        size /= 1024
    return f"{number(size)} GiB"


def percent(fraction: float) -> str:
    """A fraction as a percentage: whole, or in three digits where it is small."""
    share = 100 * fraction
    return f"{share:.0f} %" if 10 <= abs(share) < math.inf else f"{number(share)} %"


def count(number_of: int, noun: str, plural: str = "") -> str:
    """For instance ``1 record`` or ``1,234 records``."""
    return f"{number_of:,} {noun if number_of == 1 else plural or noun + 's'}"


def shape(sizes: Iterable[int]) -> str:
    """For instance 64 × 1000, or 1 × 2²⁰, since nobody counts seven digits."""
    return " × ".join(map(length, sizes)) or "scalar"


def length(n: int) -> str:
    """A number of elements; large powers of two as such."""
    return power(2, n.bit_length() - 1) if n >= 1024 and n & (n - 1) == 0 else f"{n:,}"


def listing(items: Iterable[str], most: int = 4) -> str:
    """Names as prose: the first few, then how many more there are."""
    names = list(items)
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def plain(value: Any) -> str:
    """Any JSON value as text; long lists are cut and say so."""
    kind = type(value)
    if kind is float:  # first what a report has a million of
        return number(value)
    if kind is str:
        return printable(hexadecimal(value))
    match value:
        case str():
            return printable(hexadecimal(value))
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case [float() | int() | None, *_] if len(value) > FEW:
            return _summary(value)
        case list():
            shown = ", ".join(map(plain, value[:MANY]))
            return shown if len(value) <= MANY else f"{shown} … ({len(value)} in all)"
        case dict():
            return "; ".join(f"{key} {plain(inner)}" for key, inner in value.items())
        case _:
            return printable(value)


def hexadecimal(text: str) -> str:
    """A number in hexadecimal without the zeros that end its fraction, any other text as it is."""
    return _shortened(text) if "0x" in text[:3] else text


@lru_cache(maxsize=1 << 16)
def _shortened(text: str) -> str:
    found = HEXADECIMAL.fullmatch(text)
    return f"{found[1]}{f'.{found[2]}' if found[2] else ''}{found[3]}" if found else text


def _summary(values: list[Any]) -> str:
    """Many numbers, of which nobody reads each; samples and errors are in the results file."""
    numbers = [v for v in values if isinstance(v, int | float)]
    if not numbers:
        return f"{len(values)} values, none of them a number"
    return f"{len(values)} values from {number(min(numbers))} to {number(max(numbers))}"
