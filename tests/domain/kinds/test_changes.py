"""Who is told of a change: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.domain.clauses import rule
from tests.domain.judging import LATER, MET, NONE, UNSHOWN, Cases, changed, check, earlier, judge, record

TELL = rule(
    "tell_on_change",
    'changes = ["password"]',
    'tell = [{ recipients = ["desk"], clause = "EL-10" }]',
    'mailboxes_clause = "EL-10"',
)

CASES: Cases = {
    "C-5 not told": (TELL, (changed,), UNSHOWN),
    "C-5 told": (TELL, (changed, record("told.desk", at=LATER)), MET),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])


def test_a_change_under_an_earlier_document() -> None:
    """Who had to be told of it that document said."""
    assert judge(TELL, changed).applied == 1
    found = earlier(TELL, changed)
    assert (found.status, found.applied, found.gaps) == (NONE, 0, ())
