"""The record: one measurement with everything needed to read it in ten years.

A results file is JSON Lines.  Its first line is a header that says where, when
and with what the run was made, and what the specification said at the time;
each further line is one record, or says that a task of the plan is done.  A
line is written in one call and never changed, so a killed run loses at most
the line that it was writing.

Every file carries the number of its schema.  A reader brings older lines up to
date one step at a time and refuses newer ones.  JSON has neither NaN nor
infinity: such a value is null, and its hexadecimal twin (``value_hex``) says
which.  ``results/SCHEMA.md`` describes each field.
"""

# Over 300 lines: a record and the file that it is in have one schema.

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from softmark import strict_json
from softmark.fields import CaseLine, HeaderLine, RecordLine, validate
from softmark.vocabulary import (
    BAD,
    GRADES,
    SEVERITY,
    UNJUDGED,
    VERDICTS,
    Grade,
    Json,
    Verdict,
)

__all__ = [
    "BAD", "GRADES", "SEVERITY", "UNJUDGED", "VERDICTS", "Case", "Fault", "Grade", "Header", "Json",
    "Record", "RecordsError", "ResultsFile", "Verdict", "dump_line", "find_results", "read_all",
    "read_each", "read_json", "read_results",
]  # fmt: skip

SCHEMA: Final = 1

PARTS: Final = "parts"
"""The folder of what shards have measured and nobody has merged yet."""

_SORTED: Final = json.JSONEncoder(sort_keys=True)
"""Made once: a report asks for the names of a hundred thousand records."""

_LARGEST: Final = 2**63
"""The elements of an array are fewer."""

_MOST_FAULTS: Final = 1000
"""Report at most this many broken lines of a file; more mean that it is another kind of file."""


class RecordsError(ValueError):
    """A results file that cannot be read; the message names the file, the line and the reason."""

    def fault(self, path: Path) -> Fault:
        """The same as a fault of the whole file, which line 1 stands for."""
        reason = str(self)
        for place in (f"{path}, line 1: ", f"{path}: "):
            reason = reason.removeprefix(place)
        return Fault(path, 1, reason)


@dataclass(frozen=True)
class Case:
    """One input of a check, as a recipe: the family builds it again from these fields alone.

    Attributes
    ----------
    family:
        Name of the input family; see ``softmark list inputs``.
    shape:
        Shape of the logits.
    axis:
        The axis that the operation works along.
    beta:
        Inverse temperature.
    seed:
        Seed of the family's random generator.
    parameters:
        Other parameters of the family or the check, for instance a gap or a scale.
    """

    family: str
    shape: tuple[int, ...]
    axis: int = -1
    beta: float = 1.0
    seed: int = 0
    parameters: Mapping[str, Json] = field(default_factory=dict)

    def to_json(self) -> dict[str, Json]:
        return {
            "family": self.family,
            "shape": list(self.shape),
            "axis": self.axis,
            "beta": _finite(self.beta),
            "seed": self.seed,
            "parameters": dict(self.parameters),
        }

    @classmethod
    def from_json(cls, line: Mapping[str, Any]) -> Case:
        validate(line, CaseLine)
        shape, beta, parameters = line["shape"], line["beta"], line["parameters"]
        if not isinstance(parameters.get("check", {}), dict):
            raise TypeError("the field 'parameters.check' holds no object")
        if not set(map(type, shape)) <= {int} or min(shape, default=0) < 0:
            raise TypeError("the field 'shape' holds more than sizes")
        if math.prod(shape) >= _LARGEST:
            raise ValueError("the field 'shape' holds more elements than an array can have")
        if not -max(1, len(shape)) <= line["axis"] < max(1, len(shape)):
            raise ValueError(f"the field 'axis' names none of the {len(shape)} axes")
        return cls(
            family=line["family"],
            shape=tuple(shape),
            axis=line["axis"],
            beta=math.inf if beta is None else beta,
            seed=line["seed"],
            parameters=parameters,
        )


@dataclass(frozen=True)
class Record:
    """One measurement of one implementation.

    Attributes
    ----------
    check, operation, implementation, format, device:
        What was measured, on what.  ``implementation`` is ``framework.operation[variant]``.
    case:
        The input, as a recipe.
    metric:
        What the value measures, for instance ``error`` or ``row sum``.
    value, unit:
        The number, and its unit: ``ulp``, ``ns/element``, ``%``, ``1`` ...
    bound, bound_source:
        The number beyond which the verdict is ``fail``, and who proved it.  ``None``: no bound.
    good_bound:
        The number beyond which it is ``weak``: grade B's bound.  ``None``: no grade.
    grade:
        A, B, C or F as in ``softmark explain grades``; ``None`` where grades do not apply.
    verdict:
        pass, weak, fail, policy, not_offered, skipped, crash or timeout.
    witness:
        The element that gave the number: index, the input's hex floats where the row is short,
        got and expected.
    message:
        One sentence for a person.
    seconds:
        Wall time spent on the case.
    distribution:
        Quantiles or raw timing samples behind the value.
    """

    check: str
    operation: str
    implementation: str
    format: str
    device: str
    case: Case
    metric: str
    value: float | None
    unit: str
    bound: float | None
    bound_source: str
    grade: Grade | None
    verdict: Verdict
    witness: Mapping[str, Json] = field(default_factory=dict)
    message: str = ""
    seconds: float = 0.0
    distribution: Mapping[str, Json] = field(default_factory=dict)
    good_bound: float | None = None

    @cached_property
    def id(self) -> str:
        """A stable name: the same measurement has it in every run."""
        recipe = _SORTED.encode([self.device, self.case.to_json(), self.metric])
        digest = hashlib.sha256(recipe.encode()).hexdigest()[:10]
        return f"{self.implementation}/{self.check}/{self.format}/{digest}"

    @property
    def share(self) -> float | None:
        """The value in units of the bound that decided: of ``bound`` for a fail, else of grade B.

        ``None`` where there is no number, or no bound but 0.
        """
        decided = self.bound if self.verdict == "fail" or not self.good_bound else self.good_bound
        return abs(self.value) / decided if self.value is not None and decided else None

    @property
    def gravity(self) -> tuple[int, str, float]:
        """What orders records: verdict, then grade, then how far the value is beyond its bound.

        A call without a value is beyond any bound.
        """
        value = math.nan if self.value is None else self.value
        excess = math.inf if math.isnan(value) else abs(value) / (self.bound or 1.0)
        return SEVERITY.index(self.verdict), self.grade or "", excess

    def to_json(self) -> dict[str, Json]:
        """The record as JSON values; numbers that matter are there once more as hex."""
        line: dict[str, Json] = {"id": self.id}
        line |= {f.name: getattr(self, f.name) for f in fields(self)}
        line["case"] = self.case.to_json()
        line["witness"] = dict(self.witness)
        line["distribution"] = dict(self.distribution)
        for name in NUMBERS:
            number = getattr(self, name)
            line[name] = None if number is None else _finite(number)
            line[f"{name}_hex"] = None if number is None else float(number).hex()
        return line

    @classmethod
    def from_json(cls, line: Mapping[str, Any]) -> Record:
        """The record in a line of the current schema; unknown keys are left alone.

        Raises
        ------
        KeyError, TypeError, ValueError
            The line is not a record.
        """
        validate(line, RecordLine)
        line = {**ADDED, **line}
        values = {name: line[name] for name in RECORD_FIELDS}
        values["case"] = Case.from_json(line["case"])
        for name in NUMBERS:
            values[name] = _number(line, name)
        if values["verdict"] not in VERDICTS:
            raise ValueError(f"unknown verdict {values['verdict']!r}")
        if values["grade"] not in (None, *GRADES):
            raise ValueError(f"unknown grade {values['grade']!r}")
        return cls(**values)


@dataclass(frozen=True)
class Header:
    """The first line of a results file: what is common to all its records.

    Attributes
    ----------
    framework:
        The framework whose implementations the file holds.
    run:
        Name of the run that wrote it; the files of one command share it.
    started:
        Date and time in UTC, ISO 8601.
    settings:
        Profile, seed, and what the command line chose.
    environment:
        CPU, ISA, threads, denormal mode, versions, devices, commit; see ``softmark env``.
    specification:
        The texts of the operations and checks as they were then.
    implementations:
        For each implementation its one-line description and where it is defined.
    known_failures:
        The failures that the run excused beforehand: a list of
        ``{"id": pattern, "reason": ..., "link": ...}``.
    skipped:
        What was not measured, and why: a list of ``{"what": ..., "why": ..., "remedy": ...}``.
    """

    framework: str
    run: str
    started: str
    settings: Mapping[str, Json] = field(default_factory=dict)
    environment: Mapping[str, Json] = field(default_factory=dict)
    specification: Mapping[str, Json] = field(default_factory=dict)
    implementations: Mapping[str, Json] = field(default_factory=dict)
    known_failures: list[Json] = field(default_factory=list)
    skipped: list[Json] = field(default_factory=list)
    schema: int = SCHEMA

    def to_json(self) -> dict[str, Json]:
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @classmethod
    def from_json(cls, line: Mapping[str, Any]) -> Header:
        validate(line, HeaderLine)
        return cls(**{f.name: line[f.name] for f in fields(cls)})


RECORD_FIELDS: Final = tuple(f.name for f in fields(Record))
"""Looked up once: a report reads a hundred thousand records."""
NUMBERS: Final = ("value", "bound", "good_bound")
"""The fields that are in a line once more as hex."""
ADDED: Final[dict[str, Any]] = {"good_bound": None, "good_bound_hex": None}
"""What the first files of schema 1 do not have."""


def _number(line: Mapping[str, Any], name: str) -> float | None:
    """A number that is written twice; two that differ mean that the line was damaged."""
    text, plain = line[f"{name}_hex"], line[name]
    try:
        number = None if text is None else float.fromhex(text)
    except OverflowError:
        raise ValueError(f"the field '{name}_hex' is beyond the largest number") from None
    if plain != (None if number is None else _finite(number)) or isinstance(plain, bool):
        raise ValueError(f"the fields {name!r} and '{name}_hex' contradict each other")
    return number


@dataclass(frozen=True)
class Fault:
    """A line that could not be read, and why; a reader that goes on counts these."""

    path: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}: {self.reason}"


@dataclass(frozen=True)
class ResultsFile:
    """What a results file holds."""

    path: Path
    header: Header
    records: list[Record]
    done: frozenset[str]
    finished: bool
    faults: list[Fault]


Line = dict[str, Any]
Upgrade = Callable[[Line], Line]

UPGRADES: Final[dict[int, Upgrade]] = {}
"""From schema n to n + 1, for each n below ``SCHEMA``: a pure function of one line.

Schema 1 (November 2026) is the first, so the chain is empty.
"""


def dump_line(kind: str, body: Mapping[str, Json]) -> bytes:
    """One line of a results file, newline included.

    Raises
    ------
    ValueError
        A number in ``body`` is NaN or infinite; give it as hex text.
    """
    text = json.dumps({"kind": kind, **body}, allow_nan=False, ensure_ascii=False)
    return text.encode() + b"\n"


def read_results(path: Path) -> ResultsFile:
    """Read one results file and bring it up to date.

    A broken line after the header becomes a ``Fault`` and the rest is read.

    Raises
    ------
    RecordsError
        The file cannot be opened, or its header is missing, broken or of a newer schema.
    """
    try:
        with strict_json.opened(path) as stream:
            lines = strict_json.lines_of(stream, path)
            header, schema = _read_header(path, lines)
            return _read_body(path, header, schema, lines)
    except OSError as error:
        raise RecordsError(
            f"{path}: cannot be read ({error.strerror}); name a file that can"
        ) from error


def read_each(paths: Sequence[Path]) -> list[ResultsFile | RecordsError]:
    """Each file, or why it cannot be read."""
    read: list[ResultsFile | RecordsError] = []
    for path in paths:
        try:
            read.append(read_results(path))
        except RecordsError as error:
            read.append(error)
    return read


def read_all(
    places: Sequence[Path],
    read: Callable[[Sequence[Path]], list[ResultsFile | RecordsError]] = read_each,
) -> tuple[list[ResultsFile], list[Fault]]:
    """Every results file in ``places``, and what could not be read: lines, and whole files.

    Parameters
    ----------
    places:
        Files, and folders that are searched.
    read:
        What reads them; another may share the work.

    Raises
    ------
    RecordsError
        A place does not exist, or no file in it could be read.
    """
    files: list[ResultsFile] = []
    faults: list[Fault] = []
    unread: list[RecordsError] = []
    paths = find_results(list(places))
    for path, found in zip(paths, read(paths), strict=True):
        if isinstance(found, RecordsError):
            unread.append(found)
            faults.append(found.fault(path))
        else:
            files.append(found)
            faults += found.faults
    if not files and len(unread) == 1:
        raise unread[0]
    if not files:
        raise RecordsError(f"none of the results can be read; {faults[0]}")
    return files, faults


def read_json(path: Path) -> Any:
    """The value of a JSON file that lies beside results; read as strictly and as little.

    Raises
    ------
    OSError, ValueError
        It cannot be read, is no JSON, or is too large.
    """
    return strict_json.read(path)


def find_results(places: list[Path]) -> list[Path]:
    """The results files in ``places``, each a file or a folder that is searched to any depth.

    Raises
    ------
    RecordsError
        A place does not exist, or none of them holds a results file.
    """
    found: list[Path] = []
    for place in places:
        if not place.exists():
            raise RecordsError(f"{place}: no such file or folder; give the folder of a run")
        found += results_below(place) if place.is_dir() else [place]
    if not found:
        named = ", ".join(map(str, places))
        merge = " --merge" if any((place / PARTS).is_dir() for place in places) else ""
        raise RecordsError(f"no results (*.jsonl) in {named}; make some with: softmark run{merge}")
    return found


def results_below(folder: Path) -> list[Path]:
    """The results files in a folder, at any depth, compressed ones too; no parts of a run."""
    endings = ("", *strict_json.PACKED)
    found = sorted(path for ending in endings for path in folder.rglob(f"*.jsonl{ending}"))
    return [path for path in found if PARTS not in path.relative_to(folder).parts]


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _parse(raw: bytes | None) -> Line:
    if raw is None:
        raise ValueError(f"the line is longer than {strict_json.LONGEST_LINE // 2**20} MiB")
    line = strict_json.parse(raw)
    if not isinstance(line, dict):
        raise ValueError("not a JSON object")
    return line


def _read_header(path: Path, lines: Iterator[tuple[int, bytes | None]]) -> tuple[Header, int]:
    try:
        _, raw = next(lines)
        line = _parse(raw)
        schema = line["schema"]
        if line["kind"] != "header" or type(schema) is not int or schema < 1:
            raise ValueError("not a softmark header")
    except StopIteration:
        text = "the file is empty; delete it, or give a file of softmark run"
        raise RecordsError(f"{path}, line 1: {text}") from None
    except (ValueError, KeyError) as error:
        reason = f"no softmark header ({_reason(error)})"
        raise RecordsError(f"{path}, line 1: {reason}; give a file of softmark run") from error
    if schema > SCHEMA:
        raise RecordsError(
            f"{path}, line 1: schema {schema} is newer than this softmark reads ({SCHEMA}); "
            "upgrade softmark"
        )
    try:
        return Header.from_json({**_upgraded(line, schema), "schema": SCHEMA}), schema
    except KeyError as error:
        text = f"the header lacks {error}; measure again, or leave the file out"
        raise RecordsError(f"{path}, line 1: {text}") from error
    except (TypeError, ValueError) as error:
        text = f"the header is broken, {error}; measure again, or leave the file out"
        raise RecordsError(f"{path}, line 1: {text}") from error


def _upgraded(line: Line, schema: int) -> Line:
    for step in range(schema, SCHEMA):
        line = UPGRADES[step](line)
    return line


def _read_body(
    path: Path, header: Header, schema: int, lines: Iterator[tuple[int, bytes | None]]
) -> ResultsFile:
    records: list[Record] = []
    done: set[str] = set()
    faults: list[Fault] = []
    finished = False
    for number, raw in _until_damaged(path, lines, faults):
        try:
            line = _upgraded(_parse(raw), schema)
            match line["kind"]:
                case "record":
                    records.append(_record(line, schema))
                case "done":
                    done.add(_task(line))
                case "end":
                    finished = True
        except (ValueError, KeyError, TypeError) as error:
            faults.append(Fault(path, number, _reason(error)))
            if len(faults) == _MOST_FAULTS:
                reason = f"{_MOST_FAULTS} lines before it are broken, so the rest is not read"
                faults.append(Fault(path, number + 1, reason))
                break
    return ResultsFile(path, header, records, frozenset(done), finished, faults)


def _until_damaged(
    path: Path, lines: Iterator[tuple[int, bytes | None]], faults: list[Fault]
) -> Iterator[tuple[int, bytes | None]]:
    """The lines of a file up to where it cannot be unpacked, which is one of its ``faults``."""
    number = 1
    try:
        for number, raw in lines:
            yield number, raw
    except strict_json.Damaged as error:
        faults.append(Fault(path, number + 1, str(error)))


def _record(line: Line, schema: int) -> Record:
    """The record of a line, which is damaged where it has another name than its fields give it."""
    record = Record.from_json(line)
    if schema == SCHEMA and line["id"] != record.id:
        raise ValueError("the field 'id' and the rest contradict each other")
    return record


def _task(line: Line) -> str:
    task = line["task"]
    if not isinstance(task, str):
        raise TypeError(f"the field 'task' holds {type(task).__name__}")
    return task


def _reason(error: Exception) -> str:
    match error:
        case KeyError():
            return f"the field {error} is missing"
        case json.JSONDecodeError():
            return f"broken JSON ({error.msg.removesuffix(' at')} at column {error.colno})"
        case UnicodeDecodeError():
            return f"not UTF-8 ({error.reason} at byte {error.start + 1})"
        case _:
            return str(error)
