"""A BackendBench folder: ``NAME_implementation_v1.py`` with ``NAME_kernel_impl``, an ATen operator.

``_softmax`` and ``_log_softmax`` are called ``(x, dim, half_to_float)``, others ``(x, dim)``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from softmark_implementations.adapted import module_at

_SUFFIX: Final = "_kernel_impl"


def function_of(text: str) -> Callable[..., Any]:
    """The kernel of a folder, or of one of its files.

    Raises
    ------
    ValueError
        There is none, or there are several.
    """
    path = Path(text)
    files = sorted(path.glob("*_implementation*.py")) if path.is_dir() else [path]
    if not files:
        raise ValueError(f"{text} holds no *_implementation_v1.py; name a folder of one operator")
    module = module_at(files[-1])
    names = [name for name in vars(module) if name.endswith(_SUFFIX)]
    if len(names) != 1:
        listed = ", ".join(names) or "none"
        raise ValueError(f"{files[-1].name} needs one function *{_SUFFIX}; it has {listed}")
    kernel = getattr(module, names[0])
    more = (False,) if names[0].startswith(("_softmax", "_log_softmax")) else ()

    def function(x: Any, axis: int = -1) -> Any:
        return kernel(x, axis, *more)

    return function
