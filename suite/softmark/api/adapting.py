"""Functions in the forms of other projects: a file of two lines makes each a target of ours.

The file is in the user's cache folder, so that ``softmark repro`` finds it again.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from softmark.api.last_check import place
from softmark.subjects import TargetError
from softmark_implementations.adapted import FORMS, WITH_PARTS


def adapted(form: str, text: str) -> tuple[str, str]:
    """A target that is what ``text`` names in a form, and whose arrays it takes.

    Raises
    ------
    TargetError
        There is no such file, or the target cannot be written.
    """
    module, array = FORMS[form]
    path, colon, rest = text.partition(":") if form in WITH_PARTS else (text, "", "")
    if not (Path(path).exists() or (form == "ggml" and path.isidentifier())):
        raise TargetError(f"there is no file {path}; name one in the form of {form}")
    place_of = Path(path).resolve() if Path(path).exists() else path
    named = f"{place_of}{colon}{rest}"
    lines = (
        f'"""{form}: {Path(path).name}."""\n\n'
        f"from softmark_implementations.adapted.{module} import function_of\n\n"
        f"function = function_of({named!r})\n"
    )
    # No package has that name: in its place the file would be imported, by what it imports too.
    stem = f"{form}_{Path(path).stem}"
    name = "".join(c if c.isalnum() else "_" for c in stem) + ".py"
    key = hashlib.sha256(f"{name}\n{lines}".encode()).hexdigest()[:16]
    folder = place().parent / "adapted" / key
    target = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target.write_text(lines, encoding="utf-8")
    except OSError as error:
        raise TargetError(
            f"{target} cannot be written ({error.strerror}); set XDG_CACHE_HOME to another folder"
        ) from None
    return f"{target}:function", array
