"""Kinds of values on the command line: a seed that may be drawn, a size in bytes."""

from __future__ import annotations

import re
import secrets
from typing import Any, Final

import click

from softmark.cli.console import say

LARGEST_SEED: Final = 2**32 - 1
"""What every framework's generator takes."""

_UNITS: Final = {
    "B": 1,
    **{f"{prefix}iB": 2 ** (10 * (i + 1)) for i, prefix in enumerate("KMGT")},
    **{f"{prefix}B": 10 ** (3 * (i + 1)) for i, prefix in enumerate("kMGT")},
}


class DrawnSeed(int):
    """A seed that was drawn, so that no earlier run has it."""


class SeedType(click.ParamType[int]):
    """A number, or ``random`` for one that is drawn and printed."""

    name = "SEED"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        if value == "random":
            seed = DrawnSeed(secrets.randbelow(LARGEST_SEED + 1))
            say(f"Seed {seed}, drawn; --seed {seed} makes the same inputs again.", err=True)
            return seed
        text = str(value)
        if not (text.isascii() and text.isdigit() and int(text) <= LARGEST_SEED):
            text = f"{value!r} is no seed; give a number from 0 to {LARGEST_SEED}, or random"
            self.fail(text, param, ctx)
        return int(text)


class SizeType(click.ParamType[int]):
    """Bytes, written as a number with its unit: ``4GiB``."""

    name = "SIZE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) ?([A-Za-z]+)", str(value))
        size = 0 if found is None else round(float(found[1]) * _UNITS.get(found[2], 0))
        if size <= 0:
            units = ", ".join(_UNITS)
            self.fail(
                f"{value!r} is no size; give a number above 0 with its unit ({units}), "
                "for instance 4GiB",
                param,
                ctx,
            )
        return size


SEED: Final = click.option(
    "--seed",
    type=SeedType(),
    default=0,
    show_default=True,
    metavar="NUMBER|random",
    help="Seed of the inputs; random draws one and prints it.",
)
MEMORY: Final = click.option(
    "--memory",
    type=SizeType(),
    metavar="SIZE",
    help="Memory at which a process that calls functions is ended, for instance 4GiB "
    "(default: four fifths of what is free).",
)


class ShardType(click.ParamType[tuple[int, int]]):
    """A part of the work: ``3/8`` is the third of eight."""

    name = "SHARD"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        found = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", str(value), re.ASCII)
        number, count = (int(found[1]), int(found[2])) if found else (0, 0)
        if not 1 <= number <= count:
            self.fail(f"{value!r} is no shard; the third of eight is 3/8", param, ctx)
        return number, count


SHARD: Final = click.option(
    "--shard",
    type=ShardType(),
    metavar="i/N",
    help="Do one part of N alone, the first being 1/N; nothing is shared with the other parts.",
)
