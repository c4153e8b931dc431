"""An administrator for each account: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.docs.test_policy_kinds import example
from tests.domain.judging import MET, NOT_MET, Cases, check, post

CASES: Cases = {
    "C-15 no administrator": (example("account_administrator_required"), (), NOT_MET),
    "administrator": (example("account_administrator_required"), (post("account_administrator"),), MET),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])
