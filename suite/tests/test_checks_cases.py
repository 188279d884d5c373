"""No check asks the same of a subject twice: two records of one id would hide each other."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from certified import info_of

from softmark import checks, operations
from softmark.checks import PROFILES, Scope
from softmark.formats import FORMATS
from softmark.judging.scope import Profile

KINDS: dict[str, dict[str, Any]] = {
    "plain": {},
    "compiled": {"compiled": True},
    "stepwise": {"costly": "shapes"},
    "row by row": {"costly": "rows"},
    "of probabilities": {"labels": ("probability",)},
    "of both labels": {"labels": ("index", "probability")},
}
"""What an implementation says of itself by which cases are chosen."""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("check", checks.names())
def test_cases_differ(check: str, profile: Profile, kind: str) -> None:
    for operation in operations.names():
        info = replace(info_of(operation), **KINDS[kind])
        for fmt in ("float64", "float32", "float16", "bfloat16"):
            scope = Scope(info, operations.load(operation), FORMATS[fmt], profile)
            scope = checks.spared(check, scope)
            if checks.applies(check, scope):
                continue
            recipes = (
                json.dumps(c.to_json(), sort_keys=True) for c in checks.load(check).cases(scope)
            )
            twice = [recipe for recipe, count in Counter(recipes).items() if count > 1]
            assert not twice, f"{operation} {fmt}: {twice[0]}"


GROWING = ("stability", "ties", "limit", "accuracy", "simplex", "gradient", "identities")


@pytest.mark.parametrize("check", GROWING)
def test_a_larger_profile_has_the_cases_of_a_smaller_one(check: str) -> None:
    for operation in operations.names():
        scopes = [
            Scope(info_of(operation), operations.load(operation), FORMATS["float16"], profile)
            for profile in PROFILES
        ]
        if checks.applies(check, scopes[1]) or checks.applies(check, scopes[0]):
            continue
        quick, standard, full = (
            {json.dumps(c.to_json(), sort_keys=True) for c in checks.load(check).cases(scope)}
            for scope in scopes
        )
        assert quick <= standard, f"{operation}: {sorted(quick - standard)[:2]}"
        assert standard <= full, f"{operation}: {sorted(standard - full)[:2]}"
