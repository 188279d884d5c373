"""The words of a PDF that Chromium printed, by its fonts' own tables of characters."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

Objects = dict[int, bytes]
NUMBER = r"<([0-9A-F]{4})>"
SINGLE = re.compile(rf"^{NUMBER} <([0-9A-F]+)>$", re.M)
RANGE = re.compile(rf"^{NUMBER} {NUMBER} {NUMBER}$", re.M)
SHOWN = re.compile(r"/(F\d+) [\d.]+ Tf|<([0-9A-F]+)> Tj")


def text_of(path: Path) -> str:
    """All characters that the pages show, without blanks, in the order in which they are drawn."""
    objects = {
        int(found[1]): found[2]
        for found in re.finditer(rb"(\d+) 0 obj\s(.*?)endobj", path.read_bytes(), re.S)
    }
    pages = [one for one in objects.values() if re.search(rb"/Type\s*/Page\b", one)]
    shown = "".join(character for page in pages for character in _page(page, objects))
    return "".join(shown.split())


def _page(page: bytes, objects: Objects) -> Iterator[str]:
    fonts = {
        name.decode(): _characters(objects[int(number)], objects)
        for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", page)
    }
    content = _stream(objects[_reference(page, "Contents")])
    characters: dict[int, str] = {}
    for font, glyphs in SHOWN.findall(content):
        characters = fonts[font] if font else characters
        yield from (characters.get(int(code, 16), "") for code in re.findall("....", glyphs))


def _characters(font: bytes, objects: Objects) -> dict[int, str]:
    table = _stream(objects[_reference(font, "ToUnicode")])
    found = {
        int(first, 16) + step: chr(int(character, 16) + step)
        for first, last, character in RANGE.findall(table)
        for step in range(int(last, 16) - int(first, 16) + 1)
    }
    singles = {int(code, 16): bytes.fromhex(text) for code, text in SINGLE.findall(table)}
    return found | {code: text.decode("utf-16-be") for code, text in singles.items()}


def _reference(entry: bytes, name: str) -> int:
    found = re.search(rf"/{name} (\d+) 0 R".encode(), entry)
    assert found is not None, name
    return int(found[1])


def _stream(entry: bytes) -> str:
    found = re.search(rb"stream\r?\n(.*)\r?\nendstream", entry, re.S)
    assert found is not None
    return zlib.decompress(found[1]).decode("latin-1")
