"""A badge for a README: how many implementations break no bound."""

from __future__ import annotations

from typing import Final

from markupsafe import escape

from softmark_reports.report import ReportData

LABEL: Final = "softmark"
LETTER: Final = 6.6
"""Width of a letter of 11 px, on average."""
FONT: Final = "Verdana,DejaVu Sans,Geneva,sans-serif"
BADGE: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" '
    'aria-label="{label}: {text}"><title>{label}: {text}</title>'
    '<clipPath id="r"><rect width="{width}" height="20" rx="3"/></clipPath>'
    '<g clip-path="url(#r)"><rect width="{left}" height="20" fill="#22211f"/>'
    '<rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>'
    f'<g fill="#fff" text-anchor="middle" font-family="{FONT}" font-size="11">'
    '<text x="{middle_left}" y="14">{label}</text>'
    '<text x="{middle_right}" y="14">{text}</text></g></svg>\n'
)
PASSING: Final = "#0b5a4a"
KNOWN: Final = "#6d4a00"
FAILING: Final = "#b3300b"


def badge(report: ReportData) -> str:
    """An SVG file; white on its colours has a contrast of 5 and more, and the text says it too."""
    text, colour = _told(report)
    left, right = _width(LABEL), _width(text)
    return BADGE.format(
        label=LABEL, text=escape(text), colour=colour, width=left + right, left=left, right=right,
        middle_left=left / 2, middle_right=left + right / 2,
    )  # fmt: skip


def _told(report: ReportData) -> tuple[str, str]:
    every, failing = len(report.implementations), len(report.faulty)
    if not every:
        return "nothing measured", KNOWN
    if not failing:
        return f"{every} pass" if every > 1 else "passes", PASSING
    if all(entry.is_explained for entry in report.faulty):
        return f"{every - failing} of {every} pass, the rest known", KNOWN
    return f"{every - failing} of {every} pass", FAILING


def _width(text: str) -> int:
    return round(LETTER * len(text)) + 12
