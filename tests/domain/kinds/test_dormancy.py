"""Accounts that are not used: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.docs.test_policy_kinds import example
from tests.domain.fold import acc
from tests.domain.judging import MET, NONE, NOT_MET, UNSHOWN, Cases, Do, another, check, judge

DORMANT = example("dormancy").replace('"EL-1"', '"EL-10"')


def used(day: str) -> Do:
    return lambda scene: scene.do("account.used", acc("main"), by="cal", how="post", day=day)


def reminded(day: str) -> Do:
    return lambda scene: scene.do("account.followed_up", acc("main"), by="cal", step="reminder", day=day)


CASES: Cases = {
    "M-11 nobody said": (DORMANT, (), UNSHOWN),
    "M-7 never used, and too long ago": (
        DORMANT, (lambda s: s.do("account.used", acc("main"), by="cal", how="never", day="2026-11-20"),), MET
    ),
    "M-10 not one of those": (DORMANT.replace("applies = {}", 'applies = { platforms = ["facebook"] }'), (), NONE),
    "M-10 exempt": (DORMANT.replace('["witness_contact"]', '["main"]'), (lambda s: another(s, type="main"),), UNSHOWN),
    "M-7 the day before": (DORMANT, (used("2026-06-04"),), MET),
    "M-7 too long ago": (DORMANT, (used("2026-01-04"),), NOT_MET),
    "M-7 reminded, and what may follow need not": (DORMANT, (used("2025-01-04"), reminded("2025-07-04")), MET),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])


def test_what_is_overdue_is_named_with_its_day() -> None:
    """The step, since when it is due, and after which use."""
    (gap,) = judge(DORMANT, used("2026-01-04")).gaps
    assert gap.kind == "overdue_reminder"
    assert gap.subject == acc("main")
    assert "not used since 2026-01-04" in gap.words
