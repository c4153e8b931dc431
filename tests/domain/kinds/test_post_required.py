"""Posts that somebody must hold: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.docs.test_policy_kinds import example
from tests.domain.judging import MET, NOT_MET, Cases, check, gone, post

CASES: Cases = {
    "L-21 nobody in post": (example("post_required"), (), NOT_MET),
    "A-20 somebody in post": (example("post_required"), (post("line_manager"),), MET),
    "C-15 in post and gone": (
        example("post_required"),
        (post("line_manager"), gone),
        NOT_MET,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])
