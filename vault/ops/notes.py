"""Notes and corrections: sealed words beside a subject, or beside an earlier entry.

Nothing in the log is changed. A correction is a later entry that names the earlier one, and is shown with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit.entry import decode
from vault.domain.blobs import persons
from vault.domain.ids import Prefix
from vault.errors import NotFound
from vault.ops.log import bodies

if TYPE_CHECKING:
    from vault.domain.events import Data
    from vault.ops.session import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Words on the record: about a subject, or about an entry."""

    id: str
    seq: int
    about: str | None
    entry: int | None
    text: str


def make(vault: Vault, *, text: str, kind: str | None = None, about: str | None = None) -> int:
    """Put a note beside a subject, or into the register as such; its entry."""
    with vault.change() as tx:
        subject = vault.names.find(kind, about) if kind and about else None
        id_ = tx.new(Prefix.NOTE)
        return tx.emit("note.made", id_, about=subject, details=tx.details("note", id_, {"text": text}))


def correct(vault: Vault, entry: int, *, text: str) -> int:
    """Say what is wrong with an earlier entry; the entry of the correction."""
    with vault.change() as tx:
        if not 0 <= entry < vault.follower.size:
            last = vault.follower.size - 1
            raise NotFound(f"there is no entry {entry}", hint=f"the log has entries 0 to {last}")
        id_ = tx.new(Prefix.NOTE)
        about = persons(tx.state, *_of(vault, entry)) or None
        details = tx.details("note", id_, {"text": text})
        return tx.emit("entry.corrected", id_, entry=entry, persons=about, details=details)


def _of(vault: Vault, entry: int) -> tuple[str, Data]:
    """What the corrected entry is about, and what it says."""
    (body,) = bodies(vault, entry, entry + 1)
    found = decode(body)
    return found.subject, found.data


def list_notes(vault: Vault, *, kind: str | None = None, about: str | None = None) -> list[Note]:
    """Notes and corrections in the order of the log. Text is empty where this member cannot read it."""
    rows = vault.state.find("note")
    if kind and about:
        subject = vault.names.find(kind, about)
        rows = [row for row in rows if row["about"] == subject]
    rows = sorted(rows, key=lambda row: row["seq"])
    reads = vault.names.reads_details()
    texts = vault.names.many("note", [row["id"] for row in rows]) if reads else {}
    return [
        Note(
            id=row["id"],
            seq=row["seq"],
            about=row["about"],
            entry=row["entry"],
            text=str(texts.get(row["id"], {}).get("text", "")),
        )
        for row in rows
    ]
