"""Who is consulted before an account is closed, and what the closing list asks for."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.kinds.base import Kind, Known, Rule
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class CloseConsultation(Rule):
    """Who is consulted before an account is closed, and what the closing list asks for."""

    kind = "close_consultation"
    consult: str
    checklist: tuple[str, ...]
    checklist_clause: str


def _close_consultation(table: Reader, clause: str, known: Known) -> CloseConsultation:
    return CloseConsultation(
        clause=clause,
        consult=table.text("consult"),
        checklist=table.texts("checklist", empty=True),
        checklist_clause=known.clause(table, "checklist_clause"),
    )


CLOSE_CONSULTATION = Kind(CloseConsultation, _close_consultation, once=True)
