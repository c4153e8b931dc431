"""Stops of use and freezes: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.docs.test_policy_kinds import example
from tests.domain.clauses import HOLD
from tests.domain.fold import per
from tests.domain.judging import (
    MET,
    NONE,
    NOT_MET,
    UNSHOWN,
    Cases,
    all_of,
    check,
    earlier,
    freeze,
    judge,
    post,
    record,
    show,
)

CASES: Cases = {
    "A-12 ordered by nobody": (HOLD, (record("hold.stop_use"),), UNSHOWN),
    "A-12 ordered": (HOLD, (post("control_room"), record("hold.stop_use", person=per("ned"))), MET),
    "A-12 shown all the same": (
        HOLD,
        (post("control_room"), record("hold.stop_use", person=per("ned")), show),
        NOT_MET,
    ),
    "A-13 shown by agreement": (
        HOLD,
        (
            all_of(post("control_room"), post("press", "hal")),
            record("hold.stop_use", "", person=per("ned")),
            record("agreed.release", person=per("hal")),
            show,
        ),
        MET,
    ),
    "freezes": (example("freeze"), (freeze(None),), MET),
    "no freezes": (example("freeze"), (), NONE),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])


def test_a_freeze_under_an_earlier_document() -> None:
    """Who might order it that document said."""
    assert judge(example("freeze"), freeze(None)).applied == 1
    assert earlier(example("freeze"), freeze(None)).status is NONE
