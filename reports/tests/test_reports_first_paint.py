"""What the first screen loads, and what it does not; the size with real results: see ``kept``."""

from __future__ import annotations

import re
from pathlib import Path

from softmark_reports.rendering.renderer import SHARED
from softmark_reports.resources import resource

MOST = 150_000
"""Bytes of the page with its style and its script; there is no font and no image."""


def cost(html: str) -> int:
    return sum(len(text.encode()) for text in (html, *map(resource, SHARED.values())))


def test_the_overview_loads_only_the_style_and_the_script_that_are_counted(site: Path) -> None:
    html = (site / "index.html").read_text(encoding="utf-8")
    assert cost(html) < MOST
    loaded = re.findall(r'<(?:link|script|img|iframe|object)[^>]*(?:href|src)="([^"]*)"', html)
    assert {name for name in loaded if not name.startswith("data:")} == set(SHARED)
    assert "@import" not in resource("style.css")
    assert "@font-face" not in resource("style.css")
