"""Who is consulted before an account is closed, and what the closing list asks for."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain import evidence
from vault.domain.kinds.base import Kind, Known, Rule, read_post
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import NOT_EVIDENCED, Outcome
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
        consult=read_post(table, "consult"),
        checklist=table.texts("checklist", empty=True),
        checklist_clause=known.clause(table, "checklist_clause"),
    )


def assess(case: Case, rule: CloseConsultation) -> Outcome:
    """Each account closed under the document: who was consulted, and the closing list."""
    out = Outcome()
    for account in case.accounts.values():
        if account["state"] != "closed" or not case.act(account["closed"] or 0):
            continue
        out.applied += 1
        if account["consulted"] is None:
            words = f"it was closed, and {rule.consult} was not consulted"
            out.miss("closed_without_consulting", account["id"], words, rule.clause, account["closed"])
        else:
            out.show(account["closed"], evidence.DOCUMENT)
        for item in rule.checklist:
            if not case.marked(account["id"], (f"closing.{item}",)):
                words = f"nothing on record of {item}"
                clause = rule.checklist_clause
                out.miss(
                    "closing_list", account["id"], words, clause, account["closed"], status=NOT_EVIDENCED
                )
    return out


CLOSE_CONSULTATION = Kind(CloseConsultation, _close_consultation, assess, once=True, acts=True)
