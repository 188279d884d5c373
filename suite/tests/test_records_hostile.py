"""Files that are damaged, hostile, huge, older or newer: a clear sentence each, in little room."""

from __future__ import annotations

import gzip
import json
import lzma
import random
import resource
import subprocess
import sys
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from drawn import examples
from fuzzing import Good, try_one
from hypothesis import given, settings
from hypothesis import strategies as st

from softmark import records, strict_json
from softmark.records import RecordsError, read_results
from softmark_implementations.known_failures import KnownFailuresError, load

Pack = Callable[[bytes], bytes]
PACKERS: Final[list[tuple[str, Pack]]] = [(".gz", gzip.compress), (".xz", lzma.compress)]
UNSHORTENED: Final = partial(gzip.compress, compresslevel=0)


@pytest.fixture(scope="module")
def good() -> Good:
    return Good.from_results()


@pytest.mark.parametrize("start", range(0, 300, 50))
def test_mutated_files_are_borne_by_everything_that_reads_them(
    good: Good, start: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``nox -s fuzz`` gives 26,000 of them."""
    monkeypatch.chdir(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas and matplotlib about odd numbers
        for seed in range(start, start + 50):
            try_one(good, seed, tmp_path, tables=seed % 150 == 0, pages=seed == 7)


def lines_of(good: Good) -> list[bytes]:
    return good.results.splitlines(keepends=True)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"kind": "record", "value": 1e999}\n', "1e999 is beyond the largest number"),
        (b'{"kind": "record", "value": Infinity}\n', "Infinity is not JSON"),
        (b'{"kind": "record", "kind": "end"}\n', "duplicate field 'kind'"),
        (b'{"kind": "done"}\n', "the field 'task' is missing"),
        (b'{"kind": "done", "task": 3}\n', "the field 'task' holds int"),
        (b'{"kind": "done\x00"}\n', "broken JSON (Invalid control character at column 15)"),
        (b'{"kind": "\xc3("}\n', "not UTF-8 (invalid continuation byte at byte 11)"),
        (b"9" * 5000 + b"\n", "Exceeds the limit (4300 digits) for integer string conversion"),
        (b"[" * 10**6 + b"\n", "brackets nested too deeply"),
        (b'{"a":' * 10**6 + b"\n", "brackets nested too deeply"),
        (b'"' + b"a" * 2**23 + b'"\n', "the line is longer than 8 MiB"),
    ],
    ids=[
        "beyond",
        "infinity",
        "twice",
        "lacks",
        "kind",
        "nul",
        "utf8",
        "digits",
        "deep",
        "dict",
        "long",
    ],
)
def test_a_hostile_line_is_named_and_the_rest_is_read(
    good: Good, tmp_path: Path, line: bytes, reason: str
) -> None:
    head, first, second, *_ = lines_of(good)
    path = tmp_path / "r.jsonl"
    path.write_bytes(head + first + line + second)
    held = read_results(path)
    assert len(held.records) == 2
    (fault,) = held.faults
    assert str(fault).startswith(f"{path}, line 3: {reason}")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"value": 3.0}, "the fields 'value' and 'value_hex' contradict each other"),
        ({"value_hex": "0x1p99999"}, "the field 'value_hex' is beyond the largest number"),
        ({"verdict": "policy", "metric": "mean"}, "the field 'id' and the rest contradict"),
    ],
)
def test_a_damaged_value_is_seen(
    good: Good, tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    head, first, *_ = lines_of(good)
    path = tmp_path / "r.jsonl"
    path.write_bytes(head + json.dumps(json.loads(first) | change).encode())
    held = read_results(path)
    assert held.records == []
    assert reason in str(held.faults[0])


@pytest.mark.parametrize("at", range(0, 4096, 61))
def test_no_flipped_bit_of_a_number_is_shown_as_that_number(
    good: Good, tmp_path: Path, at: int
) -> None:
    head, first, *_ = lines_of(good)
    due = json.loads(first)
    raw = bytearray(first)
    raw[at % (len(first) - 1)] ^= 1 << at % 7
    path = tmp_path / "r.jsonl"
    path.write_bytes(head + bytes(raw))
    for record in read_results(path).records:
        line = record.to_json()
        assert [line[name] for name in ("id", "value", "bound")] == [
            due[name] for name in ("id", "value", "bound")
        ]


def test_a_file_of_broken_lines_is_told_a_thousand_times_at_most(
    good: Good, tmp_path: Path
) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(lines_of(good)[0] + b"\n" * 10**6)
    held = read_results(path)
    assert len(held.faults) == 1001
    assert str(held.faults[-1]).endswith("1000 lines before it are broken, so the rest is not read")


READ = """
import resource, sys
from pathlib import Path
from softmark.records import RecordsError, read_results
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    print(len(read_results(Path(sys.argv[1])).faults))
except RecordsError as error:
    print(error)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("with_header", [True, False])
def test_a_line_of_a_gigabyte_is_read_in_little_memory(
    good: Good, tmp_path: Path, with_header: bool
) -> None:
    path = tmp_path / "huge.jsonl"
    path.write_bytes(lines_of(good)[0] if with_header else b"")
    with path.open("r+b") as stream:
        stream.truncate(2**30 if with_header else 2**26)
    environment = {"PYTHONPATH": ":".join(filter(None, sys.path))}
    command = [sys.executable, "-c", READ, str(path)]
    ran = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    said, more = ran.stdout.splitlines()
    assert said == "1" if with_header else "the line is longer than 8 MiB" in said
    assert int(more) < 64 * 1024  # KiB


def plain(good: Good, folder: Path) -> list[Any]:
    path = folder / "plain.jsonl"
    path.write_bytes(good.results)
    return [record.to_json() for record in read_results(path).records]


@pytest.mark.parametrize(("ending", "pack"), PACKERS)
def test_a_compressed_file_reads_as_the_file_itself(
    good: Good, tmp_path: Path, ending: str, pack: Pack
) -> None:
    packed = tmp_path / "packed" / f"a.jsonl{ending}"
    packed.parent.mkdir()
    packed.write_bytes(pack(good.results))
    assert records.find_results([packed.parent]) == [packed]
    held = [record.to_json() for record in read_results(packed).records]
    assert held == plain(good, tmp_path)


@pytest.mark.parametrize(
    ("ending", "pack", "left"),
    [*((".gz", UNSHORTENED, left) for left in (0.3, 0.7, 0.99)), (".xz", lzma.compress, 0.9)],
)
def test_a_torn_compressed_file_is_read_up_to_there(
    good: Good, tmp_path: Path, ending: str, pack: Pack, left: float
) -> None:
    head, *rest = lines_of(good)
    raw = pack(head + b"".join(rest[:-2]) * 50)
    packed = tmp_path / f"a.jsonl{ending}"
    packed.write_bytes(raw[: int(len(raw) * left)])
    torn = read_results(packed)
    held = [record.to_json() for record in torn.records]
    assert held
    assert held == (plain(good, tmp_path) * 50)[: len(held)]
    assert not torn.finished
    assert "the compressed file is damaged" in torn.faults[-1].reason


@pytest.mark.parametrize("ending", [".gz", ".xz"])
def test_what_is_not_compressed_has_no_header(good: Good, tmp_path: Path, ending: str) -> None:
    packed = tmp_path / f"a.jsonl{ending}"
    packed.write_bytes(good.results)
    with pytest.raises(records.RecordsError, match="the compressed file is damaged"):
        read_results(packed)


@pytest.mark.parametrize("text", [b"0", b"0\n"])
@pytest.mark.parametrize(("ending", "pack"), PACKERS)
def test_a_file_that_unpacks_to_too_much_is_given_up(
    good: Good, tmp_path: Path, text: bytes, monkeypatch: pytest.MonkeyPatch,
    ending: str, pack: Pack,
) -> None:  # fmt: skip
    monkeypatch.setattr(strict_json, "LARGEST_UNPACKED", 2**21)
    monkeypatch.setattr(strict_json, "LONGEST_LINE", 2**20)
    monkeypatch.setattr(records, "_MOST_FAULTS", 2**22)
    packed = tmp_path / f"a.jsonl{ending}"
    packed.write_bytes(pack(good.results + text * 2**22))
    assert "unpacks to more than 2 MiB" in read_results(packed).faults[-1].reason


def test_a_file_that_takes_too_much_memory_to_unpack_is_refused(good: Good, tmp_path: Path) -> None:
    packed = tmp_path / "a.jsonl.xz"
    strong = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 2**29}]
    packed.write_bytes(lzma.compress(good.results, filters=strong))
    with pytest.raises(records.RecordsError, match="the compressed file is damaged"):
        read_results(packed)


def test_known_failures_that_are_hostile_are_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    for text in ("a = " + "[" * 10**5, "a = " + "9" * 5000, "\x00", "a = 1\na = 2", "x" * 2**23):
        path.write_text(text)
        with pytest.raises(KnownFailuresError, match="not a TOML file") as refused:
            load(path)
        assert str(refused.value).startswith(str(path))
        assert len(str(refused.value)) < 400


def test_an_older_file_of_a_damaged_line_is_upgraded_as_far_as_it_goes(
    good: Good, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "SCHEMA", 2)
    monkeypatch.setattr(records, "UPGRADES", {1: lambda line: line | {"unit": line["unit"] + "!"}
                                              if line["kind"] == "record" else line})  # fmt: skip
    head, first, *_ = lines_of(good)
    path = tmp_path / "r.jsonl"
    path.write_bytes(head + first + first[: len(first) // 2] + b"\n" + b'{"kind": "record"}\n')
    held = read_results(path)
    assert [record.unit[-1] for record in held.records] == ["!"]
    assert [fault.line for fault in held.faults] == [3, 4]


@pytest.mark.parametrize("schema", [2, 99, 10**30, 0, -1, "1", 1.0, True, None])
def test_another_schema_is_refused_with_what_to_do(good: Good, tmp_path: Path, schema: Any) -> None:
    path = tmp_path / "r.jsonl"
    head = json.loads(lines_of(good)[0]) | {"schema": schema}
    path.write_bytes(json.dumps(head).encode())
    with pytest.raises(RecordsError) as refused:
        read_results(path)
    said = str(refused.value)
    assert said.startswith(f"{path}, line 1: ")
    assert said.endswith(("upgrade softmark", "give a file of softmark run"))


def test_a_document_has_a_largest_size(tmp_path: Path) -> None:
    path = tmp_path / "check.json"
    with path.open("wb") as stream:
        stream.truncate(strict_json.LARGEST_FILE + 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ValueError, match="larger than 64 MiB"):
        strict_json.read(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 2**18


def test_a_name_that_is_there_twice_is_found_in_one_pass() -> None:
    asked = 0

    class Name(str):
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            nonlocal asked
            asked += 1
            return str.__eq__(self, other)

    names = [Name(f"n{i}") for i in range(2000)]
    with pytest.raises(ValueError, match="duplicate field 'n1999'"):
        strict_json._said_once([(name, 0) for name in [*names, Name("n1999")]])
    assert asked < 4000


@pytest.mark.parametrize(
    "line",
    [
        b'{"a": 1, "a": 2}',
        b'{"a": 1, "a\\u003a": 2, "a": 3}',
        b'{"a:": 1, "a\\u003A": 2}',
        b'{"a": {"b": 1, "b": ":"}}',
        b'[{"a": 1, "b": {"c": 2, "c": 2}}]',
    ],
)
def test_a_name_that_is_there_twice_is_refused_however_it_is_written(line: bytes) -> None:
    with pytest.raises(ValueError, match="duplicate field"):
        strict_json.parse(line)


@given(st.integers(0, 2**32))
@settings(max_examples=examples(200), deadline=None)
def test_both_readers_read_the_same(seed: int) -> None:
    draw = random.Random(seed)
    raw = bytearray(json.dumps(json.loads(LINE) | {"text": "a:\\u003a: é"}).encode())
    for _ in range(draw.randrange(4)):
        at = draw.randrange(len(raw))
        new = draw.choice(
            [b'"a": 1, ', b"\\u003a", b":", b"1e999", b"\\", b'"', b"\xc3", b"9" * 25]
        )
        raw[at : at + draw.randrange(3)] = new
    assert read(strict_json.parse, bytes(raw)) == read(strict_json._slowly, bytes(raw))


LINE: bytes = (
    b'{"kind": "record", "case": {"shape": [2, 3], "beta": 1.0}, "value": null, "told": {"a": {}}}'
)


def read(parse: Any, raw: bytes) -> str:
    try:
        return repr(parse(raw))
    except ValueError as error:
        return str(error)
