"""File names for pages: what a results file names may hold anything, a file name may not."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Final

UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
LONGEST: Final = 60


class Slugs:
    """Gives each name a file name of its own, the same in every rendering of the same names.

    Two names never share a file name, also where a file system ignores case.

    Parameters
    ----------
    names:
        Names that are known beforehand: of two that are alike, the first has the plainer one.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._given: dict[str, str] = {}
        self._taken: set[str] = set()
        for name in names:
            self[name]

    def __getitem__(self, name: str) -> str:
        if name not in self._given:
            slug = UNSAFE.sub("-", name).strip("-.")[:LONGEST]
            if not slug or slug.lower() in self._taken:
                slug = f"{slug or 'page'}-{hashlib.sha256(_bytes(name)).hexdigest()[:8]}"
            self._given[name] = slug
            self._taken.add(slug.lower())
        return self._given[name]


class Addresses:
    """Where each page is."""

    def __init__(
        self, implementations: Iterable[str], checks: Iterable[str], operations: Iterable[str]
    ) -> None:
        self._implementation_slugs = Slugs(implementations)
        self._check_slugs = Slugs(checks)
        self._operation_slugs = Slugs(operations)

    def check_page(self, check: str) -> str:
        """The path of a check's page, from the first page."""
        return f"checks/{self._check_slugs[check]}.html"

    def implementation_page(self, implementation: str) -> str:
        """The path of an implementation's page, from the first page."""
        return f"implementations/{self._implementation_slugs[implementation]}.html"

    def operation_page(self, operation: str) -> str:
        """The path of an operation's page, from the first page."""
        return f"operations/{self._operation_slugs[operation]}.html"

    def comparison_page(self, operation: str) -> str:
        """The path of the page that compares the implementations of an operation."""
        return f"compare/{self._operation_slugs[operation]}.html"

    def records_page(self, implementation: str, check: str, page: int = 1) -> str:
        """The path of a page of records, from the first page."""
        suffix = f".{page}" if page > 1 else ""
        folder = self.implementation_page(implementation).removesuffix(".html")
        return f"{folder}/{self._check_slugs[check]}{suffix}.html"


def anchor(machine: str, record_id: str) -> str:
    """The fragment that leads to a record on its page; machines share record ids."""
    return "r-" + hashlib.sha256(_bytes(f"{machine}/{record_id}")).hexdigest()[:12]


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
