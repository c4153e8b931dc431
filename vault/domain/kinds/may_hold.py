"""Who may have access to which accounts, and by which way: a secret, a platform role, a seat in a tool."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.kinds.applies import WAYS, Applies, read_applies
from vault.domain.kinds.base import Kind, Known, Rule
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class Holder:
    """Holders of one of these posts (or a role such as custodian), by one of these ways."""

    posts: tuple[str, ...]
    ways: tuple[str, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class MayHold(Rule):
    """Only these have access to the accounts that the filter lets through; no entry: posts do not decide.

    ``person_types``: only people of these types (a record ``person_type.<type>``); empty: the document names none.
    """

    kind = "may_hold"
    applies: Applies
    allow: tuple[Holder, ...]
    person_types: tuple[str, ...]


def _read(table: Reader, clause: str, known: Known) -> MayHold:
    allow = tuple(_holder(entry, known) for entry in table.tables("allow", empty=True))
    types = table.texts("person_types", empty=True)
    if not allow and not types:
        table.refuse("must not be empty where person_types is", "allow")
    return MayHold(clause, read_applies(table, known), allow, types)


def _holder(table: Reader, known: Known) -> Holder:
    with table:
        return Holder(table.texts("posts"), table.texts("ways", allowed=WAYS), known.clause(table))


MAY_HOLD = Kind(MayHold, _read)
