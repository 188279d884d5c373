"""Functions in the forms of other projects, as ``f(x)`` or ``f(x, axis=-1)``.

A form is a file here: ``function_of(text)`` loads what ``softmark check --as FORM text`` names.  It
runs where the function is called.
"""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Final

FORMS: Final = {
    "kernelbench": ("kernelbench", "torch"),
    "flashinfer-bench": ("solution", "torch"),
    "sol-execbench": ("solution", "torch"),
    "backendbench": ("backendbench", "torch"),
    "c": ("c", "numpy"),
    "onnx": ("onnx_node", "numpy"),
    "ggml": ("ggml", "numpy"),
}
"""For each form its file here, and whose arrays it takes."""

WITH_PARTS: Final = ("c", "onnx", "ggml")
"""The forms of a file and, behind a colon, what of it is meant."""


def module_at(path: Path) -> ModuleType:
    """A file's module.

    Raises
    ------
    ValueError
        It is no Python file.
    """
    spec = spec_from_file_location(f"adapted_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{path} is no Python file; name one")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
