"""When the document itself is to be reviewed."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.interval import add_months
from vault.domain.kinds.base import Kind, Known, Rule
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import NOT_EVIDENCED, Outcome
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class DocumentReview(Rule):
    """On the review date of the cover, or so many months after it took effect; 0: only the cover's date counts."""

    kind = "document_review"
    months: int


def _read(table: Reader, clause: str, known: Known) -> DocumentReview:
    return DocumentReview(clause, table.number("months"))


def assess(case: Case, rule: DocumentReview) -> Outcome:
    """The cover's date, or the months after the document took effect; a blank cover is a finding."""
    out = Outcome(applied=1)
    cover = case.profile.document
    due = cover.review_on
    if due is None and rule.months and cover.effective_on:
        due = add_months(cover.effective_on, rule.months)
    if due is None:
        out.miss("no_review_date", "", "the document has no review date", rule.clause, status=NOT_EVIDENCED)
    elif due.isoformat() < case.today:
        out.miss("review_overdue", "", f"the review was due on {due.isoformat()}", rule.clause)
    return out


DOCUMENT_REVIEW = Kind(DocumentReview, _read, assess, once=True)
