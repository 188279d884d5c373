"""What other tools take from ``nox -s bench``: a chart of ratios, or the calls themselves.

pytest-codspeed times a call in the process of the test, and knows none of
pytest-benchmark's options for replayed times, so where it is active they are not
given, and the test hands it the call.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

CHART: pytest.StashKey[list[dict[str, Any]]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--chart",
        type=Path,
        metavar="FILE",
        help="Write times over those of a copy, as github-action-benchmark's "
        "customSmallerIsBetter reads them.",
    )
    parser.addoption("--device", choices=["cpu", "cuda"], default="cpu", help="Of the arrays.")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[CHART] = []


@pytest.fixture
def chart(pytestconfig: pytest.Config) -> list[dict[str, Any]]:
    """The points that ``--chart`` writes."""
    return pytestconfig.stash[CHART]


@pytest.fixture(scope="session")
def device(pytestconfig: pytest.Config) -> str:
    return str(pytestconfig.getoption("--device"))


@pytest.fixture
def is_codspeeds(pytestconfig: pytest.Config) -> bool:
    """Whether pytest-codspeed takes the times."""
    return _is_codspeeds(pytestconfig)


def _is_codspeeds(config: pytest.Config) -> bool:
    plugin = config.pluginmanager.getplugin("codspeed_plugin")
    return bool(getattr(plugin, "is_codspeed_enabled", False))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if _is_codspeeds(config):
        return
    for item in items:
        clock = getattr(getattr(item, "module", None), "CLOCK", None)
        if clock is not None:
            item.add_marker(pytest.mark.benchmark(timer=clock, disable_gc=False))


def pytest_sessionfinish(session: pytest.Session) -> None:
    path = session.config.getoption("--chart")
    if path is not None:
        path.write_text(json.dumps(session.config.stash[CHART], indent=1))
