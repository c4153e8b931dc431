"""Devices of their own: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.docs.test_policy_kinds import example
from tests.domain.judging import MET, NOT_MET, UNSHOWN, Cases, check, ned, uses

OWN = example("own_device_record")

CASES: Cases = {
    "D-12 registered": (OWN, (), MET),
    "D-12 no answer": (OWN, (ned(),), UNSHOWN),
    "D-12 none": (
        OWN, (ned(), uses(yes=False)), MET
    ),
    "D-2 used and not registered": (
        OWN, (ned(), uses(yes=True)), NOT_MET
    ),
    "D-12 no answer is asked for": (
        OWN.replace("answer_required = true", "answer_required = false"), (ned(),), MET
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])
