"""From tokens to a tree: indices, powers, fences that match, and fractions where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from softmark_reports.writing.formulas.nodes import (
    Fence,
    Fraction,
    Leaf,
    MathRow,
    Node,
    WithScripts,
)
from softmark_reports.writing.formulas.tokens import (
    CLOSING,
    RELATIONS,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    Sort,
    Token,
)

TAGS: Final = {
    Sort.NUMBER: "mn",
    Sort.LETTER: "mi",
    Sort.NAME: "mi",
    Sort.SYMBOL: "mi",
    Sort.SUM: "mo",
    Sort.OPERATOR: "mo",
    Sort.COMMA: "mo",
    Sort.WORD: "mtext",
}
WRITTEN: Final = {"-": "−", "Σ": "∑", "Π": "∏", "...": "…"}
DEEPEST: Final = 30
"""Fences in fences, or fractions in fractions; a text of more is no formula."""
SLASH: Final = Leaf("mo", "/")


class NotAFormula(ValueError):
    """The tokens do not make a formula."""


def parse(tokens: Sequence[Token], *, display: bool = False) -> MathRow:
    """The tree of a whole formula.

    Parameters
    ----------
    tokens:
        All of it.
    display:
        Whether quotients and the limits of sums are set one over the other, as in a formula that
        stands alone; in a line of prose a quotient keeps its slash.

    Raises
    ------
    NotAFormula
        Fences do not match, an index has nothing to stand at, or a token has no meaning here.
    """
    parser = _Parser(tokens, display)
    row = parser.row("")
    if parser.at < len(tokens):
        raise NotAFormula(tokens[parser.at].text)
    return row


class _Parser:
    def __init__(self, tokens: Sequence[Token], display: bool) -> None:
        self.tokens = tokens
        self.display = display
        self.at = 0
        self.depth = 0

    def row(self, closing: str) -> MathRow:
        """Parts up to a closing fence, which is left for the caller, or to the end."""
        parts: list[Node | bool] = []
        while self.at < len(self.tokens) and not self._closes(closing, parts):
            token = self.tokens[self.at]
            part = self._scripted(self._part())
            if parts and token.spaced and _apart(parts[-1]) and _apart(part):
                parts.append(True)
            parts.append(part)
        return MathRow(_with_fractions(parts) if self.display else parts)

    def _closes(self, closing: str, parts: Sequence[Node | bool]) -> bool:
        token = self.tokens[self.at]
        if token.kind is Sort.BAR:  # opens after an operator or at the start, else closes
            return closing == "|" and bool(parts) and not _is_operator(parts[-1])
        return token.kind is Sort.CLOSE

    def _part(self) -> Node:
        token = self._next()
        if token.kind in (Sort.OPEN, Sort.BAR):
            return self._fence(token)
        if token.kind not in TAGS:
            raise NotAFormula(token.text)
        return Leaf(TAGS[token.kind], WRITTEN.get(token.text, token.text))

    def _fence(self, opening: Token) -> Fence:
        closing = CLOSING.get(opening.text, "|")
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotAFormula("too deep")
        inner = self.row(closing)
        if self._next().text != closing:
            raise NotAFormula(opening.text)
        self.depth -= 1
        return Fence(opening.text, inner, closing)

    def _scripted(self, base: Node) -> Node:
        low = high = None
        while self.at < len(self.tokens) and not self.tokens[self.at].spaced:
            kind = self.tokens[self.at].kind
            if kind in (Sort.INDEX, Sort.LOW) and low is None:
                low = self._script(SUBSCRIPTS)
            elif kind in (Sort.POWER, Sort.HIGH) and high is None:
                high = self._script(SUPERSCRIPTS)
            else:
                break
        if low is high is None:
            return base
        return WithScripts(base, low, high, stacked=self.display and _is_sum(base))

    def _script(self, letters: dict[str, str]) -> Node:
        token = self._next()
        if token.kind in (Sort.INDEX, Sort.POWER):
            written = "".join(letters[letter] for letter in token.text)
            return Leaf("mn" if written.isdigit() else "mi", written)
        if self._peek().text in ("(", "{"):
            return self._fence(self._next()).inner
        sign = [self._part()] if self._peek().text == "-" else []
        return MathRow([*sign, self._plain()])

    def _plain(self) -> Node:
        token = self._next()
        tag = "mi" if token.kind is Sort.WORD else TAGS.get(token.kind)
        if tag is None:
            raise NotAFormula(token.text)
        return Leaf(tag, token.text)

    def _next(self) -> Token:
        token = self._peek()
        self.at += 1
        return token

    def _peek(self) -> Token:
        if self.at >= len(self.tokens):
            raise NotAFormula("ends too early")
        return self.tokens[self.at]


def _is_sum(part: Node) -> bool:
    return isinstance(part, Leaf) and part.text in ("∑", "∏")


def _is_operator(part: Node | bool) -> bool:
    base = part.base if isinstance(part, WithScripts) else part
    return isinstance(base, Leaf) and base.tag == "mo"


def _apart(part: Node | bool) -> bool:
    """Whether a space beside it is worth keeping; operators bring their own."""
    return not _is_operator(part) and part is not True


def _with_fractions(parts: Sequence[Node | bool]) -> list[Node | bool]:
    """Each slash with the products on its sides as one fraction, from left to right."""
    written: list[Node | bool] = []
    product = at = slashes = 0
    while at < len(parts):
        if parts[at] != SLASH:
            written.append(parts[at])
            at += 1
            product, slashes = (
                (len(written), 0) if _ends_product(written[-1]) else (product, slashes)
            )
            continue
        end, slashes = _product_end(parts, at + 1), slashes + 1
        written[product:] = [_fraction(written[product:], parts[at + 1 : end], slashes)]
        at = end
    return written


def _product_end(parts: Sequence[Node | bool], at: int) -> int:
    while at < len(parts) and not _ends_product(parts[at]):
        at += 1
    return at


def _fraction(top: Sequence[Node | bool], bottom: Sequence[Node | bool], slashes: int) -> Fraction:
    fraction = Fraction(MathRow(_trimmed(top)), MathRow(_trimmed(bottom)))
    if not fraction.top.parts or not fraction.bottom.parts or slashes > DEEPEST:
        raise NotAFormula("/")
    return fraction


def _ends_product(part: Node | bool) -> bool:
    """Signs, relations, commas and words end what a slash divides; a sum sign begins it."""
    if isinstance(part, Leaf):
        return part.tag == "mtext" or part.text in RELATIONS or part.text in tuple("+−,/·:…±")
    return False


def _trimmed(parts: Sequence[Node | bool]) -> list[Node | bool]:
    first, last = 0, len(parts)
    while first < last and parts[first] is True:
        first += 1
    while first < last and parts[last - 1] is True:
        last -= 1
    return list(parts[first:last])
