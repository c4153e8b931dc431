"""Reading messages: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.domain.clauses import MESSAGES
from tests.domain.fold import b64, per
from tests.domain.judging import MET, NOT_MET, Cases, check, post, record

CASES: Cases = {
    "A-8 no body": (MESSAGES, (record("messages.audit"),), NOT_MET),
    "A-8 the document names no body": (
        MESSAGES.replace('["press_desk"]', "[]"), (record("messages.audit", evidence=b64("e")),), MET
    ),
    "A-8 no authority": (MESSAGES, (post("press_desk"), record("messages.audit", person=per("ned"))), NOT_MET),
    "A-8 for another purpose": (
        MESSAGES, (post("press_desk"), record("messages.gossip", person=per("ned"), evidence=b64("e"))), NOT_MET
    ),
    "A-8 on authority": (
        MESSAGES, (post("press_desk"), record("messages.audit", person=per("ned"), evidence=b64("e"))), MET
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])
