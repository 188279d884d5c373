"""One file a framework: each way that it, its users or its tutorials compute a softmax.

A file is named ``with_<framework>.py`` (a file named ``numpy.py`` would hide
NumPy when run as a script), starts with a PEP 723 block that names its
requirements, and imports its framework.  It is read, not imported, to be
listed; it is imported in a worker process to be measured.
"""

from softmark_implementations.declare import Declaration, implementation
from softmark_implementations.framework import Framework, NotOffered

__all__ = ["Declaration", "Framework", "NotOffered", "implementation"]
