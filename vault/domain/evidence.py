"""How something is known: by its author's own signature, a document beside it, or as somebody's words."""

from __future__ import annotations

from vault.domain.events import Row

PROVEN, DOCUMENT, STATEMENT = "proven", "document", "statement"


def proof(row: Row) -> str:
    """How a record is known."""
    if row["author"] == row["person"]:
        return PROVEN
    return DOCUMENT if row["evidence"] else STATEMENT
