"""The causes of all failures."""

from softmark_reports.pages.causes.page import causes_page
from softmark_reports.pages.causes.sheets import PATH, sheet

__all__ = ["PATH", "causes_page", "sheet"]
