"""Notes beside the rest, and corrections: a mistake is corrected by a later entry, never by changing an earlier one."""

from __future__ import annotations

from vault.domain import events as e
from vault.domain.events import Event, Fact, Register, Void


def _note(reg: Register, fact: Fact) -> None:
    reg.put(
        "note",
        id=fact.subject,
        about=fact.data.get("about"),
        entry=fact.data.get("entry"),
        details=fact.data["details"],
        seq=fact.seq,
    )


def _may_note(reg: Register, fact: Fact) -> None:
    if reg.get("note", id=fact.subject) is not None:
        raise Void("the note was made before")


def _may_correct(reg: Register, fact: Fact) -> None:
    _may_note(reg, fact)
    if fact.data["entry"] >= fact.seq:
        raise Void("only an earlier entry can be corrected")


_ABOUT = {"about": e.ident("acc", "per", "dev", "tem", "req", "grt", "rot", "clm")}

EVENTS = (
    Event("note.made", "not", {"details": e.words}, e.MEMBERS, _note, optional=_ABOUT, rule=_may_note),
    Event(
        "entry.corrected",
        "not",
        {"entry": e.count, "details": e.words},
        e.MEMBERS,
        _note,
        optional={"persons": e.many(e.ident("per"), at_least=1)},  # whom the corrected entry concerns
        rule=_may_correct,
    ),
)
