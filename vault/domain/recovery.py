"""The recovery keyset, whose private half is a kit on paper that somebody saw.

It may do one thing only, admit an administrator again: `recovery.used` says so first and names the new keyset; then
the roles of administrator and custodian (with the last custodian's keys gone, nobody else could ever open custody),
that one keyset, and the epochs that are due because of it. `vault.domain.keys` voids everything else that it signs.

Another kit is made by `recovery.made`, which waits for a second administrator where there is one; until then its
keyset is only proposed: it opens and signs nothing, and the old kit stays the one in force.
"""

from __future__ import annotations

from vault.domain import events as e
from vault.domain.events import Event, Fact, Register, Row, Void
from vault.domain.keys import PROPOSED
from vault.domain.voices import alone


def recovery_in_force(reg: Register) -> Row | None:
    """The recovery keyset whose kit works today."""
    return next(iter(reg.find("keyset", purpose="recovery", revoked=None)), None)


def recovery_due(reg: Register) -> list[str]:
    """Why the kit must be renewed, as codes: somebody who saw it has left, or it was used."""
    rows = reg.find("recovery", until=None)
    seen = [reg.get("person", id=row["person"]) for row in rows]
    left = any(person is not None and person["state"] == "left" for person in seen)
    used = any(reg.find("recovery_use", keyset=row["keyset"]) for row in rows)
    return ["seen_by_leaver"] * left + ["used"] * used


def _may_make_recovery(reg: Register, fact: Fact) -> None:
    row = e.require(reg.get("keyset", id=fact.subject), "the recovery keyset")
    if row["purpose"] != PROPOSED or row["revoked"] is not None:
        raise Void("the keyset was not proposed for recovery")
    if fact.person not in fact.data["seen_by"]:
        raise Void("whoever makes a kit has seen it")


def _two_for_recovery(reg: Register, fact: Fact) -> bool:
    return not alone(reg, fact.keyset)


def _recovery_made(reg: Register, fact: Fact) -> None:
    for row in reg.find("keyset", purpose="recovery", revoked=None):
        reg.change("keyset", {"id": row["id"]}, revoked=fact.seq)
    reg.change("keyset", {"id": fact.subject}, purpose="recovery")
    for row in reg.find("recovery", until=None):
        reg.change("recovery", {"keyset": row["keyset"], "person": row["person"]}, until=fact.seq)
    reg.put_all(
        "recovery",
        [
            {"keyset": fact.subject, "person": p, "since": fact.seq, "until": None}
            for p in fact.data["seen_by"]
        ],
    )


def _may_use_recovery(reg: Register, fact: Fact) -> None:
    if fact.subject != fact.keyset:
        raise Void("a recovery keyset speaks for itself alone")


def _recovery_used(reg: Register, fact: Fact) -> None:
    reg.put("recovery_use", seq=fact.seq, keyset=fact.subject, admits=fact.data["admits"])


EVENTS = (
    Event(
        "recovery.made",
        "kst",
        {"seen_by": e.many(e.ident("per"), at_least=1)},
        e.ADMINISTRATORS,
        _recovery_made,
        rule=_may_make_recovery,
        confirm=_two_for_recovery,
    ),
    Event(
        "recovery.used",
        "kst",
        {"admits": e.ident("kst")},
        frozenset({e.RECOVERY}),
        _recovery_used,
        rule=_may_use_recovery,
    ),
)
