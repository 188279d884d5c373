"""All pictures that the data allow, by name."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from softmark_reports.pictures.accuracy import error_against_length
from softmark_reports.pictures.gradient import error_at_saturation
from softmark_reports.pictures.heat import error_heat_map
from softmark_reports.pictures.histogram import signed_errors
from softmark_reports.pictures.limit import distance_to_one_hot
from softmark_reports.pictures.picture import Picture
from softmark_reports.pictures.roofline import roofline
from softmark_reports.pictures.shapes import shapes
from softmark_reports.pictures.strip import share_of_bound
from softmark_reports.pictures.surface import maximum_and_relatives
from softmark_reports.pictures.throughput import share_of_copy


def pictures(table: pd.DataFrame, frameworks: Sequence[str]) -> dict[str, Picture]:
    """Draw them; one whose records are missing is left out."""
    drawn = [
        error_against_length(table, frameworks),
        share_of_copy(table, frameworks),
        distance_to_one_hot(table, frameworks),
        error_at_saturation(table, frameworks),
        error_heat_map(table, frameworks),
        signed_errors(table, frameworks),
        share_of_bound(table, frameworks),
        roofline(table, frameworks),
        maximum_and_relatives(),
    ]
    return {picture.name: picture for picture in drawn if picture} | shapes()
