"""The specification's texts, cut into sections: statement, bound, source.

The texts are docstrings as they were when the results were recorded; they come
with the results, hence they are data and are never trusted to be markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from textwrap import dedent
from typing import Any, Final

UNDERLINE: Final = re.compile(r"^-+$")
TABLE: Final = ("|", "=")
BULLETS: Final = ("- ", "* ")


@dataclass(frozen=True)
class Passage:
    """A paragraph; ``literal`` ones keep their line breaks (formulas, tables, lists)."""

    text: str
    literal: bool


@dataclass(frozen=True)
class Portion:
    """A heading, empty for the text before the first one, and what stands under it."""

    heading: str
    blocks: list[Passage]


@dataclass(frozen=True)
class Chapter:
    """The specification of one check or operation."""

    name: str
    title: str
    sections: list[Portion]


def texts(specification: Mapping[str, Any], kind: str) -> dict[str, Chapter]:
    """The texts of one kind (``checks``, ``operations``) in a header's specification."""
    found = specification.get(kind)
    entries = found.items() if isinstance(found, Mapping) else ()
    return {str(name): _text(str(name), entry) for name, entry in entries}


def sections(text: str) -> list[Portion]:
    """Cut a docstring at its underlined headings."""
    heading, body, cut = "", list[str](), list[Portion]()
    for line in text.expandtabs().splitlines():
        if UNDERLINE.match(line.strip()) and _is_heading(body):
            title = body.pop().strip()
            cut.append(Portion(heading, list(_blocks(body))))
            heading, body = title, []
        else:
            body.append(line)
    cut.append(Portion(heading, list(_blocks(body))))
    return [section for section in cut if section.heading or section.blocks]


def _is_heading(body: list[str]) -> bool:
    """Whether the last line is one and stands alone."""
    return bool(body) and bool(body[-1].strip()) and (len(body) == 1 or not body[-2].strip())


def _text(name: str, entry: Any) -> Chapter:
    if not isinstance(entry, Mapping):
        return Chapter(name, name, sections(str(entry)))
    title = str(entry.get("title") or name)
    first, _, rest = str(entry.get("text") or "").lstrip().partition("\n\n")
    if " ".join(first.split()).removeprefix(f"{name}: ") != " ".join(title.split()):
        rest = f"{first}\n\n{rest}"
    return Chapter(name, title, sections(rest))


def _blocks(lines: list[str]) -> Iterator[Passage]:
    for blank, group in groupby(lines, key=lambda line: not line.strip()):
        if not blank:
            yield _block(list(group))


def _block(lines: list[str]) -> Passage:
    literal = _is_literal(lines)
    text = dedent("\n".join(lines))
    return Passage(text if literal else " ".join(text.split()), literal)


def _is_literal(lines: list[str]) -> bool:
    """Whether line breaks matter: a formula that stands apart, a table, or a list.

    A line of prose may begin with a minus or a bar where it was broken.
    """
    is_table = all(line.startswith(TABLE) for line in lines)
    return is_table or lines[0].startswith(BULLETS) or any(line[:1] == " " for line in lines)
