"""Claims, notes, corrections and refusals: what is said about the rest.

A claim is a report by somebody without the right to make it a fact. A mistake is corrected by a later entry, never
by changing an earlier one. A refusal by the vault is an event like any other.
"""

from __future__ import annotations

from vault.domain import events as e
from vault.domain import voices
from vault.domain.events import Event, Fact, Register, Void

CLAIM_KINDS = ("device_lost", "account_compromised", "other")


def _file(reg: Register, fact: Fact) -> None:
    reg.put(
        "claim",
        id=fact.subject,
        kind=fact.data["kind"],
        device=fact.data.get("device"),
        by=fact.person,
        occurred_at=fact.data["occurred_at"],
        details=fact.data["details"],
        state="open",
        seq=fact.seq,
    )


def _may_file(reg: Register, fact: Fact) -> None:
    if reg.get("claim", id=fact.subject) is not None:
        raise Void("the claim was filed before")
    if "device" in fact.data:
        e.require(reg.get("device", id=fact.data["device"]), "the device")


def _may_decide(reg: Register, fact: Fact) -> None:
    if e.require(reg.get("claim", id=fact.subject), "the claim")["state"] != "open":
        raise Void("the claim is decided already")


def _decide(reg: Register, fact: Fact) -> None:
    state = "accepted" if fact.event == "claim.accepted" else "rejected"
    reg.change("claim", {"id": fact.subject}, state=state)


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


def _refused(reg: Register, fact: Fact) -> None:
    reg.put(
        "refusal",
        seq=fact.seq,
        action=fact.data["action"],
        clause=fact.data.get("clause"),
        about=fact.data.get("about"),
        person=fact.person,
    )


def _policy(reg: Register, fact: Fact) -> None:
    reg.put("policy", seq=fact.seq, profile=fact.data["profile"], document=fact.data["document"])


def _two_for_policy(reg: Register, fact: Fact) -> bool:
    """Whoever changes the rules changes what the vault refuses: after the first, two administrators do."""
    return bool(reg.find("policy")) and not fact.confirmed and not voices.alone(reg, fact.keyset)


def _backup(reg: Register, fact: Fact) -> None:
    reg.put("backup", seq=fact.seq, size=fact.data["size"])


_ABOUT = {"about": e.ident("acc", "per", "dev", "tem", "req", "grt", "rot", "clm")}

EVENTS = (
    Event(
        "claim.filed",
        "clm",
        {"kind": e.one_of(*CLAIM_KINDS), "occurred_at": e.time, "details": e.words},
        e.MEMBERS,
        _file,
        optional={"device": e.ident("dev")},
        rule=_may_file,
    ),
    Event(
        "claim.accepted", "clm", {}, e.STAFF, _decide, optional={"device": e.ident("dev")}, rule=_may_decide
    ),
    Event("claim.rejected", "clm", {"reason": e.code}, e.STAFF, _decide, rule=_may_decide),
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
    Event(
        "action.refused",
        "",
        {"action": e.code},
        e.MEMBERS,
        _refused,
        optional={"clause": e.clause, "about": e.ident("acc", "per", "dev", "tem", "req", "grt", "rot")},
    ),
    Event(
        "policy.chosen",
        "",
        {"profile": e.code, "document": e.public},
        e.ADMINISTRATORS,
        _policy,
        confirm=_two_for_policy,
    ),
    Event("backup.made", "", {"size": e.count}, e.STAFF, _backup),
)
