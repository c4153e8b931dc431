"""Who may have access: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.domain.clauses import CUSTODIANS, HOLDERS, TYPES
from tests.domain.fold import acc, per
from tests.domain.judging import MET, NOT_MET, UNSHOWN, Cases, another, check, post, record

CASES: Cases = {
    "A-4 in no such post": (HOLDERS, (), NOT_MET),
    "A-4 in that post": (HOLDERS, (post("press", "hal"),), MET),
    "A-4 for another account": (HOLDERS, (another, post("press", "hal", scope=acc("two"))), NOT_MET),
    "C-24 by another way": (HOLDERS.replace('["secret"]', '["tool_seat"]'), (post("press", "hal"),), NOT_MET),
    "in that role": (CUSTODIANS, (), MET),
    "R-22 type unknown": (TYPES, (), UNSHOWN),
    "R-22 another type": (TYPES, (record("person_type.cadet", per("hal")),), NOT_MET),
    "R-22 that type": (TYPES, (record("person_type.officer", per("hal")),), MET),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])
