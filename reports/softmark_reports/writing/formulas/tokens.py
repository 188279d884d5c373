"""The words of a formula: letters, names, numbers, indices, fences and operators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import Final, NamedTuple


class Sort(Enum):
    """What a token may be in a formula; a ``WORD`` belongs to the sentence around it."""

    NUMBER = auto()
    LETTER = auto()
    NAME = auto()
    SYMBOL = auto()
    INDEX = auto()
    POWER = auto()
    LOW = auto()
    HIGH = auto()
    SUM = auto()
    OPERATOR = auto()
    COMMA = auto()
    OPEN = auto()
    CLOSE = auto()
    BAR = auto()
    WORD = auto()
    OTHER = auto()


class Token(NamedTuple):
    """A piece of the text; ``spaced`` says that white space stands before it."""

    kind: Sort
    text: str
    spaced: bool
    start: int
    end: int


NAMES: Final = (
    "masked_log_softmax", "masked_logsumexp", "masked_softmax",
    "softcap_softmax", "sink_softmax", "entropy", "kl_divergence", "logaddexp",
    "binary_cross_entropy",
    "log_softmax", "cross_entropy", "smooth_max", "logsumexp", "softargmax", "softmax",
    "hardmax", "sparsemax", "argmax", "log_sigmoid", "sigmoid", "softplus", "onehot", "tanh",
    "max", "min", "log", "exp", "bound", "error", "gap", "ulp",
)  # fmt: skip
"""Names that stand in formulas beside words of prose; longer ones first."""

SUBSCRIPTS: Final = dict(
    zip("₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ₊₋", "0123456789aehijklmnoprstuvx+-", strict=True)
)
SUPERSCRIPTS: Final = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵀⁿ", "0123456789+-Tn", strict=True))
CLOSING: Final = {"(": ")", "[": "]", "{": "}", "⌈": "⌉", "⌊": "⌋", "⟨": "⟩"}
RELATIONS: Final = frozenset("=≤≥<>≠∈→≈~")
LETTERS: Final = "A-Za-zα-ωΑ-Ωℓ"

_PATTERN: Final = re.compile(
    rf"""(?P<space>\s+)
    | (?P<WORD>(?:b?float|u?int)\d+\w*)
    | (?P<NUMBER>\d+(?:\.\d+)?)
    | (?P<INDEX>[{"".join(SUBSCRIPTS)}]+)
    | (?P<POWER>[{"".join(SUPERSCRIPTS)}]+)
    | (?P<LOW>_(?=[{LETTERS}0-9∞{{]))
    | (?P<HIGH>\^(?=[{LETTERS}0-9∞({{-]))
    | (?P<NAME>(?:{"|".join(NAMES)})(?![A-Za-z0-9]))
    | (?P<letters>[{LETTERS}]+)
    | (?P<SUM>[ΣΠ∑∏](?=[_{"".join(SUBSCRIPTS)}\s]))
    | (?P<OPERATOR>\.\.\.|[-=≤≥<>≠∈→≈+·×/:±∓−…⊙∘])
    | (?P<COMMA>,)
    | (?P<SYMBOL>[∞∂∇∑∏ΣΠ√])
    | (?P<OPEN>[(\[{{⌈⌊⟨])
    | (?P<CLOSE>[)\]}}⌉⌋⟩])
    | (?P<BAR>\|)
    | (?P<OTHER>.)""",
    re.VERBOSE | re.DOTALL,
)
_GREEK: Final = re.compile(r"[α-ωΑ-Ωℓ]")
_PIECES: Final = re.compile(rf"(?:{'|'.join(NAMES)})$|[{LETTERS}]")


def tokens(text: str) -> list[Token]:
    """Cut a text into tokens; nothing but white space is left out."""
    return list(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    spaced = False
    for found in _PATTERN.finditer(text):
        kind = found.lastgroup or ""
        if kind == "space":
            spaced = True
            continue
        if kind == "letters":
            yield from _letters(found[0], spaced, found.start())
        else:
            yield Token(Sort[kind], found[0], spaced, found.start(), found.end())
        spaced = False


def _letters(run: str, spaced: bool, start: int) -> Iterator[Token]:
    """One word, or letters side by side: a Greek one among them makes it a product."""
    product = _GREEK.search(run) and run not in NAMES
    if len(run) > 1 and not product:
        yield Token(Sort.WORD, run, spaced, start, start + len(run))
        return
    for piece in _PIECES.finditer(run):
        kind = Sort.LETTER if len(piece[0]) == 1 else Sort.NAME
        first, last = start + piece.start(), start + piece.end()
        yield Token(kind, piece[0], spaced and first == start, first, last)
