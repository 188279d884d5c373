"""The claims as a table: the sentence, whether it holds, and what was measured."""

from __future__ import annotations

from typing import Final

from softmark_reports.pages.claims.evidence import (
    FAILS,
    HOLDS,
    MOSTLY,
    OPEN,
    UNDECIDED,
    ClaimVerdict,
    Evidence,
    counted,
    faster,
    gradient_stops,
    of_probabilities,
    of_variant,
)
from softmark_reports.report import ReportData
from softmark_reports.sheets.sheet import Column, Field, Sheet

PATH: Final = "claims.html"
STYLES: Final = {
    HOLDS: "v-pass",
    MOSTLY: "v-weak",
    FAILS: "v-fail",
    OPEN: "v-skipped",
    UNDECIDED: "v-skipped",
}


CLAIMS: Final[tuple[tuple[str, Evidence], ...]] = (
    ("Equal largest logits share the probability: each of k gets 1/k.",
     counted("ties", ("error", "ties apart"), ("softmax",))),
    ("As β grows, softmax tends to 1 at the largest logit and 0 elsewhere.",
     counted("limit", ("distance to limit",), ("softmax",))),
    ("As β grows, softargmax tends to argmax.",
     counted("limit", ("distance to limit",), ("softargmax",))),
    ("Softargmax with a fixed θ = 100 is right for any logits.",
     of_variant("tutorial", "softargmax")),
    ("Argmax passes no gradient; a softargmax layer in its place passes it to every layer.",
     gradient_stops),
    ("softmax(z)·z is at most the largest logit, and logsumexp(z) at least.",
     counted("identities", ("order",), ("smooth_max", "logsumexp"))),
    ("The softmax of two classes is the sigmoid of their difference.",
     counted("identities", ("two classes",), ("softmax", "sigmoid"))),
    ("exp(log_softmax(x)) is softmax(x).",
     counted("identities", ("exp",), ("softmax", "log_softmax"))),
    ("The formula from scratch is right for any logits.", of_variant("naive", "softmax")),
    ("The formula from scratch is faster than the library's function.",
     faster("softmax[naive]", "softmax", of_library=True)),
    ("A sampled softmax loss in which every class is sampled is the full one.",
     of_variant("sampled", "cross_entropy")),
    ("The sampled softmax loss is faster than the full one.",
     faster("cross_entropy[sampled]", "cross_entropy[sparse]")),
    ("log(softmax(x)) is right for any logits.", of_variant("composed", "log_softmax")),
    ("log_softmax(x) is faster than log(softmax(x)).",
     faster("log_softmax", "log_softmax[composed]")),
    ("A loss that expects logits is wrong for probabilities.", of_probabilities),
)  # fmt: skip
"""What tutorials and answers say of the family, and where the records speak of it."""


def sheet(report: ReportData) -> Sheet:
    return Sheet(
        "claims",
        "What is said of the family, and what was measured of it",
        [Column("claim"), Column("verdict"), Column("measured")],
        [_row(report, claim, evidence(report)) for claim, evidence in CLAIMS],
        plain=True,
    )


def _row(report: ReportData, claim: str, found: ClaimVerdict) -> list[Field]:
    return [
        Field(claim),
        Field("", found.verdict, mark=found.verdict, style=STYLES[found.verdict]),
        Field(found.measured, link=_link(report, found.shown_by)),
    ]


def _link(report: ReportData, index: int | None) -> str:
    if index is None:
        return ""
    row = report.row(index)
    return report.link_to(row)
