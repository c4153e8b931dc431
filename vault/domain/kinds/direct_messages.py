"""Who may have the direct messages of an account read, for which purposes, and on whose authority."""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain import evidence
from vault.domain.events import Row
from vault.domain.kinds.base import Kind, Known, Rule, read_posts
from vault.domain.kinds.case import Case
from vault.domain.kinds.outcome import Outcome
from vault.domain.strict import Reader

CODE = "messages."
NOT_THEIRS, NO_AUTHORITY = "messages_not_theirs", "messages_without_authority"


@dataclass(frozen=True, slots=True)
class MessageAccess:
    """Bodies (posts) and the purposes for which they may ask; no body: the document names none, anybody may."""

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
        return MessageAccess(
            read_posts(table, "bodies", empty=True), table.texts("purposes"), known.clause(table)
        )


def assess(case: Case, rule: DirectMessages) -> Outcome:
    """Each reading on record: who asked, for what, on whose authority."""
    out = Outcome()
    for row in case.records:
        if row["code"].startswith(CODE) and case.act(row["seq"]):
            out.applied += 1
            if wrong := _wrong(case, rule, row):
                _, words, clause = wrong
                out.miss("messages_read", row["about"], words, clause, row["seq"])
            else:
                out.show(row["seq"], evidence.proof(row))
    return out


def asked(case: Case, rule: DirectMessages, account: str, person: str) -> Outcome:
    """What that person has put on record as theirs to read, before they get the login: the latest for each purpose."""
    latest = {
        row["code"]: row
        for row in case.about.get(account, ())
        if row["code"].startswith(CODE) and row["person"] == person and case.stands(row, case.today)
    }
    out = Outcome()
    for row in latest.values():
        if wrong := _wrong(case, rule, row):
            kind, words, clause = wrong
            out.miss(kind, account, words, clause, row["seq"])
    return out


def _wrong(case: Case, rule: DirectMessages, row: Row) -> tuple[str, str, str] | None:
    """What is amiss with a reading, if anything, in words, and by which clause."""
    purpose = row["code"].removeprefix(CODE)
    entry = next(
        (one for one in rule.access if purpose in one.purposes and case.counts(row, one.bodies)), None
    )
    if entry is None:
        words = f"messages were read for {purpose} by somebody who may not ask for that"
        return NOT_THEIRS, words, rule.clause
    if rule.authority_required and not (row["evidence"] or row["details"]):
        words = f"messages were read for {purpose}, and no authority is attached"
        return NO_AUTHORITY, words, entry.clause
    return None


DIRECT_MESSAGES = Kind(DirectMessages, _read, assess, once=True, acts=True)
