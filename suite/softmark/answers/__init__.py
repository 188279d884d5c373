"""Answers to what people ask of a softmax: how close is close enough, and which of two is right.

Each takes arrays of any library, or a size and a format, and says what theory allows there.
"""

from softmark.answers.closeness import Closeness, compared
from softmark.answers.tolerances import tolerance

__all__ = ["Closeness", "compared", "tolerance"]
