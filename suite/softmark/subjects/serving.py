"""The loop of a worker process: read a request, carry it out, answer."""

from __future__ import annotations

import importlib
import os
import platform
import socket
import sys
from typing import Any

from softmark.subjects import arrays, faults, targets, wire
from softmark.subjects.calling import Caller
from softmark.subjects.guarding import LONGEST_TEXT, guarded
from softmark.subjects.wire import Message
from softmark_implementations.framework import Framework

Pieces = list[bytes | memoryview]


class Server:
    """The subjects that this process has loaded, by key."""

    def __init__(self, seed: int, threads: int, device: str) -> None:
        self._seed = seed
        self._threads = threads
        self._device = device
        self._callers: dict[str, Caller] = {}
        self._prepared: dict[str, dict[str, Any]] = {}

    def answer(self, request: Message) -> Message:
        """Carry out one request; a fault becomes an answer that says so."""
        try:
            if request.header["verb"] == "load":
                return Message(self._load(request.header))
            return self._callers[request.header["key"]].answer(request)
        except faults.SubjectFault as fault:
            return Message(fault.to_json())
        except faults.TargetError as error:
            return Message({"fault": "TargetError", "message": str(error)})
        except BaseException as error:
            kind = type(error).__name__
            message = f"it ended with {kind}: {error}"[:LONGEST_TEXT]
            return Message(faults.Raised(message, kind).to_json())

    def _load(self, header: dict[str, Any]) -> dict[str, Any]:
        """Make a subject ready, and say what it is and what it runs on."""
        if header["array"] is None:
            function, framework = _implementation(header["module"], header["function"])
        else:
            before = set(sys.modules)
            target = targets.Target(header["module"], header["function"])
            function, module = targets.load(target)
            names = vars(module)
            framework = arrays.framework_of(function, names, header["array"], before)
        fixed_beta = header["fixed_beta"]
        self._callers[header["key"]] = Caller(
            function,
            framework,
            header["operation"],
            None if fixed_beta is None else float.fromhex(fixed_beta),
            self._device,
            self._threads,
        )
        return {
            **arrays.described(function, framework),
            "facts": guarded(lambda: self._facts(framework)),
        }

    def _facts(self, framework: Framework) -> dict[str, Any]:
        """What the environment of a results file says of the worker."""
        if framework.name not in self._prepared:
            self._prepared[framework.name] = {
                "settings": framework.prepare(self._seed, self._threads),
                "versions": framework.versions(),
                "devices": framework.devices(),
                "denormals": framework.denormals(self._device),
                "python": platform.python_version(),
                "threads": self._threads,
            }
        return self._prepared[framework.name]


def _implementation(module_name: str, function: str) -> tuple[Any, Framework]:
    """A catalogued implementation and its framework.

    Raises
    ------
    TargetError
        The framework, or the file of the implementation, cannot be imported.
    """
    try:
        module = importlib.import_module(module_name)
        return getattr(module, function), module.FRAMEWORK
    except Exception as error:
        kind = type(error).__name__
        raise faults.TargetError(f"{module_name} cannot be imported ({kind}: {error})") from None


def serve(control: socket.socket, seed: int, threads: int, device: str) -> None:
    """Answer requests until the other side closes the connection."""

    def receive(view: memoryview) -> None:
        while view.nbytes:
            count = control.recv_into(view)
            if count == 0:
                raise EOFError
            view = view[count:]

    server = Server(seed, threads, device)
    _send(control, wire.dump(Message({"pid": os.getpid()})))
    while True:
        try:
            request = wire.load(receive)
        except (EOFError, ConnectionError):
            return
        _send(control, _pieces(server.answer(request)))


def _pieces(answer: Message) -> Pieces:
    """The answer as bytes; or, where it holds what cannot be sent, a fault that says so."""
    try:
        return wire.dump(answer)
    except (TypeError, ValueError) as error:
        message = f"its answer cannot be sent: {error}"
        return wire.dump(Message(faults.Raised(message, type(error).__name__).to_json()))


def _send(control: socket.socket, pieces: Pieces) -> None:
    for piece in pieces:
        control.sendall(piece)
