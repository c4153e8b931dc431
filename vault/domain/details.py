"""Descriptions beside the register: copies for who they are about, and new seals for what a non-member wrote.

A member without the register's key sees their own person and devices by a copy, sealed to one keyset of theirs. It
counts for the description that the register has at that entry: when that changes, or the device changes hands, the
copy is out of date by itself. Somebody without the register's key describes things in a form that names no author;
the next custodian or administrator who writes seals it anew. Earlier blobs stay listed: erasing must find them all.
"""

from __future__ import annotations

from vault.domain import events as e
from vault.domain import keys
from vault.domain.events import Event, Fact, Register, Row, Void

KINDS = {"per": "person", "dev": "device", "req": "request", "clm": "claim", "not": "note"}
_OWN = ("per", "dev")
_BY_ANYBODY = ("dev", "req", "clm", "not")


def kind_of(id_: str) -> str:
    """What an id names, as its table is called."""
    return KINDS[id_[:3]]


def owner_of(reg: Register, id_: str) -> str | None:
    """Whom a person's or a device's description is about."""
    row = reg.get(kind_of(id_), id=id_) or {}
    owner = row.get("id") if id_.startswith("per") else row.get("person")
    return str(owner) if owner is not None else None


def copy_in_force(reg: Register, id_: str, keyset: str) -> Row | None:
    """The copy of the description that the register has now, for that keyset."""
    row = reg.get(kind_of(id_), id=id_)
    if row is None or row["details"] is None:
        return None
    rows = reg.find("own_details", keyset=keyset, id=id_, source=row["details"])
    return max(rows, key=lambda copy: copy["seq"], default=None)


def remember_form(reg: Register, fact: Fact) -> None:
    """Whether the newest description of a thing waits to be sealed anew; asked of every entry that has one."""
    if fact.subject[:3] not in _BY_ANYBODY or "details" not in fact.data:
        return
    _settle(reg, fact, fact.subject)
    if not fact.roles & keys.TEAM_ROLES[keys.REGISTER]:
        reg.put("unkeyed", id=fact.subject, seq=fact.seq, done=None)


def _settle(reg: Register, fact: Fact, id_: str) -> None:
    reg.change("unkeyed", {"id": id_, "done": None}, done=fact.seq)


def _may_copy(reg: Register, fact: Fact) -> None:
    keyset = e.require(reg.get("keyset", id=fact.subject), "the keyset")
    if keyset["purpose"] != "member" or keyset["revoked"] is not None:
        raise Void("the keyset is not in force")
    if owner_of(reg, fact.data["about"]) != keyset["person"]:
        raise Void("that is not about the owner of the keyset")
    if not fact.roles & e.STAFF and fact.person != keyset["person"]:
        raise Void("only custody, an administrator or its owner describes it")
    batch = reg.get("batch", id=fact.data["batch"])
    if batch is None or batch["author"] != fact.keyset:
        raise Void("its batch of commit keys is not the author's")


def _copy(reg: Register, fact: Fact) -> None:
    row = e.require(reg.get(kind_of(fact.data["about"]), id=fact.data["about"]), "it")
    reg.put(
        "own_details",
        keyset=fact.subject,
        id=fact.data["about"],
        seq=fact.seq,
        source=row["details"],
        batch=fact.data["batch"],
        blob=fact.data["details"],
    )


def _may_rewrite(reg: Register, fact: Fact) -> None:
    if not reg.find("unkeyed", id=fact.data["about"], done=None):
        raise Void("its description does not wait to be sealed anew")


def _rewrite(reg: Register, fact: Fact) -> None:
    """The same words under the register's key; without any where the waiting form holds no words."""
    about = fact.data["about"]
    if "details" in fact.data:
        _inherit(reg, fact, about)
        reg.change(kind_of(about), {"id": about}, details=fact.data["details"])
    _settle(reg, fact, about)


def _inherit(reg: Register, fact: Fact, about: str) -> None:
    """The new blob is about whom the earlier one is about, so that an erasure finds it; one named before is not."""
    row, name = e.require(reg.get(kind_of(about), id=about), "it"), fact.data["details"]
    if reg.get("blob", hash=name) is None:
        people = [known["person"] for known in reg.find("about", hash=row["details"])]
        reg.put_all("about", [{"person": person, "hash": name} for person in people])


EVENTS = (
    Event(
        "details.shared",
        "kst",
        {"about": e.ident(*_OWN), "batch": e.ident("bat"), "details": e.words},
        e.MEMBERS,
        _copy,
        rule=_may_copy,
    ),
    Event(
        "details.rewritten",
        "",
        {"about": e.ident(*_BY_ANYBODY)},
        e.STAFF,
        _rewrite,
        optional={"details": e.words},
        rule=_may_rewrite,
    ),
)
