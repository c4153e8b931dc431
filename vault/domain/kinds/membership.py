"""Whether somebody's joining or leaving a team makes its passwords due."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.kinds.base import Kind, Known, Rule
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


ROTATE_ON_MEMBERSHIP_CHANGE = Kind(RotateOnMembershipChange, _rotate_on_membership_change, once=True)
