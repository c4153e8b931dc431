"""Who is a member, who may sign and open: genesis, keysets, roles."""

from __future__ import annotations

from audit import b64
from audit.deep import owed, voices
from audit.deep.forms import Void
from audit.deep.register import ADMINISTRATOR, CUSTODIAN, RECOVERY, STAFF, Register, Said, known
from audit.deep.things import MEMBER, PROPOSED, Keyset, Person

_SMALL_ORDER = (  # on Curve25519: what is agreed with these is zero
    0,
    1,
    2**255 - 20,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
)
ONE_THING = "recovery admits an administrator again and does nothing else"


def genesis(reg: Register, said: Said) -> None:
    """Only of the first entry: a later one changes nobody who signs, and is void before its rule is asked."""
    person = reg.people[said.data["person"]] = Person(said.data["person"], 0, held=dict.fromkeys(STAFF, 0))
    person.administered = True
    own = voices.of_enrolled(reg, said, person.id)
    _keep(reg, Keyset(said.subject, person.id, said.data["key"], said.data["kem"], MEMBER, 0, own))


def _keep(reg: Register, keyset: Keyset) -> None:
    reg.keysets[keyset.id] = keyset
    if keyset.person:
        reg.people[keyset.person].keysets.append(keyset)
    reg.who_changed()


def signer_added(reg: Register, said: Said) -> None:
    data = said.data
    if any(
        k.id == said.subject or data["key"] == k.key or data["kem"] == k.kem for k in reg.keysets.values()
    ):
        raise Void("the keyset, or half of it, was admitted before")
    person, purpose = data.get("person", ""), data["purpose"]
    if not _can_be_sealed_to(b64.decode(data["kem"])):
        raise Void("no seal can be made to its key")
    if said.by_recovery and (
        purpose != MEMBER
        or said.subject not in reg.readmits.get(said.keyset, ())
        or ADMINISTRATOR not in reg.roles(person)
    ):
        raise Void(ONE_THING)
    if purpose == MEMBER and known(reg.people, person, "its person").state == "left":
        raise Void("its person has left")
    if purpose != MEMBER and person:
        raise Void("a recovery kit is nobody's")
    kind = MEMBER if purpose == MEMBER else PROPOSED
    spoken = voices.of_enrolled(reg, said, person) if person else voices.NOBODY
    _keep(reg, Keyset(said.subject, person, data["key"], data["kem"], kind, said.seq, spoken))


def _can_be_sealed_to(kem: bytes) -> bool:
    """Every number in either half is below its modulus, and the X25519 half has not a small order."""
    packed, point = int.from_bytes(kem[:1152], "little"), int.from_bytes(kem[1184:], "little")
    numbers = (packed >> 12 * n & 0xFFF for n in range(768))
    return max(numbers) < 3329 and point < 2**255 - 19 and point not in _SMALL_ORDER


def signer_revoked(reg: Register, said: Said) -> None:
    keyset = known(reg.keysets, said.subject, "the keyset")
    if keyset.purpose == RECOVERY:
        if keyset.revoked is None or not said.by_staff:
            raise Void("a recovery kit ends when another is made")
        return
    if keyset.revoked is not None:
        raise Void("the keyset is revoked already")
    if keyset.person != said.person and not said.by_staff:
        raise Void("only its owner or staff revokes a keyset")
    keyset.revoked = said.seq
    reg.who_changed()


def signer_vouching(reg: Register, said: Said) -> None:
    keyset = known(reg.keysets, said.subject, "the keyset")
    if said.data["vouches"] is not bool(reg.roles(keyset.person) & STAFF):
        raise Void("the roles of its owner say otherwise")


def role_given(reg: Register, said: Said) -> None:
    person, role = known(reg.people, said.subject, "the person"), said.data["role"]
    if person.state == "left":
        raise Void("the person has left")
    if said.by_recovery and (role not in STAFF or said.keyset not in reg.readmits):
        raise Void(ONE_THING)
    if role in person.held:
        raise Void("the person has that role already")
    two = role == ADMINISTRATOR and not said.by_recovery and not voices.alone(reg, said.keyset)
    if two and not said.confirmed:
        reg.waiting[said.seq] = said
        return
    if role == ADMINISTRATOR:
        voices.joined(reg, said)
        person.administered = True
    person.held[role] = said.seq
    reg.who_changed()


def role_ended(reg: Register, said: Said) -> None:
    person, role = reg.people.get(said.subject), said.data["role"]
    if person is None or role not in person.held:
        raise Void("the person has not that role")
    if role == ADMINISTRATOR:
        reg.keep_one_administrator(person.id)
    if role == CUSTODIAN:
        owed.person_goes(reg, said, "custody_ended", person.id)
    del person.held[role]
    reg.who_changed()


RULES = {
    "log.genesis": genesis,
    "signer.added": signer_added,
    "signer.revoked": signer_revoked,
    "signer.vouching": signer_vouching,
    "role.given": role_given,
    "role.ended": role_ended,
}
