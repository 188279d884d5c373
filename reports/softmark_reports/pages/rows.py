"""A record as a line of a table, with the particulars that unfold below it.

A report has a hundred thousand of these.  So a line is put together here and not in a template,
all its texts are escaped in one call, held apart by control characters that no text keeps, and the
particulars are lines of names and values with a tab between them, which the script sets in columns
where somebody opens them: as lists in HTML they were half of a site.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from markupsafe import Markup, escape

from softmark_reports import wording
from softmark_reports.findings import pairs, recipe
from softmark_reports.issues import Issue
from softmark_reports.ranking import BAD, word

FIELDS: Final = "\x1e"

LINE: Final = (
    '<tr id="{anchor}"><td><details><summary>{case}</summary><div class="unfold">{message}'
    '<p><code class="copy">softmark repro \'{id}\'</code></p>{issue}<pre>{particulars}</pre></div>'
    '</details>{place}<td>{format}<td>{metric}<td class="num"{order}>{value}'
    '<td class="num"{bound_order}>{bound}<td data-v="{severity}"><span class="g {style}">{mark}'
    "</span>\n"
)
DETAILS: Final = (
    '<details class="issue"><summary>{title}</summary>'
    '<pre tabindex="0"><span class="part">{before}</span>{script}'
    '<span class="part">{after}</span></pre></details>'
)


def record_lines(
    records: Iterable[Any], issue: Callable[[Any], Issue], *, with_place: bool
) -> Iterator[Markup]:
    """Rows of a ranked table as lines; those that are bad get the text of an issue.

    ``with_place`` adds a column that says on which machine and device.
    """
    for record in records:
        yield _line(record, issue, with_place)


def issue_markup(it: Issue) -> Markup:
    """The text of an issue, folded; its script is an element of its own, to be copied alone."""
    before, script, after = _escaped(it.before, it.script, it.after)
    return Markup(
        DETAILS.format(
            title="Script, and the text of an issue" if script else "Text of an issue",
            before=before,
            script=f'<code class="script">{script}</code>' if script else "",
            after=after,
        )
    )


def _line(record: Any, issue: Callable[[Any], Issue], with_place: bool) -> Markup:
    value, bound = value_of(record), bound_of(record)
    names = ("case", "message", "id", "format", "metric", "value", "bound", "mark", "place")
    texts = _escaped(
        recipe(record),
        record.message,
        record.id,
        record.format,
        record.metric,
        wording.quantity(value, record.unit),
        wording.number(bound),
        record.grade or word(record.verdict),
        f"{record.machine}, {record.device}",
    )
    fields = dict(zip(names, texts, strict=True))
    fields["message"] = f"<p>{fields['message']}</p>" if record.message else ""
    fields["place"] = f"<td>{fields['place']}" if with_place else ""
    return Markup(
        LINE.format(
            **fields,
            anchor=record.anchor,
            order=_sortable(value),
            bound_order=_sortable(bound),
            severity=record.severity,
            style=style_of(record),
            issue=issue_markup(issue(record)) if record.severity >= BAD else "",
            particulars=_particulars(record),
        )
    )


def value_of(record: Any) -> float | None:
    """The value, which the table has as NaN where there is none."""
    return record.value if record.value_hex else None


def bound_of(record: Any) -> float | None:
    """The bound, if there is one."""
    return record.bound if record.bound == record.bound else None


def style_of(record: Any) -> str:
    """The class that colours the grade, or the verdict where there is none."""
    return f"g-{record.grade.lower()}" if record.grade else f"v-{record.verdict}"


def _escaped(*texts: str) -> list[str]:
    joined = FIELDS.join(text.replace(FIELDS, "\ufffd") for text in texts)
    return str(escape(joined)).split(FIELDS)


def _particulars(record: Any) -> str:
    """Lines ``name<tab>value`` below the title of their list; a line goes on after a tab alone."""
    lists = (
        ("Witness", pairs(record.witness)),
        ("Distribution", pairs(_untold(record.distribution))),
        ("Record", _record_pairs(record)),
    )
    lines = [_lines(title, entries) for title, entries in lists if entries]
    return str(escape("\n".join(lines)))


def _lines(title: str, entries: list[tuple[str, str]]) -> str:
    return "\n".join([title, *(f"{_inline(name)}\t{_inline(value)}" for name, value in entries)])


def _inline(text: str) -> str:
    return text.replace("\t", " ").replace("\n", "\n\t") if "\n" in text or "\t" in text else text


def _untold(distribution: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without what says the same in another tool's words."""
    return {key: value for key, value in distribution.items() if key != "pytest_benchmark"}


def _sortable(value: float | None) -> str:
    """The attribute with a number as JavaScript reads it; NaN sorts as the largest."""
    if value is None:
        return ""
    number = "Infinity" if value != value else f"{value:.6g}".replace("inf", "Infinity")
    return f' data-v="{number}"'


def _record_pairs(record: Any) -> list[tuple[str, str]]:
    named = {
        "exact value": record.value_hex,
        "unit": record.unit,
        "bound from": record.bound_source,
        "seed": str(record.seed),
        "took": f"{wording.number(record.seconds)} s" if record.seconds else "",
    }
    return pairs({name: value for name, value in named.items() if value})
