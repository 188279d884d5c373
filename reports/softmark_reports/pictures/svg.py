"""Makes matplotlib's SVG fit for a page with a strict Content-Security-Policy.

Such a page allows no style attribute, so each becomes presentation attributes;
colours become classes, so that light and dark are the style sheet's business;
identifiers get the picture's name in front, since many drawings share a page.
"""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from typing import Final

from matplotlib.figure import Figure

from softmark_reports.pictures.style import CLASSES

NAMESPACE: Final = re.compile(r"^\{[^}]*\}")
REFERENCE: Final = re.compile(r"url\(#([^)]+)\)")
DROPPED: Final = frozenset({"metadata", "style"})
DECIMALS: Final = re.compile(r"(\d+\.\d{2})\d+")
PATHS: Final = frozenset({"d", "x", "y", "width", "height", "transform", "points"})


def to_svg(figure: Figure, name: str, alternative: str) -> str:
    """An ``svg`` element with a text alternative, to stand inside HTML.

    Parameters
    ----------
    figure:
        What to draw.
    name:
        Unique on the page; made of letters, digits and hyphens.
    alternative:
        What the drawing shows, in words.
    """
    stream = io.StringIO()
    figure.savefig(stream, format="svg", transparent=True, metadata={"Date": None})
    root = ET.fromstring(stream.getvalue())
    for element in list(root.iter()):
        _clean(element, name)
    _drop_unused_ids(root)
    _thin_out(root)
    _describe(root, alternative)
    return ET.tostring(root, encoding="unicode")


def _clean(element: ET.Element, name: str) -> None:
    element.tag = NAMESPACE.sub("", element.tag)
    for child in [c for c in element if NAMESPACE.sub("", str(c.tag)) in DROPPED]:
        element.remove(child)
    attributes = {NAMESPACE.sub("", key): value for key, value in element.attrib.items()}
    attributes |= _declarations(attributes.pop("style", ""))
    classes = _colours_to_classes(attributes)
    element.attrib.clear()
    element.text, element.tail = _solid(element.text), _solid(element.tail)
    for key, value in attributes.items():
        if kept := _attribute(key, value, name):
            element.set(key, kept)
    if classes:
        element.set("class", " ".join(classes))


def _declarations(style: str) -> dict[str, str]:
    pairs = (item.partition(":") for item in style.split(";") if ":" in item)
    found = {key.strip(): value.strip() for key, _, value in pairs}
    size = re.search(r"([\d.]+)px", found.pop("font", ""))
    if size:
        found["font-size"] = size[1]
    found.pop("font-family", None)
    return found


def _colours_to_classes(attributes: dict[str, str]) -> list[str]:
    classes = []
    for key, letter in (("fill", "f"), ("stroke", "s")):
        if attributes.get(key, "").lower() in CLASSES:
            classes.append(f"{letter}-{CLASSES[attributes.pop(key).lower()]}")
    return classes


def _attribute(key: str, value: str, name: str) -> str:
    if key == "id":
        return f"{name}-{value}"
    if key == "href":
        return value.replace("#", f"#{name}-", 1)
    if value.startswith("rotate(-0 "):
        return ""
    if key in PATHS:
        value = " ".join(DECIMALS.sub(r"\1", value).split())
    return REFERENCE.sub(rf"url(#{name}-\1)", value)


def _solid(text: str | None) -> str | None:
    """Nothing in place of the line breaks that matplotlib puts between elements."""
    return text if text and text.strip() else None


def _drop_unused_ids(root: ET.Element) -> None:
    used = set()
    for element in root.iter():
        used.add(element.get("href", "").removeprefix("#"))
        for value in element.attrib.values():
            used.update(REFERENCE.findall(value))
    for element in root.iter():
        if element.get("id") not in used:
            element.attrib.pop("id", None)


def _thin_out(parent: ET.Element) -> None:
    """Without what nobody sees: groups that say nothing, empty ones, paths without paint."""
    for child in list(parent):
        _thin_out(child)
        index = list(parent).index(child)
        paint = {"class", "fill", "stroke"} & {k for k, v in child.attrib.items() if v != "none"}
        if child.tag == "path" and not paint and parent.tag == "g":
            parent.remove(child)
        elif child.tag in ("g", "defs") and (not child.attrib or not len(child)):
            parent.remove(child)
            parent[index:index] = list(child)


def _describe(root: ET.Element, alternative: str) -> None:
    for attribute in ("width", "height", "version"):
        root.attrib.pop(attribute, None)
    root.set("role", "img")
    root.set("aria-label", alternative)
