"""The body of a table as HTML.

A report has a hundred thousand cells, and a macro of a template takes ten times as long for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from softmark_reports.sheets.sheet import Field, Sheet


def body(sheet: Sheet, root: str) -> Markup:
    """The rows of a table; ``root`` leads to the first page."""
    is_number = [column.number for column in sheet.columns]
    return Markup("\n".join("".join(_row(row, is_number, root)) for row in sheet.rows))


def breakable(name: str) -> Markup:
    """With places to break a long name at, so that no line breaks within a word."""
    return Markup(_breakable(str(escape(name))))


def name(text: str) -> Markup:
    """The name of an implementation, with its framework in an element of its own."""
    framework, dot, rest = str(escape(text)).partition(".")
    operation, bracket, variant = (rest or framework).partition("[")
    first = f'<span class="fw">{framework}.</span>' if dot else ""
    return Markup(f"{first}{_breakable(operation)}<wbr>{bracket}{variant}")


def _breakable(escaped: str) -> str:
    return escaped.replace("_", "_<wbr>").replace("[", "<wbr>[")


def _row(row: Sequence[Field], is_number: Sequence[bool], root: str) -> Iterator[str]:
    first, *others = row
    yield f'<tr><th scope="row"{_attribute("class", first.style)}>{_entry(first, root)}</th>'
    for it, number in zip(others, is_number[1:], strict=True):
        style = " ".join(filter(None, ["num" if number else "", "" if it.mark else it.style]))
        sort = it.sort
        order = "" if sort is None else f' data-v="{sort}"'
        anchor, kind = _attribute("id", it.anchor), _attribute("class", style)
        yield f"<td{anchor}{kind}{order}>{_entry(it, root)}</td>"
    yield "</tr>"


def _entry(it: Field, root: str) -> str:
    shown = str(name(it.text)) if it.is_name else str(escape(it.text))
    if it.mark:
        mark = f'<span class="g {escape(it.style)}">{escape(it.mark)}</span>'
        shown = f"{mark} {shown}" if it.text else mark
    if it.link:
        kind = 'class="cell" ' if it.mark else ""
        shown = f'<a {kind}href="{root}{escape(it.link)}">{shown}</a>'
    if it.note:
        shown += f' <small class="aside">{escape(it.note)}</small>'
    if it.parts:
        shown += f'<span class="by-format">{"".join(_parts(it))}</span>'
    return shown


def _parts(it: Field) -> Iterator[str]:
    for what, style, letter in it.parts:
        yield f'<span class="{escape(style)}" title="{escape(what)}">{escape(letter)}</span>'


def _attribute(name: str, value: str) -> str:
    return f' {name}="{escape(value)}"' if value else ""
