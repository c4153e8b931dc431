"""Accounts that are to end: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.docs.test_policy_kinds import example
from tests.domain.fold import acc
from tests.domain.judging import MET, NONE, NOT_MET, UNSHOWN, Cases, Do, another, check


def ends(day: str) -> Do:
    """The account is to end with that day."""
    return lambda scene: scene.do("account.ends", acc("main"), by="cal", how="date", day=day)


CASES: Cases = {
    "L-14 no end asked": (example("temporary_account"), (), NONE),
    "L-14 no end": (
        example("temporary_account").replace("types = [", 'types = ["main", '),
        (lambda s: another(s, type="main"),),
        UNSHOWN,
    ),
    "L-14 an end to come": (example("temporary_account"), (ends("2026-12-24"),), MET),
    "L-14 the last day": (example("temporary_account"), (ends("2026-11-21"),), MET),
    "L-14 an end gone by": (example("temporary_account"), (ends("2026-11-20"),), NOT_MET),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])
