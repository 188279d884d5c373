"""A figure and its sentence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Headline:
    """A figure to catch the eye, the sentence that it belongs to, and where that leads."""

    figure: str
    sentence: str
    link: str
