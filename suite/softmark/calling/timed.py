"""The timed calls of a subject: what they are given, how long they take, what they returned.

A time is worth something only if the work was done.  So the very arrays and the
very loop that were timed are called again at the end, with the logits as they
were and with others in their place, and both results go back to be held
against the oracle; and calls with values that were never seen are timed beside
calls with the same values again, which finds a function that keeps results.
"""

from __future__ import annotations

from collections.abc import Callable
from random import SystemRandom
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from softmark.calling import clock, ring
from softmark.calling.digests import digest
from softmark.calling.guarding import guarded
from softmark.calling.on_device import DeviceLoop, GraphLoop, Watch
from softmark.subjects.faults import NotOffered
from softmark.subjects.wire import Message
from softmark_implementations.device import DeviceTimer
from softmark_implementations.framework import Framework

_CHANCE: Final = SystemRandom()

FRESH: Final = 7
"""Arrays of values that were never seen; the fastest call and the median count."""

FEW: Final = 3
"""The same where a call is long."""

LONG_NS: Final = 5e6
LOOKED_AT: Final = 2
"""Results of timed blocks that go back, beside those that hold the same bits as the first."""

LIGHT: Final = 2**16
"""Bytes of a result up to which that of each block is looked at; of larger ones some are."""

SOME: Final = 0.25
HOPELESS_NS: Final = 1e9
"""Calls so long are not made for this: nothing is kept where every call takes a second."""


class Caller(Protocol):
    """What is needed of ``softmark.calling.caller.Caller``."""

    framework: Framework
    device: str
    threads: int

    @property
    def denormals(self) -> dict[str, str]: ...

    def is_new(self, request: Message) -> bool: ...

    def array(self, bits: NDArray[Any], format_name: str) -> Any: ...

    def read(self, result: Any) -> tuple[NDArray[Any], str]: ...

    def loop(
        self,
        request: Message,
        x: Any = None,
        take: Callable[[], Any] | None = None,
        *,
        waits: bool = True,
    ) -> clock.Loop: ...


def moved_on(bits: NDArray[Any], steps: int = 1) -> NDArray[Any]:
    """Other logits of the same values: each some places further, over the ends of the rows."""
    return np.roll(bits.reshape(-1), steps).reshape(bits.shape)


def answer(request: Message, caller: Caller) -> Message:
    """Time the calls that ``request`` asks for.

    The header's ``inputs`` is ``warm`` (one array) or ``cold`` (a ring, see ``ring``; on a device a
    flush, see ``on_device``), ``mode`` is ``forward`` or ``vjp``, ``launch`` is ``call`` or
    ``graph``.  In the answer ``bits0`` and ``bits1`` are what came of the logits, and
    of those that ``moved_on`` gives; further ones are what timed blocks ended with, of logits
    that were moved as far as ``steps`` says; ``new`` and ``again`` are nanoseconds of a call.
    Where the header names ``rows``, and the shape that is ``due``, these rows go back alone.

    Raises
    ------
    NotOffered
        No gradient reaches the logits, there is no such launch, or the clock of the device fell
        in every round.
    """
    is_captured = request.header["launch"] == "graph"
    is_new = caller.is_new(request) and not is_captured  # a capture comes after other calls
    run = guarded(lambda: _Run(caller, request))
    seconds, watch = request.header["seconds"], run.watch
    ends = _Ends(caller.read, run.part, run.step)
    blocks = guarded(lambda: clock.interleaved(run.subject, run.copy, seconds, watch, ends.look))
    if not blocks.subject_ns:
        raise NotOffered("the device was throttled, and its clock fell in every round: no time")
    run.circumstances["clocks"] = watch.told() if watch else {}
    formats, bits = run.outputs()
    steps = [0, 1]
    for step, name, held in ends.beside(formats[0], bits[0]):
        steps, formats, bits = [*steps, step], [*formats, name], [*bits, held]
    new, again = guarded(lambda: run.repeated(float(np.median(blocks.subject_ns))))
    header = {
        "subject_calls": blocks.subject_calls,
        "copy_calls": blocks.copy_calls,
        "first_call_ns": blocks.first_call_ns,
        "is_new": is_new,
        "copy_bytes": request.arrays["x"].nbytes,
        "ring_bytes": run.ring_bytes,
        "threads": caller.threads,
        "denormals": caller.denormals,
        "formats": formats,
        "steps": steps,
        "new_ns": new,
        "again_ns": again,
        **run.circumstances,
    }
    samples = {"subject_ns": blocks.subject_ns, "copy_ns": blocks.copy_ns}
    arrays = {name: np.asarray(ns) for name, ns in samples.items()}
    return Message(header, arrays | {f"bits{place}": part for place, part in enumerate(bits)})


def _kept(loop: clock.Loop) -> clock.Loop:
    """The loop, whose last results are looked at."""
    loop.keeps = True
    return loop


class _Ends:
    """What blocks of timed calls ended with: a few results, drawn from all that are different.

    A function that is honest only after a pause is asked after none.
    """

    def __init__(
        self,
        read: Callable[[Any], tuple[NDArray[Any], str]],
        part: Callable[[NDArray[Any]], NDArray[Any]],
        step: Callable[[], int],
    ) -> None:
        self._read, self._part, self._step = read, part, step
        self._known: set[str] = set()
        self._kept: list[tuple[int, str, NDArray[Any]]] = []
        self._is_light = True

    def look(self, result: Any) -> None:
        """Keep the result of a block, perhaps."""
        if result is None or not (self._is_light or _CHANCE.random() < SOME):
            return
        whole, name = self._read(result)
        self._is_light, step, bits = whole.nbytes <= LIGHT, self._step(), self._part(whole)
        word = f"{step} {name} {digest(bits)}"
        if word in self._known:
            return
        self._known.add(word)
        held = step, name, bits.copy()
        if len(self._kept) < LOOKED_AT:
            self._kept.append(held)
        elif (place := _CHANCE.randrange(len(self._known))) < LOOKED_AT:
            self._kept[place] = held

    def beside(self, name: str, bits: NDArray[Any]) -> list[tuple[int, str, NDArray[Any]]]:
        """Those that are not the same as that of an unmoved array."""
        known = 0, name, digest(bits)
        return [held for held in self._kept if (*held[:2], digest(held[2])) != known]


class _Run:
    """The loops of one timing, and the arrays that they are given."""

    def __init__(self, caller: Caller, request: Message) -> None:
        self._caller, self._request = caller, request
        self._format: str = request.header["format"]
        self._bits = np.ascontiguousarray(request.arrays["x"])
        self._is_captured = request.header["launch"] == "graph"
        self._slots, self._takes_turns, self.ring_bytes = 1, False, 0
        self.watch: Watch | None = None
        self.circumstances: dict[str, Any] = {"clock": "host", "flush_bytes": 0, "clocks": {}}
        self.subject: DeviceLoop | clock.Loop
        self.copy: DeviceLoop | clock.Loop
        is_cold = request.header["inputs"] == "cold"
        timer = caller.framework.timer(caller.device)
        if timer is not None:
            self._time_on(timer, is_cold=is_cold)
        elif self._is_captured:
            raise NotOffered("calls on the host are not captured as a graph")
        else:
            self._time_on_host(is_cold=is_cold)

    def _time_on_host(self, *, is_cold: bool) -> None:
        names = {"copy": np.copyto, "target": np.empty_like(self._bits), "source": self._bits}
        if not is_cold:
            self.subject = _kept(self._caller.loop(self._request))
            self.copy = clock.Loop("copy(target, source)", names)
            return
        self._takes_turns = True
        self._slots = count = ring.slots(self._bits.nbytes, ring.last_cache_bytes())
        self.ring_bytes = count * self._bits.nbytes
        sources = list(ring.rotated(self._bits, count))
        self.subject = _kept(self._caller.loop(self._request, take=lambda: None))
        self._take(ring.taker([self._given(self._array(source)) for source in sources]))
        names["take"] = ring.taker(sources)
        self.copy = clock.Loop("copy(target, take())", names)

    def _time_on(self, timer: DeviceTimer, *, is_cold: bool) -> None:
        loop = _kept(self._caller.loop(self._request, waits=timer.waits))
        copier = self._caller.framework.copier
        waiter = self._caller.framework.waiter(self._caller.device) if timer.waits else None
        copy = clock.Loop("copy()", {"copy": copier(loop.names["x"])}, waiter)
        if self._is_captured:
            self.subject = GraphLoop(loop, timer, copier, is_cold=is_cold)
            self.copy = GraphLoop(copy, timer, copier, is_cold=is_cold)
        else:
            self.subject = DeviceLoop(loop, timer, is_cold=is_cold)
            self.copy = DeviceLoop(copy, timer, is_cold=is_cold)
        self.watch = Watch(timer.clocks)
        self.circumstances["clock"] = timer.clock
        self.circumstances["flush_bytes"] = timer.flush_bytes if is_cold else 0

    def step(self) -> int:
        """How far the logits of the last call were moved."""
        return (self.subject.made - 1) % self._slots

    def outputs(self) -> tuple[list[str], list[NDArray[Any]]]:
        """What the timed calls return, read when both are there, so that each must stay alive."""
        names = self.subject.names
        x = self._array(self._bits) if self._takes_turns else names["x"]
        results = [guarded(lambda: self._result(x))]
        other = self._refilled(x, moved_on(self._bits))
        results.append(guarded(lambda: self._result(other)))
        if any(result is None for result in results):
            raise NotOffered("no gradient reaches the logits")
        read = [self._caller.read(result) for result in results]
        return [name for _, name in read], [np.array(self.part(bits)) for bits, _ in read]

    def part(self, bits: NDArray[Any]) -> NDArray[Any]:
        """What of a result goes back: the rows that were named; all, if its shape is not due."""
        header = self._request.header
        is_due = "judged" in header and list(bits.shape) == header["due"]
        return bits[header["judged"]] if is_due else bits

    def repeated(self, call_ns: float) -> tuple[float, float]:
        """Nanoseconds of a call with values never seen, and of one with the same again; or 0, 0."""
        if call_ns > HOPELESS_NS or self._is_captured:  # a graph runs, whatever it is given
            return 0.0, 0.0
        first, again = [], []
        backwards = np.ascontiguousarray(self._bits.reshape(-1)[::-1])
        chance = np.random.default_rng()  # others each time, or a second look would find them known
        with clock.collector_off():
            for _ in range(FEW if call_ns > LONG_NS else FRESH):
                bits = np.roll(backwards, chance.integers(backwards.size)).reshape(self._bits.shape)
                self._put(self._array(bits))
                first.append(self.subject.block(1))
                again.append(self.subject.block(1))
        return float(min(first)), float(np.median(again))

    def _array(self, bits: NDArray[Any]) -> Any:
        return self._caller.array(bits, self._format)

    def _given(self, x: Any) -> Any:
        """What the loop takes from the ring."""
        is_vjp = self._request.header["mode"] == "vjp"
        return (x, self.subject.names["g"]) if is_vjp else x

    def _take(self, take: Any) -> None:
        self.subject.names["take"] = take

    def _put(self, x: Any) -> None:
        """Let the loop call with ``x`` from now on."""
        if self._takes_turns:
            given = self._given(x)
            self._take(lambda: given)
        else:
            self.subject.names["x"] = x

    def _result(self, x: Any) -> Any:
        self._put(x)
        return self.subject.result()

    def _refilled(self, x: Any, bits: NDArray[Any]) -> Any:
        """The same array with other values, where it can be written into, else a new one."""
        new = self._array(bits)
        try:
            x[...] = new
        except Exception:  # whatever a framework raises whose arrays are not to be written into
            return new
        return x
