"""A record as a line of a table, with the particulars that unfold below it.

A report has a hundred thousand of these.  So a line is put together here and not in a template,
all its texts are escaped in one call, held apart by control characters that no text keeps, and the
particulars are lines of names and values with a tab between them, which the script sets in columns
where a reader opens them: as lists in HTML they were half of a site.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from markupsafe import Markup, escape

from softmark.evidence import replay
from softmark_reports.data.findings import recipe
from softmark_reports.data.ranking import BAD, word
from softmark_reports.writing import wording
from softmark_reports.writing.issues import Issue

FIELDS: Final = "\x1e"
OTHERS: Final = "pytest_benchmark"

DETAILS: Final = (
    '<details class="issue"><summary>{title}</summary>'
    '<pre tabindex="0"><span class="part">{before}</span>{script}'
    '<span class="part">{after}</span></pre></details>'
)


def record_lines(
    records: Iterable[Any],
    issue: Callable[[Any], Issue],
    sources: Sequence[str],
    *,
    with_place: bool,
) -> Markup:
    """Rows of a ranked table as lines; those that are bad get the text of an issue.

    Parameters
    ----------
    records:
        Of one page.
    issue:
        The text of an issue for a record.
    sources:
        What the page lists as sources of bounds; a line gives the number there, from 1.
    with_place:
        Whether a column says on which machine and device.
    """
    numbers = {source: f"[{number}]" for number, source in enumerate(sources, start=1)}
    return Markup("".join(_line(record, issue, numbers, with_place) for record in records))


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


def _line(
    record: Any, issue: Callable[[Any], Issue], sources: Mapping[str, str], with_place: bool
) -> str:
    value, bound = value_of(record), bound_of(record)
    case, message, again, particulars, form, metric, number, limit, mark, place = _escaped(
        recipe(record),
        record.message,
        replay(record.id),
        _particulars(record, sources),
        record.format,
        record.metric,
        wording.quantity(value, record.unit),
        wording.number(bound),
        record.grade or word(record.verdict),
        f"{record.machine}, {record.device}" if with_place else "",
    )
    said = f"<p>{message}</p>" if _adds(record) else ""
    report = issue_markup(issue(record)) if record.severity >= BAD else ""
    return (
        f'<tr id="{record.anchor}"><td><details><summary>{case}</summary><div class="unfold">'
        f"{said}{report}<pre>{again}\n{particulars}</pre></div></details>"
        f"{f'<td>{place}' if with_place else ''}<td>{form}<td>{metric}"
        f"<td{_sortable(value)}>{number}<td{_sortable(bound)}>{limit}"
        f'<td data-v="{record.severity}"><span class="g {style_of(record)}">{mark}</span>\n'
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


def _adds(record: Any) -> bool:
    """Whether the message says more than value, bound and witness, where nothing is amiss."""
    told = record.verdict == "pass" and record.grade and "got" in record.witness
    return bool(record.message) and not told


def _particulars(record: Any, sources: Mapping[str, str]) -> str:
    """Lines ``name<tab>value`` below the title of their list; a line goes on after a tab alone."""
    lists = (
        ("Witness", record.witness),
        ("Distribution", _untold(record.distribution)),
        ("Record", _facts(record, sources)),
    )
    return "\n".join([_lines(title, values) for title, values in lists if values])


def _lines(title: str, values: Mapping[str, Any]) -> str:
    plain = wording.plain
    lines = [f"{_inline_name(name)}\t{_inline(plain(value))}" for name, value in values.items()]
    return "\n".join([title, *lines])


@lru_cache(maxsize=1 << 10)
def _inline_name(name: str) -> str:
    """A hundred thousand records have some fifty names of fields."""
    return _inline(wording.printable(name))


def _inline(text: str) -> str:
    if text.isprintable():
        return text
    return text.replace("\t", " ").replace("\n", "\n\t") if "\n" in text or "\t" in text else text


def _untold(distribution: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without what says the same in another tool's words."""
    if OTHERS not in distribution:
        return distribution
    return {key: value for key, value in distribution.items() if key != OTHERS}


def _sortable(value: float | None) -> str:
    """The attribute with a number as JavaScript reads it; NaN sorts as the largest."""
    if value is None:
        return ""
    number = "Infinity" if value != value else f"{value:.6g}".replace("inf", "Infinity")
    return f' data-v="{number}"'


def _facts(record: Any, sources: Mapping[str, str]) -> dict[str, str]:
    """What else the record says of itself."""
    named = {
        "exact value": f"{wording.hexadecimal(record.value_hex)} {record.unit}".strip()
        if record.value_hex
        else "",
        "of its bound": wording.times(record.share),
        "weak beyond": wording.number(record.good_bound) if record.good_bound > 0 else "",
        "fails beyond": wording.number(bound_of(record)),
        "bound from": sources.get(record.bound_source, record.bound_source),
        "seed": str(record.seed),
        "took": f"{wording.number(record.seconds)} s" if record.seconds else "",
    }
    return {name: value for name, value in named.items() if value}
