"""Which body keeps the logins: every account's login lies in the vault, and a custodian can always open it."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.kinds.applies import Applies, read_applies
from vault.domain.kinds.base import Kind, Known, Rule
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class Custody(Rule):
    """The body whose members are the custodians. ``role_is_enough``: a custodian's own platform role counts as well."""

    kind = "custody"
    body: str
    applies: Applies
    role_is_enough: bool


def _read(table: Reader, clause: str, known: Known) -> Custody:
    return Custody(clause, table.text("body"), read_applies(table, known), table.flag("role_is_enough"))


CUSTODY = Kind(Custody, _read)
