"""sweep: every length, every number of rows, every place, and draws of all that a call can vary in.

Statement
---------
Whatever the length of a row, the number of rows, the place of the maximum, the tiles that a mask
covers, the exponent, the rows beside a row, the number of axes and the axis, how arrays lie in
memory, the inverse temperature and how it is given, the type of labels, the mode, the cotangent and
the tangent: each result, and each derivative, is within its bound.  Neither the input nor a
cotangent is written into, and the result has no narrower format and memory of its own, which can be
written into.  What the process shares is as it was: NumPy's error state, random generators, the
default type and the gradient mode of a framework, the environment, how the processor rounds.

Bound
-----
Grades A, B and C of the operation, at the worst of all points.

Source
------
Definition.  Kernels have paths of their own for remainders of a vector, for whole tiles, for
windows of lengths, and for layouts; a list of shapes meets few of them.

Cases
-----
lengths: each from 1 to 530, of gradients to 270, those at multiples of 128, and some of the others;
from the standard profile on each to 4,224; a few drawn up to 2^20 + 3, one beyond 2^20, and more
than 65,536 columns beside an inner axis.  Of what takes long for each row, and in the quick profile
in other formats than float32, each to 129, and a few longer.
rows: each number of short rows to 70, in the standard profile to 300, some more, 4,097 and 65,537,
the first also as columns behind the axis and between two others; hundreds of rows far from each
other, and hundreds of which parts are masked; a little more than 2^16 logits in rows of each
remainder of 8, and more than 2^18 and 2^20; from the standard profile on, with 8 GB of memory, 5.6
million rows of 3: more than 2^24 logits.
places: the maximum far ahead at each place of rows of 1 to 65 and of 1,030, and of some between;
in the quick profile in other formats than float32 of a few such rows.
masks: -∞ over each tile of 4 to 1,024, over all but it, before it, behind it, and at its edges; the
rest is near 0, or so far below or above that an exponential without a shift is 0 or infinite.
climbs: a maximum that rises from tile to tile of 4 to 1,024: by 0.5 to 300, at each tile, at each
second, two up and one down, by little at first, once; gradients from the standard profile on.
neighbours: rows at levels from -1/4 to 1/4 of the largest number beside each other, and beside rows
that are masked, infinite, NaN, or nothing but the least or the largest number.
labels: of each type of 8 to 64 bits, among 10 to 66,000 classes, the last ones too, and those at
the ends of chunks of 2 to 16,384 classes; probabilities
of 3 to 5,000 classes that sum to 1, that sum to 1/4 to 2, and many of which are 1e-30 or 0.
nans: a NaN at places of rows to 4,200, with its sign bit or a payload too, and two in a row.
exponents: each number of a 16-bit format; in wider ones 16,384, at and around multiples of
ln(2)/2, powers of two and the ends of the range, and between them.
draws: 1 to 6 axes, axis, rows of 1 to 9,000 (of derivatives 300), up to 600 rows, layout, family
of logits, beta and the kind of number that it is, a negative beta for ordinary logits; manner of
the call; the axis from either end; mode (without gradients, under automatic casts, mapped over
either end, the gradient inside the map and outside, compiled, ...); type and layout of labels, and
sums of probabilities; cotangents of 1e-10, 1 and 1e4, equal ones, rows of 0, and a NaN, which
reaches its row and no other; their layouts, and those of tangents; a second backward, and zeros
written into the logits or the result before one.  They are drawn so that each pair of values of two
dimensions that can occur together does, for values, gradients, forward derivatives and second ones.
Of number of axes, axis, length, layout and mode all triples occur too, but in second derivatives.
The quick profile takes the first 150, 150, 90 and 50 (180 with labels), those of layouts and axes
first, and 30 of forward derivatives that a framework compiles for each shape, as TensorFlow does.

Of the points of other sweeps a fifth have logits in another layout, drawn anew, a fifth of the
gradients a cotangent in one, and a tenth are called in a mode of the framework.

Where the quick profile measures several formats, those beside float32 share these points: each
takes every third of them, and all of its own exponents.  A format that is measured alone has all.

What compiles for each shape has the sweeps that need no new shape, and few drawn lengths and draws,
in the quick profile none of them in other formats than float32; the record says how many points
there were.  Points are called in a drawn order; where calls take more than 4 s of a processor (300
in the standard profile, 3,000 in the full one; a quarter of it of a function that loops over rows),
the rest is left out, and the record says how many.  Derivatives of a sigmoid, each element of which
is a row, are drawn of short rows.

Of a divergence of two rows each tenth point of a sweep is taken, each fifth in the standard
profile, since its exact derivatives take long; draws are as many as of others.

Metric
------
error, vjp error, jvp error and hvp error, in ulp, of the worst point; input modified, shared
memory, read-only result, output format, state left behind and call are recorded only where they
fail, or are weak.

Witness
-------
The worst point as a case of its own, under ``case``, with the element; of a failure the simplest
one that was found: shortest rows, fewest of them, equal or whole logits where those fail too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from softmark.checks.sweep.grid import SWEEPS, has_points, points
from softmark.checks.sweep.sweeping import modes_of, swept
from softmark.judging.scope import HUNDRED, Measurement, Scope, said
from softmark.records import Case, Json
from softmark.subjects import Subject

GRADIENTS: Final = ("lengths", "rows", "places", "climbs", "neighbours", "draws")


def cases(scope: Scope) -> Iterator[Case]:
    for about in SWEEPS:
        yield from _case(scope, about)
    if scope.has_gradient:
        for about in GRADIENTS:
            yield from _case(scope, about, mode="vjp")
        for mode in ("jvp", "hvp"):
            if getattr(scope.operation, mode) is not None:
                yield from _case(scope, "draws", mode=mode)


def _case(scope: Scope, about: str, **told: Json) -> Iterator[Case]:
    """The sweep, unless it has no point."""
    check: dict[str, Json] = {"about": about, **told}
    case = scope.case("normal", *HUNDRED, check=check)
    if has_points(case, scope):
        yield case


def measure(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    modes = modes_of(subject, scope, str(said(case).get("mode", "")))
    yield from swept(subject, points(case, scope, len(modes)), scope)
