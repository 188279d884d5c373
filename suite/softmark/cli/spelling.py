"""Mathematics for screens without its letters: ``β`` is spelled ``beta`` where it must be.

Python would raise, or print a question mark, for a character that the screen's
encoding lacks; a formula of question marks says nothing.
"""

from __future__ import annotations

import codecs
import sys
import unicodedata
from typing import Final

SPELLED: Final = {
    "α": "alpha", "β": "beta", "δ": "delta", "ε": "epsilon", "θ": "theta", "σ": "sigma",
    "Σ": "sum", "Π": "product", "∞": "inf", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~=",
    "→": "->", "⇒": "=>", "·": "*", "×": "x", "⌈": "ceil(", "⌉": ")", "⌊": "floor(", "⌋": ")",
    "⟨": "<", "⟩": ">", "√": "sqrt", "∈": " in ", "−": "-", "–": "-", "—": "-", "…": "...",
    "“": '"', "”": '"', "’": "'", "ᵀ": "^T",
}  # fmt: skip


def spell(character: str) -> str:
    """The character in ASCII; a question mark where nobody would know."""
    if character in SPELLED:
        return SPELLED[character]
    parts = unicodedata.decomposition(character).split()
    if not parts:
        return "?"
    mark = {"<sub>": "_", "<super>": "^"}.get(parts[0], "")
    base = chr(int(parts[parts[0].startswith("<")], 16))
    return mark + (base if base.isascii() else spell(base))


def _spelled(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = "".join(map(spell, error.object[error.start : error.end]))
    after = error.object[error.end : error.end + 1]
    space = " " if text[-1:].isalpha() and after.isalnum() else ""  # beta x, not betax
    return text + space, error.end


def tolerate_narrow_encodings() -> None:
    """Let standard output and error spell what they cannot encode."""
    codecs.register_error("softmark.spelled", _spelled)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # not so where a notebook or a test has replaced it
            stream.reconfigure(errors="softmark.spelled")
