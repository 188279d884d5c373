"""What the harness needs of a framework: its arrays, its derivatives, its clock edge.

An array crosses the border between processes as the bit patterns of its
format, because NumPy has no bfloat16 and casts may round twice.  Each
framework's file turns bits into its own arrays and back.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.generic]
"""Unsigned integers of the format's width, or plain integers and booleans for those formats."""


class NotOffered(Exception):
    """The framework has no such thing; the text says what is missing."""


class Framework(ABC):
    """One array library, seen from the harness.

    ``format`` is a name of ``softmark.formats``, or ``int64``, ``int32``, ``bool``.
    ``device`` is ``cpu`` or ``cuda``.
    """

    name: str
    """As in the names of implementations, for instance ``torch``."""

    @abstractmethod
    def array(self, bits: Bits, format: str, device: str) -> Any:
        """An array of the framework with these bit patterns.

        Raises
        ------
        NotOffered
            The framework lacks the format or the device.
        """

    @abstractmethod
    def bits(self, array: Any) -> tuple[Bits, str]:
        """The bit patterns of an array, of any layout, and the name of its format.

        Raises
        ------
        TypeError
            ``array`` is not an array of this framework, or its format has no name here.
        """

    @abstractmethod
    def wait(self, result: Any) -> None:
        """Return when ``result`` has been computed, whatever runs asynchronously."""

    @abstractmethod
    def versions(self) -> dict[str, str]:
        """Versions of the framework and of the libraries that do its arithmetic."""

    def devices(self) -> dict[str, str]:
        """For each device that can be measured (``cpu``, ``cuda``) what it is called."""
        return {"cpu": "cpu"}

    def prepare(self, seed: int, threads: int) -> dict[str, Any]:
        """Seed the framework's generators and set its threads; say what was set and cannot be."""
        return {}

    def vjp(self, function: Callable[[Any], Any], x: Any, cotangent: Any) -> Any:
        """``cotangent`` times the Jacobian of ``function`` at ``x``, by the framework's own rules.

        ``None`` when the framework says that no gradient reaches ``x``.

        Raises
        ------
        NotOffered
            The framework does not differentiate.
        """
        raise NotOffered(f"{self.name} has no automatic differentiation")

    def jvp(self, function: Callable[[Any], Any], x: Any, tangent: Any) -> Any:
        """The Jacobian of ``function`` at ``x`` times ``tangent``; as ``vjp`` otherwise."""
        raise NotOffered(f"{self.name} has no automatic differentiation")
