"""The loop of a worker process: read a request, carry it out, answer."""

from __future__ import annotations

import importlib
import os
import platform
import random
import socket
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np

from softmark.calling import arrays, state, targets
from softmark.calling.caller import Caller
from softmark.calling.digests import digest
from softmark.calling.guarding import LONGEST_TEXT, guarded
from softmark.calling.learning import learn
from softmark.calling.racing import Slot, Track
from softmark.subjects import faults, wire
from softmark.subjects.wire import Message
from softmark_implementations.framework import Framework

Pieces = list[bytes | memoryview]

_OWN: Final = ("softmark", "softmark_implementations")
_PACKAGES: Final = ("site-packages", "dist-packages")

RACING: Final = ("enter", "block", "rounds")
"""The verbs that are about several subjects, or about what was made ready before."""


class Server:
    """The subjects that this process has loaded, by key."""

    def __init__(self, seed: int, threads: int, device: str, counts_memory: bool = False) -> None:
        random.seed(seed)
        np.random.seed(seed)
        self._seed = seed
        self._threads = threads
        self._device = device
        self._counts_memory = counts_memory
        self._callers: dict[str, Caller] = {}
        self._prepared: dict[str, dict[str, Any]] = {}
        self._track = Track()

    def answer(self, request: Message) -> Message:
        """Carry out one request; a fault becomes an answer that says so."""
        try:
            if request.header["verb"] == "load":
                return Message(self._load(request.header))
            if request.header["verb"] in RACING:
                return self._race(request)
            return self._callers[request.header["key"]].answer(request)
        except faults.SubjectFault as fault:
            return Message({**fault.to_json(), "lasting": list(fault.lasting)})
        except faults.TargetError as error:
            return Message({"fault": "TargetError", "message": str(error)})
        except BaseException as error:
            kind = type(error).__name__
            message = f"it ended with {kind}: {error}"[:LONGEST_TEXT]
            return Message(faults.Raised(message, kind).to_json())

    def _load(self, header: dict[str, Any]) -> dict[str, Any]:
        """Make a subject ready, and say what it is and what it runs on."""
        before, vjp, learned = set(sys.modules), None, None
        if header["array"] is None:
            module, function = _implementation(header["module"], header["function"])
            framework = module.FRAMEWORK
            if header["eager"] is not None:
                function = _variant(module, header["operation"], header["eager"])
        else:
            target = targets.Target(header["module"], header["function"])
            function, module = targets.load(target, header["setup"])
            if header["vjp"]:
                vjp = targets.backward(function, module, header["vjp"])
            names = vars(module)
            framework, guess = arrays.framework_of(
                function, names, header["array"], before, header["operation"]
            )
            learned = learn(
                function,
                framework,
                header["operation"],
                header["mapped"],
                has_beta=header["has_beta"],
                device=self._device,
            ).noting(guess)
        fixed_beta = header["fixed_beta"]
        self._callers[header["key"]] = Caller(
            function,
            framework,
            header["operation"],
            None if fixed_beta is None else float.fromhex(fixed_beta),
            self._device,
            self._threads,
            vjp,
            learned.convention if learned else None,
            may_decline=header["array"] is None,
        )
        return {
            **(arrays.described(function, framework, learned) if learned else {}),
            "facts": guarded(lambda: self._facts(framework)),
            "modules": _own_modules(before) if header["array"] is not None else {},
        }

    def _race(self, request: Message) -> Message:
        """Put a subject in a lane, or run what is in the lanes; see ``racing.Track``."""
        header, track = request.header, self._track
        with state.kept():
            match header["verb"]:
                case "enter":
                    return Message(self._enter(request))
                case "block":
                    return Message(guarded(lambda: track.block(header["lane"], header["calls"])))
                case _:
                    told = guarded(lambda: track.rounds(header["seconds"], header["seed"]))
                    return Message(*told)

    def _enter(self, request: Message) -> dict[str, Any]:
        """Put a subject in a lane; those of one framework read the very same logits.

        Where an array lies in memory alone can make a call two per cent slower.
        """
        header, caller = request.header, self._callers[request.header["key"]]
        first = self._track.lanes.get(0) if header["lane"] else None
        sent = request.arrays["x"]
        given = (
            first.loop.names["x"] if first and first.framework == caller.framework.name else None
        )
        is_same = given is not None and tuple(given.shape) == sent.shape
        loop = caller.loop(request, given if is_same else None)
        lane = Slot(loop, caller.framework.name)
        with caller.framework.compiling_anew():
            told = guarded(lambda: self._track.enter(header["lane"], lane))
        bits, _ = caller.framework.bits(loop.names["x"])
        if digest(bits, of=sent.dtype) != digest(sent):
            message = "it writes into its logits, so that the next call would have others"
            raise faults.Raised(message, "InputModified")
        return told

    def _facts(self, framework: Framework) -> dict[str, Any]:
        """What the environment of a results file says of the worker."""
        if framework.name not in self._prepared:
            if self._counts_memory:
                framework.count_exactly()
            self._prepared[framework.name] = {
                "settings": framework.prepare(self._seed, self._threads),
                "versions": framework.versions(),
                "devices": framework.devices(),
                "denormals": framework.denormals(self._device),
                "python": platform.python_version(),
                "threads": self._threads,
            }
        return self._prepared[framework.name]


def _implementation(module_name: str, function: str) -> tuple[Any, Any]:
    """The module of a catalogued implementation, and the implementation.

    Raises
    ------
    TargetError
        The framework, or the file of the implementation, cannot be imported.
    """
    try:
        module = importlib.import_module(module_name)
        return module, getattr(module, function)
    except Exception as error:
        kind = type(error).__name__
        text = faults.shortened(f"{module_name} cannot be imported ({kind}: {error})")
        raise faults.TargetError(text) from None


def _own_modules(before: set[str]) -> dict[str, str]:
    """Files of the modules that are new since ``before`` and come from no installation."""
    installed = (str(Path(os.__file__).parent), *_PACKAGES)
    files = {
        name: getattr(module, "__file__", None)
        for name, module in list(sys.modules.items())
        if name not in before and name.partition(".")[0] not in _OWN
    }
    return {
        name: file
        for name, file in files.items()
        if file and not any(folder in file for folder in installed)
    }


def _variant(module: Any, operation: str, variant: str) -> Any:
    """The function of a file that declares itself to be this variant of the operation.

    Raises
    ------
    TargetError
        The file has none.
    """
    for function in vars(module).values():
        declared = getattr(function, "__dict__", {}).get("softmark")
        if declared is not None and (declared.operation, declared.variant) == (operation, variant):
            return function
    raise faults.TargetError(
        f"{module.__name__} has no variant {variant!r} of {operation}; see softmark list"
    )


def serve(
    control: socket.socket, seed: int, threads: int, device: str, counts_memory: bool
) -> None:
    """Answer requests until the other side closes the connection."""

    def receive(view: memoryview) -> None:
        while view.nbytes:
            count = control.recv_into(view)
            if count == 0:
                raise EOFError
            view = view[count:]

    server, own = Server(seed, threads, device, counts_memory), os.getpid()
    _send(control, wire.dump(Message({"verb": "hello", "number": 0, "pid": own})))
    while True:
        try:
            request = wire.load(receive)
        except (EOFError, ConnectionError):
            return
        which = {name: request.header.get(name) for name in ("verb", "number")}
        answer = server.answer(request)
        if os.getpid() != own:  # a call has forked, and returned in both processes
            os._exit(0)
        _send(control, _pieces(answer, which))


def _pieces(answer: Message, which: dict[str, Any]) -> Pieces:
    """The answer as bytes; or, where it holds what cannot be sent, a fault that says so.

    It says ``which`` request it answers.
    """
    try:
        return wire.dump(Message({**answer.header, **which}, answer.arrays))
    except (TypeError, ValueError) as error:
        message = f"its answer cannot be sent: {error}"
        fault = faults.Raised(message, type(error).__name__).to_json()
        return wire.dump(Message({**fault, **which}))


def _send(control: socket.socket, pieces: Pieces) -> None:
    for piece in pieces:
        control.sendall(piece)
