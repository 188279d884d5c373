"""Pictures: accuracy and speed of softmax at a glance, each with its numbers as CSV."""

from __future__ import annotations

from softmark_reports.pages.page import Page
from softmark_reports.report import ReportData

PATH = "pictures.html"
SECTIONS = {
    "Accuracy": (
        "error-heat-map", "error-against-length", "signed-errors", "share-of-bound",
        "beta-to-infinity", "gradient-at-saturation",
    ),
    "Speed": ("roofline", "throughput"),
}  # fmt: skip


def pictures_page(report: ReportData) -> Page:
    sections = {heading: report.chosen(*names) for heading, names in SECTIONS.items()}
    drawn = [picture for pictures in sections.values() for picture in pictures]
    return Page(PATH, "pictures.html", {"sections": sections}, drawn)
