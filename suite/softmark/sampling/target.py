"""A user's sampler: what it takes, and how draws are got from it.

Parameters are recognised by their usual names; the first other one takes the logits.  A function
that takes a number of draws is asked for many at once.  One that takes rows is given many equal
rows.  What remains is called once for each draw.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark.answers import foreign
from softmark.calling.arrays import framework_of
from softmark.formats import FLOAT32, Float64Array, Format, encode
from softmark.subjects.faults import TargetError
from softmark.subjects.python_functions import home, parameters
from softmark_implementations.framework import Framework, NotOffered

USUAL: Final[dict[str, tuple[str, ...]]] = {
    "rng": ("rng", "generator", "gen", "prng"),
    "key": ("key", "rng_key", "prng_key"),
    "seed": ("seed", "random_state"),
    "size": ("size", "num_samples", "n_samples", "num_draws", "draws", "count"),
    "shape": ("shape", "sample_shape"),
    "temperature": ("temperature", "temp", "t"),
    "axis": ("axis", "dim"),
}
"""Names by which a parameter is recognised, in lower case.

The ``tau`` of a Gumbel-softmax is none: its hard samples are those of softmax(x), whatever it is.
"""

ROLES: Final = ("logits", *USUAL)
"""What can be mapped: ``--map size=how_many``."""

SOURCES: Final = ("rng", "key", "seed")
"""A generator object, a key and a number: what makes draws reproducible."""

ELEMENTS: Final = 2**22
"""Logits, or logits times draws, of one call."""

ONE_BY_ONE: Final = 20
"""A function that gives one draw a call is asked for a 20th of the draws."""


class NoDraws(Exception):
    """The call raised an error, or returned what are no draws."""


@dataclass(frozen=True)
class Sampler:
    """A function, and how it is called.

    Attributes
    ----------
    roles:
        The parameter of each of ``ROLES`` that it has.
    form:
        ``many``: a number of draws of one row; ``many of rows``: the same, of a row in a matrix;
        ``rows``: a draw of each row; ``one``: a draw.
    """

    function: Callable[..., Any]
    framework: Framework
    roles: Mapping[str, str]
    form: str = ""

    @classmethod
    def of(
        cls,
        function: Callable[..., Any],
        array: str = "auto",
        mapped: Mapping[str, str] | None = None,
    ) -> Sampler:
        """Read the signature, and try it.

        Raises
        ------
        TargetError
            It cannot be called as a sampler; the message says why.
        """
        roles = _roles(function, mapped or {})
        framework, _ = framework_of(function, home(function), array, ())
        return cls(function, framework, roles)._tried()

    @property
    def has_source(self) -> bool:
        """Whether draws can be repeated."""
        return any(role in self.roles for role in SOURCES)

    @property
    def call(self) -> str:
        """The call, for people."""
        return f"f({', '.join(self.roles.values())})"

    @cached_property
    def _is_first(self) -> bool:
        """Whether the logits are its first parameter, which may be given by place alone."""
        return self.roles["logits"] == next(iter(_own(self.function)))

    @property
    def takes_rows(self) -> bool:
        """Whether it draws of each row of a matrix."""
        return self.form in ("many of rows", "rows")

    def draws(
        self, logits: Float64Array, fmt: Format, count: int, seed: int, temperature: float = 1.0
    ) -> NDArray[np.int64]:
        """Draws of one row, shape ``(count,)``; each call has a seed of its own.

        Raises
        ------
        NoDraws
            See there.
        """
        step = 1 if self.form == "one" else max(1, min(count, ELEMENTS // logits.size))
        found = []
        for start in range(0, count, step):
            size = min(step, count - start)
            given = logits if self.form in ("many", "one") else logits[None]
            given = np.repeat(given, size, axis=0) if self.form == "rows" else given
            size_of = size if self.form.startswith("many") else 1
            found.append(self._call(given, fmt, seed + start // step, temperature, size_of, size))
        return np.concatenate(found)

    def of_rows(self, rows: Float64Array, fmt: Format, seed: int) -> NDArray[np.int64]:
        """A draw of each row."""
        return self._call(rows, fmt, seed, 1.0, 1, len(rows))

    def _tried(self) -> Sampler:
        """The same with the form of call that works."""
        forms = ("many", "many of rows") if {"size", "shape"} & {*self.roles} else ("rows", "one")
        said = ""
        for form in forms:
            each = replace(self, form=form)
            try:
                each.draws(np.array([0.0, 1.0, 0.5]), FLOAT32, 5, 0)
            except NoDraws as error:
                said = said or str(error)
                continue
            return each
        raise TargetError(f"no draws of it: {said}; see docs/sampling.md for what it is given")

    def _call(
        self,
        logits: Float64Array,
        fmt: Format,
        seed: int,
        temperature: float,
        size: int,
        due: int,
    ) -> NDArray[np.int64]:
        """Call it once, for ``size`` draws of each row, ``due`` in all."""
        try:
            x = self.framework.array(encode(logits, fmt), fmt.name, "cpu")
            keywords = self._keywords(seed, temperature, size)
        except NotOffered as error:
            raise NoDraws(str(error)) from None
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
                if self._is_first:
                    result = self.function(x, **keywords)
                else:
                    result = self.function(**{self.roles["logits"]: x}, **keywords)
            values, _ = foreign.read(result, "the result")
        except (Exception, SystemExit) as error:
            said = f"{type(error).__name__}: {error}".partition("\n")[0]
            raise NoDraws(f"it raised {said}") from None
        return _indices(values, logits.shape[-1], due)

    def _keywords(self, seed: int, temperature: float, size: int) -> dict[str, Any]:
        values: dict[str, Callable[[], Any]] = {
            "rng": lambda: self.framework.generator(seed),
            "key": lambda: self.framework.key(seed),
            "seed": lambda: seed,
            "size": lambda: size,
            "shape": lambda: (size,),
            "temperature": lambda: temperature,
            "axis": lambda: -1,
        }
        return {name: values[role]() for role, name in self.roles.items() if role in values}


def _own(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """The parameters that can be given.

    Raises
    ------
    TargetError
        Nothing tells which they are.
    """
    found = [
        p for p in parameters(function) or () if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)
    ]
    if not found:
        raise TargetError(
            "its parameters cannot be read; write a function f(logits, seed) that calls it"
        )
    return {p.name: p for p in found}


def _roles(function: Callable[..., Any], mapped: Mapping[str, str]) -> dict[str, str]:
    """The parameter of each role that the function has, the logits first.

    Raises
    ------
    TargetError
        A mapped parameter is none of its, or one that it needs is of no role.
    """
    own = _own(function)
    for role, name in mapped.items():
        if name not in own:
            raise TargetError(
                f"map {role}={name}: the function has no such parameter; "
                f"it takes ({', '.join(own)})"
            )
    found = dict(mapped)
    for name in own:
        role = next((role for role, usual in USUAL.items() if name.lower() in usual), "")
        if role and role not in found and name not in found.values():
            found[role] = name
    free = [name for name in own if name not in found.values()]
    if "logits" not in found:
        if not free:
            raise TargetError("none of its parameters takes the logits; --map logits=PARAMETER")
        found["logits"] = free.pop(0)
    needed = [name for name in free if own[name].default is inspect.Parameter.empty]
    if needed:
        raise TargetError(
            f"it needs {needed[0]}, and nothing says what that is; map it (--map size={needed[0]}; "
            f"the names are {', '.join(ROLES)}), or give it a default"
        )
    if "axis" in found and own[found["axis"]].default is not inspect.Parameter.empty:
        del found["axis"]
    return {role: found[role] for role in ROLES if role in found}


def _indices(values: NDArray[Any], n: int, due: int) -> NDArray[np.int64]:
    """The tokens of a result: indices of any shape, or one-hot rows.

    Raises
    ------
    NoDraws
        It is neither, or another number of draws.
    """
    if values.size == due and (n > 1 or values.dtype.kind != "f"):
        tokens = values.reshape(due)
    elif values.size == due * n and values.shape[-1:] == (n,):
        tokens = _hot(values.reshape(due, n))
    else:
        raise NoDraws(
            f"it returned an array of shape {values.shape} for {due} draws; it has to return the "
            "index of each, or a one-hot row"
        )
    with np.errstate(invalid="ignore"):
        whole = tokens.astype(np.int64)
    if (whole != tokens).any():
        raise NoDraws(f"it returned {tokens[whole != tokens][0]}, which is no index")
    return whole


def _hot(rows: NDArray[Any]) -> NDArray[np.int64]:
    """The tokens of one-hot rows; y_hard - y_soft + y_soft is off by some roundings."""
    with np.errstate(invalid="ignore"):
        is_hot = (np.abs(rows.max(axis=-1) - 1) < 0.01) & (np.abs(rows.sum(axis=-1) - 1) < 0.02)
    if not is_hot.all():
        raise NoDraws(f"it returned {rows[~is_hot][0]}, which is no one-hot row")
    return np.asarray(rows.argmax(axis=-1))
