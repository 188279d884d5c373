"""The arrays of a record as lines of a script: hex floats where they are few, else their recipe.

Each function gives lines that set one name to a float64 (or int64) NumPy array.
"""

from __future__ import annotations

import base64
import zlib
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark import inputs
from softmark.formats import Float64Array, Format
from softmark.inputs.registry import CHECK, generator
from softmark.judging.scope import said
from softmark.records import Case
from softmark.reproduction.safe import constant, dotted
from softmark.reproduction.source import Standalone

LITERAL: Final = 64
"""Arrays of up to this number of elements are written out."""


def literal(name: str, values: NDArray[Any]) -> str:
    """The array as text that a person can read: hex floats, or integers."""
    if values.dtype.kind == "i":
        return f"{name} = np.array({values.tolist()}, dtype=np.int64)"
    words = "\n".join(" ".join(value.hex() for value in row) for row in _rows(values))
    shape = "" if values.ndim == 1 else f".reshape({values.shape})"
    return (
        f'{name} = """\n{words}\n"""\n'
        f"{name} = np.array([float.fromhex(word) for word in {name}.split()]){shape}"
    )


def packed(name: str, values: NDArray[Any]) -> str:
    """The array's bytes, compressed; for arrays that have neither few elements nor a recipe."""
    text = base64.b85encode(zlib.compress(np.ascontiguousarray(values).tobytes(), 9)).decode()
    lines = "\n    ".join(f'"{text[i : i + 90]}"' for i in range(0, len(text), 90))
    return (
        f"{name} = np.frombuffer(zlib.decompress(base64.b85decode(\n    {lines}\n)), "
        f'"{values.dtype}").reshape({values.shape})'
    )


def given(name: str, values: NDArray[Any]) -> str:
    """Whichever of the two forms suits the array."""
    return (literal if values.size <= LITERAL else packed)(name, values)


def logits(case: Case, fmt: Format) -> tuple[list[str], str, str]:
    """Imports, definitions, and lines that set ``values`` as the family makes it."""
    x = inputs.logits(case, fmt)
    if x.size <= LITERAL:
        return [], "", literal("values", x)
    family = inputs.FAMILIES[case.family]
    n = case.shape[case.axis]
    code = Standalone(Path(family.__code__.co_filename))
    code.add(family.__name__)
    own = {k: v for k, v in case.parameters.items() if k != CHECK}
    told = [f"{dotted(name)}={constant(value)}" for name, value in own.items()]
    call = ", ".join([f"rng, {x.size // n}, {n}, fmt", *told])
    steps = [
        f"fmt = {_namespace(fmt, code.text())}",
        f"rng = np.random.default_rng({seeds(case, 'logits')})",
        f"values = {family.__name__}({call})",
        "values = np.where(np.isinf(values), values, np.clip(values, -fmt.max, fmt.max))",
        *_rounded("values", fmt),
        *_placed(case),
    ]
    imports = [*code.imports, "from types import SimpleNamespace"]
    return imports, code.text(), "\n".join(steps)


def direction(name: str, case: Case, values: Float64Array, fmt: Format, purpose: str) -> str:
    """Lines that set ``name`` to a seeded cotangent or tangent."""
    if values.size <= LITERAL:
        return literal(name, values)
    if (values == 1).all():
        return "\n".join([f"{name} = np.ones({values.shape})", *_rounded(name, fmt)])
    told = said(case).get(purpose)
    times = f"{constant(told)} * " if isinstance(told, int | float) else ""
    drawn = f"np.random.default_rng({seeds(case, purpose)})"
    shape = f"size={values.shape}"
    if told not in ("gaps", "nan"):
        return "\n".join([f"{name} = {times}{drawn}.normal({shape})", *_rounded(name, fmt)])
    lines = [f"rng = {drawn}", f"{name} = rng.normal({shape})", *_rounded(name, fmt)]
    if told == "gaps":
        one = inputs.sink_shape(values.shape, case.axis)
        one = one if values.shape == case.shape else values.shape
        lines.append(f"{name} = np.where(rng.random({one}) < 0.5, 0.0, {name})")
    else:
        lines.append(f"{name}.reshape(-1)[{int(np.isnan(values).argmax())}] = np.nan")
    return "\n".join(lines)


def _rows(values: NDArray[Any]) -> NDArray[Any]:
    plain = values.ndim == 0 or values.size == 0
    return values.reshape(1, -1) if plain else values.reshape(-1, values.shape[-1])


def seeds(case: Case, purpose: str) -> object:
    """What the case's random generator was seeded with."""
    return generator(case, purpose).bit_generator.seed_seq.entropy  # type: ignore[attr-defined]


def _namespace(fmt: Format, code: str) -> str:
    """What the family's code asks of a format, and its largest number."""
    names = ("bits", "precision", "e_min", "least_normal", "least_subnormal", "unit_roundoff")
    fields = [f"{name}={getattr(fmt, name)!r}" for name in names if f"fmt.{name}" in code]
    return f"SimpleNamespace({', '.join([f'max={fmt.max!r}', *fields])})"


def _rounded(name: str, fmt: Format) -> list[str]:
    """Round to nearest, ties to even, as ``softmark.formats.round_to`` does."""
    if fmt.bits == 64:
        return []
    lowest, bits = fmt.e_min, fmt.precision - 1
    return [
        f"unit = np.ldexp(1.0, np.maximum(np.frexp({name})[1] - 1, {lowest}) - {bits})",
        f"{name} = np.where(np.isfinite({name}), np.rint({name} / unit) * unit, {name})",
    ]


def _placed(case: Case) -> list[str]:
    """Rows of the family along the axis of the case."""
    n = case.shape[case.axis]
    others = [size for i, size in enumerate(case.shape) if i != case.axis % len(case.shape)]
    rows = f"values = values.reshape({(*others, n)})"
    last = case.axis in (-1, len(case.shape) - 1)
    return [rows] if last else [rows, f"values = np.moveaxis(values, -1, {case.axis})"]
