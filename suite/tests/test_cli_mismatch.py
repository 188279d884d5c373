"""``softmark mismatch``: log-probabilities of a trainer and a sampler, of files or functions."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from softmark import oracle
from softmark.cli.sampled import _drawn
from softmark.formats import BFLOAT16, encode, round_to

COUNT, N = 40, 3000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Logits, tokens, and the log-probabilities of a good and of a poor evaluation."""
    rng = np.random.default_rng(0)
    x = (3 * rng.standard_normal((COUNT, N))).astype(np.float32)
    tokens = rng.integers(0, N, COUNT)
    exact = oracle.log_softmax(x).value
    poor = exact + 1e-3 * rng.standard_normal(exact.shape)
    saved = {"x": x, "tokens": tokens, "good": exact.astype(np.float32), "poor": poor}
    for name, array in saved.items():
        np.save(tmp_path / f"{name}.npy", array)
    at = np.arange(COUNT), tokens
    np.save(tmp_path / "a.npy", saved["good"][at])
    np.save(tmp_path / "b.npy", saved["poor"][at].astype(np.float32))
    np.savez(tmp_path / "b.npz", logprobs=poor.astype(np.float32), tokens=tokens, logits=x)
    return tmp_path


def found(shell: Any, *arguments: str, status: int = 0) -> dict[str, Any]:
    done = shell("mismatch", *arguments, "--json")
    assert done.returncode == status, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_two_files_are_compared_token_by_token(shell: Any, folder: Path) -> None:
    told = found(shell, "a.npy", "b.npy")
    a, b = (np.load(folder / name).astype(float) for name in ("a.npy", "b.npy"))
    d = b - a
    assert told["max"] == np.abs(d).max()
    assert told["max_at"] == np.abs(d).argmax()
    assert told["mean"] == pytest.approx(np.abs(d).mean())
    assert told["kl"] == pytest.approx((np.exp(d) - 1 - d).mean(), rel=1e-6)
    assert told["by_position"] == pytest.approx(d.tolist())
    assert told["greedy_differs"] is None
    assert told["explained"] is None


def test_whole_rows_tell_where_the_most_probable_token_differs(shell: Any, folder: Path) -> None:
    rows = np.load(folder / "good.npy")
    rows[7, 11], rows[30, 5] = 0.0, 0.0
    np.save(folder / "other.npy", rows)
    told = found(shell, "good.npy", "other.npy", "--tokens", "tokens.npy")
    assert told["greedy_differs"] == [7, 30]
    said = shell("mismatch", "good.npy", "other.npy", "--tokens", "tokens.npy").stdout
    assert "differs first at position 7, at 2 of 40 positions" in said
    same = shell("mismatch", "good.npy", "good.npy").stdout
    assert "the same at each position" in same


def test_with_logits_it_says_which_of_the_two_is_nearer_to_the_truth(
    shell: Any, folder: Path
) -> None:
    given = ("--logits", "x.npy", "--tokens", "tokens.npy")
    told = found(shell, "a.npy", "b.npy", *given, status=1)
    near, far = told["distance_from_exact"]
    assert near < 1e-6 < 1e-4 < far
    assert "nearer to the exact values: a " in shell("mismatch", "a.npy", "b.npy", *given).stdout
    assert "nearer to the exact values: b " in shell("mismatch", "b.npy", "a.npy", *given).stdout
    assert found(shell, "a.npy", "b.npz", status=1)["distance_from_exact"] == [near, far]


def test_what_rounding_explains_grows_with_the_vocabulary_and_the_format(
    shell: Any, folder: Path
) -> None:
    float32 = found(shell, "a.npy", "b.npy", "--vocabulary", "3000", status=1)
    assert float32["beyond_explained"] > 30
    assert float32["beyond_tolerated"] > 0
    large = found(shell, "a.npy", "b.npy", "--vocabulary", "128256")
    assert large["beyond_tolerated"] == 0
    assert large["beyond_explained"] > 0
    narrow = found(shell, "a.npy", "b.npy", "--vocabulary", "3000", "--format", "bfloat16")
    assert narrow["beyond_explained"] == 0


def test_no_pair_of_right_evaluations_is_beyond_what_rounding_explains(
    shell: Any, folder: Path
) -> None:
    x = np.load(folder / "x.npy")
    shifted = x - x.max(-1, keepdims=True)
    ours = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    np.save(folder / "ours.npy", ours)
    np.save(folder / "narrow.npy", encode(round_to(ours.astype(float), BFLOAT16), BFLOAT16))
    assert found(shell, "good.npy", "ours.npy", "--tokens", "tokens.npy")["beyond_explained"] == 0
    told = found(shell, "good.npy", "narrow.npy", "--tokens", "tokens.npy")
    assert told["beyond_explained"] == 0
    assert told["max"] > 1e-3


def test_the_share_beyond_the_clip_is_that_of_probability_ratios(shell: Any, folder: Path) -> None:
    a = np.full(10, -2.0)
    np.save(folder / "p.npy", a)
    np.save(folder / "q.npy", a + np.log([1.25, 0.75, 1.15, 0.85, 1, 1, 1, 1, 1, 1]))
    assert found(shell, "p.npy", "q.npy")["beyond_clip"] == 0.2
    assert found(shell, "p.npy", "q.npy", "--clip", "0.1")["beyond_clip"] == 0.4


def test_two_functions_are_called_with_the_same_logits(shell: Any, folder: Path) -> None:
    few = ("--count", "6", "--vocabulary", "500")
    told = found(shell, "numpy.log_softmax", "scipy.log_softmax", *few)
    assert told["tokens"] == 6
    assert told["beyond_explained"] == 0
    (folder / "own.py").write_text(
        "import numpy as np\n\n\ndef f(x, axis=-1):\n"
        "    s = x - x.max(axis=axis, keepdims=True)\n"
        "    return s - np.log(np.exp(s).sum(axis=axis, keepdims=True)) + x.dtype.type(0.01)\n"
    )
    told = found(shell, "numpy.log_softmax", "own.py:f", *few, status=1)
    assert told["bias"] == pytest.approx(0.01, rel=1e-2)
    assert told["distance_from_exact"][0] < told["distance_from_exact"][1]


@pytest.mark.parametrize("n", [1, 2, 511, 512, 513, 5000])
def test_a_token_is_drawn_with_its_probability(n: int) -> None:
    rng = np.random.default_rng(n)
    row = np.float32(3) * rng.standard_normal(n, dtype=np.float32)
    mass = np.cumsum(np.exp(row.astype(float) - row.max()))
    levels = [0.0, *rng.random(200), np.nextafter(1.0, 0.0)]
    tokens = np.array([_drawn(row, level) for level in levels])
    assert 0 <= tokens.min() <= tokens.max() < n
    before = np.where(tokens, mass[tokens - 1], 0.0)
    due = np.array(levels) * mass[-1]
    slack = 1e-5 * mass[-1]
    assert (before - slack <= due).all()
    assert (due <= mass[tokens] + slack).all()


BAD = [
    (("a.npy", "numpy.log_softmax"), "one of the two is a file; name two files or two functions"),
    (("a.npy", "no.npy"), "there is no file no.npy; name one that exists"),
    (("a.npy", "text.npy"), "text.npy is no .npy or .npz file"),
    (("a.npy", "short.npy"), "a.npy has 40 tokens and short.npy 3; give both the same tokens"),
    (("a.npy", "x.npy"), "which is no logarithm of a token's probability; mask"),
    (("a.npy", "nan.npy"), "nan.npy has nan at position 0, which is no logarithm"),
    (("a.npy", "names.npz"), "names.npz holds p, q; name the array logprobs"),
    (("a.npy", "deep.npy"), "deep.npy has shape (2, 2, 2); give (tokens,) or (tokens, vocabulary)"),
    (("a.npy", "whole.npy"), "whole.npy is of type int64; save float64, float32 or float16"),
    (("none.npy", "none.npy"), "none.npy holds no token; give at least one"),
    (("good.npy", "good.npy", "--tokens", "short.npy"), "tokens has type float64 and shape (3,)"),
    (("good.npy", "good.npy", "--tokens", "far.npy"), "a token is outside 0..2999"),
    (("good.npy", "good.npy", "--tokens", "few.npy"), "has 40 rows and there are 2 tokens"),
    (("a.npy", "b.npy", "--logits", "x.npy"), "logits come without tokens; give --tokens"),
    (("a.npy", "b.npy", "--tokens", "few.npy", "--logits", "x.npy"), "has 40 rows for 2 tokens"),
    (("a.npy", "b.npy", "--tokens", "few.npy", "--logits", "a.npy"), "has shape (40,); give"),
    (("numpy.log_softmax", "numpy.softmax"), "computes softmax, not log_softmax"),
    (("numpy.log_softmax",), "B is missing; name it, or give A two interpreters"),
    (("a.npy",), "files run in no interpreter; name two of them, and no --python-a"),
    (("numpy.log_softmax", "--python-b", "no"), "there is no interpreter no; name one that exists"),
]


@pytest.mark.parametrize(("arguments", "words"), BAD)
def test_what_cannot_be_compared_is_said_with_status_two(
    shell: Any, folder: Path, arguments: tuple[str, ...], words: str
) -> None:
    np.save(folder / "short.npy", np.array([-1.0, -2, -3]))
    np.save(folder / "nan.npy", np.full(COUNT, np.nan))
    np.save(folder / "deep.npy", np.zeros((2, 2, 2)))
    np.save(folder / "whole.npy", np.zeros(COUNT, np.int64))
    np.save(folder / "none.npy", np.zeros(0))
    np.save(folder / "far.npy", np.full(COUNT, N))
    np.save(folder / "few.npy", np.zeros(2, np.int64))
    np.savez(folder / "names.npz", p=np.zeros(2), q=np.zeros(2))
    (folder / "text.npy").write_text("not an array")
    done = shell("mismatch", *arguments)
    assert done.returncode == 2, done.stdout
    assert words in done.stderr


OWN = """
import numpy as np


def one(row):
    shifted = row - row.max()
    return shifted - np.log(np.exp(shifted).sum())


def steady(x):
    return np.stack([one(row) for row in x])


def busy(x):
    if len(x) == 1:
        return steady(x)
    return steady(x) * np.float32(1 + 2**-20)
"""


@pytest.fixture
def own(folder: Path) -> Path:
    (folder / "own.py").write_text(OWN)
    return folder


def test_bits_that_depend_on_the_batch_are_counted_and_each_row_alone_is_timed(
    shell: Any, own: Path
) -> None:
    few = ("--count", "10", "--vocabulary", "3001")
    told = found(shell, "own.py:steady", "own.py:busy", *few)
    steady, busy = told["batches"]["a"], told["batches"]["b"]
    assert steady["invariant"]
    assert steady["differing_rows"] == {"2": 0, "3": 0, "8": 0}
    assert steady["rows"] == 10
    assert not busy["invariant"]
    assert all(busy["differing_rows"].values())
    assert 0 < busy["largest"] < 1e-4
    for value, low, high in (
        told["time_of_b"],
        *(each["time_of_rows_alone"] for each in (steady, busy)),
    ):
        assert value > 0
        assert low is None or high is None or low <= value <= high


def test_batches_are_told_in_a_line_for_each_function(shell: Any, own: Path) -> None:
    said = shell(
        "mismatch", "own.py:steady", "own.py:busy", "--count", "4", "--vocabulary", "3001"
    ).stdout
    assert "batches of a: the same bits alone and with 2, 3 rows in a call" in said
    assert "batches of b: of 4 rows other bits than alone: " in said
    assert "time of a: a row a call takes " in said
    assert "times that of a, 4 rows in a call" in said


def test_one_function_is_compared_in_two_interpreters(shell: Any, own: Path) -> None:
    here = Path(sys.executable)
    other = f"{here.parent}/../{here.parent.name}/{here.name}"  # the same one by another name
    few = ("--count", "3", "--vocabulary", "100")
    told = found(shell, "own.py:steady", "--python-b", other, *few)
    assert told["max"] == 0
    assert len(told["runs_on"]) == 2
    assert all(f"numpy {np.__version__}" in text for text in told["runs_on"])
