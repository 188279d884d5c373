"""Formulas as the specification's docstrings write them, turned into MathML for the browser.

The docstrings are plain text with Unicode letters: ``|yᵢ - f(x)ᵢ| ≤ (n + 4) u``, ``Σⱼ e^(xⱼ)``,
``x_max``.  That is what ``softmark explain`` prints, and it stays with each formula as its
annotation.  What this package does not understand is left as the text that it was.
"""

from softmark_reports.writing.formulas.prose import display, inline

__all__ = ["display", "inline"]
