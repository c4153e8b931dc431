"""Who keeps the logins: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.docs.test_policy_kinds import example
from tests.domain.fold import give
from tests.domain.judging import MET, NOT_MET, Cases, another, check

CASES: Cases = {
    "C-26 stored": (example("custody"), (), MET),
    "R-15 not stored": (example("custody"), (another,), NOT_MET),
    "C-23 a custodian's own role": (
        example("custody"), (another, lambda s: give(s, "two", "cal", "two", kind="platform_role")), MET
    ),
    "C-26 a holder's role only": (
        example("custody"), (another, lambda s: give(s, "two", "hal", "two", kind="platform_role")), NOT_MET
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])
