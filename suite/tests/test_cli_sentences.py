"""Wrong use that no other test shows: one sentence each, which ends with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from softmark.cli import softmark
from softmark_implementations.known_failures import KnownFailuresError, load


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("bench python.softmax --format float16", "nothing to time; softmark list shows what"),
        ("compare a b --live --history", "--live and --history exclude each other; choose one"),
        ("compare a b --shape 4x4", "--shape is for --live; results have been measured already"),
        ("compare a b --live --shape 0x4", "'0x4' is no shape; write sizes above 0, for instance"),
        ("compare a b --fail-on slower:x%", "is no number; write slower:5%"),
        ("compare a b --fail-on faster", "'faster' is not slower:PERCENT%, for instance slower:5%"),
        ("report . --format csv --single-file", "are for --format html; leave them out"),
        ("run python.softmax --format float16", "nothing to measure; softmark list shows what"),
        ("run --python numpy", "'numpy' is not FRAMEWORK=PATH; write torch=/path/to/python"),
        ("run numpy.softmax --python numpy=/bin/false", "no framework could be started; do what"),
        ("compare --live numpy.softmax numpy.logsumexp", "name two of one operation, or say with"),
    ],
)
def test_wrong_use_is_a_sentence_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(softmark, arguments.split())
    assert done.exit_code == 2, done.output
    assert said in " ".join(done.output.split())
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n", "x: only tables [[failure]] belong here; delete the rest"),
        ("[[failure]]\naaa = 'a'\n", "unknown key 'aaa'; known: ["),
    ],
)
def test_what_does_not_belong_among_known_failures_is_named(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "known.toml"
    path.write_text(text)
    with pytest.raises(KnownFailuresError) as refused:
        load(path)
    assert said in str(refused.value)


def test_the_environment_is_told_in_lines_of_80_characters() -> None:
    from softmark.cli.env import lines

    deep = {"sizes": {f"level {i}": 2**i for i in range(30)}, "short": {"a": 1, "b": [1, 2]}}
    found = {"machine": {"cpu": "a processor " * 20, **deep}, "frameworks": {"numpy": deep}}
    shown = list(lines(found))

    assert max(map(len, shown)) <= 80
    assert "short  a: 1, b: 1, 2" in "\n".join(shown)
    for word in ("level 29", "processor", "536870912"):
        assert any(word in line for line in shown)
