"""The accuracy table of the softmax family."""

from softmark_reports.pages.accuracy.page import PATH, accuracy_page

__all__ = ["PATH", "accuracy_page"]
