"""Load a function into a worker: a user's, or an implementation of the catalog."""

from __future__ import annotations

from collections.abc import Mapping

from softmark.calling.targets import Target
from softmark.catalog import Entry
from softmark.harness.planning import info_of, source_of
from softmark.subjects import SubjectFault, TargetError
from softmark.workers.process import Worker
from softmark.workers.worker_subject import LoadedFunction, WorkerSubject, custom


def load(
    worker: Worker,
    what: Target | Entry,
    array: str,
    operation: str,
    timeout: float,
    *,
    setup: bool = False,
    vjp: str = "",
    mapped: Mapping[str, str] | None = None,
) -> LoadedFunction:
    """The function as a subject, and what its worker runs on.

    Raises
    ------
    TargetError
        It cannot be imported, its framework lacks the device, or it is an implementation, which
        has neither setup, vjp nor map.
    """
    if isinstance(what, Target):
        return custom(worker, what, array, operation, timeout, setup=setup, vjp=vjp, mapped=mapped)
    for argument, given in {"setup": setup, "vjp": vjp, "map": mapped}.items():
        if given:
            raise TargetError(f"{what.name} is an implementation; leave {argument} out")
    info = info_of(what, worker.settings.device)
    subject = WorkerSubject(worker, source_of(what), info, timeout)
    try:
        told = subject.load()
    except SubjectFault as fault:
        raise TargetError(
            f"{what.name} cannot be loaded: {fault.message}; see what importing it does"
        ) from None
    return LoadedFunction(subject, told["facts"], told["modules"])
