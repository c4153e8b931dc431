"""The post that each account must have filled."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.kinds.applies import Applies
from vault.domain.kinds.base import Kind, Known, Rule, read_post
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import Outcome
from vault.domain.kinds.post_required import fill
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class AccountAdministratorRequired(Rule):
    """The post that each account must have filled."""

    kind = "account_administrator_required"
    post: str


def _account_administrator_required(table: Reader, clause: str, _: Known) -> AccountAdministratorRequired:
    return AccountAdministratorRequired(clause, read_post(table, "post"))


def assess(case: Case, rule: AccountAdministratorRequired) -> Outcome:
    """Each live account, whatever it is."""
    out = Outcome()
    for account in case.live(Applies()):
        out.applied += 1
        fill(case, out, account, rule.post, rule.clause)
    return out


ACCOUNT_ADMINISTRATOR_REQUIRED = Kind(
    AccountAdministratorRequired, _account_administrator_required, assess, once=True
)
