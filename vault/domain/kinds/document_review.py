"""When the document itself is to be reviewed."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.kinds.base import Kind, Known, Rule
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class DocumentReview(Rule):
    """On the review date of the cover, or so many months after it took effect; 0: only the cover's date counts."""

    kind = "document_review"
    months: int


def _read(table: Reader, clause: str, known: Known) -> DocumentReview:
    return DocumentReview(clause, table.number("months"))


DOCUMENT_REVIEW = Kind(DocumentReview, _read, once=True)
