"""Changes of C source on its tokens, and functions that call what gcc makes of it.

All mutants of a source are compiled in one go, each under a name of its own.
"""

from __future__ import annotations

import ctypes
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from automutants import Change, Function, Substrate

FOLDER: Final = Path(__file__).parent / "substrates"
TOKEN: Final = re.compile(
    r"/\*.*?\*/|[A-Za-z_]\w*|\d+\.?\d*(?:e-?\d+)?f?|<=|>=|==|!=|\+\+|--|[-+*/]=|->|[^\s\w]", re.S
)
OTHER: Final[dict[str, tuple[str, ...]]] = {
    "+": ("-", "*"),
    "-": ("+", "*"),
    "*": ("/", "+"),
    "/": ("*", "-"),
    "<": ("<=", ">", "!="),
    ">": (">=", "<"),
    "==": ("!=",),
    "+=": ("-=", "="),
    "*=": ("/=", "="),
    "/=": ("*=", "="),
    "expf": ("exp2f", "expm1f", ""),
    "fmaxf": ("fminf",),
    "logf": ("log2f", "log1pf", ""),
    "float": ("double",),
    "double": ("float",),
    "INFINITY": ("0.0f", "1.0f"),
}
"""What stands instead of a token; the empty one drops a call."""


def substrates() -> tuple[Substrate, ...]:
    """Those of the C files, where there is a compiler."""
    if shutil.which("gcc") is None:
        return ()
    return tuple(_substrate(file) for file in sorted(FOLDER.glob("c_*.c")))


def _substrate(file: Path) -> Substrate:
    source = file.read_text(encoding="utf-8")
    operation = re.sub(r"^c_|_[a-z]+$", "", file.stem)
    load = partial(_load, operation=operation)
    own = partial(changes, source)
    return Substrate(file.stem, operation, "numpy", ("float32",), source, own, load, apart=True)


def changes(source: str) -> list[Change]:
    """All changes of the body of the function in ``source``, each once."""
    body = source.index("{")
    found: dict[str, Change] = {}
    for match in TOKEN.finditer(source, body):
        for operator, new in _replacements(source, match):
            start, end = match.start(), match.end()
            changed = source[:start] + new + source[end:]
            line_start = source.rindex("\n", 0, start) + 1
            before = source[line_start : source.index("\n", start)].strip()
            after = changed[line_start : changed.index("\n", start)].strip()
            line = source.count("\n", 0, start) + 1
            found.setdefault(changed, Change(operator, line, before, after, changed))
    for changed, change in _dropped(source, body):
        found.setdefault(changed, change)
    return list(found.values())


def _replacements(source: str, match: re.Match[str]) -> Iterator[tuple[str, str]]:
    token = match.group()
    for other in OTHER.get(token, ()):
        yield ("other token" if other else "drop call"), other
    if re.fullmatch(r"\d+", token):
        yield "other constant", str(int(token) + 1)
        if int(token):
            yield "other constant", str(int(token) - 1)
    elif re.fullmatch(r"\d+\.\d*f", token):
        yield "other constant", f"{float(token[:-1]) + 1}f"
    elif token in _variables(source) and not _is_declared(source, match.start()):
        names = _variables(source)
        at = names.index(token)
        for other in {names[at - 1], names[(at + 1) % len(names)]} - {token}:
            yield "other variable", other
        yield "off by one", f"({token} + 1)"


def _variables(source: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"\b(?:float|double|long)\s+\*?(\w+)", source)))


def _is_declared(source: str, start: int) -> bool:
    return re.search(r"\b(?:float|double|long)\s+\*?$", source[:start]) is not None


def _dropped(source: str, body: int) -> Iterator[tuple[str, Change]]:
    """Each statement of one line that assigns, dropped."""
    for match in re.finditer(r"^ +(\w[^;{}\n]*[-+*/]?=[^;{}\n]*;)$", source[body:], re.M):
        start, end = match.start(1) + body, match.end(1) + body
        if re.match(r"(?:const )?(?:float|double|long)\b|for\b", match.group(1)):
            continue
        changed = source[:start] + ";" + source[end:]
        line = source.count("\n", 0, start) + 1
        yield changed, Change("drop statement", line, match.group(1), ";", changed)


def _load(sources: list[str], operation: str) -> list[Function | None]:
    """The functions of several sources, compiled together; ``None`` for what does not compile."""
    texts = [re.sub(r"\bkernel\b", f"kernel_{i}", s) for i, s in enumerate(sources)]
    right = [_compiles(text) for text in texts] if not _compiles("\n".join(texts)) else None
    kept = [t for i, t in enumerate(texts) if right is None or right[i]]
    library = _library("\n".join(kept))
    found: list[Function | None] = []
    for i in range(len(texts)):
        known = right is None or right[i]
        found.append(_function(getattr(library, f"kernel_{i}"), operation) if known else None)
    return found


def _compiles(text: str) -> bool:
    command = ["gcc", "-fsyntax-only", "-w", "-x", "c", "-"]
    return subprocess.run(command, input=text.encode(), capture_output=True).returncode == 0


def _library(text: str) -> ctypes.CDLL:
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "kernels.so"
        command = ["gcc", "-O1", "-w", "-ffp-contract=off", "-shared", "-fPIC", "-x", "c", "-"]
        subprocess.run([*command, "-lm", "-o", str(built)], input=text.encode(), check=True)
        return ctypes.CDLL(str(built))


def _function(kernel: Any, operation: str) -> Function:
    """A kernel of rows as a function of an array and an axis."""
    kernel.restype = None
    pointer = ctypes.POINTER(ctypes.c_float)
    kernel.argtypes = [pointer, pointer, ctypes.c_long, ctypes.c_long]
    reduces = operation == "logsumexp"

    def call(x: Any, axis: int = -1) -> Any:
        # Whole numbers are computed in float64 by the formula: the kernel takes float32 alone.
        rows = np.ascontiguousarray(np.moveaxis(x, axis, -1), dtype=np.float32)
        out = np.empty(rows.shape[:-1] if reduces else rows.shape, np.float32)
        n = rows.shape[-1]
        kernel(
            rows.ctypes.data_as(pointer), out.ctypes.data_as(pointer), rows.size // n if n else 0, n
        )
        return out if reduces else np.moveaxis(out, -1, axis)

    return call
