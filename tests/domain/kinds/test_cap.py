"""How many there may be: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.docs.test_policy_kinds import example
from tests.domain.clauses import TWO, rule
from tests.domain.judging import MET, NOT_MET, Cases, another, check, close, ned

CASES: Cases = {
    "R-10 one": (example("cap"), (another,), MET),
    "R-10 two": (TWO, (another,), NOT_MET),
    "R-10 one on each platform": (example("cap").replace('"flickr"', '"flickr", "x"'), (another,), MET),
    "R-10 one closed": (TWO, (another, close), MET),
    "A-6 one holder": (example("cap").replace('"accounts"', '"holders"').replace('"flickr"', '"x"'), (), MET),
    "A-6 two holders": (
        rule("cap", 'of = "holders"', "applies = {}", "most = 1"), (ned(),), NOT_MET
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])
