"""The pages of the report, one module for each kind; numbers are already words here."""

from softmark_reports.pages.all import (
    make_scripts,
    own_pages,
    pages,
    quiet,
    quiet_pages,
    shared_pages,
)
from softmark_reports.pages.page import Page

__all__ = ["Page", "make_scripts", "own_pages", "pages", "quiet", "quiet_pages", "shared_pages"]
