"""Platforms: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.docs.test_policy_kinds import example
from tests.domain.fold import EARLIER
from tests.domain.judging import MET, NOT_MET, UNSHOWN, Cases, another, check, opened

IN_USE = example("platforms_in_use").replace('"EL-1"', '"EL-10"')

CASES: Cases = {
    "platform in use": (IN_USE, (), MET),
    "R-7 another platform": (IN_USE, (another,), UNSHOWN),
    "R-7 another platform opened here": (IN_USE, (opened(),), NOT_MET),
    "R-7 agreed": (IN_USE, (opened(("press_desk", "ned", EARLIER)),), MET),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])
