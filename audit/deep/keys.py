"""Who is a member, who may sign and open: genesis, keysets, roles, epochs."""

from __future__ import annotations

from audit.deep import owed, voices
from audit.deep.forms import Void
from audit.deep.register import ADMINISTRATOR, CUSTODIAN, RECOVERY, STAFF, TEAMS, Register, Said, known, new
from audit.deep.things import MEMBER, PROPOSED, Epoch, Keyset, Person

_ONE_THING = "recovery admits an administrator again and does nothing else"


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
    if said.by_recovery and (
        purpose != MEMBER
        or said.subject not in reg.readmits.get(said.keyset, ())
        or ADMINISTRATOR not in reg.roles(person)
    ):
        raise Void(_ONE_THING)
    if purpose == MEMBER and known(reg.people, person, "its person").state == "left":
        raise Void("its person has left")
    if purpose != MEMBER and person:
        raise Void("a recovery kit is nobody's")
    kind = MEMBER if purpose == MEMBER else PROPOSED
    spoken = voices.of_enrolled(reg, said, person) if person else voices.NOBODY
    _keep(reg, Keyset(said.subject, person, data["key"], data["kem"], kind, said.seq, spoken))


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
        raise Void(_ONE_THING)
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


def epoch_started(reg: Register, said: Said) -> None:
    team, seals = said.data["team"], frozenset(said.data["seals"])
    if not said.roles & TEAMS[team] and not said.by_recovery:
        raise Void("only a member of the team starts its epoch")
    left_out = _left_out(reg, said)
    if not left_out and not reg.due(team):
        raise Void("nobody has come or gone since the epoch in force began")
    before = reg.newest.get(team)
    if said.data["number"] != (before.number + 1 if before else 1):
        raise Void("its number is not the next one")
    if ("predecessor" in said.data) != (before is not None):
        raise Void("an epoch seals the key of the one before, and the first has none before it")
    if seals != reg.belongs(team):
        raise Void("it is not sealed to exactly those who belong to the team")
    new(reg.epochs, said.subject, "the epoch")
    for epoch in left_out:
        epoch.skipped = said.seq
    owed.epochs_skipped(reg, said, left_out)
    follows = said.data.get("follows", before.id if before else None)
    started = Epoch(said.subject, team, said.data["number"], said.seq, seals, said.keyset, follows)
    reg.epochs[started.id] = reg.newest[team] = started


def _left_out(reg: Register, said: Said) -> list[Epoch]:
    """Epochs past which this one goes, by naming an older one: on its author's word that they do not open."""
    if "follows" not in said.data:
        return []
    older = known(reg.epochs, said.data["follows"], "the epoch that it follows")
    if older.team != said.data["team"] or older.skipped is not None:
        raise Void("it follows another team's epoch, or one that was left out")
    if said.by_recovery and said.keyset not in reg.readmits:
        raise Void(_ONE_THING)
    if said.keyset not in older.seals:
        raise Void("who follows an epoch has that epoch's key")
    team = (epoch for epoch in reg.epochs.values() if epoch.team == older.team and epoch.skipped is None)
    left_out = [epoch for epoch in team if epoch.number > older.number]
    if not left_out:
        raise Void("it follows the newest, and names it all the same")
    if any(epoch.author == said.keyset for epoch in left_out):
        raise Void("an epoch's own author can open it")
    return left_out


RULES = {
    "log.genesis": genesis,
    "signer.added": signer_added,
    "signer.revoked": signer_revoked,
    "signer.vouching": signer_vouching,
    "role.given": role_given,
    "role.ended": role_ended,
    "epoch.started": epoch_started,
}
