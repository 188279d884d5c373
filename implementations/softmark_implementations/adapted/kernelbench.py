"""A KernelBench problem: ``Model``, or the ``ModelNew`` that replaces it, of one array.

``get_init_inputs`` of the file gives what the model is made with, and ``get_inputs`` how many
arrays it takes.  Where the file has both models, ``ModelNew`` is checked.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from softmark_implementations.adapted import module_at


def function_of(text: str) -> Callable[..., Any]:
    """The forward of the model in a file.

    Raises
    ------
    ValueError
        The file has no model, or one of several arrays.
    """
    module = module_at(Path(text))
    kind = getattr(module, "ModelNew", None) or getattr(module, "Model", None)
    if kind is None:
        raise ValueError(f"{text} has no ModelNew and no Model; name a KernelBench file")
    inputs = getattr(module, "get_inputs", lambda: [None])()
    if len(inputs) != 1:
        raise ValueError(f"its model takes {len(inputs)} arrays; name one that takes logits alone")
    model = kind(*getattr(module, "get_init_inputs", list)())

    def function(x: Any) -> Any:
        return model(x)

    function.__doc__ = f"{kind.__name__} of {Path(text).name}."
    return function
