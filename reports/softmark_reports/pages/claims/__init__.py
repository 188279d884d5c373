"""Sentences that people read about the family, and what was measured of each."""

from softmark_reports.pages.claims.page import claims_page
from softmark_reports.pages.claims.sheets import PATH, sheet

__all__ = ["PATH", "claims_page", "sheet"]
