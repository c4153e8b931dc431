"""Clauses that ask nothing of the register: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.docs.test_policy_kinds import example
from tests.domain.fold import per
from tests.domain.judging import MET, NONE, Cases, check, record
from vault.domain.compliance import Status

CASES: Cases = {
    "P-11 not assessable": (example("stated"), (record("ack.guidance", per("hal")),), Status.NOT_ASSESSABLE),
    "by design": (example("stated").replace('"not_assessable"', '"by_design"'), (), MET),
    "a permission": (example("stated").replace('"not_assessable"', '"permission"'), (), NONE),
    "a fact": (example("stated").replace('"not_assessable"', '"fact"'), (), NONE),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])
