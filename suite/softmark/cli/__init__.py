"""The command line: a thin front that chooses, calls, prints, and exits with a status.

Every command is a module of its own, imported when it is asked for.  What is
slow to start (NumPy, the oracle, pandas, rich) is imported inside the function
that needs it, so that help, ``list`` and ``explain`` answer at once.

Exit status: 0 nothing fails; 1 something fails, crashes or times out; 2 wrong
use, or nothing was judged; 3 an internal error in softmark.
"""

from __future__ import annotations

import gc
import io
import sys
from importlib import import_module
from typing import Final

import click

from softmark import __version__
from softmark.cli.console import let_go, say
from softmark.cli.faults import INTERRUPTED, UNWRITABLE, WRONG_USE, internal_fault
from softmark.cli.spelling import tolerate_narrow_encodings

MODULES: Final = {
    "list": "listing", "check": "check", "run": "run", "bench": "bench", "report": "report",
    "compare": "compare", "tolerance": "tolerance", "mismatch": "mismatch", "sample": "sample",
    "ranks": "ranks", "export": "export", "exhaustive": "exhaustive", "search": "search",
    "explain": "explain", "repro": "repro", "env": "env",
}  # fmt: skip
"""Commands, in the order in which a person meets them, and the modules that hold them."""

OBJECTS: Final = 50_000
"""New objects between two collections of garbage: what is imported and recorded stays, and to look
through it after every 700 took a twentieth of a check.
"""


class WhenAsked(click.Group):
    """Imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in MODULES:
            return None
        module = import_module(f"softmark.cli.{MODULES[cmd_name]}")
        command: click.Command = module.command
        return command


@click.group(cls=WhenAsked, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="softmark")
def softmark() -> None:
    """Conformance, accuracy and speed of every softmax, against a certified oracle.

    \b
    softmark check kernel.py:softmax    is my function right?
    softmark run                        measure what is installed
    softmark report                     see it as a web page
    softmark compare OLD NEW            what has changed?
    """


def main() -> None:
    """Run the command line and exit; the entry point of the ``softmark`` script."""
    tolerate_narrow_encodings()
    gc.set_threshold(OBJECTS)
    try:
        status = softmark.main(prog_name="softmark", standalone_mode=False)
        sys.stdout.flush()
        sys.exit(status)
    except click.ClickException as error:
        said = io.StringIO()
        error.show(file=said)
        say(said.getvalue(), err=True, nl=False)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        say("Interrupted.", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        let_go()  # the reader of the pipe has seen enough
        sys.exit(0)
    except OSError as error:
        if error.filename is not None or error.errno not in UNWRITABLE:
            sys.exit(internal_fault(error))
        let_go()
        say(f"The output cannot be written ({error.strerror}); send it elsewhere.", err=True)
        sys.exit(WRONG_USE)
    except Exception as error:
        sys.exit(internal_fault(error))
