"""The command line: a thin front that chooses, calls, prints, and exits with a status.

Every command is a module of its own.  What is slow to start (NumPy, the oracle,
pandas, rich) is imported inside the function that needs it, so that help,
``list`` and ``explain`` answer at once.

Exit status: 0 nothing fails; 1 something fails, crashes or times out; 2 wrong
use, or nothing was judged; 3 an internal error in softmark.
"""

from __future__ import annotations

import io
import sys

import click

from softmark import __version__
from softmark.cli import bench, check, compare, env, explain, listing, report, repro, run
from softmark.cli.console import let_go, say
from softmark.cli.faults import INTERRUPTED, UNWRITABLE, WRONG_USE, internal_fault
from softmark.cli.spelling import tolerate_narrow_encodings


class InOrder(click.Group):
    """Lists its commands in the order in which a person meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=InOrder, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="softmark")
def softmark() -> None:
    """Conformance, accuracy and speed of every softmax, against a certified oracle.

    \b
    softmark check kernel.py:softmax    is my function right?
    softmark run                        measure what is installed
    softmark report                     see it as a web page
    softmark compare OLD NEW            what has changed?
    """


for module in (listing, check, run, bench, report, compare, explain, repro, env):
    softmark.add_command(module.command)


def main() -> None:
    """Run the command line and exit; the entry point of the ``softmark`` script."""
    tolerate_narrow_encodings()
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
