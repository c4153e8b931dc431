"""How many accounts there may be, or how many people may have access to one."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.kinds.applies import Applies, read_applies
from vault.domain.kinds.base import Kind, Known, Rule
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class Cap(Rule):
    """At most so many live accounts among those that the filter lets through, or holders of each of them.

    A closed account does not count. ``local``: the document gives no number and this one is ours.
    """

    kind = "cap"
    of: str
    applies: Applies
    most: int
    local: bool


def _read(table: Reader, clause: str, known: Known) -> Cap:
    return Cap(
        clause=clause,
        of=table.choice("of", ("accounts", "holders")),
        applies=read_applies(table, known),
        most=known.number(table, "most"),
        local=table.has("most_local"),
    )


CAP = Kind(Cap, _read)
