"""What a file of implementations declares, read from its syntax tree.

A framework may be missing, broken or slow to start, and still ``softmark list``
has to name it and say how to install it.  So a file of implementations is
parsed, never imported: its decorators hold literals, its first comment block is
inline script metadata (PEP 723) that names its requirements, and the
docstrings say what each function is.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from softmark.contracts import Described
from softmark.operands import number_of
from softmark.options import option_named, options_of
from softmark.statements import stating

PACKAGE: Final = "softmark_implementations"

_SCRIPT_BLOCK: Final = re.compile(
    r"^# /// script$\n(?P<text>(?:^#(?: .*)?$\n)+?)^# ///$", re.MULTILINE
)


@dataclass(frozen=True)
class Source:
    """A file of implementations: the framework's name, the module, and where it lies."""

    framework: str
    module: str
    path: Path


@dataclass(frozen=True)
class Unreadable:
    """A file, or a part of it, from which no implementation could be read, and why."""

    path: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}: {self.reason}"


@dataclass(frozen=True, kw_only=True)
class Entry(Described):
    """One implementation, as its file declares it; its contract is what that says it takes.

    Attributes
    ----------
    module, function, path, line:
        Where the function is.
    requirements:
        What the file says it needs, as pip reads it.
    imports:
        The modules, outside the standard library, that the file imports when it is loaded.
    """

    module: str
    function: str
    path: Path
    line: int
    requirements: tuple[str, ...]
    imports: tuple[str, ...]

    def missing(self) -> list[str]:
        """The requirements that are not installed here; nothing is imported to find out.

        A module may come from another distribution than the one that is named
        (tensorflow for tensorflow-cpu), so what counts is whether it is found.  A distribution
        that is there in another version than is needed is missing too.
        """
        unfit = [text for text in self.requirements if _is_unfit(text)]
        if all(_is_found(module) for module in self.imports):
            return unfit
        absent = [text for text in self.requirements if not _is_installed(text)]
        absent += unfit
        return absent or list(self.requirements) or list(self.imports)

    @property
    def install_hint(self) -> str:
        """The command that installs what is missing; empty when nothing is."""
        missing = self.missing()
        quoted = " ".join(f'"{text}"' for text in missing)
        return f"python -m pip install {quoted}" if missing else ""

    @property
    def absence(self) -> str:
        """That its framework is not installed, and how to add it; empty where it is there."""
        hint = self.install_hint
        return f"{self.framework} is not installed; to add it: {hint}" if hint else ""


def read_source(source: Source) -> tuple[Entry | Unreadable, ...]:
    """The implementations that one file declares, and what in it could not be read."""
    try:
        text = source.path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        return (Unreadable(source.path, 1, f"cannot be read ({error})"),)
    return _declared(source, text)


@cache
def _declared(source: Source, text: str) -> tuple[Entry | Unreadable, ...]:
    """The same of its text: one command asks for it several times."""
    return tuple(_each_declared(source, text))


def _each_declared(source: Source, text: str) -> Iterator[Entry | Unreadable]:
    try:
        tree = ast.parse(text)
        requirements = tuple(map(str, script_metadata(text).get("dependencies", ())))
        imports = tuple(dict.fromkeys(_imported(text, source.path.parent)))
    except (OSError, ValueError, SyntaxError) as error:  # of a file that it imports, too
        line = getattr(error, "lineno", None) or 1
        yield Unreadable(source.path, line, f"cannot be read ({error})")
        return
    for node in tree.body:
        call = _declaration(node)
        if isinstance(node, ast.FunctionDef) and call is not None:
            try:
                yield _entry(source, node, _arguments(call), requirements, imports)
            except (TypeError, ValueError) as error:
                yield Unreadable(source.path, node.lineno, f"{node.name}: {error}")


def _declaration(node: ast.stmt) -> ast.Call | None:
    """The call in ``@implementation(...)`` or ``@softmark_implementations.implementation(...)``."""
    for decorator in getattr(node, "decorator_list", []):
        if isinstance(decorator, ast.Call):
            name = ast.unparse(decorator.func)
            if name.rpartition(".")[2] == "implementation":
                return decorator
    return None


def _arguments(call: ast.Call) -> dict[str, Any]:
    """The arguments of the decorator, with the defaults of those left out."""
    values = dict(_defaults())
    names = list(values)
    given = dict(zip(names, call.args, strict=False))
    given |= {keyword.arg or "**": keyword.value for keyword in call.keywords}
    for name, value in given.items():
        if name not in values:
            raise TypeError(f"@implementation has no argument {name!r}")
        try:
            values[name] = ast.literal_eval(value)
        except ValueError:
            raise ValueError(f"the argument {name} of @implementation must be a literal") from None
    if not isinstance(values["operation"], str):
        raise TypeError("@implementation needs the name of the operation first")
    return values


@cache
def _defaults() -> Mapping[str, Any]:
    """Arguments of ``@implementation`` and their defaults, from the file that defines it."""
    tree = ast.parse((package_folder() / "declare.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    arguments = next(node.args for node in functions if node.name == "implementation")
    positional = [None] * (len(arguments.args) - len(arguments.defaults)) + arguments.defaults
    names = [argument.arg for argument in arguments.args + arguments.kwonlyargs]
    values = [*positional, *arguments.kw_defaults]
    return {
        name: None if value is None else ast.literal_eval(value)
        for name, value in zip(names, values, strict=True)
    }


def _entry(
    source: Source,
    node: ast.FunctionDef,
    declared: Mapping[str, Any],
    requirements: tuple[str, ...],
    imports: tuple[str, ...],
) -> Entry:
    variant = f"[{declared['variant']}]" if declared["variant"] else ""
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    entry = Entry(
        name=f"{source.framework}.{declared['operation']}{variant}",
        framework=source.framework,
        takes_beta=number_of(declared["operation"]) in [argument.arg for argument in arguments],
        options=_options(declared["operation"], [argument.arg for argument in arguments]),
        module=source.module,
        function=node.name,
        path=source.path,
        line=node.lineno,
        description=(ast.get_docstring(node) or "").partition("\n")[0],
        requirements=requirements,
        imports=imports,
        **declared,
    )
    return stating(entry, entry.takes)


def _options(operation: str, arguments: Sequence[str]) -> tuple[str, ...]:
    """The options of a loss that a function takes, by the names of its arguments."""
    found = {option_named(name) for name in arguments}
    return tuple(name for name in options_of(operation) if name in found)


def script_metadata(text: str) -> dict[str, Any]:
    """The inline script metadata (PEP 723) of a Python file; empty where there is none.

    Raises
    ------
    ValueError
        The block is not TOML.
    """
    block = _SCRIPT_BLOCK.search(text)
    if block is None:
        return {}
    lines = block["text"].splitlines()
    return tomllib.loads("\n".join(line.removeprefix("#").removeprefix(" ") for line in lines))


def _imported(text: str, folder: Path) -> Iterator[str]:
    """Top-level modules that loading a file imports, the standard library's left out.

    A neighbour in the same folder (Keras's file builds on TensorFlow's) is looked into.
    """
    for module in _module_imports(text):
        top, _, rest = module.partition(".")
        neighbour = folder / f"{rest}.py"
        if top == PACKAGE and neighbour.is_file():
            yield from _imported(neighbour.read_text(encoding="utf-8"), folder)
        elif top != PACKAGE and top not in sys.stdlib_module_names:
            yield top


@cache
def _module_imports(text: str) -> tuple[str, ...]:
    """The modules that a file imports; the files of most frameworks import the same neighbours."""
    found: list[str] = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.append(node.module)
    return tuple(found)


@cache
def package_folder() -> Path:
    """The folder of ``softmark_implementations``; the package is found, not imported."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"the package {PACKAGE} is not beside softmark; install softmark again")
    return Path(spec.origin).parent


@cache
def _is_found(module: str) -> bool:
    return find_spec(module) is not None


@cache
def _is_unfit(requirement: str) -> bool:
    """Whether the distribution is there in a version that the requirement does not allow."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        needed = Requirement(requirement)
        version = metadata.version(needed.name)
    except (InvalidRequirement, metadata.PackageNotFoundError):
        return False
    return version is not None and not needed.specifier.contains(version, prereleases=True)


def _is_installed(requirement: str) -> bool:
    """Whether the distribution that the requirement names is there, in whichever version."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    try:
        metadata.distribution(name[0] if name else requirement)
    except metadata.PackageNotFoundError:
        return False
    return True
