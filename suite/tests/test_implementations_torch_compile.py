"""The compiled variants compute the same, for every length from one compilation."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

import pytest

from softmark import catalog
from softmark.catalog import Entry
from softmark.operands import MASK, OTHER, SINK, TARGET, operand_of
from softmark_implementations.framework import NotOffered

torch: Any = pytest.importorskip("torch", reason="torch is not installed")

pytestmark = pytest.mark.slow  # each compilation takes a second or two

COMPILED = [
    entry
    for entry in catalog.implementations()
    if entry.framework == "torch" and "compile" in entry.variant
]

EAGER = {
    *("composed_log_sigmoid", "softplus_logaddexp", "logaddexp_logsigmoid"),
    *("softmax_vocab_parallel", "cross_entropy_vocab_parallel"),
    *(
        "composed_log_softmax",
        "composed_binary_cross_entropy",
        "masked_softmax_min",
        "masked_softmax_additive",
    ),
    *("cross_entropy_z_loss", "entropy", "entropy_less_mean", "logsumexp_logaddexp"),
    *("kl_divergence_probabilities", "kl_divergence_distributions"),
    *("masked_softmax_library", "masked_log_softmax", "masked_logsumexp", "sink_softmax_rescaled"),
}
"""Other ways to write what is compiled in one way, since each compilation costs time."""


@pytest.fixture(scope="module")
def module() -> ModuleType:
    return importlib.import_module("softmark_implementations.with_torch")


def twin(entry: Entry) -> str:
    """The name of the function that is compiled."""
    return entry.function.removesuffix("_compiled")


@pytest.mark.parametrize("entry", COMPILED, ids=lambda entry: entry.name)
def test_it_computes_what_its_plain_twin_computes(module: ModuleType, entry: Entry) -> None:
    compiled, plain = getattr(module, entry.function), getattr(module, twin(entry))
    x = torch.randn(5, 9, generator=torch.Generator().manual_seed(0))
    labels = [torch.tensor([1, 0, 8, 3, 3])] if entry.labels else []
    labels = [x < 1] if operand_of(entry.operation) is MASK else labels
    labels = [x[:, :1] + 1] if operand_of(entry.operation) is SINK else labels
    labels = [x.flip(-1)] if operand_of(entry.operation) is OTHER else labels
    labels = [torch.sigmoid(x.flip(-1))] if operand_of(entry.operation) is TARGET else labels
    torch.testing.assert_close(compiled(x, *labels), plain(x, *labels))


def test_every_plain_implementation_is_compiled_too() -> None:
    plain = {
        entry.function
        for entry in catalog.implementations()
        if entry.framework == "torch" and not entry.compiled
    }
    assert plain - {twin(entry) for entry in COMPILED} == {"hardmax", *EAGER}
    assert all(entry.compiled for entry in COMPILED)


def test_a_new_length_or_beta_does_not_compile_again(module: ModuleType) -> None:
    from torch._dynamo.testing import CompileCounter

    counter = CompileCounter()
    compiled = torch.compile(module.softargmax, backend=counter, dynamic=True, fullgraph=True)
    for rows, n, beta in ((3, 5, 1.0), (4, 70, 2.5), (128, 10, 1e6)):
        compiled(torch.randn(rows, n), -1, beta)
    assert counter.frame_count == 1


def test_it_never_falls_back_to_eager_in_silence(module: ModuleType) -> None:
    """With the limit at two, a third dtype must raise rather than run uncompiled."""
    compiled = module._compiled(module.logsumexp)
    with torch._dynamo.config.patch(recompile_limit=2):
        torch._dynamo.reset()
        compiled(torch.randn(3, 4), -1)
        compiled(torch.randn(3, 4, dtype=torch.float64), -1)
        with pytest.raises(Exception, match="fullgraph"):
            compiled(torch.randn(3, 4, dtype=torch.bfloat16), -1)
    torch._dynamo.reset()


def test_its_gradient_is_its_own_and_other_derivatives_are_not_offered(module: ModuleType) -> None:
    x = torch.randn(3, 4, dtype=torch.float64)
    g = torch.randn(3, 4, dtype=torch.float64)
    framework = module.FRAMEWORK
    torch.testing.assert_close(
        framework.vjp(module.softmax_compiled, x, g), framework.vjp(module.softmax, x, g)
    )
    with pytest.raises(NotOffered, match=r"torch\.compile"):
        framework.jvp(module.softmax_compiled, x, g)
    with pytest.raises(NotOffered, match=r"torch\.compile"):
        framework.hvp(module.softmax_compiled, x, g, g)


def test_a_users_own_error_is_not_taken_for_a_missing_derivative(module: ModuleType) -> None:
    def broken(x: Any) -> Any:
        raise RuntimeError("out of luck")

    x = torch.ones(2)
    with pytest.raises(RuntimeError, match="out of luck"):
        module.FRAMEWORK.jvp(broken, x, x)
