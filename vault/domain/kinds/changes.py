"""Which changes of an account are told, to whom, at which mailbox."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain import evidence, exposure
from vault.domain.kinds.base import Kind, Known, NoticeStep, Rule, read_notices
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import NOT_EVIDENCED, Outcome
from vault.domain.strict import Reader

# What of a login a document may name, and the part of a stored version that it is.
LOGIN = {
    "password": exposure.PASSWORD,
    "second_factor": exposure.TOTP,
    "backup_codes": exposure.BACKUP_CODES,
    "recovery": exposure.RECOVERY,
}
CHANGES = (*LOGIN, "account_name", "owner")


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
        changes=table.texts("changes", allowed=CHANGES),
        tell=read_notices(table, "tell", known),
        mailboxes=_mailboxes(table, known) if table.has("mailboxes") else (),
        mailboxes_clause=known.clause(table, "mailboxes_clause"),
        decision=known.decision(table),
    )


def assess(case: Case, rule: TellOnChange) -> Outcome:
    """Each change of a login, and who was told; the body that keeps the logins has it by the deposit itself."""
    out = Outcome()
    keepers = {getattr(found, "body", "") for found in case.profile.rules("custody")}
    for row, parts in case.login_changes:
        changed = [
            word.replace("_", " ") for word, part in LOGIN.items() if word in rule.changes and part in parts
        ]
        if not changed or not case.act(row["seq"]):
            continue
        out.applied += 1
        for recipient, clause in ((to, step.clause) for step in rule.tell for to in step.recipients):
            told = [
                one
                for one in case.by_code.get((row["account"], f"told.{recipient}"), ())
                if one["occurred_at"] >= row["occurred_at"]
            ]
            if told:
                out.show(told[0]["seq"], evidence.proof(told[0]))
            elif recipient in keepers:
                out.show(row["seq"])
            else:
                what = " and ".join(changed)
                words = f"{recipient} was not told of the {what} changed on {row['occurred_at'][:10]}"
                out.miss("change_not_told", row["account"], words, clause, row["seq"], status=NOT_EVIDENCED)
    return out


TELL_ON_CHANGE = Kind(TellOnChange, _tell_on_change, assess, once=True, acts=True)
