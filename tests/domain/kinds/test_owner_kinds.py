"""Whose accounts there may be: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.domain.clauses import rule
from tests.domain.judging import MET, NOT_MET, UNSHOWN, Cases, another, check

OWNERS = rule(
    "owner_kinds",
    'allowed = ["team"]',
    "open_list = false",
    'barred = [{ owner_kinds = ["main"], platforms = ["flickr"], clause = "EL-10" }]',
    'legacy = [{ owner_kind = "individual", created_before = 2017-01-01, clause = "EL-10" }]',
)  # fmt: skip

CASES: Cases = {
    "R-9 barred": (OWNERS, (lambda s: another(s, owner_kind="main"),), NOT_MET),
    "R-2 day unknown": (OWNERS, (lambda s: another(s, owner_kind="individual"),), UNSHOWN),
    "R-2 the day before": (OWNERS, (lambda s: another(s, owner_kind="individual", created_on="2016-12-31"),), MET),
    "R-2 that day": (OWNERS, (lambda s: another(s, owner_kind="individual", created_on="2017-01-01"),), NOT_MET),
    "R-1 an owner not named": (OWNERS, (lambda s: another(s, owner_kind="district"),), UNSHOWN),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])
