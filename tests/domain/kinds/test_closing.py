"""Closing: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.docs.test_policy_kinds import example
from tests.domain.fold import b64
from tests.domain.judging import MET, NOT_MET, UNSHOWN, Cases, check, close, record

CLOSE = example("close_consultation").replace('"EL-1"', '"EL-10"')

CASES: Cases = {
    "L-8 not consulted": (CLOSE, (close,), NOT_MET),
    "L-10 list open": (
        CLOSE, (lambda s: close(s, consulted=b64("c")),), UNSHOWN
    ),
    "L-10 list done": (
        CLOSE,
        (record("closing.followers_told"), lambda s: close(s, consulted=b64("c"))),
        MET,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])
