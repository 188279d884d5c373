"""``softmark sample``: are a function's draws those of softmax(x / T)?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from softmark.cli.console import say
from softmark.cli.faults import FAILED, wrong_use
from softmark.cli.kinds import SEED
from softmark.cli.options import ARRAY
from softmark.naming import UnknownName

if TYPE_CHECKING:
    from softmark.sampling import Checked, SampleVerdict


@click.command("sample")
@click.argument("target")
@click.option(
    "--draws",
    type=click.IntRange(1000, 10**9),
    default=1_000_000,
    show_default=True,
    help="Draws of a row of up to 100 tokens; of a longer row fewer.",
)
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="NAME=PARAMETER",
    help="Which parameter is logits, rng, key, seed, size, shape, temperature or axis: "
    "size=how_many (repeatable).",
)
@ARRAY
@SEED
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with each test.")
def command(
    target: str, draws: int, mapped: tuple[str, ...], array: str, seed: int, as_json: bool
) -> int:
    """Test whether TARGET draws tokens with the probabilities softmax(x / T).

    TARGET is module:function or path/to/file.py:function. It is called as f(logits, ...) with what
    it takes of a generator (rng), a key or a seed, a size and a temperature, and returns indices,
    or one-hot rows. It runs in this process.

    A right sampler fails with a probability of at most 1e-6. The exit status is 1 if a test fails.
    """
    from softmark.calling.targets import Target, load
    from softmark.sampling import Sampler, check
    from softmark.sampling.target import ROLES
    from softmark.subjects import TargetError, mapping

    with wrong_use(TargetError, UnknownName):
        roles = mapping.parsed(mapped, ROLES)
        function, _ = load(Target.parse(target))
        sampler = Sampler.of(function, array, roles)
    sampler.framework.prepare(seed, 1)
    found = check(sampler, draws, seed)
    if as_json:
        say(json.dumps(_document(target, found, seed), indent=1, allow_nan=False))
    else:
        say("\n".join(_lines(target, found, seed)))
    return 0 if found.ok else FAILED


def _document(target: str, found: Checked, seed: int) -> dict[str, Any]:
    from softmark.sampling import FALSE_ALARM

    return {
        "target": target,
        "call": found.sampler.call,
        "form": found.sampler.form,
        "array": found.sampler.framework.name,
        "seed": seed,
        "false_alarm": FALSE_ALARM,
        "ok": found.ok,
        "tests": [asdict(finding) for finding in found.findings],
    }


def _lines(target: str, found: Checked, seed: int) -> Iterator[str]:
    sampler = found.sampler
    yield f"{target}: called as {sampler.call} with arrays of {sampler.framework.name}, seed {seed}"
    yield ""
    yield f"{'case':18}{'draws':>9}  {'verdict':12}{'smallest p':<12}finds"
    cases = dict.fromkeys(finding.case for finding in found.findings)
    for case in cases:
        yield _row(case, [each for each in found.findings if each.case == case])
    yield ""
    others = [each for each in found.findings if each.message]
    for each in sorted(others, key=lambda each: each.verdict != "fail"):
        chance = "" if each.p is None else f" (p = {each.p:.2g})"
        yield f"{each.verdict} {each.case}, {each.test}: {each.message}{chance}"
    yield f"{target}: {'pass' if found.ok else 'fail'}; {_count(found.findings)}"


def _row(case: str, findings: list[SampleVerdict]) -> str:
    from softmark.vocabulary import SEVERITY

    verdict = max((each.verdict for each in findings), key=SEVERITY.index)
    draws = max(each.draws for each in findings)
    p = min((each.p for each in findings if each.p is not None), default=None)
    distance = max((each.found for each in findings if each.found is not None), default=None)
    smallest = "" if p is None else f"{p:.2g}"
    finds = "" if distance is None else f"{distance:.4f}"
    return f"{case:18}{draws:>9}  {verdict:12}{smallest:<12}{finds}".rstrip()


def _count(findings: tuple[SampleVerdict, ...]) -> str:
    verdicts = [each.verdict for each in findings]
    return ", ".join(
        f"{verdicts.count(verdict)} {verdict.replace('_', ' ')}"
        for verdict in dict.fromkeys(("pass", "fail", *verdicts))
        if verdict in verdicts
    )
