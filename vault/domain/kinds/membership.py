"""Whether somebody's joining or leaving a team makes its passwords due."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from vault.domain.kinds.base import Kind, Known, Rule
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import Outcome
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class RotateOnMembershipChange(Rule):
    """Whether somebody's leaving or joining makes the passwords of a team's accounts due."""

    kind = "rotate_on_membership_change"
    leave: bool
    join: bool
    decision: str


def _rotate_on_membership_change(table: Reader, clause: str, known: Known) -> RotateOnMembershipChange:
    return RotateOnMembershipChange(clause, table.flag("leave"), table.flag("join"), known.decision(table))


def assess(case: Case, rule: RotateOnMembershipChange) -> Outcome:
    """Changes of membership that made something due, and what of that is still owed."""
    out = Outcome()
    wanted = {"team_left": rule.leave, "team_joined": rule.join, "person_left": rule.leave}
    causes = {row["seq"]: row for row in case.reg.find("cause") if wanted.get(row["kind"])}
    owed: dict[int, set[str]] = defaultdict(set)
    for row in case.reg.find("obligation", discharged=None):
        if row["cause"] in causes:
            owed[row["cause"]].add(row["account"])
    for seq, cause in causes.items():
        out.applied += 1
        if owed[seq]:
            words = (
                f"{cause['kind']} on {cause['occurred_at'][:10]}: {len(owed[seq])} accounts not changed since"
            )
            out.miss("owed_membership", cause["person"] or "", words, rule.clause, seq)
        else:
            out.show(seq)
    return out


ROTATE_ON_MEMBERSHIP_CHANGE = Kind(RotateOnMembershipChange, _rotate_on_membership_change, assess, once=True)
