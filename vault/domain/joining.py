"""Invitations: a person, a one-use public key, roles and an end; used once, before it ends, by a keyset of theirs."""

from __future__ import annotations

from vault.domain import events as e
from vault.domain.events import Event, Fact, Register, Void


def _may_invite(reg: Register, fact: Fact) -> None:
    if reg.get("invitation", id=fact.subject) is not None:
        raise Void("the invitation was made before")
    if e.require(reg.get("person", id=fact.data["person"]), "the person")["state"] != "active":
        raise Void("the person is paused or has left")
    owners = (reg.get("keyset", id=keyset) for keyset in fact.data.get("replaces", []))
    if any(row is None or row["person"] != fact.data["person"] for row in owners):
        raise Void("it replaces a keyset that is not the person's")


def _invite(reg: Register, fact: Fact) -> None:
    reg.put(
        "invitation",
        id=fact.subject,
        person=fact.data["person"],
        key=fact.data["key"],
        roles=" ".join(fact.data["roles"]),
        replaces=" ".join(fact.data.get("replaces", [])),
        expires=fact.data["expires"],
        made=fact.seq,
        used=None,
    )


def _may_use_invitation(reg: Register, fact: Fact) -> None:
    row = e.require(reg.get("invitation", id=fact.subject), "the invitation")
    if row["used"] is not None:
        raise Void("the invitation was used before")
    if fact.time > row["expires"]:
        raise Void("the invitation has expired")
    keyset = e.require(reg.get("keyset", id=fact.data["keyset"]), "its keyset")
    if keyset["person"] != row["person"]:
        raise Void("the invitation is for another person")


def _use_invitation(reg: Register, fact: Fact) -> None:
    reg.change("invitation", {"id": fact.subject}, used=fact.seq)


EVENTS = (
    Event(
        "invitation.made",
        "inv",
        {
            "person": e.ident("per"),
            "key": e.base64_of(32),
            "roles": e.many(e.one_of(*e.ROLES)),
            "expires": e.time,
        },
        e.ADMINISTRATORS,
        _invite,
        optional={"replaces": e.many(e.ident("kst"))},
        rule=_may_invite,
    ),
    Event(
        "invitation.used",
        "inv",
        {"keyset": e.ident("kst")},
        e.ADMINISTRATORS,
        _use_invitation,
        rule=_may_use_invitation,
    ),
)
