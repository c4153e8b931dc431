"""Third-party apps: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.domain.clauses import rule
from tests.domain.judging import MET, NOT_MET, UNSHOWN, Cases, check, end, record

APPS = rule(
    "apps",
    "applies = {}",
    'required = ["desk"]',
    "allowed = []",
    'others = "forbidden"',
    "keep = true",
    "first = []",
)

CASES: Cases = {
    "A-22 none on record": (APPS, (), UNSHOWN),
    "A-22 the required one": (APPS, (record("app.desk"),), MET),
    "A-22 another": (APPS, (record("app.desk"), record("app.other")), NOT_MET),
    "A-23 removed by somebody": (APPS, (record("app.desk"), lambda s: end(s, by="bea")), NOT_MET),
    "A-23 removed by custody": (APPS.replace('["desk"]', "[]"), (record("app.desk"), end), MET),
    "A-24 terms not read": (APPS.replace("first = []", 'first = ["terms.read"]'), (record("app.desk"),), UNSHOWN),
    "A-24 terms read": (
        APPS.replace("first = []", 'first = ["terms.read"]'), (record("terms.read"), record("app.desk")), MET
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])
