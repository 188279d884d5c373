"""A record as a script of a few lines that shows its number with the framework alone.

The script holds the code that was measured, the input as hexadecimal floats or
as the recipe that made it, and the result that the oracle certified.  It is
written by text and syntax only: no framework is imported to write it.
"""

from softmark.reproduction.safe import NotReproducible
from softmark.reproduction.script import script

__all__ = ["NotReproducible", "script"]
