"""A clause that asks nothing of the register, or nothing that the vault can see: said so, with the reason."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain import evidence
from vault.domain.kinds.base import Kind, Known, Rule, record_code
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import Outcome
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


def assess(case: Case, rule: Stated) -> Outcome:
    """What the clause is, not what came of it; with the number of records, where it counts some."""
    out = Outcome(fixed=STATUS[rule.means])
    for row in case.records if rule.count else ():
        if row["code"] == rule.count:
            out.applied += 1
            out.show(row["seq"], evidence.proof(row))
    return out


STATUS = {
    NOT_ASSESSABLE: "not assessable by the vault",
    BY_DESIGN: "met",
    PERMISSION: "not applicable",
    FACT: "not applicable",
}


STATED = Kind(Stated, _read, assess)
