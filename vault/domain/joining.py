"""Invitations, and what waits for a second administrator.

An invitation names a person, a one-use public key, roles and an end; it is used once, by a keyset of that person,
before it ends. An entry that waits takes effect when another administrator than its author confirms it. Who agrees to
an administrator names the keys whose words they compared, and vouches for these; without a name for none.
"""

from __future__ import annotations

from vault.domain import events as e
from vault.domain import voices
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


def _nothing(reg: Register, fact: Fact) -> None:
    """What was confirmed is applied by the table, which knows every event."""


def _may_confirm(reg: Register, fact: Fact) -> None:
    entry = fact.data["entry"]
    row = reg.get("pending", seq=entry)
    if row is None:
        suspects = voices.others(e.require(voices.enrolled_at(reg, entry), "a waiting entry"))
    elif row["confirmed"] is not None:
        raise Void("the entry is confirmed already")
    elif row["person"] == fact.person:
        raise Void("the second administrator must be another person")
    else:
        suspects = voices.speaks(reg.get("keyset", id=row["keyset"]))
    voices.may_agree(reg, fact, entry=entry, suspects=suspects)
    if "keyset" in fact.data:
        if row is None or row["event"] != "role.given":
            raise Void("it names keys, and makes nobody administrator")
        voices.may_name(reg, fact, person=row["subject"])


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
    Event(
        "entry.confirmed",
        "",
        {"entry": e.count},
        e.STAFF,
        _nothing,
        optional={"keyset": e.ident("kst")},
        rule=_may_confirm,
    ),
)
