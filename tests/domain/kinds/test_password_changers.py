"""Who may change a password: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.docs.test_policy_kinds import example
from tests.domain.fold import acc
from tests.domain.judging import MET, NOT_MET, Cases, changed, check

CASES: Cases = {
    "C-4 not theirs to change": (example("password_changers"), (lambda s: changed(s, allowed=False),), NOT_MET),
    "C-4 theirs to change": (example("password_changers"), (changed,), MET),
    "C-4 put right": (
        example("password_changers"),
        (lambda s: changed(s, allowed=False), lambda s: s.version(acc("main"), previous=2)),
        NOT_MET,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])
