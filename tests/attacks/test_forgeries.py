"""Forgeries that know the form of what they forge, thousands of them: none is accepted without a right.

Two forgers. One owns the database and has no key in force: nothing of theirs is taken into the log. The other is a
member with few rights and a program of their own, whose signature is good: what they write in others' names is not
taken in, and what they write in their own changes nothing in the register that is not theirs to change.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import b64, checkpoint
from audit.checkpoint import Checkpoint
from audit.edge import Edge
from audit.entry import Entry
from audit.errors import AuditError, BadEntry, BadSignature
from audit.follow import Follower, decode_at
from audit.signers import Signer, Signers
from tests.attacks.conftest import Force
from tests.attacks.forge import (
    Forged,
    Log,
    Sign,
    Step,
    Thief,
    canonical,
    edited,
    forge,
    head,
    rechained,
    respelled,
    signed_by,
)
from tests.attacks.insider import AT
from tests.attacks.test_fuzz import Says
from tests.attacks.watched import HOLDERS, RIGHTS, Me, Right, Watched
from tests.ops.members import member
from tests.world import World
from vault.domain import table
from vault.domain.events import MEMBERS, Fact, Register
from vault.ops.leaving import leave
from vault.ops.session import Vault, fold_into
from vault.store.register import State

SAMPLE, ALL = 1_000, 50_000  # of each forger: 100,000 in the slow suite


@pytest.fixture
def attacked(force: Force, tmp_path: Path) -> tuple[Log, Thief]:
    """An honest log in which somebody has left, whose key the thief has; and a second vault of the same people."""
    world = force.world
    leaver = member(world, "Lee Vere", "3009", "custodian")
    ring = leaver.keyring.keyset
    key = (leaver.place.keyset, ring.sign_public, ring.sign)
    world.vault.sync()
    leave(world.vault, person=leaver.person)
    world.person("Some Body", "4001")
    (tmp_path / "second").mkdir()
    second = World(tmp_path / "second", seed="another")
    second.person("Some Body", "4001")
    own = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    return Log.read(world.vault.shared), Thief(Log.read(second.vault.shared), own, key)


def accepted(step: Step, forged: Forged) -> bool:
    """Whether a follower that stands before the commit takes the forged one for it."""
    try:
        copy.copy(step.before).commit(forged.bodies, forged.note, forged.keyset)
    except AuditError:
        return False
    return True


def without_a_key(log: Log, thief: Thief, *, seed: int, count: int) -> tuple[int, list[Forged]]:
    """How many were tried, and those that were taken in."""
    rng, tried, taken = random.Random(seed), 0, []
    while tried < count:
        step, forged = forge(log, rng, thief)
        if forged.same_as(step):
            continue
        tried += 1
        if accepted(step, forged):
            taken.append(forged)
    return tried, taken


def test_b01_no_forgery_without_a_key_is_accepted(attacked: tuple[Log, Thief]) -> None:
    """A sample, always."""
    log, thief = attacked
    assert all(accepted(step, Forged(step.keyset, step.note, step.bodies)) for step in log.steps)
    assert without_a_key(log, thief, seed=1, count=SAMPLE) == (SAMPLE, [])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 15))
def test_b01_fifty_thousand_forgeries_without_a_key(attacked: tuple[Log, Thief], seed: int) -> None:
    """Five runs of ten thousand."""
    log, thief = attacked
    assert without_a_key(log, thief, seed=seed, count=ALL // 5) == (ALL // 5, [])


@pytest.mark.parametrize("check", ["signature", "signers", "root"])
def test_b01_forgeries_teeth(
    attacked: tuple[Log, Thief], check: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each check taken away in turn, some of the same forgeries are accepted: the sample reaches every one."""
    log, thief = attacked
    if check == "signature":
        monkeypatch.setattr("audit.keys.verify", lambda public, message, signature: None)
    elif check == "signers":
        monkeypatch.setattr("audit.signers.Signers.in_force", _whoever)
    else:
        monkeypatch.setattr("audit.follow.verify_note", _only_the_signature)
    assert without_a_key(log, thief, seed=1, count=SAMPLE)[1] != []


def _whoever(signers: Signers, signer_id: str, first: int) -> Signer:
    """The signer, in force or not."""
    for signer in signers.items():
        if signer.id == signer_id:
            return signer
    raise BadSignature("nobody", seq=first)


def _only_the_signature(signed: bytes, author: Signer, edge: Edge, first: int) -> Checkpoint:
    return checkpoint.verify(signed, origin=edge.origin, public=author.public)


# --- a member with few rights, whose signature is good --------------------------------------------------------------


@dataclass
class Member:
    """A member with a program of their own, and the register as it stands before each of their forgeries."""

    log: Log
    me: Me
    rights: Mapping[str, Right]
    sign: Sign
    public: bytes
    state: State
    end: Follower

    @classmethod
    def of(cls, world: World, vault: Vault, rights: Mapping[str, Right], account: str = "") -> Member:
        log, state = Log.read(world.vault.shared), State.memory()
        follower = Follower.start()
        for step in log.steps:
            for entry in follower.commit(step.bodies, step.note, step.keyset).entries:
                fold_into(state, entry)
        ring = vault.keyring.keyset
        me = Me(vault.person, vault.place.keyset, account)
        return cls(log, me, rights, ring.sign, ring.sign_public, state, follower)


@pytest.fixture(params=["desk", "holder"])
def mallory(force: Force, request: pytest.FixtureRequest) -> Member:
    """A desk, and a holder of one account."""
    if request.param == "holder":
        force.team()
        return Member.of(force.world, force.hal, HOLDERS, force.account)
    desk = member(force.world, "Des King", "3008", "desk")
    force.world.vault.sync()
    return Member.of(force.world, desk, RIGHTS)


def in_the_names_of_others(member: Member, *, seed: int, count: int) -> list[Forged]:
    """Bodies and claims forged, every one under the member's own good signature; those taken in wrongly."""
    rng, end, wrong = random.Random(seed), member.end, []
    origin = end.origin
    for _ in range(count):
        step = rng.choice(member.log.steps)
        own = [canonical({**json.loads(body), "actor": member.me.keyset}) for body in step.bodies]
        bodies = rechained(rng.choice((own, list(step.bodies))), end)
        bodies = tuple(edited(b, member.log, rng) if rng.random() < 0.4 else b for b in bodies)
        bodies = tuple(respelled(b, rng) if rng.random() < 0.2 else b for b in bodies)
        bodies = rechained(bodies, end) if rng.random() < 0.5 else bodies
        claim = rng.choice((member.me.keyset, member.me.keyset, step.keyset))
        note = signed_by(head(end, bodies).text(), origin, member.public, member.sign)
        forged = Forged(claim, note, bodies)
        if accepted(Step(end, "", b"", ()), forged) and not _their_own(member, end, forged):
            wrong.append(forged)
    return wrong


def _their_own(member: Member, end: Follower, forged: Forged) -> bool:
    """Whether it is what anybody could say: in the one form, in its place, and in their own name."""
    named = {json.loads(body)["actor"] for body in forged.bodies} == {forged.keyset} == {member.me.keyset}
    formed = all(canonical(json.loads(body)) == body for body in forged.bodies)
    return named and formed and rechained(forged.bodies, end) == forged.bodies


def in_their_own_name(member: Member, *, seed: int, count: int) -> tuple[int, list[object]]:
    """Any event about anything, each on the register as it is; how many count, and what they wrote wrongly."""
    rng, state, counted, wrong = random.Random(seed), member.state, 0, []
    seq = member.end.size
    with suppress(_Undone), state.transaction():
        say = Says(state, rng)
        for _ in range(count):
            event, subject, data = say.anything()
            watched = Watched(state)
            person, roles = table.author(state, member.me.keyset, event, data)
            fact = Fact(
                seq=seq,
                time=AT,
                keyset=member.me.keyset,
                person=person,
                roles=roles,
                event=event,
                subject=subject,
                data=data,
            )
            if table.fold(cast("Register", watched), fact) is None:
                counted += 1
            if wrongs := watched.wrongs(member.me, member.rights):
                wrong.append((event, data, wrongs))
            state.restart()
        raise _Undone
    return counted, wrong


class _Undone(Exception):
    pass


def test_e10_nothing_in_the_names_of_others(mallory: Member) -> None:
    """A sample, always."""
    assert in_the_names_of_others(mallory, seed=1, count=SAMPLE // 2) == []


def test_e01_nothing_without_a_right(mallory: Member) -> None:
    """A sample, always; some of it counts, or it attacks nothing."""
    counted, wrong = in_their_own_name(mallory, seed=1, count=SAMPLE // 2)
    assert wrong == []
    assert counted > 5


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 15))
def test_e10_fifty_thousand_forgeries_by_members(mallory: Member, seed: int) -> None:
    """Ten runs, five for each member: half in others' names, half in their own."""
    assert in_the_names_of_others(mallory, seed=seed, count=ALL // 20) == []
    assert in_their_own_name(mallory, seed=seed, count=ALL // 20)[1] == []


@pytest.mark.parametrize("check", ["rights", "rule"])
def test_e01_rights_teeth(mallory: Member, check: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the roles, or without the rules beside them, the same entries change what is not theirs."""
    owned = ("device.changed", "device.signed_in", "own_device.answered", "secret.seen", "account.requested")
    for name, event in table.TABLE.items():
        if check == "rights":
            monkeypatch.setitem(table.TABLE, name, event._replace(by=MEMBERS))
        elif name in owned:  # their rules alone say whose device, sight or request it is
            monkeypatch.setitem(table.TABLE, name, event._replace(rule=None))
    assert in_their_own_name(mallory, seed=1, count=SAMPLE // 2)[1] != []


@pytest.mark.parametrize("check", ["actor", "form", "link"])
def test_e10_names_teeth(mallory: Member, check: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the check on the actor, on the form or on the link, entries are taken in that are not theirs to write."""
    if check == "actor":
        mine = mallory.me.keyset
        monkeypatch.setattr("audit.follow.decode_at", lambda b, seq: decode_at(b, seq)._replace(actor=mine))
    elif check == "form":
        monkeypatch.setattr("audit.follow.decode", _leniently)
    else:
        push = Edge.push
        monkeypatch.setattr(Edge, "push", lambda self, entry, body: push(self, _linked(self, entry), body))
    assert in_the_names_of_others(mallory, seed=1, count=SAMPLE // 2) != []


def _leniently(body: bytes) -> Entry:
    """An entry however it is spelled."""
    try:
        members = json.loads(body.decode("utf-8-sig"))
        del members["v"]
        return Entry(**{**members, "prev": b64.decode(members["prev"])})
    except (ValueError, KeyError, TypeError) as exc:
        raise BadEntry("no entry at all") from exc


def _linked(edge: Edge, entry: Entry) -> Entry:
    """The entry as if it said that it belongs here."""
    return entry._replace(seq=edge.size, prev=edge.last)
