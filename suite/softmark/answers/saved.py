"""Arrays in files as the sides of a mismatch."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark.answers.mismatch import NotComparable, Side, blocks
from softmark.formats import BFLOAT16, FORMATS, Format, decode

NAMES: Final = ("logprobs", "log_probs", "logp")
"""Of log-probabilities in an ``.npz`` file; ``logits`` and ``tokens`` may be there too."""


@dataclass(frozen=True)
class Saved:
    """What a file holds."""

    name: str
    arrays: Mapping[str, NDArray[Any]]

    @classmethod
    def read(cls, path: Path) -> Saved:
        """Read an ``.npy`` or ``.npz`` file.

        Raises
        ------
        NotComparable
            It is none, or holds no array of log-probabilities.
        """
        try:
            loaded = np.load(path, mmap_mode="r", allow_pickle=False)
            if isinstance(loaded, np.ndarray):
                return cls(path.name, {NAMES[0]: loaded})
            return cls(path.name, {name: loaded[name] for name in loaded.files})
        except FileNotFoundError:
            raise NotComparable(f"there is no file {path}; name one that exists") from None
        except (OSError, ValueError, zipfile.BadZipFile, EOFError) as error:
            raise NotComparable(f"{path} is no .npy or .npz file ({error}); save one") from None

    def get(self, *names: str) -> NDArray[Any] | None:
        """The first of these arrays that is there."""
        return next((self.arrays[name] for name in names if name in self.arrays), None)

    @property
    def logprobs(self) -> NDArray[Any]:
        found = self.get(*NAMES)
        if found is None and len(self.arrays) == 1:
            (found,) = self.arrays.values()
        if found is None:
            listed = ", ".join(self.arrays) or "nothing"
            raise NotComparable(f"{self.name} holds {listed}; name the array {NAMES[0]}")
        return found


def side(
    name: str, found: NDArray[Any], tokens: NDArray[np.int64] | None, format: Format | None
) -> Side:
    """A side, from an array of a number for each token or of a row for each position.

    Without tokens the most probable one of each row is taken.

    Raises
    ------
    NotComparable
        Its shape or type is another one.
    """
    values, own = _decoded(name, found)
    if values.ndim == 1:
        return Side(name, values.astype(np.float64), format or own)
    if values.ndim != 2:
        raise NotComparable(
            f"{name} has shape {values.shape}; give (tokens,) or (tokens, vocabulary)"
        )
    greedy = most_probable(values)
    tokens = greedy if tokens is None else tokens
    if len(tokens) != len(values):
        raise NotComparable(
            f"{name} has {len(values)} rows and there are {len(tokens)} tokens; give one for each"
        )
    _inside(tokens, values.shape[-1], name)
    chosen = values[np.arange(len(tokens)), tokens].astype(np.float64)
    return Side(name, chosen, format or own, greedy)


def most_probable(values: NDArray[Any]) -> NDArray[np.int64]:
    """The index of the maximum of each row."""
    parts = [np.argmax(values[part], axis=-1) for part in blocks(*values.shape)]
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def _inside(tokens: NDArray[np.int64], n: int, name: str) -> None:
    if tokens.size and not (tokens.min() >= 0 and tokens.max() < n):
        raise NotComparable(f"a token is outside 0..{n - 1}, the vocabulary of {name}; check both")


def _decoded(name: str, found: NDArray[Any]) -> tuple[NDArray[Any], Format]:
    """Numbers and their format; ``uint16`` and NumPy's bare 16 bits are bfloat16."""
    if found.dtype in (np.dtype(np.uint16), np.dtype("V2")):
        return decode(found.view(np.uint16), BFLOAT16), BFLOAT16
    if found.dtype.name not in FORMATS:
        raise NotComparable(f"{name} is of type {found.dtype}; save float64, float32 or float16")
    return found, FORMATS[found.dtype.name]


def indices(name: str, found: NDArray[Any]) -> NDArray[np.int64]:
    """Tokens, one each position."""
    if found.dtype.kind not in "iu" or found.ndim != 1:
        raise NotComparable(
            f"{name} has type {found.dtype} and shape {found.shape}; give one whole number a token"
        )
    return found.astype(np.int64)


def rows(name: str, found: NDArray[Any], tokens: NDArray[np.int64] | None) -> NDArray[Any]:
    """Logits, a row each position."""
    values, _ = _decoded(name, found)
    if values.ndim != 2:
        raise NotComparable(f"{name} has shape {values.shape}; give (tokens, vocabulary)")
    if tokens is None:
        raise NotComparable(f"{name} come without tokens; give --tokens, the index of each")
    if len(values) != len(tokens):
        raise NotComparable(
            f"{name} has {len(values)} rows for {len(tokens)} tokens; give one each"
        )
    _inside(tokens, values.shape[-1], name)
    return values
