"""Files that were damaged or made to do harm, and everything of softmark that reads files.

Each mutated file is made from a good one by a seed alone, so that what went wrong once is made
again.  What reads it has to end with an answer or with one sentence that names the file: no
exception of another kind, nothing executed, nothing written elsewhere.
"""

from __future__ import annotations

import ast
import copy
import io
import json
import random
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click
from recorded import lines_of

from softmark.api.recorded import find
from softmark.cli import softmark
from softmark.cli.spelling import tolerate_narrow_encodings
from softmark.naming import UnknownName
from softmark.records import RecordsError, read_results
from softmark_implementations.known_failures import KnownFailuresError, load

SPELLED: Final = "softmark.spelled"
MARK: Final = "PWNED"
HARM: Final[tuple[Any, ...]] = (
    None,
    True,
    -1,
    0,
    2**63,
    10**30,
    -(10**30),
    1e308,
    5e-324,
    "",
    "\ud800",
    "\x1b[31m\x07",
    "A" * 5000,
    [],
    {},
    [[]],
    {"": None},
    "nan",
    "0x1p99999",
    "1e999",
    "fail",
    "NaN",
    "../../../x",
    "C:\\x\\y",
    f"__import__('pathlib').Path('{MARK}').touch()",
    f'"""\n__import__("pathlib").Path("{MARK}").touch()',
    f"$(touch {MARK}); touch {MARK} #",
    f"{{{{ cycler.__init__.__globals__.os.popen('touch {MARK}') }}}}",
    "<script>alert(1)</script>",
    "%s%n%99999999d",
    "{0.__class__}",
    "\u202e\u2028\x00",
    [1, [2, [3]]],
)
TOKENS: Final = (
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"9" * 5000,
    b"[" * 2000,
    b'{"a":' * 2000,
    b'"\\ud800"',
)
Bytes = Callable[[bytes, random.Random], bytes]


def cut(good: bytes, draw: random.Random) -> bytes:
    return good[: draw.randrange(len(good))]


def flip(good: bytes, draw: random.Random) -> bytes:
    raw = bytearray(good)
    for _ in range(draw.choice((1, 1, 2, 8, 64))):
        raw[draw.randrange(len(raw))] ^= 1 << draw.randrange(8)
    return bytes(raw)


def splice(good: bytes, draw: random.Random) -> bytes:
    """A piece left out, twice there, or put where another was."""
    a, b = sorted(draw.randrange(len(good)) for _ in range(2))
    c = draw.randrange(len(good))
    return draw.choice((good[:a] + good[b:], good[:b] + good[a:], good[:c] + good[a:b] + good[c:]))


def noise(good: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(good))
    new = draw.choice((b"\x00", b"\xff\xfe", b"\xc3", b"\n", b"\r", draw.randbytes(40), *TOKENS))
    return good[:at] + new + good[at + draw.choice((0, len(new))) :]


def shuffled(good: bytes, draw: random.Random) -> bytes:
    lines = good.splitlines(keepends=True)
    draw.shuffle(lines)
    return b"".join(lines[draw.randrange(2) :])


def harmful(good: bytes, draw: random.Random) -> bytes:
    """Some values of a line of JSON, or a document of it, replaced; some fields gone or twice."""
    lines = good.splitlines()
    number = draw.randrange(len(lines)) if draw.random() < 0.8 else 0
    value = json.loads(lines[number])
    for _ in range(draw.choice((1, 1, 1, 3))):
        _replace(value, draw)
    text = json.dumps(value)
    if draw.random() < 0.2:
        text = text.replace(": ", ": NaN, " if draw.random() < 0.5 else ": 1, ", 1)
    if draw.random() < 0.1 and text.startswith("{") and len(text) > 2:
        text = '{"value": 3, ' + text[1:]
    return b"\n".join([*lines[:number], text.encode(), *lines[number + 1 :]]) + b"\n"


def _replace(value: Any, draw: random.Random) -> None:
    places = [
        (held, key)
        for held in _containers(value)
        for key in (list(held) if isinstance(held, dict) else range(len(held)))
    ]
    if not places:
        return
    held, key = draw.choice(places)
    if isinstance(held, dict) and draw.random() < 0.15:
        del held[key]
    elif isinstance(held, dict) and key == "schema":
        held[key] = draw.choice((0, -1, 2, 99, "1", 1.5, True, 10**30))
    else:
        held[key] = copy.deepcopy(draw.choice(HARM))


def _containers(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _containers(inner)


BROKEN: Final[tuple[Bytes, ...]] = (cut, flip, splice, noise, shuffled)


def mutated(good: bytes, seed: int, *, is_json: bool) -> bytes:
    """The mutation of ``good`` with this number."""
    draw = random.Random(seed)
    make = harmful if is_json and draw.random() < 0.5 else draw.choice(BROKEN)
    return make(good, draw)


@dataclass(frozen=True)
class Good:
    """The good files: results, what a check wrote, and known failures."""

    results: bytes
    check: bytes
    known: bytes

    @classmethod
    def from_results(cls) -> Good:
        """A few real records of each check, from the results that are kept with the project."""
        tolerate_narrow_encodings()
        lines = lines_of("numpy")
        kept: dict[tuple[str, str], dict[str, Any]] = {}
        for line in lines[1:]:
            if line["kind"] == "record":
                kept.setdefault((line["check"], line["verdict"]), line)
        records = list(kept.values())
        lines[0]["specification"] = {}
        end = [{"kind": "done", "task": "a/b/c"}, {"kind": "end"}]
        document = {
            "kind": "check", "target": "numpy.softmax", "setup": False, "vjp": "",
            "environment": lines[0]["environment"], "records": records[:4],
        }  # fmt: skip
        known = b'# excuses\n[[failure]]\nid = "numpy.softmax/ties/*"\nreason = "r"\nlink = "l"\n'
        text = "".join(json.dumps(line) + "\n" for line in [lines[0], *records, *end])
        return cls(text.encode(), json.dumps(document).encode(), known)


class Wrong(AssertionError):
    """A file was not borne; the message says by what."""


def try_one(good: Good, seed: int, folder: Path, *, pages: bool, tables: bool) -> None:
    """Give the mutation with this number to everything that reads such a file.

    Raises
    ------
    Wrong
        Something did not bear it.
    """
    path, base = folder / "m.jsonl", folder / "good.jsonl"
    base.write_bytes(good.results)
    path.write_bytes(mutated(good.results, seed, is_json=True))
    ids = [""]
    try:
        ids = [record.id for record in read_results(path).records] or ids
    except RecordsError as error:
        _names(str(error), path)
    told = random.Random(seed)
    _run(folder, "compare", str(base), str(path))
    if seed % 8 == 0:
        _run(folder, "repro", told.choice(ids), str(path), script=True)
    if tables:
        for kind in ("csv", "json", "markdown", "junit", "badge"):
            _run(
                folder, "report", str(path), "--format", kind, "--out", str(folder / f"out-{kind}")
            )
        _run(folder, "compare", "--history", str(path), str(base))
    if pages:
        _run(folder, "report", str(path), "--out", str(folder / "pages"))
    document = folder / "check.json"
    document.write_bytes(mutated(good.check, seed, is_json=True))
    name = json.loads(good.check)["records"][0]["id"]
    if seed % 8 == 4:
        _run(folder, "repro", name, str(document), script=True)
    try:
        find(name, [document])
    except (RecordsError, UnknownName) as error:
        if isinstance(error, RecordsError):
            _names(str(error), document)
    excuses = folder / "known.toml"
    excuses.write_bytes(mutated(good.known, seed, is_json=False))
    try:
        load(excuses)
    except KnownFailuresError as error:
        _names(str(error), excuses)
    if (folder / MARK).exists() or Path(MARK).exists():
        raise Wrong("something was executed")


def _names(said: str, path: Path) -> None:
    if not said.startswith(str(path)) or "\n" in said.strip():
        raise Wrong(f"no sentence that names the file: {said}")


def _run(folder: Path, *arguments: str, script: bool = False) -> None:
    """Run a command as ``softmark.cli.main`` does, without a process of its own."""
    said = " ".join(arguments)
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", errors=SPELLED) for _ in range(2))
    code: object = 0
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = softmark.main(arguments, standalone_mode=False) or 0
    except click.ClickException as error:
        code = error.exit_code
    except SystemExit as error:
        code = error.code
    except Exception as error:
        raise Wrong(f"softmark {said}: {error!r}") from error
    shown, noted = (_written(stream) for stream in (out, err))
    if code not in (0, 1, 2) or "Traceback" in shown + noted:
        raise Wrong(f"softmark {said} ended with {code}: {shown}{noted}")
    if script and code == 0:
        _is_harmless(shown, said)


def _written(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def _is_harmless(text: str, said: str) -> None:
    """The script of a record is Python, and what the record says stays text in it."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError) as error:
        raise Wrong(f"softmark {said} wrote what is no Python: {error}\n{text}") from error
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if names & {"__import__", "alert", "cycler", "popen"}:
        raise Wrong(f"softmark {said} wrote code that the file made up")
