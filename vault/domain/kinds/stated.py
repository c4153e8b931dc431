"""A clause that asks nothing of the register, or nothing that the vault can see: said so, with the reason."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.kinds.base import Kind, Known, Rule, record_code
from vault.domain.strict import Reader

NOT_ASSESSABLE, BY_DESIGN, PERMISSION, FACT = "not_assessable", "by_design", "permission", "fact"
MEANS = (NOT_ASSESSABLE, BY_DESIGN, PERMISSION, FACT)


@dataclass(frozen=True, slots=True)
class Stated(Rule):
    """``means``: the vault cannot see it, the vault is made that way, it permits, or it states a fact.

    ``count``: records whose number is shown with it (how many have acknowledged, how many times it was used).
    """

    kind = "stated"
    means: str
    because: str
    count: str


def _read(table: Reader, clause: str, _: Known) -> Stated:
    count = record_code(table, "count") if table.has("count") else ""
    return Stated(clause, table.choice("means", MEANS), table.text("because"), count)


STATED = Kind(Stated, _read)
