"""Stand-ins: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.docs.test_policy_kinds import example
from tests.domain.judging import (
    LATER,
    MET,
    NONE,
    NOT_MET,
    OPEN,
    Cases,
    check,
    earlier,
    end,
    judge,
    opened,
    record,
)

OUT = example("stand_in").replace('["tool_seat"]', "[]")

INCIDENT = OUT.replace('"out_of_hours"', '"incident"').replace(
    "incidents = []", 'incidents = ["incident.gold"]'
)

CHRISTMAS = "2025-12-25T10:00:00Z"  # a Thursday

CASES: Cases = {
    "A-1 in hours": (OUT, (record("agreed.x", post="duty_inspector", at="2026-11-20T10:00:00Z"),), NOT_MET),
    "A-1 out of hours": (OUT, (record("agreed.x", post="duty_inspector", at="2026-11-19T17:00:00Z"),), MET),
    "A-1 at the weekend": (OUT, (record("agreed.x", post="duty_inspector", at="2026-11-15T10:00:00Z"),), MET),
    "A-1 at the beginning of time": (
        OUT, (record("agreed.x", post="duty_inspector", at="0001-01-01T00:00:00Z"),), MET
    ),
    "A-1 on a bank holiday that is off": (OUT, (record("agreed.x", post="duty_inspector", at=CHRISTMAS),), MET),
    "A-1 on a bank holiday that is worked": (
        OUT.replace('bank_holidays = "off"', 'bank_holidays = "worked"'),
        (record("agreed.x", post="duty_inspector", at=CHRISTMAS),),
        NOT_MET,
    ),
    "A-1 hours not known": (
        "\n".join(line for line in OUT.splitlines() if not line.startswith("hours")),
        (record("agreed.x", post="duty_inspector"),),
        OPEN,
    ),
    "A-2 in an incident": (
        INCIDENT, (record("incident.gold", ""), record("agreed.x", post="duty_inspector", at=LATER)), MET
    ),
    "A-2 after it": (
        INCIDENT, (record("incident.gold", ""), end, record("agreed.x", post="duty_inspector", at=LATER)), NOT_MET
    ),
    "A-1 approvals": (OUT, (opened(("duty_inspector", "ned", "2026-11-20T10:00:00Z")),), NOT_MET),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])


def test_an_approval_under_an_earlier_document() -> None:
    """In office hours it was that document's to judge, as was a statement of that time."""
    approved = opened(("duty_inspector", "ned", "2026-11-20T10:00:00Z"))
    said = record("agreed.x", post="duty_inspector", at="2026-11-20T10:00:00Z")
    assert len(judge(OUT, approved, said).gaps) == 2
    found = earlier(OUT, approved, said)
    assert (found.status, found.applied) == (NONE, 0)
