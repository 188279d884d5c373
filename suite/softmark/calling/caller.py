"""The call itself: bits in, bits out, on the subject's side of the border.

The same code runs in a worker and in this process.  It sees arrays as bit
patterns, builds the framework's own from them, calls, and turns whatever the
subject did into bits or into a ``SubjectFault``.
"""

# Over 300 lines: one method for each verb of the border, over one state.

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark.calling import arrays, clock, memory, series, situated, state, timed, training
from softmark.calling.digests import digest
from softmark.calling.guarding import guarded
from softmark.calling.learning import caller
from softmark.formats import FORMATS, decode, encode, round_to
from softmark.subjects import convention
from softmark.subjects.convention import Convention
from softmark.subjects.faults import NO_ARRAY, NotOffered, Raised, SubjectFault
from softmark.subjects.mapping import named
from softmark.subjects.python_functions import parameters
from softmark.subjects.subject import (
    AXIS_AS_NUMPY,
    AXIS_BY_PLACE,
    AXIS_LEFT_OUT,
    BETA_BY_ROW,
    BETA_KINDS,
    betas_by_row,
)
from softmark.subjects.wire import Message
from softmark_implementations.framework import Framework

Array = NDArray[Any]

IN_A_WHILE: Final = 2.0
"""Seconds after which no further one of many calls is begun."""


@dataclass
class Caller:
    """A function, and what it takes to call it.

    Attributes
    ----------
    function:
        The subject.
    framework:
        Whose arrays it takes and returns.
    operation, fixed_beta, device:
        See ``softmark.subjects.Info``.
    threads:
        Threads that it may use.
    vjp:
        Its backward, where that is written by hand: called as ``vjp(x, g, axis=-1)``, with the
        function's other arguments before ``g``.
    taken:
        How it is called; by default what its signature says.
    may_decline:
        Whether its own code may say that it has no such thing, as implementations do; what a
        user's function is not asked for, its contract says.
    """

    function: Callable[..., Any]
    framework: Framework
    operation: str
    fixed_beta: float | None = None
    device: str = "cpu"
    threads: int = 1
    vjp: Callable[..., Any] | None = None
    taken: Convention | None = None
    may_decline: bool = True
    _result_formats: dict[str, str] = field(default_factory=dict)
    _called: set[tuple[Any, ...]] = field(default_factory=set)
    _bound: dict[tuple[Any, ...], Callable[..., Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.convention = self.taken or convention.read(self.function, self.operation)

    def answer(self, request: Message) -> Message:
        """Carry out ``request``.

        The header's ``verb`` is ``forward``, ``several``, ``modes``, ``cast``, ``vjp``, ``train``,
        ``jvp``, ``hvp``, ``vjp_beta``, ``vjp_operand``, ``reach``, ``time``, ``series`` or
        ``memory``.  The answer tells under ``seconds`` how long the subject itself took, and under
        ``processor_seconds`` what it took of all processors.

        Raises
        ------
        SubjectFault
            The call gave no output.
        """
        verbs: dict[str, Callable[[Message], Message]] = {
            "forward": self._forward,
            "several": self._several,
            "modes": lambda asked: Message({"modes": situated.offered(self.framework)}),
            "cast": self._cast,
            "vjp": self._vjp,
            "train": self._train,
            "jvp": self._jvp,
            "hvp": self._hvp,
            "vjp_beta": self._vjp_beta,
            "vjp_operand": self._vjp_operand,
            "reach": self._reach,
            "time": self._time,
            "series": lambda asked: series.answer(asked, self.finished, self.read),
            "memory": self._memory,
        }
        self.framework.let_compile()
        answer, fault = Message({}), None
        with state.kept(self.framework) as changes:
            start, before = time.perf_counter(), time.process_time()
            try:
                answer = verbs[request.header["verb"]](request)
            except SubjectFault as error:
                fault = error
            took = {
                "seconds": time.perf_counter() - start,
                "processor_seconds": time.process_time() - before,
            }
        if fault is not None:
            raise self._own(fault).noting(changes.note, changes.lasting)
        told = {**took, "note": changes.note, "lasting": changes.lasting}
        return Message({**answer.header, **told}, answer.arrays)

    def _own(self, fault: SubjectFault) -> SubjectFault:
        return fault if self.may_decline else _undeclined(fault)

    def _several(self, request: Message) -> Message:
        """Each of many calls; a fault of one is its answer, and the next is made.

        After a while the rest is left to another request, so that the time limit is that of a call.
        """
        told: list[dict[str, Any]] = []
        arrays: dict[str, Array] = {}
        calls, start = request.header["calls"], time.monotonic()
        verbs = {"forward": self._forward, "vjp": self._vjp, "jvp": self._jvp, "hvp": self._hvp}
        for number, header in enumerate(calls):
            if told and time.monotonic() - start > IN_A_WHILE:
                break
            given = {name: request.arrays[f"{name}{number}"] for name in header["arrays"]}
            one = Message(header, given)
            try:
                answer = verbs[header["verb"]](one)
            except SubjectFault as fault:
                answer = Message(self._own(fault).to_json())
            told.append(answer.header)
            arrays |= {f"{name}{number}": array for name, array in answer.arrays.items()}
        return Message({"answers": told, "left": len(calls) - len(told)}, arrays)

    def _forward(self, request: Message) -> Message:
        self.is_new(Message({**request.header, "mode": "forward"}, request.arrays))
        call = _Call(self, request)
        if call.mode:
            return self._output(guarded(lambda: call.function(call.x)), call)
        key = (call.format, request.header["axis"], request.arrays["x"].shape)
        result, eager = guarded(lambda: self._watch.call(key, lambda: call.function(call.x)))
        answer = self._output(result, call)
        if not request.header.get("manner"):  # beta of a wider format may make another result
            self._result_formats[call.format] = answer.header["format"]
        told = {
            "eager": eager,
            "is_shared": self.framework.is_shared(result, call.x),
            "is_read_only": self.framework.is_read_only(result),
        }
        return Message({**answer.header, **told}, answer.arrays)

    @cached_property
    def _watch(self) -> situated.Watch:
        """Of our own implementations the declaration says whether they are compiled."""
        declared = getattr(self.function, "__dict__", {}).get("softmark")
        own = getattr(declared, "compiled", None)
        is_compiled = arrays.is_compiled(self.function) if own is None else own
        return situated.Watch(self.framework, is_compiled)

    def _cast(self, request: Message) -> Message:
        """The logits in another format; the subject itself is not called."""
        given = self.array(request.arrays["x"], request.header["format"])
        bits, name = self.read(guarded(lambda: self.framework.cast(given, request.header["to"])))
        return Message({"format": name}, {"bits": bits.copy()})

    def _vjp(self, request: Message) -> Message:
        self.is_new(Message({**request.header, "mode": "vjp"}, request.arrays))
        call = _Call(self, request)
        cotangent = self._arranged_cotangent(call, request)
        before, step = digest(self.read(cotangent)[0]), request.header.get("step", "")
        if step:
            result = self._after(step, request, call, cotangent)
        else:
            pullback = self.pullback(request, call)
            result = _guarded_in(call.mode, lambda: pullback(call.x, cotangent))
        answer = self._output(result, call)
        told: dict[str, Any] = {"cotangent_modified": digest(self.read(cotangent)[0]) != before}
        if step in training.CHANGED:
            told["arguments"] = None
        return Message({**answer.header, **told}, answer.arrays)

    def _after(self, step: str, request: Message, call: _Call, cotangent: Any) -> Any:
        """The gradient after a first backward, or after an array of forward was overwritten.

        Raises
        ------
        NotOffered
            It is refused, as it may be.
        """
        if step in training.CHANGED and self.vjp is not None:
            raise NotOffered("its backward is written by hand, and is given the logits anew")
        value, pull = guarded(lambda: self._repeatable(request, call))
        if step in training.CHANGED:
            training.overwrite(step, value, call.x, self.framework)
        try:
            if step not in training.CHANGED:
                guarded(lambda: pull(self._arranged_cotangent(call, request)))
            return guarded(lambda: pull(cotangent))
        except Raised as fault:
            raise NotOffered(fault.message) from None

    def _train(self, request: Message) -> Message:
        self.is_new(Message({**request.header, "mode": "vjp"}, request.arrays))
        call = _Call(self, request)
        step = training.StepParts(
            pullback=lambda: self._repeatable(request, call),
            cotangent=lambda: self._arranged_cotangent(call, request),
            x=call.x,
            arguments=call.digests,
            read=self.read,
        )
        if request.header["between"] and self.vjp is not None:
            raise NotOffered("its backward is written by hand, and is given the logits anew")
        return training.answer(request.header, step, self.framework)

    def _jvp(self, request: Message) -> Message:
        self._refuse_by_hand("nothing goes forward")
        call = _Call(self, request)
        tangent = self._arranged_tangent(call, request)
        forth = self.framework.jvp
        result = _guarded_in(call.mode, lambda: forth(call.function, call.x, tangent))
        return self._output(result, call)

    def _hvp(self, request: Message) -> Message:
        self._refuse_by_hand("nothing differentiates it again")
        call = _Call(self, request)
        cotangent = self._arranged_cotangent(call, request)
        tangent = self._arranged_tangent(call, request)
        result = guarded(lambda: self.framework.hvp(call.function, call.x, cotangent, tangent))
        return self._output(result, call)

    def _vjp_beta(self, request: Message) -> Message:
        self._refuse_by_hand("it goes to the logits alone")
        call = _Call(self, request)
        taken, name = self.convention, named(self.convention.beta)
        if name not in call.keywords:
            raise NotOffered("it takes no beta, or one that is bound before compilation")
        cotangent = self._cotangent(call, request.arrays["g"])
        beta = self.array(request.arrays["beta"], call.format)

        def of_beta(beta: Any) -> Any:
            given = 1 / beta if taken.is_inverse else beta
            return caller(call.called, taken, {**call.keywords, name: given})(call.x)

        result = guarded(lambda: self.framework.vjp(of_beta, beta, cotangent))
        return self._output(result, call)

    def _vjp_operand(self, request: Message) -> Message:
        self._refuse_by_hand("it goes to the logits alone")
        call = _Call(self, request)
        cotangent = self._cotangent(call, request.arrays["g"])

        def of_operand(beside: Any) -> Any:
            return call.of_arrays(call.x, beside)

        result = guarded(lambda: self.framework.vjp(of_operand, call.labels, cotangent))
        return self._output(result, call)

    def _refuse_by_hand(self, why: str) -> None:
        """A backward that is written by hand is all that there is of a derivative."""
        if self.vjp is not None:
            raise NotOffered(f"its backward is written by hand, and {why}")

    def _time(self, request: Message) -> Message:
        with self.framework.compiling_anew():
            return timed.answer(request, self)

    def _memory(self, request: Message) -> Message:
        with self.framework.compiling_anew():
            return memory.answer(request, self.work, self.read, self.framework, self.device)

    def _reach(self, request: Message) -> Message:
        reach = getattr(self.function, "gradient_reach", None)
        if reach is None:
            raise NotOffered("it is no layer of a model")
        norms = guarded(lambda: reach(request.header["seed"]))
        return Message(
            {"norms": {str(k): None if v is None else float(v).hex() for k, v in norms.items()}}
        )

    def is_new(self, request: Message) -> bool:
        """Whether the subject has not been called like this before: this way, shape and format."""
        header = request.header
        told = (header[name] for name in ("mode", "format", "axis"))
        key = (*told, request.arrays["x"].shape)
        is_new = key not in self._called
        self._called.add(key)
        return is_new

    @cached_property
    def denormals(self) -> dict[str, str]:
        """Whether numbers below the normal range survive arithmetic here."""
        return self.framework.denormals(self.device)

    def loop(
        self,
        request: Message,
        x: Any = None,
        take: Callable[[], Any] | None = None,
        *,
        waits: bool = True,
    ) -> clock.Loop:
        """The call that ``request`` asks to time.

        Parameters
        ----------
        x:
            Its logits, where they are given.
        take:
            What gives the logits of each call, or logits and cotangent.
        waits:
            Whether each result is waited for, where the framework computes it asynchronously.
        """
        call, framework = _Call(self, request), self.framework
        waiter = framework.waiter(self.device) if waits else None
        call.x = call.x if x is None else x
        if request.header["mode"] == "vjp":
            names = {
                "pullback": self.pullback(request, call),
                "x": call.x,
                "g": self._cotangent(call, request.arrays["g"]),
                "take": take,
            }
            given = "*take()" if take else "x, g"
            return clock.Loop(f"pullback({given})", names, framework.wait if waiter else None)
        taken = self.convention
        labels = "" if call.labels is None else "labels"
        arguments = taken.text(
            "take()" if take else "x", labels, {name: f"its_{name}" for name in call.keywords}
        )
        names = {"function": call.called, "x": call.x, "labels": call.labels, "take": take}
        names |= {f"its_{name}": value for name, value in call.keywords.items()}
        return clock.Loop(f"function({arguments})", names, waiter)

    def pullback(self, request: Message, call: _Call) -> Callable[[Any, Any], Any]:
        """From logits and a cotangent to the gradient: as written by hand, or by the framework."""
        own = self.vjp
        if call.mode:
            self._refuse_by_hand("it has no modes")
        if own is None and call.is_of_gradient:
            return call.gradient_inside
        if own is None:
            return lambda x, g: self.framework.vjp(call.function, x, g)
        taken = self.convention.of_backward(own)
        keywords = self.keywords(request, taken)
        if call.labels is None:
            return lambda x, g: own(x, g, **keywords)
        return lambda x, g: own(x, call.labels, g, **keywords)

    def _repeatable(self, request: Message, call: _Call) -> tuple[Any, Callable[[Any], Any]]:
        """The value while it is differentiated, and a backward that may be called again."""
        if self.vjp is None:
            return self.framework.pullback(call.function, call.x, again=True)
        own = self.pullback(request, call)
        return call.function(call.x), lambda g: own(call.x, g)

    def work(self, request: Message) -> series.Work:
        """What makes one call with arrays of its own: forward, or with a cotangent ``g``."""
        call = _Call(self, request)
        if "g" not in request.arrays:
            return series.Work(lambda: guarded(lambda: call.function(call.x)), call.digests)
        cotangent = self._cotangent(call, request.arrays["g"])
        pullback = self.pullback(request, call)

        def derivative() -> Any:
            result = pullback(call.x, cotangent)
            if result is None:
                raise NotOffered("no gradient reaches the logits")
            return result

        return series.Work(lambda: guarded(derivative), call.digests)

    def finished(self, request: Message) -> series.Work:
        """As ``work``, but the result is there when the call ends, in the thread that made it.

        A library that computes when a result is read would compute in the thread that reads.
        """
        work = self.work(request)

        def wait() -> Any:
            result = work()
            guarded(lambda: self.framework.wait(result))
            return result

        return series.Work(wait, work.arguments)

    def array(self, bits: Array, format_name: str) -> Any:
        """The framework's array with these bits, which it holds a copy of."""
        return guarded(lambda: self.framework.array(bits, format_name, self.device))

    def keywords(self, request: Message, taken: Convention | None = None) -> dict[str, Any]:
        """What the subject is given besides its arrays; its convention is ``taken`` if given.

        Raises
        ------
        NotOffered
            It does not take the axis, the inverse temperature or an option that the request names.
        """
        taken = taken or self.convention
        header, ndim = request.header, request.arrays["x"].ndim
        is_open = taken.axis or header.get("own_axis")
        if not is_open and header["axis"] not in (-1, ndim - 1):
            raise NotOffered("it takes no axis, and works along the last one")
        beta = None if header["beta"] is None else float.fromhex(header["beta"])
        usual = 1.0 if self.fixed_beta is None else self.fixed_beta
        if not taken.takes_beta and beta not in (None, usual):
            raise NotOffered("it takes no beta")
        manner = header.get("manner", "")
        axis = None if manner == AXIS_LEFT_OUT else header["axis"]
        axis = np.int64(header["axis"]) if manner == AXIS_AS_NUMPY else axis
        usual_ones = taken.named(axis, self._as_asked(_given(beta, taken), header))
        return usual_ones | taken.told(self._options(request, taken))

    def _options(self, request: Message, taken: Convention) -> dict[str, Any]:
        """The options of a loss that the request names, the weights as an array."""
        given = dict(request.header.get("options", {}))
        if lacking := [name for name in given if name not in dict(taken.options)]:
            raise NotOffered(f"it takes no {lacking[0]}")
        if "weight" in given:
            given["weight"] = self.array(request.arrays["weight"], given["weight"])
        return given

    def _as_asked(self, beta: float | None, header: dict[str, Any]) -> Any:
        """Beta as the kind of number that the manner of the call asks for."""
        manner = header.get("manner", "")
        if beta is None or manner in ("", AXIS_LEFT_OUT, AXIS_BY_PLACE, AXIS_AS_NUMPY):
            return beta
        if manner in _KINDS:
            return _KINDS[manner](beta)
        given = betas_by_row(beta, header["rows"]) if manner == BETA_BY_ROW else np.float64(beta)
        fmt = FORMATS[header["format"]]
        return self.array(encode(given, fmt), fmt.name)

    def prepared(self, keywords: dict[str, Any]) -> tuple[Callable[..., Any], dict[str, Any]]:
        """The function, with what has to be bound bound in it, and the keywords that remain.

        Each is compiled once.  What is its default is left out: that is the user's own function.
        """
        fixed = {name: keywords[name] for name in self.convention.bound if name in keywords}
        rest = {name: value for name, value in keywords.items() if name not in fixed}
        if not all(isinstance(value, Hashable) for value in fixed.values()):
            raise NotOffered("what is bound before compilation is a number")
        if all(value == self._defaults.get(name) for name, value in fixed.items()):
            return self.function, rest
        key = tuple(fixed.items())
        if key not in self._bound:
            self._bound[key] = guarded(lambda: self.framework.bound(self.function, fixed))
        return self._bound[key], rest

    @cached_property
    def _defaults(self) -> dict[str, Any]:
        return {p.name: p.default for p in parameters(self.function) or ()}

    def _cotangent(self, call: _Call, bits: Array) -> Any:
        """An array with the values of ``bits``, in the format that the function returns."""
        if call.format not in self._result_formats:
            result = guarded(lambda: call.function(call.x))
            self._result_formats[call.format] = self.read(result)[1]
        returned = FORMATS.get(self._result_formats[call.format])
        given = FORMATS[call.format]
        if returned in (None, given):
            return self.array(bits, call.format)
        values = round_to(decode(bits, given), returned)
        return self.array(encode(values, returned), returned.name)

    def _arranged_cotangent(self, call: _Call, request: Message) -> Any:
        g = self._cotangent(call, request.arrays["g"])
        layout = request.header.get("cotangent", "contiguous")
        return guarded(lambda: self.framework.arranged(g, layout))

    def _arranged_tangent(self, call: _Call, request: Message) -> Any:
        tangent = self.array(request.arrays["v"], call.format)
        layout = request.header.get("tangent", "contiguous")
        return guarded(lambda: self.framework.arranged(tangent, layout))

    def _output(self, result: Any, call: _Call) -> Message:
        if result is None and call.verb != "forward":
            return Message({"format": None})
        bits, format_name = self.read(result)
        header = {"format": format_name, "arguments": call.digests()}
        return Message(header, {"bits": np.array(bits, copy=True)})

    def read(self, result: Any) -> tuple[Array, str]:
        """What the function returned, as bits; what runs asynchronously ends, or fails, here."""

        def read() -> tuple[Array, str] | TypeError:
            try:
                return self.framework.bits(result)
            except TypeError as error:
                return error

        returned = guarded(read)
        if isinstance(returned, TypeError):
            raise Raised(f"{NO_ARRAY}: {returned}", "TypeError")
        place = self.framework.place(result)
        if place and place != self.device:
            message = f"it returned an array on the device {place}, and its logits are on "
            raise Raised(f"{message}{self.device}", "DeviceError")
        return returned


def _given(beta: float | None, taken: Convention) -> float | None:
    """What stands for beta in a call.

    Raises
    ------
    NotOffered
        It is a temperature, and would be rounded, so that the result would be that of another beta.
    """
    if beta is None or not taken.is_inverse:
        return beta
    if math.frexp(beta)[0] != 0.5:
        raise NotOffered(f"1/beta is no floating-point number for beta = {beta!r}")
    return 1 / beta


def _undeclined(fault: SubjectFault) -> SubjectFault:
    """A fault of this project's own that a user's function raised is an exception like others."""
    if not fault.is_theirs:
        return fault
    kind = type(fault).__name__
    return Raised(f"it raised {kind}: {fault.message}", kind)


_KINDS: Final[dict[str, Callable[[float], Any]]] = dict(
    zip(BETA_KINDS, (int, np.float64, np.float32, np.array), strict=False)
)


def _guarded_in(mode: str, work: Callable[[], Any]) -> Any:
    """What ``work`` gives; a derivative in a mode may be refused anywhere on its way."""
    try:
        return guarded(work)
    except (Raised, NotOffered) as fault:
        if not mode:
            raise
        raise NotOffered(f"{mode} refuses the function: {fault.message}") from None


def _inside(request: Message) -> Message:
    """What a function that is mapped over the first axis sees of a call: an axis less."""
    header, x = request.header, request.arrays["x"]
    axis = header["axis"] - (header["axis"] > 0)
    return Message({**header, "axis": axis}, {**request.arrays, "x": x[0]})


class _Call:
    """The arguments of one call, as arrays of the framework."""

    def __init__(self, subject: Caller, request: Message) -> None:
        header = request.header
        self.verb: str = header["verb"]
        self.format: str = header["format"]
        self._framework = subject.framework
        self._sent = {
            name: request.arrays[name] for name in ("x", "labels") if name in request.arrays
        }
        self._is_turned = subject.convention.masks_out
        self.mode: str = header.get("within", "")
        within = situated.mode_of(self.mode, subject.framework) if self.mode else None
        self.is_of_gradient = within is not None and within.of_gradient
        x = subject.array(self._sent["x"], self.format)
        self.x = guarded(lambda: subject.framework.arranged(x, header.get("layout", "contiguous")))
        self.labels = None
        if "labels" in self._sent:
            labels = subject.array(self._turned(self._sent["labels"]), header["labels"])
            layout = header.get("label layout", "contiguous")
            self.labels = guarded(lambda: subject.framework.arranged(labels, layout))
        mapped = within is not None and within.adds_an_axis
        keywords = subject.keywords(_inside(request) if mapped else request)
        self.called, self.keywords = subject.prepared(keywords)
        taken = subject.convention
        if header.get("manner") == AXIS_BY_PLACE:
            taken = replace(taken, placed=(taken.axis, *taken.placed))
        function = caller(self.called, taken, self.keywords)
        self.of_arrays = function
        self._beside = () if self.labels is None else (self.labels,)

    def function(self, x: Any) -> Any:
        """What the function gives for logits, in the mode of the call."""
        given = (x, *self._beside)
        if not self.mode or self.is_of_gradient:
            return self.of_arrays(*given)
        return situated.called(self.mode, self._framework, self.of_arrays, given)

    def gradient_inside(self, x: Any, g: Any) -> Any:
        """The gradient, taken inside the mode of the call."""

        def gradient(x: Any, *arrays: Any) -> Any:
            *beside, g = arrays
            return self._framework.vjp_inside(lambda x: self.of_arrays(x, *beside), x, g)

        return situated.called(self.mode, self._framework, gradient, (x, *self._beside, g))

    def digests(self) -> dict[str, str]:
        """What the arguments hold now, to be compared with what was sent."""
        now = {"x": self._framework.bits(self.x)[0]}
        if self.labels is not None:
            now["labels"] = self._turned(self._framework.bits(self.labels)[0])
        return {name: digest(now[name], of=sent.dtype) for name, sent in self._sent.items()}

    def _turned(self, labels: Array) -> Array:
        """A mask as the function takes it: true where a logit is left out, or where it is kept."""
        return ~labels if self._is_turned else labels
