"""What continuous integration runs, and what a newcomer types first.

    nox -s report       measure all frameworks for five minutes, and write the HTML report
    nox -s tests        the tests
    nox -s lint         style, types, layers, and the wheel
    nox -s docs         the documentation, as a site in build/docs
    nox -s nightly      sweeps with a seed of their own, which is printed
    nox -s teeth        which wrong implementations the checks kill; they accuse no right one
    nox -s automutants  the same of mutants that a program makes of right implementations
    nox -l              everything else, one session a framework among it

Each framework's session is found, not listed: a file in ``implementations/``
names its requirements in its inline script metadata (PEP 723), and that is the
session.  Environments are kept between calls; ``nox -R`` skips the
installation too.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import nox

HERE = Path(__file__).parent
CONSTRAINTS = ("-c", str(HERE / "constraints.txt"))
RESULTS = Path("build", "results")
REPORT = Path("build", "report")
DOCS = Path("build", "docs")
FOUND_FAULTS = [0, 1]
"""Exit codes of ``softmark run`` that are results: a framework's fault is not the session's."""
VALUES = "suite/tests/test_implementations_values.py"

nox.needs_version = ">=2025.2.9"
nox.options.sessions = ["lint", "tests"]
nox.options.reuse_venv = "yes"


def framework_files() -> dict[str, Path]:
    """Framework to the file that declares its implementations, as ``softmark list`` names them."""
    folder = HERE / "implementations" / "softmark_implementations"
    files = [folder / "pure_python.py", *sorted(folder.glob("with_*.py"))]
    names = ["python" if f.stem == "pure_python" else f.stem.removeprefix("with_") for f in files]
    return dict(zip(names, files, strict=True))


def install(session: nox.Session, *what: str) -> None:
    """Install from the tested set of releases."""
    session.install(*what, *CONSTRAINTS)


def group(name: str) -> list[str]:
    """The requirements of a dependency group."""
    project = nox.project.load_toml(HERE / "pyproject.toml")
    return list(nox.project.dependency_groups(project, name))


def verify(session: nox.Session, script: str) -> None:
    """Run a script that takes from the tests; arguments go to it."""
    session.run("python", script, *session.posargs, env={"PYTHONPATH": "suite/tests"})


def write_report(session: nox.Session) -> None:
    session.run("softmark", "report", str(RESULTS), "--out", str(REPORT))


@nox.session
def report(session: nox.Session) -> None:
    """Measure NumPy, SciPy, PyTorch, TensorFlow and JAX, and write the HTML report.

    The most telling comes first, for five minutes; ``nox -s report -- --resume`` measures the rest.
    """
    install(session, "-e", ".[all]")
    options = session.posargs or ["--budget", "5"]
    session.run("softmark", "run", *options, "--results", str(RESULTS), success_codes=FOUND_FAULTS)
    write_report(session)
    if not session.posargs:
        session.log("Measure the rest too, without an end: nox -s report -- --resume")


@nox.session
def example(session: nox.Session) -> None:
    """Make the documentation's example of a report, and its picture, anew from results/."""
    install(session, "-e", ".[dev]")
    one_file = ["--op", "softmax", "--single-file", "--out", "docs/example/report.html"]
    session.run("softmark", "report", "results", *one_file)
    session.run("softmark", "report", "results", "--out", str(REPORT))
    session.run("python", "reports/screenshot.py", str(REPORT), "docs/images/report.png")


@nox.session
@nox.parametrize("framework", [nox.param(name, id=name) for name in framework_files()])
def measure(session: nox.Session, framework: str) -> None:
    """Measure one framework in an environment that holds no other."""
    requirements = nox.project.load_toml(framework_files()[framework]).get("dependencies", [])
    install(session, "-e", ".[report]", *requirements)
    options = session.posargs or ["--profile", "quick"]
    command = ["softmark", "run", "--framework", framework, *options, "--results", str(RESULTS)]
    session.run(*command, success_codes=FOUND_FAULTS)
    write_report(session)


@nox.session
def nightly(session: nox.Session) -> None:
    """Sweep with a seed that is new each time, and printed: what it finds becomes a test.

    The properties are tried with all their examples, of which the tests have a third.
    """
    install(session, "-e", ".[all,light,dev]", *group("docs"))
    every = {"SOFTMARK_NIGHTLY": "1"}
    session.run("pytest", "-q", "-n", "auto", "-m", "hypothesis", env=every)
    options = ["--check", "sweep", "--seed", "random", *session.posargs]
    session.run("softmark", "run", *options, "--results", str(RESULTS))


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests, with the real frameworks."""
    install(session, "-e", ".[all,light,dev]", *group("docs"))
    options = session.posargs or ["-q", "-n", "auto", "--dist", "worksteal"]
    # Hundreds of processes import the same files: the first of them keeps what it compiled.
    session.run("pytest", *options, env={"PYTHONDONTWRITEBYTECODE": None})


@nox.session
def kills_scheduled(session: nox.Session) -> None:
    """Kill workers, schedulers and clients 500 times; arguments: how often, and a seed."""
    install(session, "-e", ".[dask]")
    arguments = session.posargs or ["500", "2"]
    script = "suite/tests/shard_kills.py"
    session.run("python", script, *arguments, env={"PYTHONPATH": "suite/tests"})


@nox.session
def newcomer(session: nox.Session) -> None:
    """Type README's commands and twenty wrong uses in a fresh environment of softmark alone."""
    install(session, "-e", ".[dev]")
    fresh = Path(session.create_tmp(), "fresh").absolute()
    session.run("python", "-m", "venv", "--clear", str(fresh))
    commands = fresh / ("Scripts" if os.name == "nt" else "bin")
    session.run(str(commands / "python"), "-m", "pip", "install", ".[report]", *CONSTRAINTS)
    command = {"SOFTMARK_NEWCOMER": str(commands / "softmark")}
    session.run("pytest", "-q", "suite/tests/newcomer", *session.posargs, env=command)


@nox.session
def triton(session: nox.Session) -> None:
    """Run what needs Triton, by its interpreter: kernels, buffers, the tuner of the docs.

    Triton takes a gigabyte.
    """
    install(session, "-e", ".[triton,dev]")
    names = ("implementations_triton", "checks_buffers", "docs_blocks")
    files = [f"suite/tests/test_{name}.py" for name in names]
    session.run("pytest", *(session.posargs or ["-q", "-k", "triton or tune", *files]))


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types and layers, and that the wheel holds what it should."""
    install(session, "-e", ".[dev]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("mypy", "noxfile.py")
    session.run("lint-imports")
    with tempfile.TemporaryDirectory() as folder:
        session.run("python", "-m", "build", "--outdir", folder, ".", silent=True)
        session.run("check-wheel-contents", folder)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation without a warning; an argument is the folder to build it in."""
    install(session, "-e", ".[report]", *group("docs"))
    out = session.posargs or [str(DOCS)]
    options = ["-W", "--keep-going", "-E", "-q", "-d", "build/doctrees"]
    session.run("sphinx-build", "-b", "html", *options, "docs", *out)


@nox.session
def tutorial(session: nox.Session) -> None:
    """Follow the tutorial to the letter, through Triton's interpreter; a minute or two."""
    install(session, "-e", ".[triton,dev]")
    session.run("pytest", "suite/tests/test_docs_blocks.py", "-q", "-k", "tutorial")


@nox.session
def bench(session: nox.Session) -> None:
    """Time the implementations with pytest-benchmark; arguments go to pytest."""
    install(session, "-e", ".[all,dev]")
    session.run("pytest", "suite/benchmarks", "--benchmark-only", *session.posargs)


@nox.session
def teeth(session: nox.Session) -> None:
    """Print which wrong implementations the checks kill, and that they accuse no right one."""
    install(session, "-e", ".[all,dev]")
    verify(session, "suite/verification/show_teeth.py")


@nox.session
def automutants(session: nox.Session) -> None:
    """Mutate right implementations by program: each mutant is failed, or shown equivalent.

    With ``-- --json results/automutants.json`` the outcome is kept; half an hour.
    """
    install(session, "-e", ".[all,dev]")
    verify(session, "suite/verification/show_automutants.py")


@nox.session
def sampling(session: nox.Session) -> None:
    """Simulate right and biased samplers: how often the test of draws fails them."""
    install(session, "-e", ".")
    verify(session, "suite/verification/show_sampling.py")


@nox.session
def corpora(session: nox.Session) -> None:
    """Show which faults that others found or planted the checks fail."""
    install(session, "-e", ".[all,dev]")
    verify(session, "suite/verification/show_corpora.py")


@nox.session
def versions(session: nox.Session) -> None:
    """Measure releases of the libraries, each in an environment that is deleted after; an hour.

    Arguments choose: ``-- jax scipy==1.15.3``, or ``-- --missing`` for those without a file.
    """
    install(session, "-e", ".[report]")
    verify(session, "suite/verification/measure_versions.py")


@nox.session
def gates(session: nox.Session) -> None:
    """Count the wrong softmaxes that 25 acceptance rules in use elsewhere let through."""
    install(session, "-e", ".[all,dev]")
    verify(session, "suite/verification/compare_gates.py")
    verify(session, "suite/verification/count_pool.py")


@nox.session
def fuzz(session: nox.Session) -> None:
    """Give 26,000 damaged and 26,000 hostile files to what reads files; hours."""
    install(session, "-e", ".[dev]")
    verify(session, "suite/verification/fuzz_results.py")


@nox.session
def faults(session: nox.Session) -> None:
    """Run 230 faulty functions, and compare their records with what is expected of each."""
    install(session, "-e", ".[all,dev]")
    verify(session, "suite/verification/show_faults.py")


@nox.session
def kills(session: nox.Session) -> None:
    """Kill, pause and starve 1,000 runs at random moments, go on with each; half an hour."""
    install(session, "-e", ".[dev]")
    verify(session, "suite/verification/kill_runs.py")


@nox.session(name="verify-oracle")
def verify_oracle(session: nox.Session) -> None:
    """Compare millions of the oracle's outputs with Arb and MPFR; takes minutes."""
    install(session, "-e", ".[dev]")
    session.run("python", "suite/verification/verify_oracle.py", *session.posargs)


@nox.session(name="bench-oracle")
def bench_oracle(session: nox.Session) -> None:
    """Race the oracle against mpmath, Arb and NumPy, side by side in one run."""
    install(session, "-e", ".[dev]")
    session.run("python", "suite/benchmarks/bench_oracle.py", *session.posargs)


@nox.session(name="bench-clock")
def bench_clock(session: nox.Session) -> None:
    """Measure what softmark's own timing loop costs a call."""
    install(session, "-e", ".[dev]")
    session.run("python", "suite/benchmarks/bench_clock.py", *session.posargs)


@nox.session(name="ab-trial")
def ab_trial(session: nox.Session) -> None:
    """Count false alarms and misses of comparisons of speed; some forty minutes."""
    install(session, "-e", ".[dev]")
    session.run("python", "suite/benchmarks/ab_trial.py", *session.posargs)
