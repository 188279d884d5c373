"""What of a record may stand in a script, and how: a results file must not become code.

A results file may come from anyone, and its script is run.  So nothing goes from a record
into a script except through the functions here: a value that was parsed to its type, a string
through ``quoted``, a sentence through ``comment``.  ``verified`` then parses the script as Python
will read it, and refuses one that does more than the templates do.
"""

from __future__ import annotations

import ast
import io
import keyword
import math
import re
import tokenize
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Any, Final

from softmark.formats import FORMATS
from softmark.reproduction.source import bound_names

_COOKIE: Final = re.compile(r"coding(?=[:=])")
_NODES: Final = (
    *(ast.Module, ast.Expr, ast.Assign, ast.FunctionDef, ast.Return, ast.Lambda, ast.arguments),
    *(ast.arg, ast.For, ast.If, ast.Break, ast.Try, ast.ExceptHandler, ast.With, ast.withitem),
    *(ast.Name, ast.Attribute, ast.Call, ast.keyword, ast.Starred, ast.Subscript, ast.Slice),
    *(ast.Tuple, ast.List, ast.Dict, ast.ListComp, ast.comprehension, ast.Constant, ast.IfExp),
    *(ast.NamedExpr, ast.BinOp, ast.UnaryOp, ast.Compare, ast.operator, ast.unaryop, ast.cmpop),
    ast.expr_context,
)
_BUILTINS: Final = frozenset(
    {"Exception", "abs", "any", "float", "int", "len", "print", "range", "sorted", "str", "type"}
)
_USED: Final = """
np.all np.append np.arange np.argsort np.array np.clip np.concatenate np.copy np.flip np.frexp
np.frombuffer np.full np.full_like np.inf np.isfinite np.isinf np.isnan np.ldexp np.maximum
np.moveaxis np.nan np.ones np.random.default_rng np.rint np.take np.where np.zeros
np.int64 np.uint8 np.bool
fmt.max rng.normal rng.permutation x.copy x.ndim x.reshape x.shape x.size x.sum x.all
sys.exit off.append
base64.b85decode zlib.decompress float.fromhex float.hex text.split calls.items type.__name__
os.environ os.fork os.sched_getaffinity os.sched_setaffinity os.wait pool.submit future.result
"""
"""What scripts ask of modules and of arrays, besides what their dialects do."""


class NotReproducible(ValueError):
    """No script can show the record; the message says why."""


def whole(value: Any) -> int:
    """A whole number.

    Raises
    ------
    NotReproducible
        It is something else, as in all functions here.
    """
    if type(value) is not int:
        raise NotReproducible(f"its record holds {value!r:.60}, not a whole number")
    return value


def wholes(values: Any) -> tuple[int, ...]:
    """Whole numbers: a shape, an index."""
    if not isinstance(values, list | tuple):
        raise NotReproducible(f"its record holds {values!r:.60}, not a list of whole numbers")
    return tuple(map(whole, values))


def one_of(value: Any, known: Collection[str]) -> str:
    """A name of a closed list."""
    if not isinstance(value, str) or value not in known:
        raise NotReproducible(f"its record holds {value!r:.60}; known: {', '.join(known)}")
    return value


def dotted(name: Any) -> str:
    """An identifier, or several with dots between them."""
    parts = name.split(".") if isinstance(name, str) else [""]
    if not all(part.isidentifier() and not keyword.iskeyword(part) for part in parts):
        raise NotReproducible(f"{name!r:.60} is no name of a function or an argument")
    return str(name)


def constant(value: Any) -> str:
    """A value of JSON as an expression."""
    match value:
        case None | bool() | int():
            return repr(value)
        case float():
            return repr(value) if math.isfinite(value) else f"float({str(value)!r})"
        case str():
            return quoted(value)
        case list():
            return f"[{', '.join(map(constant, value))}]"
    raise NotReproducible(f"its record holds {value!r:.60}, which no script can hold")


def quoted(text: Any) -> str:
    """A string, in ASCII and on one line."""
    return ascii(str(text))


def comment(text: Any) -> str:
    """A sentence after a ``#``: printable ASCII on one line, which names no encoding."""
    line = " ".join(str(text).split()).encode("ascii", "backslashreplace").decode()
    shown = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in line)
    return _COOKIE.sub("coding ", shown)


def verified(
    script: str, *, imports: Iterable[str], definitions: Iterable[str], templates: Iterable[str]
) -> str:
    """The script, if it holds nothing but known code and what templates make of values.

    Parameters
    ----------
    imports:
        The import statements that it may hold.
    definitions:
        Code that was read from files of softmark and its plug-ins, or made of names alone.
    templates:
        Texts whose attributes (``.name``) it may use.
    """
    try:
        made = _statements(script)
    except (SyntaxError, ValueError) as error:
        raise NotReproducible(f"its record makes no script ({error})") from error
    known = frozenset[str]().union(*map(_known, [*imports, *definitions]))
    free = [node for text, node in made.items() if text not in known]
    names = _BUILTINS.union(*map(bound_names, made.values()), *map(_bound_within, free))
    attributes = frozenset(FORMATS).union(*map(_asked, [_USED, *templates]))
    for node in (node for statement in free for node in ast.walk(statement)):
        _admit(node, names, attributes)
    return script


@lru_cache(maxsize=256)
def _known(text: str) -> frozenset[str]:
    """Kept, since the scripts of a report share their code."""
    return frozenset(_statements(text))


def _statements(text: str) -> dict[str, ast.stmt]:
    """What stands at the top of a file, by its lines, as Python reads them."""
    lines = text.split("\n")
    if not all(map(str.isprintable, lines)):
        raise ValueError("it holds characters that cannot be printed")
    raw = text.encode()
    if tokenize.detect_encoding(io.BytesIO(raw).readline)[0] != "utf-8":
        raise ValueError("it names an encoding")
    return {
        "\n".join(lines[_first(node) - 1 : node.end_lineno]): node for node in ast.parse(raw).body
    }


def _first(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


@lru_cache(maxsize=1024)
def _asked(template: str) -> frozenset[str]:
    return frozenset(re.findall(r"\.(\w+)", template))


def _bound_within(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement and what is in it give a meaning to."""
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.FunctionDef(name=name):
                yield name
            case ast.arg(arg=name) | ast.ExceptHandler(name=str(name)):
                yield name


def _admit(node: ast.AST, names: Collection[str], attributes: Collection[str]) -> None:
    match node:
        case ast.Name(id=name) if name not in names:
            raise NotReproducible(f"its record makes a script that uses {name}")
        case ast.Attribute(attr=name) if name not in attributes:
            raise NotReproducible(f"its record makes a script that uses .{name}")
        case _ if not isinstance(node, _NODES):
            raise NotReproducible(f"its record makes a script with {type(node).__name__}")
