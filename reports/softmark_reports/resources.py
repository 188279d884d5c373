"""The files beside the templates."""

from __future__ import annotations

from importlib.resources import files as resources


def resource(name: str) -> str:
    """The text of one."""
    return (resources("softmark_reports") / "templates" / name).read_text(encoding="utf-8")
