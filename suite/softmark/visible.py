"""Text that a screen shows as it is: a record, a message or a file name may hold anything.

A control character moves the cursor, clears the screen, sets a title or writes to a clipboard;
a change of direction shows letters in another order than they are read in.
"""

from __future__ import annotations

import re
from typing import Final

_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def visible(text: str) -> str:
    """The text with each such character as an escape: ``\\\\x1b``; lines and tabs stay."""
    if text.isascii() and text.isprintable():
        return text
    return _HIDDEN.sub(lambda found: ascii(found[0])[1:-1], text.replace("\r\n", "\n"))
