from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from softmark_reports.data.ranking import ranked
from softmark_reports.data.standing import standings
from softmark_reports.data.tables import load
from softmark_reports.pages.operation.pictures import frontier
from softmark_reports.pictures.gallery import pictures
from softmark_reports.pictures.picture import Picture
from softmark_reports.pictures.style import CLASSES, drawing
from softmark_reports.pictures.surface import hard_maximum, log_sum_exp, smooth_maximum
from softmark_reports.pictures.svg import to_svg

MATHEMATICS = {
    "surfaces", "softmax-and-beta", "log-softmax", "sigmoid", "cross-entropy",
    "softargmax-and-argmax",
}  # fmt: skip


@pytest.fixture(scope="module")
def gallery(results: list[Path]) -> dict[str, Picture]:
    table = ranked(load(results))
    return pictures(table, sorted(table["framework"].unique()))


def panels(gallery: dict[str, Picture]) -> list[str]:
    return [panel.svg for picture in gallery.values() for panel in picture.panels]


def test_all_pictures_are_drawn_from_full_results(gallery: dict[str, Picture]) -> None:
    assert set(gallery) == {
        "error-against-length", "throughput", "beta-to-infinity", "gradient-at-saturation",
        "error-heat-map", "signed-errors", "share-of-bound", "roofline",
        *MATHEMATICS,
    }  # fmt: skip


def test_without_records_only_the_mathematics_is_drawn(results: list[Path]) -> None:
    assert set(pictures(ranked(load(results)).iloc[:0], [])) == MATHEMATICS


def test_drawings_carry_no_style_attribute_and_no_colour_of_their_own(
    gallery: dict[str, Picture],
) -> None:
    for svg in panels(gallery):
        for element in ET.fromstring(svg).iter():
            assert "style" not in element.attrib
            assert element.get("fill", "none") == "none"
            assert element.get("stroke", "none") == "none"


def test_every_class_of_a_drawing_is_in_the_style_sheet(gallery: dict[str, Picture]) -> None:
    from softmark_reports.pictures.frame import SHARED
    from softmark_reports.resources import resource

    style = resource("style.css")
    used = {name for svg in panels(gallery) for names in re.findall('class="([^"]*)"', svg)
            for name in names.split()}  # fmt: skip
    used.discard(SHARED)  # by it one file shares its axes; it looks like nothing
    assert used
    assert [name for name in used if f".{name} {{" not in style] == []


def test_the_palette_of_drawings_is_that_of_the_light_theme() -> None:
    from softmark_reports.resources import resource

    light = resource("style.css").partition("@media")[0]
    values = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light))
    assert {name: colour for colour, name in CLASSES.items()}.items() <= values.items()


def test_identifiers_are_unique_over_all_drawings(gallery: dict[str, Picture]) -> None:
    found = [name for svg in panels(gallery) for name in re.findall(r'\bid="([^"]*)"', svg)]
    assert len(found) == len(set(found))


def test_each_panel_says_what_it_shows(gallery: dict[str, Picture]) -> None:
    for picture in gallery.values():
        for panel in picture.panels:
            assert len(panel.alternative) > len(panel.title) + 10
            assert 'role="img"' in panel.svg


def test_the_data_behind_the_error_curves_are_magnitudes(gallery: dict[str, Picture]) -> None:
    data = gallery["error-against-length"].data
    assert (data["worst_error_ulp"] >= 0).all()
    assert set(data["format"]) == {"float64", "float32", "float16", "bfloat16"}


def test_a_name_is_never_a_formula_and_never_markup() -> None:
    with drawing() as (figure, axes):
        axes.set_xlabel(r"$\frac{1}{$ <script>alert(1)</script> & é")
        svg = to_svg(figure, "hostile", 'a "quoted" <b>')
    assert "<script" not in svg
    assert r"$\frac{1}{$" in "".join(ET.fromstring(svg).itertext())


@pytest.mark.parametrize("function", [hard_maximum, smooth_maximum, log_sum_exp])
def test_soft_maxima_enclose_the_maximum(
    function: Callable[..., np.ndarray[tuple[int, ...], np.dtype[np.float64]]],
) -> None:
    x1, x2 = np.meshgrid(np.linspace(-3, 3, 301), np.linspace(-3, 3, 301))
    difference = function(x1, x2) - np.maximum(x1, x2)
    assert difference.min() >= -0.2785
    assert difference.max() <= np.log(2) + 1e-12


def test_the_stated_depth_of_the_smooth_maximum_is_right() -> None:
    gap = np.linspace(0, 6, 60001)
    depth = gap - smooth_maximum(gap, np.zeros_like(gap))
    assert depth.max() == pytest.approx(0.278, abs=5e-4)
    assert gap[depth.argmax()] == pytest.approx(1.28, abs=5e-3)


@pytest.mark.parametrize("name", ["beta-to-infinity", "gradient-at-saturation"])
def test_series_that_lie_on_one_another_are_all_seen(
    gallery: dict[str, Picture], name: str
) -> None:
    """Those above leave gaps, those below are wider, and each has its name at its end."""
    for panel in gallery[name].panels:
        strokes = re.findall(
            r"<path class='s-c\d' fill='none' stroke-width='([\d.]+)'"
            r"(?: stroke-dasharray='8 (\d+)')?",
            panel.svg,
        )
        thick = [(float(width), int(gap or 0)) for width, gap in strokes if float(width) >= 1.3]
        assert len(thick) > 2
        assert [gap for _, gap in thick] == sorted({gap for _, gap in thick})
        assert [width for width, _ in thick] == sorted((w for w, _ in thick), reverse=True)
        texts = re.findall("<text class='f-c[^>]*>([^<]*)</text>", panel.svg)
        assert {"jax", "numpy", "tensorflow", "torch"} & set(texts) >= {"jax", "torch"}


def test_names_at_the_ends_of_lines_do_not_cover_one_another_and_stay_on_the_axes(
    gallery: dict[str, Picture],
) -> None:
    for name in ("beta-to-infinity", "error-against-length", "roofline"):
        for panel in gallery[name].panels:
            tops = re.findall("<text class='f-c[^>]* y='([-\\d.]+)'", panel.svg)
            places = sorted(map(float, tops))
            assert len(places) > 2
            assert places[0] > 5
            assert all(low + 7 < high for low, high in pairwise(places))


def test_a_roofline_says_how_many_sizes_are_missing(gallery: dict[str, Picture]) -> None:
    roofline = gallery["roofline"]
    sizes = roofline.data["bytes"].nunique()
    assert sizes < 8
    assert f"{sizes} sizes of the 8" in roofline.caption
    assert "stroke-dasharray='4 2'" in roofline.panels[0].svg


def test_each_square_of_the_heat_map_has_the_largest_error_of_its_records(
    gallery: dict[str, Picture], results: list[Path]
) -> None:
    table = ranked(load(results))
    data = gallery["error-heat-map"].data
    own = table[table["implementation"].eq("torch.softmax") & table["format"].eq("float32")]
    own = own[own["check"].eq("accuracy") & own["metric"].eq("error")]
    for family, n in (("normal", 1000), ("wide", 65536)):
        records = own[own["family"].eq(family) & own["n"].eq(n)]
        square = data[data["framework"].eq("torch") & data["logits"].eq(family) & data["n"].eq(n)]
        assert list(square["worst_error_ulp"]) == [records["value"].abs().max()]


def test_every_point_of_accuracy_against_speed_has_its_name(
    gallery: dict[str, Picture], results: list[Path]
) -> None:
    table = ranked(load(results))
    found = standings(table, "softmax", "float32")
    picture = frontier("frontier", "float32", found, sorted(table["framework"].unique()))
    assert picture
    texts = re.findall("<text class='f-c[^>]*>([^<]*)</text>", picture.panels[0].svg)
    assert len(texts) == len(found) > 5
    assert {"torch", "torch[compile]", "jax[jit]"} <= {text.strip("()") for text in texts}
