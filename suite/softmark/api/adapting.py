"""Functions in the forms of other projects: a file of two lines makes each a target of ours.

The file is in the user's cache folder, so that ``softmark repro`` finds it again.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from softmark.api.last_check import place
from softmark.subjects import TargetError

FORMS: Final = {
    "kernelbench": ("kernelbench", "torch"),
    "flashinfer-bench": ("solution", "torch"),
    "sol-execbench": ("solution", "torch"),
    "backendbench": ("backendbench", "torch"),
    "c": ("c", "numpy"),
    "onnx": ("onnx_node", "numpy"),
}
"""For each form the file of ``softmark_implementations.adapted``, and whose arrays it takes."""


def adapted(form: str, text: str) -> tuple[str, str]:
    """A target that is what ``text`` names in a form, and whose arrays it takes.

    Raises
    ------
    TargetError
        There is no such file, or the target cannot be written.
    """
    module, array = FORMS[form]
    path, colon, rest = text.partition(":") if form in ("c", "onnx") else (text, "", "")
    if not Path(path).exists():
        raise TargetError(f"there is no file {path}; name one in the form of {form}")
    named = f"{Path(path).resolve()}{colon}{rest}"
    lines = (
        f'"""{form}: {Path(path).name}."""\n\n'
        f"from softmark_implementations.adapted.{module} import function_of\n\n"
        f"function = function_of({named!r})\n"
    )
    stem = "".join(c if c.isalnum() else "_" for c in Path(path).stem)
    folder = place().parent / "adapted" / hashlib.sha256(lines.encode()).hexdigest()[:16]
    target = folder / f"{stem}.py"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target.write_text(lines, encoding="utf-8")
    except OSError as error:
        raise TargetError(
            f"{target} cannot be written ({error.strerror}); set XDG_CACHE_HOME to another folder"
        ) from None
    return f"{target}:function", array
