"""The choices that a command offers are the codes that the log takes: written twice, so that help loads no rules."""

from __future__ import annotations

import pytest

from cli import account, account_request, account_use, claim, grant, record
from vault.domain import accounts, claims, grants, records, usage

CHOICES = {
    "account.STATES": (account.STATES, accounts.STATES),
    "account.FACTORS": (account.FACTORS, accounts.FACTOR_KINDS),
    "account.ENDINGS": (account.ENDINGS, usage.ENDINGS),
    "account_use.USES": (account_use.USES, usage.USES),
    "account_use.STEPS": (account_use.STEPS, usage.STEPS),
    "account_use.CHANNELS": (account_use.CHANNELS, usage.CHANNELS),
    "account_request.KINDS": (account_request.KINDS, grants.KINDS),
    "grant.KINDS": (grant.KINDS, grants.KINDS),
    "claim.KINDS": (claim.KINDS, claims.KINDS),
    "record.KINDS": (record.KINDS, [table.removesuffix("_") for table in records.ABOUT.values()]),
}


@pytest.mark.parametrize("name", CHOICES)
def test_the_words_are_those_of_the_domain(name: str) -> None:
    """Each of them, in its order."""
    offered, taken = CHOICES[name]
    assert [word.replace("-", "_") for word in offered] == list(taken)
