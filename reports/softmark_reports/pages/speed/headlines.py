"""The sentences at the top of the page about speed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from softmark_reports.data.typical import Typical
from softmark_reports.pages.headline import Headline
from softmark_reports.writing import wording


def speed_headlines(found: Sequence[Typical], link: str) -> list[Headline]:
    """What the times of one operation in one format say.

    Parameters
    ----------
    found:
        Its times, the fastest first.
    link:
        To the table.
    """
    steady = [one for one in found if one.steady]
    return list(_sentences(steady, link)) if len(steady) > 1 else []


def _sentences(found: Sequence[Typical], link: str) -> Iterator[Headline]:
    fastest, slowest = found[0], found[-1]
    what = f"{fastest.operation} in {fastest.format}"
    if fastest.usual.share > 0:
        yield Headline(
            wording.percent(fastest.usual.share),
            f"of a copy's speed is what the fastest {what}, {fastest.implementation}, reaches at "
            f"{wording.shape(fastest.usual.shape)}: {wording.duration(fastest.element)} "
            "a logit.",
            link,
        )
    yield Headline(
        _times(median(one.element / fastest.element for one in found)),
        f"as long is what the middle one of {len(found)} takes for the same; the slowest, "
        f"{slowest.implementation}, takes {_times(slowest.element / fastest.element)}.",
        link,
    )
    short = [one for one in found if "short" in one.others]
    if len(short) > 1:
        yield _of_short_rows(short, link)
    derived = {one.implementation: _derivative(one) for one in found if "backward" in one.others}
    if len(derived) > 1:
        worst = max(derived, key=lambda name: derived[name])
        yield Headline(
            _times(median(derived.values())),
            f"the call's time is what a derivative of {found[0].operation} takes in the median; "
            f"{worst}'s takes {_times(derived[worst])}.",
            link,
        )


def _of_short_rows(short: Sequence[Typical], link: str) -> Headline:
    """Where a call costs more than what it computes."""
    calls = {one.implementation: one.others["short"].ns for one in short}
    first, last = min(calls, key=lambda name: calls[name]), max(calls, key=lambda name: calls[name])
    shape = wording.shape(short[0].others["short"].shape)
    return Headline(
        wording.duration(calls[first]),
        f"is the shortest call for {shape}, where the call itself decides: {first}; the longest, "
        f"{last}, takes {wording.duration(calls[last])}.",
        link,
    )


def _derivative(one: Typical) -> float:
    return float(one.others["backward"].ns / one.usual.ns)


def _times(ratio: float) -> str:
    return f"{float(f'{ratio:.2g}'):,g} times"
