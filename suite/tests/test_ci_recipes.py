"""The recipes for continuous integration do what the documentation says they do."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

ROOT = Path(__file__).parents[2]
NAIVE = "e = np.exp(x); return e / e.sum(axis=axis, keepdims=True)"
SHIFTED = (
    "e = np.exp(x - x.max(axis=axis, keepdims=True)); return e / e.sum(axis=axis, keepdims=True)"
)
Bash = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def bash(tmp_path: Path, own_programs: dict[str, str]) -> Bash:
    """Runs lines in bash as a runner does."""

    def run(lines: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", lines]
        return subprocess.run(
            command, cwd=tmp_path, env=own_programs | more, capture_output=True, text=True
        )

    return run


def action() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "action.yml").read_text()))


def blocks() -> dict[str, Any]:
    """The YAML of the documentation, by the file that its first line names."""
    text = (ROOT / "docs" / "ci.md").read_text()
    found = re.findall(r"```yaml\n# (\S+)\n(.*?)```", text, re.DOTALL)
    return {name: yaml.safe_load(body) for name, body in found}


def checked(bash: Bash, folder: Path, **inputs: str) -> tuple[int, str, dict[str, str]]:
    """Run the action's step as a runner does: status, summary and outputs."""
    values = {name: told.get("default", "") for name, told in action()["inputs"].items()} | inputs
    (step,) = [step for step in action()["runs"]["steps"] if step.get("id") == "check"]
    variables = {
        name: values[re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", text)[1]]  # type: ignore[index]
        for name, text in step["env"].items()
    }
    files = {"GITHUB_STEP_SUMMARY": folder / "summary", "GITHUB_OUTPUT": folder / "outputs"}
    done = bash(step["run"], **variables, **{name: str(path) for name, path in files.items()})
    summary, outputs = (path.read_text() if path.exists() else "" for path in files.values())
    return done.returncode, summary, dict(line.split("=", 1) for line in outputs.splitlines())


def test_the_action_checks_and_says_what_it_found(bash: Bash, kernel: Any, tmp_path: Path) -> None:
    few = {"formats": "float32 float64", "checks": "stability", "target": kernel(NAIVE)}
    status, summary, outputs = checked(bash, tmp_path, **few)
    assert status == 1
    assert summary.startswith("## kernel.py:softmax: fails")
    assert "| stability | **fail F NaN ulp** | **fail F NaN ulp** |" in summary
    assert outputs == {"junit": "softmark.xml", "verdict": "fail"}
    root = ElementTree.parse(tmp_path / "softmark.xml").getroot()
    names = {case.get("name") for case in root.iter("testcase")}
    assert names == {"stability[float32]", "stability[float64]"}


def test_the_action_takes_known_failures_and_passes(
    bash: Bash, kernel: Any, tmp_path: Path
) -> None:
    (tmp_path / "known.toml").write_text(
        '[[failure]]\nid = "*/stability/*"\nreason = "No shift."\nlink = "here"\n'
    )
    few = {"formats": "float32", "checks": "stability", "operation": "softmax", "strict": "true"}
    status, _, outputs = checked(
        bash, tmp_path, target=kernel(NAIVE), **few, **{"known-failures": "known.toml"}
    )
    assert (status, outputs["verdict"]) == (0, "pass")


def test_no_input_of_the_action_is_executed(bash: Bash, tmp_path: Path) -> None:
    evil = "$(touch executed); `touch executed`; --help"
    for name in action()["inputs"]:
        if name != "junit":
            status, _, _ = checked(bash, tmp_path, **{"target": "k.py:f", name: evil})
            assert status != 0 or name == "strict"
    assert not (tmp_path / "executed").exists()
    text = (ROOT / "action.yml").read_text()
    scripts = [step["run"] for step in action()["runs"]["steps"]]
    assert text.count("${{") == len(action()["inputs"]) + len(action()["outputs"])
    assert not any("${{" in script for script in scripts)


def test_the_action_installs_what_the_tests_ran_with() -> None:
    (install,) = [step for step in action()["runs"]["steps"] if "pip install" in step["run"]]
    folder = '"$GITHUB_ACTION_PATH'
    assert install["run"].split()[-3:] == [
        "--constraint",
        f'{folder}/constraints.txt"',
        f'{folder}"',
    ]
    assert (ROOT / "constraints.txt").is_file()


def test_the_documented_workflow_uses_inputs_and_outputs_that_there_are() -> None:
    workflow = blocks()[".github/workflows/softmax.yml"]
    steps = workflow["jobs"]["softmark"]["steps"]
    (ours,) = [step for step in steps if "/softmark@" in step.get("uses", "")]
    assert set(ours["with"]) <= set(action()["inputs"])
    used = re.findall(r"steps\.softmark\.outputs\.(\w+)", str(steps))
    assert set(used) <= set(action()["outputs"])
    table = (ROOT / "docs" / "ci.md").read_text().partition("| input |")[2].partition("Its out")[0]
    assert set(re.findall(r"`([a-z-]+)`", table)) >= set(action()["inputs"])


def test_the_gitlab_job_writes_what_it_announces(bash: Bash, kernel: Any, tmp_path: Path) -> None:
    job = blocks()[".gitlab-ci.yml"]["softmark"]
    kernel(SHIFTED)
    (tmp_path / "kernel.py").rename(tmp_path / "kernels.py")
    (command,) = job["script"]
    done = bash(f"{command} --check stability")
    assert done.returncode == 0, done.stderr
    report = tmp_path / job["artifacts"]["reports"]["junit"]
    assert ElementTree.parse(report).getroot().tag == "testsuites"


def test_the_hook_runs_with_the_documented_arguments(
    bash: Bash, kernel: Any, tmp_path: Path
) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    (used,) = blocks()[".pre-commit-config.yaml"]["repos"][0]["hooks"]
    assert used["id"] == hook["id"]
    assert re.search(used["files"], "kernels.py")
    assert hook["pass_filenames"] is False
    for body, status in ((SHIFTED, 0), (NAIVE, 1)):
        kernel(body)
        (tmp_path / "kernel.py").rename(tmp_path / "kernels.py")
        done = bash(shlex.join([*hook["entry"].split(), *used["args"]]))
        assert done.returncode == status, done.stdout + done.stderr
