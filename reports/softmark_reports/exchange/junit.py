"""JUnit's XML, which continuous integration shows beside the results of other tests.

The format is what Jenkins' schema and its readers agree on: ``testsuites``, a
``testsuite`` for each implementation, a ``testcase`` for each check and format.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree import ElementTree

from softmark_reports.exchange.outcomes import Outcome, evidence
from softmark_reports.writing import wording


def junit(
    outcomes: Iterable[Outcome], stale: Sequence[str] = (), contract: Sequence[str] = ()
) -> str:
    """The outcomes as a document.

    Parameters
    ----------
    outcomes:
        In any order.
    stale:
        A sentence for each excuse that is no longer needed, which fails.
    contract:
        What the one function that was checked takes: a property of its suite each.
    """
    suites: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        suites.setdefault(outcome.implementation, []).append(outcome)
    root = ElementTree.Element("testsuites", name="softmark")
    for implementation, members in suites.items():
        _suite(root, implementation, members, contract)
    if stale:
        _stale(root, stale)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(
    root: ElementTree.Element, name: str, members: Sequence[Outcome], contract: Sequence[str]
) -> None:
    results = [member.result for member in members]
    suite = ElementTree.SubElement(
        root,
        "testsuite",
        name=wording.printable(name),
        tests=str(len(members)),
        failures=str(results.count("failed")),
        errors=str(results.count("broken")),
        skipped=str(results.count("skipped") + results.count("excused")),
        time=f"{sum(member.seconds for member in members):.3f}",
    )
    if contract:
        properties = ElementTree.SubElement(suite, "properties")
        for line in map(wording.printable, contract):
            ElementTree.SubElement(properties, "property", name="contract", value=line)
    for member in members:
        _case(suite, member)


def _case(suite: ElementTree.Element, outcome: Outcome) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=wording.printable(outcome.implementation),
        name=wording.printable(f"{outcome.check}[{outcome.format}]"),
        time=f"{outcome.seconds:.3f}",
    )
    match outcome.result:
        case "failed" | "broken":
            _fault(case, outcome)
        case "excused":
            text = f"known: {'; '.join(outcome.reasons)}"
            ElementTree.SubElement(case, "skipped", message=wording.printable(text))
        case "skipped":
            text = outcome.worst.message or outcome.told
            ElementTree.SubElement(case, "skipped", message=wording.printable(text))
        case _:
            told = ElementTree.SubElement(case, "system-out")
            told.text = wording.printable(f"{outcome.told}, {outcome.records} records")


def _fault(case: ElementTree.Element, outcome: Outcome) -> None:
    tag = "error" if outcome.result == "broken" else "failure"
    record = outcome.worst
    fault = ElementTree.SubElement(
        case, tag, message=wording.printable(record.message), type=record.verdict
    )
    others = outcome.bad - 1
    more = [f"and {others} more in this check and format"] if others else []
    fault.text = "\n".join([*evidence(record), *more])


def _stale(root: ElementTree.Element, sentences: Sequence[str]) -> None:
    number = str(len(sentences))
    suite = ElementTree.SubElement(
        root, "testsuite", name="known failures", tests=number, failures=number, errors="0",
        skipped="0", time="0",
    )  # fmt: skip
    for sentence in sentences:
        name, text = sentence.partition(":")[0], wording.printable(sentence)
        case = ElementTree.SubElement(
            suite, "testcase", classname="known failures", name=wording.printable(name), time="0"
        )
        ElementTree.SubElement(case, "failure", message=text, type="stale")
