"""The review of the document itself: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.docs.test_policy_kinds import example
from tests.domain.judging import MET, NOT_MET, UNSHOWN, Cases, check

CASES: Cases = {
    "P-7 overdue": (example("document_review"), (), NOT_MET),
    "P-7 no date": (example("document_review").replace("12", "0"), (), UNSHOWN),
    "P-7 in time": (example("document_review").replace("12", "60"), (), MET),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])
