"""Claims: a report by somebody without the right to make it a fact. Custody or an administrator decides on it."""

from __future__ import annotations

from vault.domain import events as e
from vault.domain.events import Event, Fact, Register, Void

KINDS = ("device_lost", "account_compromised", "other")


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


EVENTS = (
    Event(
        "claim.filed",
        "clm",
        {"kind": e.one_of(*KINDS), "occurred_at": e.time, "details": e.words},
        e.MEMBERS,
        _file,
        optional={"device": e.ident("dev")},
        rule=_may_file,
    ),
    Event(
        "claim.accepted", "clm", {}, e.STAFF, _decide, optional={"device": e.ident("dev")}, rule=_may_decide
    ),
    Event("claim.rejected", "clm", {"reason": e.code}, e.STAFF, _decide, rule=_may_decide),
)
