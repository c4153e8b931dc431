"""Somebody moved: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.docs.test_policy_kinds import example
from tests.domain.fold import per, tem
from tests.domain.judging import NONE, NOT_MET, Cases, check

CASES: Cases = {
    "NS-10.2e nobody moved": (example("rotate_on_membership_change"), (), NONE),
    "C-12 a move": (
        example("rotate_on_membership_change"),
        (lambda s: s.do("team.left", tem("dmt"), by="cal", person=per("hal"), until="2026-11-20", rotate=True),),
        NOT_MET,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])
