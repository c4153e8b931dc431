"""Devices: whose, whether the force's or personal, what is signed in there, which second factors live there.

A loss reported by a custodian, an administrator or the owner is a fact; by anybody else it is a claim. The loss,
who must be told in which order, and the obligations are one entry. Whether somebody uses devices of their own is an
answer with a date: "no answer" and "none" differ.
"""

from __future__ import annotations

from vault.domain import events as e
from vault.domain import exposure
from vault.domain.events import Event, Fact, Register, Void

KINDS = ("phone", "tablet", "laptop", "desktop", "security_key", "other")
MOBILE = ("phone", "tablet", "laptop")  # whose screen lock is attested
OWNERSHIP = ("force", "personal")
LOCK = ("yes", "no", "unknown")
STATES = ("in_use", "lost", "retired")


def _own(reg: Register, fact: Fact) -> bool:
    row = e.require(reg.get("device", id=fact.subject), "the device")
    return row["person"] is not None and row["person"] == fact.person


def _may_add(reg: Register, fact: Fact) -> None:
    if reg.get("device", id=fact.subject) is not None:
        raise Void("the device is in the register already")
    if "person" in fact.data:
        e.require(reg.get("person", id=fact.data["person"]), "its owner")
    if not fact.roles & e.STAFF and fact.data.get("person") != fact.person:
        raise Void("only a custodian or an administrator registers somebody else's device")
    _check_keyset(reg, fact, fact.data.get("person"))


def _check_keyset(reg: Register, fact: Fact, owner: str | None) -> None:
    """Keys on a device are its owner's: whose they are decides what a loss revokes and where a secret was seen."""
    if "keyset" in fact.data:
        row = e.require(reg.get("keyset", id=fact.data["keyset"]), "the keyset")
        if row["person"] is None or row["person"] != owner:
            raise Void("the keys on a device are those of its owner")


def _add(reg: Register, fact: Fact) -> None:
    data = fact.data
    reg.put(
        "device",
        id=fact.subject,
        person=data.get("person"),
        kind=data["kind"],
        ownership=data["ownership"],
        screen_lock=data["screen_lock"],
        attested_on=data.get("attested_on"),
        keyset=data.get("keyset"),
        details=data["details"],
        state="in_use",
        added=fact.seq,
        lost=None,
    )


def _owner_or_staff(reg: Register, fact: Fact) -> None:
    if not _own(reg, fact) and not fact.roles & e.STAFF:
        raise Void("only its owner, a custodian or an administrator may say so")


def _may_change(reg: Register, fact: Fact) -> None:
    _owner_or_staff(reg, fact)
    row = e.require(reg.get("device", id=fact.subject), "the device")
    owner = fact.data.get("person", row["person"])
    if owner != row["person"]:
        e.require(reg.get("person", id=owner), "its owner")
        if not fact.roles & e.STAFF:
            raise Void("only a custodian or an administrator gives a device to somebody else")
    _check_keyset(reg, fact, owner)


def _change(reg: Register, fact: Fact) -> None:
    """Given to somebody else, it holds none of the former owner's keys for anybody: the new one's loss ends none."""
    row = e.require(reg.get("device", id=fact.subject), "the device")
    stays = fact.data.get("person", row["person"]) == row["person"]
    values = {"keyset": row["keyset"] if stays else None, **fact.data}
    reg.change("device", {"id": fact.subject}, **values)


def _sign_in(reg: Register, fact: Fact) -> None:
    account = fact.data["account"]
    links = reg.find("device_account", device=fact.subject, account=account, until_seq=None)
    if fact.event == "device.signed_in" and not links:
        reg.put("device_account", device=fact.subject, account=account, since_seq=fact.seq, until_seq=None)
    if fact.event == "device.signed_out":
        for link in links:
            key = {"device": fact.subject, "account": account, "since_seq": link["since_seq"]}
            reg.change("device_account", key, until_seq=fact.seq)


def _may_sign_in(reg: Register, fact: Fact) -> None:
    _owner_or_staff(reg, fact)
    e.require(reg.get("account", id=fact.data["account"]), "the account")


def _may_lose(reg: Register, fact: Fact) -> None:
    _owner_or_staff(reg, fact)
    row = e.require(reg.get("device", id=fact.subject), "the device")
    if row["state"] == "lost":
        raise Void("the device is lost already")
    if fact.data.get("keyset", row["keyset"]) != row["keyset"]:
        raise Void("those keys are not on the device")


def _lose(reg: Register, fact: Fact) -> None:
    row = e.require(reg.get("device", id=fact.subject), "the device")
    keysets = [fact.data["keyset"]] if "keyset" in fact.data else []
    exposure.cause(reg, fact, kind="device_lost", person=row["person"], device=fact.subject, keysets=keysets)
    reg.put_all(
        "notice",
        [
            {"cause": fact.seq, "position": n, "recipient": to, "told_at": None}
            for n, to in enumerate(fact.data["tell"])
        ],
    )
    reg.change("device", {"id": fact.subject}, state="lost", lost=fact.seq)


# A lost device is not retired away: it stays in the list as lost until somebody has it again.
_BEFORE = {"device.found": "lost", "device.retired": "in_use"}


def _may_end(reg: Register, fact: Fact) -> None:
    _owner_or_staff(reg, fact)
    if e.require(reg.get("device", id=fact.subject), "the device")["state"] != _BEFORE[fact.event]:
        raise Void(f"the device is not {_BEFORE[fact.event].replace('_', ' ')}")


def _end(reg: Register, fact: Fact) -> None:
    """Found again does not undo what is owed: nobody knows who held it in between."""
    reg.change("device", {"id": fact.subject}, state="in_use" if fact.event == "device.found" else "retired")


def _may_tell(reg: Register, fact: Fact) -> None:
    rows = reg.find("notice", cause=fact.data["cause"], recipient=fact.data["recipient"])
    e.require(rows[0] if rows else None, "that notice")


def _tell(reg: Register, fact: Fact) -> None:
    key = {"cause": fact.data["cause"], "recipient": fact.data["recipient"]}
    reg.change("notice", key, told_at=fact.data["occurred_at"])


def _may_answer(reg: Register, fact: Fact) -> None:
    e.require(reg.get("person", id=fact.subject), "the person")
    if fact.subject != fact.person and not fact.roles & e.STAFF:
        raise Void("only the person, a custodian or an administrator may say so")


def _answer(reg: Register, fact: Fact) -> None:
    reg.put(
        "own_device",
        person=fact.subject,
        uses=int(fact.data["uses"]),
        answered_at=fact.data["occurred_at"],
        seq=fact.seq,
    )


def may_make_fact(reg: Register, device: str, *, person: str, roles: frozenset[str]) -> bool:
    """Whether this member's word about a device is a fact; anybody else's is a claim."""
    row = reg.get("device", id=device)
    return bool(roles & e.STAFF) or (
        row is not None and row["person"] is not None and row["person"] == person
    )


_FIELDS = {
    "kind": e.one_of(*KINDS),
    "ownership": e.one_of(*OWNERSHIP),
    "screen_lock": e.one_of(*LOCK),
    "details": e.words,
}
_MORE = {"person": e.ident("per"), "attested_on": e.date, "keyset": e.ident("kst")}
_AT = {"occurred_at": e.time}

EVENTS = (
    Event("device.added", "dev", _FIELDS, e.MEMBERS, _add, optional=_MORE, rule=_may_add),
    Event("device.changed", "dev", {}, e.MEMBERS, _change, optional={**_FIELDS, **_MORE}, rule=_may_change),
    Event("device.signed_in", "dev", {"account": e.ident("acc")}, e.MEMBERS, _sign_in, rule=_may_sign_in),
    Event("device.signed_out", "dev", {"account": e.ident("acc")}, e.MEMBERS, _sign_in, rule=_may_sign_in),
    Event(
        "device.lost",
        "dev",
        {**_AT, "tell": e.many(e.code)},  # empty where the document says nothing of it
        e.MEMBERS,
        _lose,
        optional={"told_at": e.time, "reported_by": e.ident("per"), "keyset": e.ident("kst")},
        rule=_may_lose,
    ),
    Event("device.found", "dev", _AT, e.MEMBERS, _end, rule=_may_end),
    Event("device.retired", "dev", _AT, e.MEMBERS, _end, rule=_may_end),
    Event("own_device.answered", "per", {**_AT, "uses": e.flag}, e.MEMBERS, _answer, rule=_may_answer),
    Event(
        "notice.told", "dev", {**_AT, "cause": e.count, "recipient": e.code}, e.STAFF, _tell, rule=_may_tell
    ),
)
