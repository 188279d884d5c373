"""The environment names what a number was measured on, without naming whose machine it is."""

from __future__ import annotations

import json
import os
import platform
import re
import socket
from pathlib import Path

import numpy as np
import pytest

from softmark import environment as module
from softmark.environment import environment, machine_name


def test_the_environment_is_json_without_gaps() -> None:
    found = environment({"versions": {"torch": "2.13.0"}})
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["packages"]["numpy"] == np.__version__  # type: ignore[index, call-overload]
    assert found["python"] == platform.python_version()
    assert found["worker"] == {"versions": {"torch": "2.13.0"}}
    assert "worker" not in environment()


def test_the_machine_has_a_name_that_a_folder_can_have() -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*-\d+-cores", machine_name())
    assert machine_name() == machine_name()


@pytest.mark.parametrize(
    ("flags", "name"),
    [
        ("fma avx avx2 avx512f", "a-processor-avx512f"),
        ("avx2 fma", "a-processor-avx2"),
        ("sse2", "a-processor"),
    ],
)
def test_processors_with_other_vectors_have_other_names(
    monkeypatch: pytest.MonkeyPatch, flags: str, name: str
) -> None:
    monkeypatch.setattr(
        module, "_cpuinfo", {"model name": "A processor", "flags": flags, "Features": ""}.get
    )
    for cached in (module.machine_name, module._flags):
        cached.cache_clear()
    try:
        assert machine_name().startswith(f"{name}-{module._available()}-")
    finally:
        for cached in (module.machine_name, module._flags):
            cached.cache_clear()


def test_neither_host_nor_user_is_told() -> None:
    told = json.dumps(environment())
    for private in (socket.gethostname(), str(Path.home()), os.environ.get("USER", "")):
        assert len(private) < 6 or private not in told


def test_without_cpuinfo_there_is_still_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_cpuinfo", lambda field: "")
    assert module.cpu_model() != ""


def test_outside_a_checkout_there_is_no_commit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module.softmark, "__file__", str(tmp_path / "a" / "b" / "__init__.py"))
    module._git.cache_clear()
    try:
        assert module.commit() == ""
    finally:
        module._git.cache_clear()
