"""Formulas inside sentences: where one begins, where it ends, and how it stands on the page.

Only what is certain is taken: a run of tokens that hold no word of prose, that parse, and that
hold a sign which prose does not use.  Page numbers, years and grades stay text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from markupsafe import Markup, escape

from softmark_reports.writing.formulas.grammar import NotAFormula, parse
from softmark_reports.writing.formulas.nodes import inside
from softmark_reports.writing.formulas.tokens import RELATIONS, Sort, Token, tokens

LONG: Final = 46
"""Characters; a longer formula gets a line of its own, which scrolls on a narrow screen."""
LINKING: Final = frozenset({"if", "else", "for", "where", "with", "and"})
"""Words that a displayed formula may hold."""
OPERANDS: Final = (
    Sort.LETTER,
    Sort.NAME,
    Sort.NUMBER,
    Sort.CLOSE,
    Sort.OPEN,
    Sort.INDEX,
    Sort.BAR,
)
CLINGING: Final = (",", ".", ";", ":", ")")
"""Signs that may not begin the line after a formula."""
BESIDE_A: Final = (Sort.OPERATOR, Sort.BAR, Sort.INDEX, Sort.LOW)
"""What makes the letter a a variable and not an article."""
SURE: Final = (
    Sort.INDEX,
    Sort.POWER,
    Sort.LOW,
    Sort.HIGH,
    Sort.SUM,
    Sort.SYMBOL,
)


def display(text: str) -> Markup | None:
    """A formula that is a paragraph of its own, or ``None`` where the text is not one."""
    line = " ".join(text.split())
    found = tokens(line.rstrip(".;"))
    words = {token.text for token in found if token.kind is Sort.WORD}
    if not words <= LINKING or not _is_sure(found):
        return None
    try:
        row = parse(found, display=True)
    except NotAFormula:
        return None
    return _scrolling("div", _element(inside(row), line, ' display="block"'))


def inline(text: str) -> Markup:
    """A piece of prose, escaped, with its formulas as MathML."""
    pieces: list[Markup] = []
    end = 0
    for run in _runs(tokens(text)):
        first, last = run[0].start, run[-1].end
        formula = _formula(run, text[first:last])
        if formula is None:
            continue
        pieces.append(escape(text[end:first]))
        end = last
        while text[end : end + 1] in CLINGING:
            end += 1
        if last - first > LONG:
            formula = _scrolling("span", formula + text[last:end])
        elif end > last:
            formula = Markup("<span class='together'>{}{}</span>").format(formula, text[last:end])
        pieces.append(formula)
    return Markup("").join([*pieces, escape(text[end:])])


def _formula(run: Sequence[Token], source: str) -> Markup | None:
    try:
        row = parse(run)
    except NotAFormula:
        return None
    return _element(inside(row), source)


def _scrolling(tag: str, inner: Markup) -> Markup:
    return Markup(
        '<{0} class="formula" tabindex="0" role="group" aria-label="Formula">{1}</{0}>'
    ).format(tag, inner)


def _element(inner: Markup, source: str, attributes: str = "") -> Markup:
    return Markup(
        "<math{}><semantics><mrow>{}</mrow>"
        '<annotation encoding="text/plain">{}</annotation></semantics></math>'
    ).format(Markup(attributes), inner, source)


def _runs(found: Sequence[Token]) -> Iterator[list[Token]]:
    """Stretches of tokens that are formulas for sure, cut at commas outside of fences."""
    run: list[Token] = []
    for index, token in enumerate(found):
        if _belongs(found, index):
            run.append(token)
            continue
        yield from _settled(run)
        run = []
    yield from _settled(run)


def _settled(run: list[Token]) -> Iterator[list[Token]]:
    for part in _cut_at_commas(run):
        kept = _trimmed(part)
        if kept and (_is_sure(kept) or _is_variable(kept)):
            yield kept


def _belongs(found: Sequence[Token], index: int) -> bool:
    token = found[index]
    if token.kind is Sort.LETTER and _is_abbreviation(found, index):
        return False
    if token.text == "a":
        beside = [found[i] for i in (index - 1, index + 1) if 0 <= i < len(found)]
        return any(b.kind in BESIDE_A and b.text != ":" for b in beside)
    return token.kind not in (Sort.WORD, Sort.OTHER) and token.text != ":"


def _is_abbreviation(found: Sequence[Token], index: int) -> bool:
    """A letter of "e.g." or of "row's"."""
    before = found[index - 1] if index else None
    if before and before.text in tuple("'’.") and not found[index].spaced:
        return True
    after = found[index + 1 : index + 3]
    return len(after) == 2 and after[0].text == "." and not after[1].spaced


def _cut_at_commas(run: Sequence[Token]) -> Iterator[list[Token]]:
    part: list[Token] = []
    depth = 0
    for token in run:
        depth += _opened(token)
        if token.kind is Sort.COMMA and depth <= 0:
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _trimmed(run: list[Token]) -> list[Token]:
    """Without what cannot begin or end a formula: the sentence's signs, a fence alone."""
    first, last, open_fences = 0, len(run), sum(map(_opened, run))
    while first < last and _cannot_begin(run, first, open_fences):
        open_fences -= _opened(run[first])
        first += 1
    while first < last and _cannot_end(run[last - 1], open_fences):
        open_fences -= _opened(run[last - 1])
        last -= 1
    return run[first:last]


def _opened(token: Token) -> int:
    """By how many a token changes the number of open fences."""
    return (token.kind is Sort.OPEN) - (token.kind is Sort.CLOSE)


def _cannot_begin(run: Sequence[Token], at: int, open_fences: int) -> bool:
    match run[at].kind:
        case Sort.CLOSE | Sort.COMMA:
            return True
        case Sort.OPEN:
            return open_fences > 0
        case Sort.OPERATOR:
            return not _is_sign(run, at)
    return False


def _cannot_end(token: Token, open_fences: int) -> bool:
    ends = token.kind in (Sort.OPEN, Sort.COMMA, Sort.OPERATOR, Sort.SUM)
    return ends or (token.kind is Sort.CLOSE and open_fences < 0)


def _is_sign(run: Sequence[Token], at: int) -> bool:
    """Whether an operator at the start is the sign of what follows it."""
    return run[at].text in tuple("-+±−") and at + 1 < len(run) and not run[at + 1].spaced


def _is_variable(run: Sequence[Token]) -> bool:
    """Lower-case letters alone, as in "k of n logits", or their product, as in "2 n u"."""
    letters = [token.text for token in run if token.kind is Sort.LETTER]
    small = all(token.kind in (Sort.LETTER, Sort.NUMBER) for token in run)
    return small and bool(letters) and "".join(letters).islower()


def _is_sure(run: Sequence[Token]) -> bool:
    """Whether the run holds a sign that sentences do not use."""
    return any(
        token.kind in SURE or _relates(run, index) or _applies(run, index)
        for index, token in enumerate(run)
    )


def _relates(run: Sequence[Token], index: int) -> bool:
    """An operator between two operands of which one is a letter, a name or a fence."""
    token, inner = run[index], 0 < index < len(run) - 1
    if token.kind is not Sort.OPERATOR or not inner or token.text == ":":
        return False
    beside = (run[index - 1], run[index + 1])
    if not all(b.kind in OPERANDS or b.text in RELATIONS for b in beside):
        return False
    return token.text in RELATIONS or any(b.kind in (Sort.LETTER, Sort.NAME) for b in beside)


def _applies(run: Sequence[Token], index: int) -> bool:
    """A function and its argument, as in ``f(x)``, ``log n`` or ``|y|``."""
    if index + 1 >= len(run):
        return False
    token, after = run[index], run[index + 1]
    if token.kind is Sort.BAR or token.text in ("log", "exp", "max", "min"):
        return after.kind is Sort.LETTER
    return token.kind in (Sort.NAME, Sort.LETTER) and after.text == "(" and not after.spaced
