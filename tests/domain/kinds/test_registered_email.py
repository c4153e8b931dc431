"""Registered addresses: what meets the rule, what does not, and what shows neither."""

from __future__ import annotations

import pytest

from tests.docs.test_policy_kinds import example
from tests.domain.fold import acc
from tests.domain.judging import MET, NOT_MET, OPEN, UNSHOWN, Cases, check, judge
from vault.domain.compliance import Mail

MAIL = example("registered_email")

CASES: Cases = {
    "R-12 not readable": (MAIL, (), UNSHOWN),
    "domains not entered": (MAIL.replace('"elsewhere.example"', ""), (), OPEN),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str) -> None:
    """The status of each, and why."""
    check(*CASES[name])


MAILS = {
    "R-12 of the domain": (Mail("elsewhere.example", persons=False), MAIL, MET),
    "R-12 of a subdomain": (Mail("sub.elsewhere.example", persons=False), MAIL, NOT_MET),
    "R-12 of a longer one": (Mail("elsewhere.example.com", persons=False), MAIL, NOT_MET),
    "R-12 no address": (Mail("", persons=False), MAIL, NOT_MET),
    "a person's, where a department's is asked": (Mail("elsewhere.example", persons=True), MAIL, NOT_MET),
    "a person's": (Mail("elsewhere.example", persons=True), MAIL.replace('"department"', '"person"'), MET),
    "nobody's": (Mail("elsewhere.example", persons=False), MAIL.replace('"department"', '"person"'), UNSHOWN),
    "R-13 of a domain that is not allowed": (
        Mail("elsewhere.example", persons=False),
        MAIL.replace("allowed = true", "allowed = false"),
        NOT_MET,
    ),
    "R-13 of another": (
        Mail("mail.example", persons=False),
        MAIL.replace("allowed = true", "allowed = false"),
        MET,
    ),
}


@pytest.mark.parametrize("name", MAILS)
def test_addresses(name: str) -> None:
    """The exact domain, and whose address it is."""
    mail, clause, status = MAILS[name]
    assert judge(clause, mails={acc("main"): mail}).status is status
    assert judge(clause, mails={}).status is UNSHOWN
