"""The post that each account must have filled."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.kinds.base import Kind, Known, Rule
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class AccountAdministratorRequired(Rule):
    """The post that each account must have filled."""

    kind = "account_administrator_required"
    post: str


def _account_administrator_required(table: Reader, clause: str, _: Known) -> AccountAdministratorRequired:
    return AccountAdministratorRequired(clause, table.text("post"))


ACCOUNT_ADMINISTRATOR_REQUIRED = Kind(
    AccountAdministratorRequired, _account_administrator_required, once=True
)
