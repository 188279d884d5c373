"""Directives that write the specification into a page, from where the code itself reads it.

``softmark explain`` and ``softmark list`` have their texts from ``softmark.specification`` and
``softmark.catalog``; so do these, and a new check, operation or input family is on its page with
no other edit.  Formulas become MathML by the same code as in the report.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any, Final

from docutils import nodes
from markupsafe import Markup
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from softmark import catalog, records, specification
from softmark.inputs import FAMILIES
from softmark.specification import Text
from softmark_implementations.known_failures import KnownFailure, load
from softmark_reports.data.specification import Passage, sections
from softmark_reports.writing.formulas import display, inline

_CODE: Final = re.compile(r"``([^`]+)``")


class Specification(SphinxDirective):
    """``{specification} checks`` (or operations, inputs, metrics): a section for each of them."""

    required_arguments = 1
    GROUPS: Final[dict[str, Callable[[], list[Text]]]] = {
        "checks": specification.checks,
        "operations": specification.operations,
        "inputs": specification.inputs,
        "metrics": specification.metrics,
        "grades": lambda: [specification.grades()],
        "contract": lambda: [specification.contract()],
    }

    def run(self) -> list[nodes.Node]:
        group = self.arguments[0]
        texts = self.GROUPS[group]()
        if group in ("grades", "contract"):
            return [child for text in texts for child in _parts(text, self.env, "")]
        summary = [] if group == "metrics" else [_overview(texts, group)]
        return [*summary, *(_section(text, self.env, group) for text in texts)]


class Implementations(SphinxDirective):
    """``{implementations}``: for each framework a table of what ``softmark list`` knows of it."""

    def run(self) -> list[nodes.Node]:
        entries = catalog.read(catalog.own_sources()).entries
        return [
            self._framework(name, list(group))
            for name, group in groupby(entries, lambda entry: entry.framework)
        ]

    def _framework(self, name: str, entries: list[catalog.Entry]) -> nodes.section:
        part = _titled(nodes.Text(name), f"framework-{name}", self.env)
        needs = ", ".join(entries[0].requirements) or "nothing but Python"
        part += _paragraph(f"Needs ``{needs}``." if entries[0].requirements else f"Needs {needs}.")
        rows = [(f"``{e.name}``", e.description, ", ".join(e.formats), _traits(e)) for e in entries]
        part += _table(("name", "what it is", "formats", "also"), rows)
        return part


class KnownFailures(SphinxDirective):
    """``{known-failures}``: what is excused for each framework, and why."""

    def run(self) -> list[nodes.Node]:
        by_framework: dict[str, list[KnownFailure]] = {}
        for failure in load():
            by_framework.setdefault(failure.id.partition(".")[0], []).append(failure)
        return [self._framework(name, by_framework[name]) for name in sorted(by_framework)]

    def _framework(self, name: str, failures: list[KnownFailure]) -> nodes.section:
        part = _titled(nodes.Text(name), f"known-{name}", self.env)
        rows = [(f"``{f.id}``", _linked(f.reason, f.link)) for f in failures]
        part += _table(("records", "why"), rows)
        return part


class Schema(SphinxDirective):
    """``{schema}``: the number of the results' schema, as the code has it."""

    def run(self) -> list[nodes.Node]:
        verdicts = ", ".join(f"``{verdict}``" for verdict in records.VERDICTS)
        text = f"This version writes schema {records.SCHEMA}. Verdicts are {verdicts}."
        return [_paragraph(text)]


def _linked(reason: str, link: str) -> Markup:
    """A reason, and where it is discussed, if that is an address."""
    if not link.startswith("https://"):
        return Markup("{} {}").format(_inline(reason), link)
    place = link.removeprefix("https://").partition("/")[0]
    return Markup('{} <a href="{}">{}</a>').format(_inline(reason), link, place)


def _traits(entry: catalog.Entry) -> str:
    """What a reader of the table wants to know besides: how it is called, and what it lacks."""
    told = [
        "compiled" if entry.compiled else "",
        "takes β" if entry.takes_beta else "",
        f"β = {entry.fixed_beta:g}" if entry.fixed_beta is not None else "",
        "last axis only" if entry.axes == "last" else "",
        "" if entry.gradient else "no gradient",
    ]
    return ", ".join(filter(None, told))


def _overview(texts: Iterable[Text], group: str) -> nodes.table:
    rows = [(Markup(f'<a href="#{_anchor(group, t.name)}"><code>{t.name}</code></a>'), t.title)
            for t in texts]  # fmt: skip
    return _table((group[:-1], "in a line"), rows)


def _section(text: Text, env: BuildEnvironment, group: str) -> nodes.section:
    part = _titled(nodes.literal("", text.name), _anchor(group, text.name), env)
    part += _paragraph(text.title[:1].upper() + text.title[1:])
    part += _parts(text, env, _anchor(group, text.name))
    if group == "inputs":
        part += _parameters(text.name)
    return part


def _parts(text: Text, env: BuildEnvironment, anchor: str) -> Iterator[nodes.Node]:
    """The body and the sections of a text, the headings as sections below."""
    yield from _prose(text.body)
    for heading, body in text.sections.items():
        part = _titled(nodes.Text(heading), f"{anchor}-{heading}".strip("-"), env)
        part += list(_prose(body))
        yield part


def _prose(text: str) -> Iterator[nodes.Node]:
    for section in sections(text):
        for block in section.blocks:
            yield _raw(_block(block))


def _block(block: Passage) -> Markup:
    formula = display(block.text)
    if formula is not None:
        return formula
    if block.literal:
        return Markup('<pre class="plain">{}</pre>').format(block.text)
    return Markup("<p>{}</p>").format(_inline(block.text))


def _inline(text: str) -> Markup:
    """Prose with its formulas, and with code where docstrings have double backticks."""
    pieces = _CODE.split(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if index % 2 else inline(piece)
        for index, piece in enumerate(pieces)
    )


def _parameters(name: str) -> list[nodes.Node]:
    """What a family takes beside its shape, with the defaults."""
    signature = inspect.signature(FAMILIES[name])
    told = [
        f"``{p.name} = {p.default!r}``" if p.default is not p.empty else f"``{p.name}``"
        for p in signature.parameters.values()
        if p.kind is p.KEYWORD_ONLY
    ]
    return [_paragraph(f"Parameters: {', '.join(told)}.")] if told else []


def _anchor(group: str, name: str) -> str:
    """``check-special_values``: also what the link in a table says."""
    return nodes.make_id(f"{group[:-1]} {name}") if name.isascii() else name


def _titled(title: nodes.Node, anchor: str, env: BuildEnvironment) -> nodes.section:
    """A section, and a label by which any page can link to it."""
    anchor = nodes.make_id(anchor)
    part = nodes.section("", nodes.title("", "", title), ids=[anchor], names=[anchor])
    labels = env.domains.standard_domain
    labels.labels[anchor] = (env.docname, anchor, title.astext())
    labels.anonlabels[anchor] = (env.docname, anchor)
    return part


def _paragraph(text: str) -> nodes.raw:
    return _raw(Markup("<p>{}</p>").format(_inline(text)))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> nodes.raw:
    """A table as HTML, in the theme's own frame, which scrolls on a narrow screen."""
    heads = Markup("").join(Markup('<th scope="col">{}</th>').format(cell) for cell in head)
    lines = Markup("").join(
        Markup("<tr>{}</tr>").format(Markup("").join(map(_cell, row))) for row in rows
    )
    frame = (
        '<div class="table-wrapper docutils container"><table class="docutils">'
        "<thead><tr>{}</tr></thead>"
        "<tbody>{}</tbody></table></div>"
    )
    return _raw(Markup(frame).format(heads, lines))


def _cell(text: str) -> Markup:
    inner = text if isinstance(text, Markup) else _inline(text)
    return Markup("<td>{}</td>").format(inner)


def _raw(html: Markup) -> nodes.raw:
    return nodes.raw("", str(html), format="html")


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("specification", Specification)
    app.add_directive("implementations", Implementations)
    app.add_directive("known-failures", KnownFailures)
    app.add_directive("schema", Schema)
    return {"parallel_read_safe": True}
