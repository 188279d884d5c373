"""What a picture is to a page: drawings, what they say in words, and the numbers behind them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd


@dataclass(frozen=True)
class Panel:
    """One drawing.

    Attributes
    ----------
    title:
        What distinguishes it from its neighbours.
    alternative:
        What a reader who does not see it must know.
    svg:
        The element, ready to stand inside HTML.
    """

    title: str
    alternative: str
    svg: str


@dataclass(frozen=True)
class Key:
    """An entry of the legend: the class that colours it, its marker and its name."""

    style: str
    marker: str
    name: str


@dataclass(frozen=True)
class Picture:
    """Panels with a common caption and legend.

    ``name`` is also the name of the CSV file with ``data``.
    """

    name: str
    title: str
    caption: str
    panels: list[Panel]
    keys: list[Key] = field(default_factory=list)
    data: pd.DataFrame = field(default_factory=pd.DataFrame)
