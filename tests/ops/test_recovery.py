"""The kit makes a working administrator, and does nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.members import member
from tests.world import COST, PASSPHRASE, World
from vault.crypto import kit
from vault.crypto.keyset import Keyset
from vault.domain import keys
from vault.domain.decisions import Refusal
from vault.domain.recovery import recovery_due
from vault.errors import IntegrityError, Refused, UsageProblem
from vault.ops import leaving, recovery, sealing
from vault.ops.keyring import Keyring, text
from vault.ops.session import Vault
from vault.store.home import Home, Place


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def recover(world: World, folder: str, **given: Any) -> tuple[recovery.Recovered, Vault]:
    values: dict[str, Any] = {
        "location": world.location,
        "vault_id": " ".join(world.created.words),
        "lines": "\n".join(world.created.kit),
        "person": "1815",
        "new_person": None,
    }
    home = Home(world.folder / folder)
    done = recovery.recover(
        home,
        **{**values, **given},
        passphrase=PASSPHRASE,
        machine="the new one",
        clock=world.clock,
        random=world.dice,
        cost=COST,
    )
    return done, world.open(home)


def with_kit(world: World) -> Vault:
    """A vault opened with nothing but the kit's keys: what a thief of the kit has."""
    home = Home(world.folder / "thief")
    home.make()
    id_ = recovery.show_kit(world.vault).keyset
    home.set_place(Place(vault=world.location, vault_id=world.created.vault_id, keyset=id_, person=""))
    vault = Vault.open(home, clock=world.clock, random=world.dice)
    vault.sync()
    keyset = kit.keyset_from_kit(kit.decode("\n".join(world.created.kit)))
    vault.use(Keyring(keyset_id=id_, keyset=keyset, vault_id=vault.vault_id, shared=vault.shared))
    return vault


def test_recover_makes_a_working_administrator(world: World) -> None:
    """The only administrator and custodian lost everything: with the kit they act, admit and open the past again."""
    account = world.account("x/NorfolkPolice", password="before")
    done, again = recover(world, "new")
    assert (done.name, done.teams_due) == ("Ada Byron", ())
    assert again.roles() == {"administrator", "custodian"}
    assert keys.active_keysets(again.state, world.ada) == [done.keyset]
    assert sealing.open_version(again, account=account, number=1).parts == {"password": "before"}
    with again.change() as tx:
        body = sealing.Body({}, {"password": "after"})
        sealing.write_version(tx, account=account, body=body, parts={"password": "new"}, why="deposit")
    bob = member_by(again, world)
    assert bob.roles() == {"custodian"}
    world.vault.sync()
    assert world.vault.roles() == frozenset()
    with pytest.raises(Refused):
        sealing.open_version(world.vault, account=account, number=2)
    assert not again.state.find("void")
    world.check()


def member_by(vault: Vault, world: World) -> Vault:
    with vault.change() as tx:
        details = tx.details("person", "per-" + "b" * 16, {"name": "Bob Stone", "collar": "2001"})
        tx.emit("person.added", "per-" + "b" * 16, details=details)
    from tests.members import enrol

    return enrol(world, "per-" + "b" * 16, "custodian", by=vault, folder="bob").vault


def test_everybody_sees_that_the_kit_was_used(world: World) -> None:
    """A use is a row in everybody's register, makes the kit due, and is answered by another kit only."""
    done, again = recover(world, "new")
    world.vault.sync()
    assert [row["admits"] for row in world.vault.state.find("recovery_use")] == [done.keyset]
    assert recovery_due(world.vault.state) == ["used"]
    assert recovery.show_kit(again).due == ("used",)
    recovery.renew(again)
    assert recovery_due(again.state) == []
    old, new = recovery.list_kits(again)
    assert (old.state, len(old.used), new.state) == ("ended", 1, "in force")
    with pytest.raises(Refused, match="not the one in force"):
        recover(world, "third")
    assert not Home(world.folder / "third").exists()
    world.check()


def test_somebody_else_can_be_re_admitted(world: World) -> None:
    """A person of the register without keys, and somebody whom the register does not know yet."""
    world.person("Bob Stone", "2001")
    done, bob = recover(world, "bob", person="2001")
    assert done.name == "Bob Stone"
    assert bob.roles() == {"administrator", "custodian"}
    done, eve = recover(world, "eve", person=None, new_person={"name": "Eve Hall", "collar": "3001"})
    assert eve.names.find("person", "3001") == done.person
    assert eve.roles() == {"administrator", "custodian"}
    assert not eve.state.find("void")
    world.check()


def test_an_epoch_that_nobody_could_start_is_started(world: World) -> None:
    """The last custodian was removed by an administrator who is none: the kit opens custody again."""
    account = world.account("x/NorfolkPolice", password="before")
    bob = member(world, "Bob Stone", "2001", "administrator")
    done = leaving.leave(bob.vault, person="1815")
    assert done.starters == ((keys.CUSTODY, ()),)
    _, again = recover(world, "again", person="2001")
    assert sealing.open_version(again, account=account, number=1).parts == {"password": "before"}
    assert not keys.epoch_due(again.state, keys.CUSTODY)
    world.check()


def test_who_has_left_is_not_re_admitted(world: World) -> None:
    """The kit is for somebody who is in the force."""
    world.person("Bob Stone", "2001")
    leaving.leave(world.vault, person="2001")
    with pytest.raises(Refused, match="left"):
        recover(world, "bob", person="2001")


def test_the_kit_is_for_one_vault_and_a_fresh_home(world: World) -> None:
    """Other words, a mistyped line, an existing home: refused before anything is made."""
    other = World(world.folder / "other", seed="other")
    with pytest.raises(IntegrityError, match="not the vault"):
        recover(world, "new", vault_id=" ".join(other.created.words))
    with pytest.raises(UsageProblem, match="10 words"):
        recover(world, "new", vault_id="a b c")
    lines = list(world.created.kit)
    lines[2] = lines[1]
    with pytest.raises(UsageProblem, match="line 3"):
        recover(world, "new", lines="\n".join(lines))
    with pytest.raises(UsageProblem, match="already"):
        recover(world, "ada")
    assert not Home(world.folder / "new").exists()


class Judged(Exception):
    """What the rules said; leaves the unit of work without a trace."""


def refused(vault: Vault, why: str, *events: tuple[str, str, dict[str, Any]]) -> None:
    """The last of these entries, signed with the kit, has no effect for anybody."""
    with pytest.raises(Judged, match=why), vault.change() as tx:
        for event, subject, data in events[:-1]:
            tx.emit(event, subject, **data)
        event, subject, data = events[-1]
        try:
            tx.emit(event, subject, **data)
        except Refusal as refusal:
            raise Judged(refusal.message) from None


def test_the_kit_signs_exactly_one_thing(world: World) -> None:
    """Whatever else is signed with the recovery keyset is void: reading, giving, revoking, admitting unannounced."""
    account, bob = world.account("x/NorfolkPolice", password="1"), world.person("Bob Stone", "2001")
    thief, fresh = with_kit(world), Keyset.generate(world.dice)
    mine, own = "kst-" + "a" * 16, thief.place.keyset
    key = {"key": text(fresh.sign_public), "kem": text(fresh.kem_public), "vouches": True}
    used = ("recovery.used", own, {"admits": mine})
    right, one = "had no right", "recovery may admit"
    refused(thief, one, ("signer.added", mine, {**key, "purpose": "member", "person": world.ada}))
    refused(thief, one, used, ("signer.added", mine, {**key, "purpose": "member", "person": bob}))
    refused(thief, one, used, ("signer.added", mine, {**key, "purpose": "recovery"}))
    refused(
        thief,
        one,
        used,
        ("signer.added", "kst-" + "b" * 16, {**key, "purpose": "member", "person": world.ada}),
    )
    refused(thief, one, ("role.given", bob, {"role": "administrator"}))
    refused(thief, one, used, ("role.given", bob, {"role": "auditor"}))
    refused(thief, one, ("person.added", "per-" + "c" * 16, {"details": "A" * 43 + "="}))
    refused(thief, "speaks for itself", ("recovery.used", mine, {"admits": mine}))
    refused(thief, right, ("signer.revoked", world.vault.place.keyset, {"reason": "lost"}))
    refused(thief, right, ("signer.vouching", world.vault.place.keyset, {"vouches": False}))
    refused(thief, right, ("recovery.made", own, {"seen_by": [bob]}))
    refused(thief, right, ("role.ended", world.ada, {"role": "custodian"}))
    refused(thief, right, ("person.left", bob, {"occurred_at": "2026-11-02T09:00:00Z"}))
    seen = {"number": 1, "parts": ["password"], "person": bob, "how": "revealed"}
    refused(thief, right, ("secret.seen", account, seen))
    with pytest.raises(Judged, match="only a member of the team"), thief.change() as tx:
        try:
            tx.start_epoch(keys.CUSTODY)
        except Refusal as refusal:
            raise Judged(refusal.message) from None
    world.check()
