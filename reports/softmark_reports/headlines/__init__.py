"""The sentences at the top of a page; each is computed, and absent when its data are."""

from softmark_reports.headlines.headline import Headline

__all__ = ["Headline"]
