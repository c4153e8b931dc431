"""Who is told of a lost device: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.domain.clauses import rule
from tests.domain.fold import EARLIER
from tests.domain.judging import LATER, MET, NONE, NOT_MET, Cases, check, earlier, lose, tell

LOST = rule(
    "lost_device_chain",
    'chains = [{ ownership = "personal", beyond_clause = false, steps = ['
    '{ recipients = ["ict"], clause = "EL-10" }, { recipients = ["desk"], clause = "EL-10" }] }]',
)  # fmt: skip

CASES: Cases = {
    "D-6 nobody told": (LOST, (lose,), NOT_MET),
    "D-6 one told": (LOST, (lose, tell("ict", LATER)), NOT_MET),
    "D-5 in order": (LOST, (lose, tell("ict", EARLIER), tell("desk", LATER)), MET),
    "D-5 out of order": (LOST, (lose, tell("desk", EARLIER), tell("ict", LATER)), NOT_MET),
    "D-6 of a kind that the document says nothing about": (
        LOST.replace('"personal"', '"force"'), (lose,), NONE
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])


def test_a_loss_under_an_earlier_document() -> None:
    """Whom to tell of it that document said."""
    found = earlier(LOST, lose)
    assert (found.status, found.applied) == (NONE, 0)
