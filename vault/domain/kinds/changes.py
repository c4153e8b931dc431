"""Which changes of an account are told, to whom, at which mailbox."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.kinds.base import Kind, Known, NoticeStep, Rule, read_notices
from vault.domain.strict import Reader


@dataclass(frozen=True, slots=True)
class TellOnChange(Rule):
    """Which changes are told, to whom, at which mailbox of each force. A notice carries no secret.

    No mailboxes: the document prints none.
    """

    kind = "tell_on_change"
    changes: tuple[str, ...]
    tell: tuple[NoticeStep, ...]
    mailboxes: tuple[tuple[str, str], ...]
    mailboxes_clause: str
    decision: str

    def mailbox(self, force: str) -> str | None:
        """The mailbox of that force; None where the document prints none."""
        return dict(self.mailboxes).get(force)


def _mailboxes(table: Reader, known: Known) -> tuple[tuple[str, str], ...]:
    """One for each force: a document that prints any prints them all."""
    with table.table("mailboxes") as mailboxes:
        by_force = mailboxes.text_by_name()
        for force in known.forces:
            mailboxes.text(force)
        for force in by_force:
            if force not in known.forces:
                mailboxes.refuse("is no force of this document", force)
    return tuple(by_force.items())


def _tell_on_change(table: Reader, clause: str, known: Known) -> TellOnChange:
    return TellOnChange(
        clause=clause,
        changes=table.texts("changes"),
        tell=read_notices(table, "tell", known),
        mailboxes=_mailboxes(table, known) if table.has("mailboxes") else (),
        mailboxes_clause=known.clause(table, "mailboxes_clause"),
        decision=known.decision(table),
    )


TELL_ON_CHANGE = Kind(TellOnChange, _tell_on_change, once=True)
