"""Keysets and roles: who can sign, who can open, since which entry.

Rules: an administrator admits; administrators and custodians revoke. Giving the administrator role waits for a
second administrator where there is one.
"""

from __future__ import annotations

from binascii import a2b_base64
from typing import Any

from vault.domain import events as e
from vault.domain import exposure, sealing_keys, signers, voices
from vault.domain.events import Event, Fact, Register, Row, Void

REGISTER = "register"
CUSTODY = "custody"
PROPOSED = "proposed"
TEAM_ROLES = {REGISTER: frozenset({e.ADMINISTRATOR, e.CUSTODIAN, e.AUDITOR}), CUSTODY: e.CUSTODIANS}


_BELONGING = ("epoch", "epoch_seal", "keyset", "person", "role")  # what decides whether an epoch is due

_ONE_THING = "recovery may admit an administrator again and nothing else"


def roles_of(reg: Register, person: str) -> frozenset[str]:
    """The roles in force of a person; none while paused or after leaving."""
    row = reg.get("person", id=person)
    if row is None or row["state"] != "active":
        return frozenset()
    return frozenset(r["role"] for r in reg.find("role", person=person, until=None))


def stands(reg: Register, waiting: Row) -> bool:
    """Whether who wrote an entry that waits could write it today: what waits does not outlive its author's right.

    Every event that waits is an administrator's.
    """
    row = reg.get("keyset", id=waiting["keyset"])
    return row is not None and row["revoked"] is None and e.ADMINISTRATOR in roles_of(reg, row["person"])


def members(reg: Register, role: str) -> list[str]:
    """Active persons that hold a role and an active keyset."""
    holders = {row["person"] for row in reg.find("role", role=role, until=None)}
    return sorted(p for p in holders if role in roles_of(reg, p) and active_keysets(reg, p))


def active_keysets(reg: Register, person: str) -> list[str]:
    """The keysets of a person that were admitted and not revoked."""
    return sorted(row["id"] for row in reg.find("keyset", person=person, revoked=None, purpose="member"))


def team_keysets(reg: Register, team: str) -> list[str]:
    """Exactly the keysets that an epoch of this team must be sealed to: its members' and recovery's."""
    people = {row["person"] for role in TEAM_ROLES[team] for row in reg.find("role", role=role, until=None)}
    own = [k for p in people if roles_of(reg, p) & TEAM_ROLES[team] for k in active_keysets(reg, p)]
    recovery = [row["id"] for row in reg.find("keyset", purpose="recovery", revoked=None)]
    return sorted(own + recovery)


def newest_epoch(reg: Register, team: str) -> dict[str, Any] | None:
    """The epoch that new things of this team are sealed to."""
    row = reg.memo(("newest epoch", team), ("epoch",), lambda: reg.newest("epoch", "number", team=team))
    return dict(row) if row else None


def epoch_due(reg: Register, team: str) -> bool:
    """True while the newest epoch is not sealed to exactly those who belong: nothing is accepted for it then."""
    return reg.memo(("epoch due", team), _BELONGING, lambda: _epoch_due(reg, team))


def _epoch_due(reg: Register, team: str) -> bool:
    newest = newest_epoch(reg, team)
    if newest is None:
        return True
    sealed = sorted(row["keyset"] for row in reg.find("epoch_seal", epoch=newest["id"]))
    return sealed != team_keysets(reg, team)


def is_last_administrator(reg: Register, person: str) -> bool:
    """True if nobody else could act as administrator, whatever was revoked of this person before."""
    holds = bool(reg.find("role", person=person, role=e.ADMINISTRATOR, until=None))
    return holds and not set(members(reg, e.ADMINISTRATOR)) - {person}


def vouches(reg: Register, person: str) -> bool:
    """Whether the log should let this person's keysets add or revoke signers."""
    return bool(roles_of(reg, person) & e.STAFF)


def _genesis(reg: Register, fact: Fact) -> None:
    reg.put("person", id=fact.data["person"], details=None, state="active", added=fact.seq, left_at=None)
    _keyset(reg, fact, fact.data["person"], "member")
    for role in (e.ADMINISTRATOR, e.CUSTODIAN):
        reg.put("role", person=fact.data["person"], role=role, since=fact.seq, until=None)


def _keyset(reg: Register, fact: Fact, person: str | None, purpose: str) -> None:
    reg.put(
        "keyset",
        id=fact.subject,
        person=person,
        key=fact.data["key"],
        kem=fact.data["kem"],
        purpose=purpose,
        voices=voices.of_new_keyset(reg, fact) if person else "",
        added=fact.seq,
        revoked=None,
    )


def _only_once(reg: Register, fact: Fact) -> None:
    if fact.seq != 0:
        raise Void("a log has one genesis")


def _may_add(reg: Register, fact: Fact) -> None:
    known = (("id", fact.subject), ("key", fact.data["key"]), ("kem", fact.data["kem"]))
    if any(reg.find("keyset", **{column: value}) for column, value in known):
        raise Void("this keyset was admitted before")
    if signers.proves_nothing(a2b_base64(fact.data["key"])):
        raise Void("its signing key proves nothing: one signature under it fits many messages")
    if sealing_keys.seals_nothing(a2b_base64(fact.data["kem"])):
        raise Void("nothing can be sealed to its key: it would stop whoever seals to its team")
    if e.RECOVERY in fact.roles:
        _only_who_was_announced(reg, fact)
    if fact.data["purpose"] == "member":
        person = e.require(reg.get("person", id=fact.data.get("person")), "its person")
        if person["state"] == "left":
            raise Void("its person has left")
    elif "person" in fact.data:
        raise Void("a recovery keyset belongs to nobody")


def _only_who_was_announced(reg: Register, fact: Fact) -> None:
    announced = reg.find("recovery_use", admits=fact.subject, keyset=fact.keyset)
    if fact.data["purpose"] != "member" or not announced:
        raise Void(_ONE_THING)
    if e.ADMINISTRATOR not in roles_of(reg, fact.data.get("person", "")):
        raise Void(_ONE_THING)


def _add(reg: Register, fact: Fact) -> None:
    # A new recovery keyset opens and signs nothing before `recovery.made` has taken effect.
    purpose = "member" if fact.data["purpose"] == "member" else PROPOSED
    _keyset(reg, fact, fact.data.get("person"), purpose)


def _may_revoke(reg: Register, fact: Fact) -> None:
    row = e.require(reg.get("keyset", id=fact.subject), "the keyset")
    if row["purpose"] == "recovery":
        # It ends by recovery.made, which two administrators decide; this entry then tells the log the same.
        if row["revoked"] is None or not fact.roles & e.STAFF:
            raise Void("a recovery keyset ends when another is made, and not otherwise")
        return
    if row["revoked"] is not None:
        raise Void("the keyset is revoked already")
    if row["person"] != fact.person and not fact.roles & e.STAFF:
        raise Void("only its owner, a custodian or an administrator may revoke a keyset")


def _revoke(reg: Register, fact: Fact) -> None:
    reg.change("keyset", {"id": fact.subject, "revoked": None}, revoked=fact.seq)


def _may_set_vouching(reg: Register, fact: Fact) -> None:
    """It tells the log what the register decided, and decides nothing itself."""
    row = e.require(reg.get("keyset", id=fact.subject), "the keyset")
    if fact.data["vouches"] != vouches(reg, row["person"] or ""):
        raise Void("the roles of its owner say otherwise")


def _may_give_role(reg: Register, fact: Fact) -> None:
    if e.require(reg.get("person", id=fact.subject), "the person")["state"] == "left":
        raise Void("the person has left")
    if e.RECOVERY in fact.roles and (
        fact.data["role"] not in e.STAFF or not reg.find("recovery_use", keyset=fact.keyset)
    ):
        raise Void(_ONE_THING)
    held = reg.find("role", person=fact.subject, role=fact.data["role"], until=None)
    if held:
        raise Void("the person has that role already")


def _two_for_administrator(reg: Register, fact: Fact) -> bool:
    return (
        fact.data["role"] == e.ADMINISTRATOR
        and e.RECOVERY not in fact.roles
        and not voices.alone(reg, fact.keyset)
    )


def _give_role(reg: Register, fact: Fact) -> None:
    voices.become_own(reg, fact)
    reg.put("role", person=fact.subject, role=fact.data["role"], since=fact.seq, until=None)


def _may_end_role(reg: Register, fact: Fact) -> None:
    role = fact.data["role"]
    held = reg.find("role", person=fact.subject, role=role, until=None)
    e.require(held[0] if held else None, "that role of the person")
    if role == e.ADMINISTRATOR and is_last_administrator(reg, fact.subject):
        raise Void("the last administrator cannot be removed")


def _end_role(reg: Register, fact: Fact) -> None:
    """Who was a custodian could open everything: what they no longer answer for must be changed."""
    if fact.data["role"] == e.CUSTODIAN:
        exposure.cause(reg, fact, kind="custody_ended", person=fact.subject)
    reg.change("role", {"person": fact.subject, "role": fact.data["role"], "until": None}, until=fact.seq)


def _nothing(reg: Register, fact: Fact) -> None:
    """The log library acts on it; the register has nothing to change."""


_SIGN, _KEM = e.base64_of(32), e.base64_of(1216)  # Ed25519; ML-KEM-768 and X25519
_KEYS = {"key": _SIGN, "kem": _KEM}
_ROLE = {"role": e.one_of(*e.ROLES)}

EVENTS = (
    Event(
        "log.genesis",
        "kst",
        {**_KEYS, "origin": e.origin, "person": e.ident("per"), "policy": e.code},
        e.MEMBERS,
        _genesis,
        rule=_only_once,
    ),
    Event(
        "signer.added",
        "kst",
        {**_KEYS, "purpose": e.one_of("member", "recovery"), "vouches": e.flag},
        e.ADMINISTRATORS | {e.RECOVERY},
        _add,
        optional={"person": e.ident("per")},
        rule=_may_add,
    ),
    Event(
        "signer.revoked",
        "kst",
        {"reason": e.code},
        e.MEMBERS,
        _revoke,
        optional={"occurred_at": e.time},
        rule=_may_revoke,
    ),
    Event("signer.vouching", "kst", {"vouches": e.flag}, e.MEMBERS, _nothing, rule=_may_set_vouching),
    Event(
        "role.given",
        "per",
        _ROLE,
        e.ADMINISTRATORS | {e.RECOVERY},
        _give_role,
        rule=_may_give_role,
        confirm=_two_for_administrator,
    ),
    Event("role.ended", "per", _ROLE, e.ADMINISTRATORS, _end_role, rule=_may_end_role),
)
