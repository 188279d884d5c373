"""Skips what cannot be imported into the process of the tests, with the reason."""

from __future__ import annotations

import sys
from importlib.util import find_spec

import pytest

from softmark.catalog import Entry


def require(entry: Entry) -> None:
    """Skip the test unless the implementation's file can be imported here.

    Nothing is imported to find out: Triton reads how it is meant when it is.
    """
    for module in entry.imports:
        if find_spec(module) is None:
            pytest.skip(f"{module} is not installed")
    if entry.framework == "triton" and "triton" not in sys.modules and "tensorflow" in sys.modules:
        pytest.skip("a process that loads TensorFlow and then Triton aborts; nox -s triton")
