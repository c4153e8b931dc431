"""Orders to stop the use of accounts, and who may suspend one."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.kinds.base import ROLES, Kind, Known, Rule
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class Hold(Rule):
    """Who may order a stop of use, and whose recorded agreement lets a release through all the same."""

    kind = "hold"
    ordered_by: tuple[str, ...]
    released_by: str
    release_clause: str


@dataclass(frozen=True, slots=True)
class Freeze(Rule):
    """Which roles may freeze an account."""

    kind = "freeze"
    roles: tuple[str, ...]
    powers: tuple[str, ...]


def _hold(table: Reader, clause: str, known: Known) -> Hold:
    return Hold(
        clause=clause,
        ordered_by=table.texts("ordered_by"),
        released_by=table.text("released_by"),
        release_clause=known.clause(table, "release_clause"),
    )


def _freeze(table: Reader, clause: str, _: Known) -> Freeze:
    return Freeze(clause, table.texts("roles", allowed=ROLES), table.texts("powers"))


HOLD = Kind(Hold, _hold, once=True)
FREEZE = Kind(Freeze, _freeze, once=True)
