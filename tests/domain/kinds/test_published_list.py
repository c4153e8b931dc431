"""Lists for the public: what stands on one. That it is published is seen by nobody here."""

from __future__ import annotations

import pytest

from tests.docs.test_policy_kinds import example
from tests.domain.fold import TIME, Fold, acc
from tests.domain.judging import Cases, Do, another, check, judge
from vault.domain.compliance import Status

CASES: Cases = {"G-15 published elsewhere": (example("published_list"), (another,), Status.NOT_ASSESSABLE)}


def frozen(scene: Fold) -> None:
    """The second account."""
    scene.do("account.frozen", acc("two"), by="cal", occurred_at=TIME)


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])


@pytest.mark.parametrize(("acts", "listed"), [((), 1), ((another,), 2), ((another, frozen), 1)])
def test_what_is_listed(acts: tuple[Do, ...], listed: int) -> None:
    """The accounts in use: a frozen one leaves the list."""
    assert judge(example("published_list"), *acts).applied == listed
