"""The event table, whole, and the one way in which an entry reaches the projection.

``fold`` is what every client does with every verified entry: find the author, judge the right, apply or declare
void. It is pure but for the register that it is given, so the same log gives the same register everywhere.
"""

from __future__ import annotations

from typing import Any

from vault.domain import (
    accounts,
    backup,
    blobs,
    claims,
    confirming,
    continuing,
    details,
    devices,
    documents,
    epochs,
    erasure,
    exposure,
    grants,
    joining,
    keys,
    notes,
    people,
    records,
    recovery,
    refusals,
    requests,
    rotation,
    secrets,
    signers,
    usage,
    voices,
    witnesses,
)
from vault.domain import events as e
from vault.domain.events import Event, Fact, Register, Void

TABLE: dict[str, Event] = {
    event.name: event
    for concept in (
        keys,
        epochs,
        recovery,
        joining,
        confirming,
        people,
        requests,
        accounts,
        usage,
        grants,
        devices,
        secrets,
        exposure,
        rotation,
        claims,
        notes,
        records,
        refusals,
        requests,
        documents,
        backup,
        continuing,
        witnesses,
        erasure,
        details,
    )
    for event in concept.EVENTS
}

SUBJECTS: dict[str, e.Check] = {
    "": lambda value: None if value == "" else "is not empty",
    **{prefix: e.ident(prefix) for prefix in sorted({event.subject for event in TABLE.values()} - {""})},
}


def author(reg: Register, keyset: str, event: str, data: e.Data) -> tuple[str, frozenset[str]]:
    """The person and roles behind a keyset at this position; the genesis names its own author."""
    if event == "log.genesis":
        return str(data.get("person", "")), frozenset({e.ADMINISTRATOR, e.CUSTODIAN})
    row = reg.get("keyset", id=keyset)
    if row is None or row["revoked"] is not None:
        return "", frozenset()
    if row["purpose"] == "recovery":
        return "", frozenset({e.RECOVERY})
    from vault.domain.keys import roles_of

    return row["person"], roles_of(reg, row["person"])


def judge(reg: Register, fact: Fact, *, ignored: bool = False) -> Event:
    """The event that a fact is, or `Void` with the reason; what the log library ignores is void whatever we think."""
    event = TABLE.get(fact.event)
    if event is None:
        raise Void("this version of Keyholder does not know the event")
    e.check_fields(event, SUBJECTS, fact)
    if not fact.roles & event.by:
        raise Void("its author had no right to write it")
    if event.rule is not None:
        event.rule(reg, fact)
    if ignored:
        raise Void("the log does not let its author change who signs")
    return event


def fold(reg: Register, fact: Fact) -> str | None:
    """Apply one entry; return why it is void, or None. A void entry changes nothing but the list of void ones."""
    ignored = fact.event in signers.EVENTS and not signers.follow(reg, fact)
    try:
        event = judge(reg, fact, ignored=ignored)
        if event.confirm is not None and event.confirm(reg, fact):
            reg.put(
                "pending",
                seq=fact.seq,
                person=fact.person,
                keyset=fact.keyset,
                event=fact.event,
                subject=fact.subject,
                data=fact.data,
                time=fact.time,
                confirmed=None,
            )
        else:
            known = voices.before(reg, fact)
            _apply(reg, fact, event)
            if fact.event == "entry.confirmed":
                _apply_agreed(reg, fact)
            voices.follow(reg, fact, known)
    except Void as void:
        reg.put("void", seq=fact.seq, event=fact.event, reason=void.reason)
        return void.reason
    return None


def _apply(reg: Register, fact: Fact, event: Event) -> None:
    """The change, and what is remembered of every entry that makes one: the same at once and after a second word."""
    event.apply(reg, fact)
    blobs.remember(reg, fact, event)
    details.remember_form(reg, fact)


def _apply_agreed(reg: Register, fact: Fact) -> None:
    """Somebody else agreed: to an entry that waits, or that keys are in their person's hand."""
    row = reg.get("pending", seq=fact.data["entry"])
    if row is None:
        voices.vouch(reg, voices.enrolled_at(reg, fact.data["entry"]))
        return
    _apply_waiting(reg, fact, row)
    if "keyset" in fact.data:
        voices.vouch(reg, reg.get("keyset", id=fact.data["keyset"]))


def _apply_waiting(reg: Register, fact: Fact, row: Any) -> None:
    """It takes effect now, judged again as things stand now: its author's right among them."""
    if not keys.stands(reg, row):
        raise Void(
            "who wrote it is no administrator any more, or those keys ended: who is one writes it again"
        )
    waiting = Fact(
        seq=fact.seq,
        time=fact.time,
        keyset=row["keyset"],
        person=row["person"],
        roles=e.ADMINISTRATORS,
        event=row["event"],
        subject=row["subject"],
        data=row["data"],
        confirmed=True,
    )
    _apply(reg, waiting, judge(reg, waiting))
    reg.change("pending", {"seq": row["seq"]}, confirmed=fact.seq)
