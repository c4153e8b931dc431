"""Refusals: what the vault declined to do, by which clause. A refusal is an event like any other."""

from __future__ import annotations

from vault.domain import events as e
from vault.domain.events import Event, Fact, Register


def _refused(reg: Register, fact: Fact) -> None:
    reg.put(
        "refusal",
        seq=fact.seq,
        action=fact.data["action"],
        clause=fact.data.get("clause"),
        about=fact.data.get("about"),
        person=fact.person,
    )


EVENTS = (
    Event(
        "action.refused",
        "",
        {"action": e.code},
        e.MEMBERS,
        _refused,
        optional={"clause": e.clause, "about": e.ident("acc", "per", "dev", "tem", "req", "grt", "rot")},
    ),
)
