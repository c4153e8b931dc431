"""Who may have the direct messages of an account read, for which purposes, and on whose authority."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.kinds.base import Kind, Known, Rule
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class MessageAccess:
    """Bodies (posts) and the purposes for which they may ask."""

    bodies: tuple[str, ...]
    purposes: tuple[str, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class DirectMessages(Rule):
    """Each reading is a record ``messages.<purpose>`` about the account, by whoever asked for it.

    ``authority_required``: the record must have a document or sealed words with the authority in them.
    """

    kind = "direct_messages"
    access: tuple[MessageAccess, ...]
    authority_required: bool


def _read(table: Reader, clause: str, known: Known) -> DirectMessages:
    access = tuple(_access(entry, known) for entry in table.tables("access"))
    return DirectMessages(clause, access, table.flag("authority_required"))


def _access(table: Reader, known: Known) -> MessageAccess:
    with table:
        return MessageAccess(table.texts("bodies"), table.texts("purposes"), known.clause(table))


DIRECT_MESSAGES = Kind(DirectMessages, _read, once=True)
