"""Forms of accounts: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.domain.clauses import rule
from tests.domain.judging import MET, NOT_MET, UNSHOWN, Cases, check, record

CASES: Cases = {
    "form unknown": (rule("account_form", "applies = {}", 'forms = ["page"]'), (), UNSHOWN),
    "form allowed": (rule("account_form", "applies = {}", 'forms = ["page"]'), (record("form.page"),), MET),
    "form not allowed": (rule("account_form", "applies = {}", 'forms = ["page"]'), (record("form.group"),), NOT_MET),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])
