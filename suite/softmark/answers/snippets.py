"""A tolerance as the tests of other projects write it."""

from __future__ import annotations

from typing import Final

from softmark.answers.allowed import Allowed
from softmark.answers.rows import Size

_OPINFO: Final = {"softmax": "softmax", "log_softmax": "log_softmax", "logsumexp": "logsumexp"}
"""Names of PyTorch's OpInfo entries, where they are ours."""


def snippet(form: str, size: Size, found: Allowed, accumulate: str | None) -> str:
    """Lines to paste."""
    atol, rtol = f"{found.atol:g}", f"{found.rtol:g}"
    name, fmt = size.operation, size.format.name
    match form:
        case "pytest":
            more = "" if name == "softmax" else f', "{name}"'
            more += "" if accumulate is None else f', accumulate="{accumulate}"'
            return (
                f"softmark.testing.assert_close(actual, logits{more})\n"
                "# or, against the exact results in float64:\n"
                f"assert actual == pytest.approx(expected, rel={rtol}, abs={atol})"
            )
        case "allclose":
            return (
                f"exact = softmark.oracle.{name}(logits).value  # or the function in float64\n"
                f"np.testing.assert_allclose(actual, exact, rtol={rtol}, atol={atol})"
            )
        case "opinfo":
            return (
                "DecorateInfo(\n"
                f"    toleranceOverride({{torch.{fmt}: tol(atol={atol}, rtol={rtol})}}),\n"
                f'    "TestCommon", "test_compare_cpu", dtypes=(torch.{fmt},),\n'
                f")  # of the OpInfo {_OPINFO.get(name, name)}; the reference in float64"
            )
        case "onnx":
            return (
                f"# expected values rounded once: softmark export {name} --format onnx\n"
                f'TestCase(..., rtol={rtol}, atol={atol}, kind="node")'
            )
        case _:
            return (
                f"const {name}Tolerance = {{metricType: 'ULP', value: {found.ulp:.0f}}};"
                f"  // {fmt}, n <= {size.n}, logits within {size.scale:g}"
            )
