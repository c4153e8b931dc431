"""Whose word a keyset speaks, and when an administrator counts as alone.

A keyset may be in the hands of its person, or of whoever enrolled it: its *voices*. It is its person's own where
they made the vault, came by the kit, or a lone administrator made them another; where another enrolled it, it speaks
with the voices of that other's keyset too, until somebody who is none of them has vouched for it: by `entry.confirmed`
on the entry that enrolled it, or on the role of an administrator, naming it.

* Two keysets agree as two only if no person could hold both: `speaks` of the one and of the other share nobody.
* An administrator is alone, and what should take two takes effect at once, only if nobody else was ended by them.
  A removal takes effect at once always; what it must not give is the power to do the next thing alone. Such a thing
  waits for another administrator, or, with none left, for a custodian who was there before the removal and whose
  keys this administrator did not enrol. Using the recovery kit later than the removal makes them alone again.
"""

from __future__ import annotations

from collections.abc import Iterable

from vault.domain import events as e
from vault.domain.events import Fact, Register, Row, Void

# Events after which somebody may be heard no more, or again; a test looks for any other that does it.
MOVES = frozenset(
    {
        "role.given",
        "role.ended",
        "person.paused",
        "person.resumed",
        "person.left",
        "signer.added",
        "signer.revoked",
        "entry.confirmed",
    }
)
Heard = dict[str, set[str]]


def speaks(row: Row | None) -> frozenset[str]:
    """Everybody who may hold this keyset; nobody, for the kit's."""
    if row is None or row["person"] is None:
        return frozenset()
    return frozenset({row["person"], *row["voices"].split()})


def others(row: Row) -> frozenset[str]:
    """Whose voice besides its person's a keyset has: nobody, once it is vouched for."""
    return speaks(row) - {row["person"]}


def heard(reg: Register) -> list[Row]:
    """The keysets in force of the administrators in force."""
    found = []
    for role in reg.find("role", role=e.ADMINISTRATOR, until=None):
        person = reg.get("person", id=role["person"])
        if person is not None and person["state"] == "active":
            found += reg.find("keyset", person=person["id"], revoked=None, purpose="member")
    return sorted(found, key=lambda row: row["added"])


def counterparts(reg: Register, voice: str) -> set[str]:
    """Administrators who can say no to this voice: others, with keys that it has no part in."""
    return {row["person"] for row in heard(reg) if voice not in speaks(row)}


def removals(reg: Register, voices: Iterable[str]) -> list[Row]:
    """Administrators whom one of these voices ended, who are not back, since the kit was used last."""
    used = max((row["seq"] for row in reg.find("recovery_use")), default=-1)
    return [row for v in voices for row in reg.find("removal", voice=v, back=None) if row["seq"] > used]


def alone(reg: Register, keyset: str) -> bool:
    """Whether what should take two takes effect at once when this keyset says it."""
    own = speaks(reg.get("keyset", id=keyset))
    return not removals(reg, own) and not any(counterparts(reg, voice) for voice in own)


def two(reg: Register) -> bool:
    """Whether two administrators could agree today."""
    rows = heard(reg)
    return any(not speaks(one) & speaks(other) for one in rows for other in rows)


# --- what the fold remembers ------------------------------------------------------------------------------------


def before(reg: Register, fact: Fact) -> Heard:
    """Who could say no to the voices of a fact's author, before it is applied."""
    if fact.event not in MOVES:
        return {}
    return {voice: counterparts(reg, voice) for voice in speaks(reg.get("keyset", id=fact.keyset))}


def follow(reg: Register, fact: Fact, known: Heard) -> None:
    """Remember whom the fact's author ended, and who is back."""
    if fact.event not in MOVES:
        return
    for voice, could in known.items():
        for person in sorted(could - counterparts(reg, voice)):
            reg.put("removal", seq=fact.seq, person=person, voice=voice, back=None)
    for row in reg.find("removal", back=None):
        if row["person"] in counterparts(reg, row["voice"]):
            reg.change("removal", {k: row[k] for k in ("seq", "person", "voice")}, back=fact.seq)


def of_new_keyset(reg: Register, fact: Fact) -> str:
    """The voices of a keyset that is being enrolled."""
    person = fact.data.get("person", fact.person)
    author = reg.get("keyset", id=fact.keyset)
    if author is None or author["purpose"] == e.RECOVERY or _comes_as_administrator(reg, fact, person):
        return str(person)
    return " ".join(sorted(speaks(author)))


def _comes_as_administrator(reg: Register, fact: Fact, person: str) -> bool:
    """The first keys of somebody whom a lone administrator has made another: nobody could vouch for them."""
    holds = reg.find("role", person=person, role=e.ADMINISTRATOR, until=None)
    return bool(holds) and not reg.find("keyset", person=person) and alone(reg, fact.keyset)


def become_own(reg: Register, fact: Fact) -> None:
    """A lone administrator makes another for the first time: nobody else could vouch for the keys that they have.

    Where somebody else agrees, nothing is their own by that: whoever agrees names the keys whose words they compared.
    Called before the role is written.
    """
    if fact.data["role"] != e.ADMINISTRATOR or e.RECOVERY in fact.roles or fact.confirmed:
        return
    if reg.find("role", person=fact.subject, role=e.ADMINISTRATOR):
        return
    for row in reg.find("keyset", person=fact.subject):
        reg.change("keyset", {"id": row["id"]}, voices=fact.subject)


# --- the second word --------------------------------------------------------------------------------------------


def enrolled_at(reg: Register, entry: int) -> Row | None:
    """The member's keyset that an entry enrolled, if somebody is to vouch for it."""
    row = next(iter(reg.find("keyset", added=entry, revoked=None, purpose="member")), None)
    return row if row is not None and others(row) else None


def only_keyset(reg: Register, person: str) -> Row | None:
    """The keyset in force of somebody who has one, and no other."""
    rows = reg.find("keyset", person=person, revoked=None, purpose="member")
    return rows[0] if len(rows) == 1 else None


def _not_in_one_hand(reg: Register, fact: Fact, suspects: frozenset[str]) -> None:
    if shared := speaks(reg.get("keyset", id=fact.keyset)) & suspects:
        raise Void(
            "these keys and those that wrote the entry may be in one hand, that of "
            f"{', '.join(sorted(shared))}: somebody else must vouch for them first, see keyholder confirm"
        )


def may_name(reg: Register, fact: Fact, *, person: str) -> None:
    """Raise `Void` unless the author can vouch for the keyset named, and it is all that the person signs with.

    More than one, or another than was looked at: whoever agreed compared other words than they vouch for.
    """
    row = only_keyset(reg, person)
    if row is None or row["id"] != fact.data["keyset"]:
        raise Void("the keyset that it names is not the only one of who becomes administrator")
    _not_in_one_hand(reg, fact, others(row))


def may_agree(reg: Register, fact: Fact, *, entry: int, suspects: frozenset[str]) -> None:
    """Raise `Void` unless the author is heard as somebody else than the suspects."""
    _not_in_one_hand(reg, fact, suspects)
    if e.ADMINISTRATOR in fact.roles:
        return
    if any(not speaks(row) & suspects for row in heard(reg)):
        raise Void("another administrator can confirm it, so a custodian cannot")
    since = min([entry, *(row["seq"] for row in removals(reg, suspects))])
    if not _in_office(reg, fact, since=since):
        raise Void("only a custodian who was there, with these keys, before there was one administrator less")


def _in_office(reg: Register, fact: Fact, *, since: int) -> bool:
    row = reg.get("keyset", id=fact.keyset)
    roles = reg.find("role", person=fact.person, role=e.CUSTODIAN, until=None)
    return row is not None and row["added"] < since and any(role["since"] < since for role in roles)


def vouch(reg: Register, row: Row | None) -> None:
    """This keyset is its person's own voice from now on."""
    row = e.require(row, "a waiting entry")
    reg.change("keyset", {"id": row["id"]}, voices=row["person"])
