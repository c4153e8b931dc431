"""Invite, join, admit: real second homes, and everybody who should not get in."""

from __future__ import annotations

import base64
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from audit.errors import Forked, RolledBack
from tests.members import ask, enrol, member
from tests.world import World
from vault.crypto import invitation as crypto
from vault.crypto.keyset import Keyset
from vault.domain import keys
from vault.domain.decisions import Refusal
from vault.errors import IntegrityError, Locked, Refused, UsageProblem
from vault.ops import admitting, epochs, inviting, joining, sealing
from vault.ops.joining import Request
from vault.ops.keyring import raw, text
from vault.store.home import Home

ALL_SMALL_ORDER = (bytes(32), b"\x01" + bytes(31), (2**255 - 20).to_bytes(32, "little"))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def forged(request: Request, *, seed: str, keyset: Keyset | None = None, **changed: str) -> Request:
    """The request with other fields, signed again by whoever holds the invitation (and the keyset)."""
    fresh = replace(request, **changed)
    statement = fresh.statement()
    by_keyset = text(keyset.sign(crypto.possession(statement))) if keyset else fresh.by_keyset
    by_invitation = text(crypto.sign(raw(seed), crypto.invited(statement)))
    return replace(fresh, by_invitation=by_invitation, by_keyset=by_keyset)


def refused(world: World, request: Request, why: str) -> None:
    """It is refused with these words, on the record, and nobody is admitted."""
    before = len(world.vault.state.find("keyset"))
    refusals = len(world.vault.state.find("refusal"))
    with pytest.raises(Refusal, match=why):
        admitting.examine(world.vault, request.to_text())
    assert len(world.vault.state.find("keyset")) == before
    assert world.vault.state.find("refusal")[refusals]["action"] == "person_admit"
    world.check()


def test_a_new_custodian_reads_the_past(world: World) -> None:
    """Invite, join, admit: the newcomer's next command opens what was sealed before they came."""
    account = world.account("x/NorfolkPolice", password="before Bob")
    bob = member(world, "Bob Stone", "2001", "custodian")
    assert bob.vault.roles() == {"custodian"}
    assert sealing.open_version(bob.vault, account=account, number=1).parts == {"password": "before Bob"}
    assert bob.vault.names.find("person", "1815") == world.ada
    assert keys.epoch_due(world.vault.state, keys.CUSTODY) is False
    device = world.vault.state.find("device", keyset=bob.vault.place.keyset)[0]
    assert world.vault.names.details("device", device["id"]) == {"nickname": "2001 laptop"}
    with bob.vault.change() as tx:
        bob_wrote = sealing.Body({}, {"password": "by Bob"})
        sealing.write_version(tx, account=account, body=bob_wrote, parts={"password": "new"}, why="deposit")
    world.vault.sync()
    assert sealing.open_version(world.vault, account=account, number=2).parts == {"password": "by Bob"}
    world.check()


def test_a_holder_opens_only_what_they_hold(world: World) -> None:
    """A holder's keys open the version shared with them at their admission, and nothing else: no other, no name."""
    held = world.account("x/NorfolkPolice", password="held")
    other = world.account("x/SuffolkPolice", password="other")
    eve = world.person("Eve Hall", "3001")
    world.grant(held, eve)
    hall = enrol(world, eve, "holder", folder="eve")
    assert hall.admitted.shared == 1
    assert sealing.open_version(hall.vault, account=held, number=1).parts == {"password": "held"}
    with pytest.raises(Refused):
        sealing.open_version(hall.vault, account=other, number=1)
    assert hall.vault.names.reads_details() is False
    with pytest.raises(Refused):
        hall.vault.keyring.epoch(
            hall.vault.state,
            str(keys.newest_epoch(hall.vault.state, keys.REGISTER)["id"]),  # type: ignore[index]
        )
    world.check()


def test_candidates_are_shared_too(world: World) -> None:
    """A prepared version is sealed to the new keys as well: it may be the current one tomorrow."""
    account, eve = world.account("x/NorfolkPolice", password="first"), world.person("Eve Hall", "3001")
    world.grant(account, eve)
    with world.vault.change() as tx:
        body = sealing.Body({}, {"password": "second"})
        sealing.write_version(
            tx, account=account, body=body, parts={"password": "new"}, why="rotation", previous=1
        )
    hall = enrol(world, eve, "holder", folder="eve")
    assert sealing.open_version(hall.vault, account=account, number=2).parts == {"password": "second"}


def test_a_second_machine_has_its_own_keys(world: World) -> None:
    """A member's further machine is admitted without a role, and the first one goes on working."""
    account = world.account("x/NorfolkPolice", password="p")
    second = enrol(world, world.ada, folder="second")
    assert len(keys.active_keysets(world.vault.state, world.ada)) == 2
    assert second.vault.roles() == {"administrator", "custodian"}
    assert sealing.open_version(second.vault, account=account, number=1).parts == {"password": "p"}
    world.person("Bob Stone", "2001")
    second.vault.sync()
    with second.vault.change() as tx:
        tx.emit("person.paused", world.vault.names.find("person", "2001"), occurred_at=tx.time)
    world.check()


def test_rekey_ends_the_old_keys(world: World) -> None:
    """After a forgotten passphrase the new keys are admitted and the old ones revoked, in one transaction."""
    account = world.account("x/NorfolkPolice", password="p")
    old = member(world, "Bob Stone", "2001", "custodian")
    new = enrol(world, old.person, folder="again", rekey=True)
    assert keys.active_keysets(world.vault.state, old.person) == [new.vault.place.keyset]
    assert sealing.open_version(new.vault, account=account, number=1).parts == {"password": "p"}
    old.vault.sync()
    assert old.vault.roles() == frozenset()
    world.deposit(account, password="after")
    old.vault.sync()
    with pytest.raises(Refused):
        sealing.open_version(old.vault, account=account, number=2)
    world.check()


def test_rekey_of_the_last_who_opens_custody_is_refused(world: World) -> None:
    """An administrator who is no custodian cannot replace the only keys that open custody: nobody could any more."""
    bob = member(world, "Bob Stone", "2001", "administrator")
    invitation = inviting.invite(bob.vault, person="1815", rekey=True)
    joined = ask(world, invitation.to_text(), "again")
    with pytest.raises(Refusal, match="nobody else could open the custody"):
        admitting.admit(bob.vault, admitting.examine(bob.vault, joined.request.to_text()))
    world.check()


def test_an_administrator_who_is_no_custodian_leaves_custody_due(world: World) -> None:
    """The team waits for one of its own, says who could act, and goes on when they have."""
    bob = member(world, "Bob Stone", "2001", "administrator")
    eve = member(world, "Eve Hall", "3001", "custodian", by=bob.vault)
    assert eve.admitted.teams_due == (keys.CUSTODY,)
    assert epochs.starters(world.vault.state, keys.CUSTODY) == [world.ada]
    account = world.account("x/NorfolkPolice")
    with pytest.raises(Refused), eve.vault.change() as tx:
        sealing.write_version(
            tx,
            account=account,
            body=sealing.Body({}, {"password": "x"}),
            parts={"password": "new"},
            why="deposit",
        )
    assert epochs.renew(world.vault) == ((), 0)
    eve.vault.sync()
    assert eve.vault.keyring.is_in(eve.vault.state, keys.CUSTODY)
    world.check()


def test_the_inbox_carries_requests(world: World) -> None:
    """A request left in the inbox is found, admitted, and gone; it holds no name in clear."""
    world.person("Bob Stone", "2001")
    ask(world, inviting.invite(world.vault, person="2001", roles=["auditor"]).to_text(), "bob")
    assert b"laptop" not in world.vault.shared.inbox()[0][2]
    assert b"laptop" not in base64.b64decode(b"".join(world.vault.shared.inbox()[0][2].split(b"\n")[1:-2]))
    world.vault.shared.put_inbox(id_="junk", kind="join", data=b"not a request")
    (found,) = admitting.waiting(world.vault)
    assert found.name == "Bob Stone (2001)"
    admitting.admit(world.vault, found)
    assert world.vault.shared.inbox() == []
    assert world.open(Home(world.folder / "bob")).roles() == {"auditor"}
    world.check()


def test_nobody_enrols_somebody_elses_key(world: World) -> None:
    """A07: keys without a signature by their private half are refused, and so are keys that are known already."""
    bob, eve = world.person("Bob Stone", "2001"), member(world, "Eve Hall", "3001", "auditor")
    invitation = inviting.invite(world.vault, person=bob, roles=["auditor"])
    request = ask(world, invitation.to_text(), "bob").request
    theirs = eve.vault.keyring.keyset
    stolen = forged(request, seed=invitation.seed, key=text(theirs.sign_public), kem=text(theirs.kem_public))
    refused(world, stolen, "did not prove that the new keys are theirs")
    mine = Keyset.generate(world.dice)
    half = {"key": text(mine.sign_public), "kem": text(theirs.kem_public)}
    refused(world, forged(request, seed=invitation.seed, keyset=mine, **half), "admitted before")


def test_keys_that_prove_nothing_are_refused(world: World) -> None:
    """A08: signing keys of small order, and sealing keys that nobody can seal to, are refused at admission."""
    bob = world.person("Bob Stone", "2001")
    invitation = inviting.invite(world.vault, person=bob, roles=["auditor"])
    request = ask(world, invitation.to_text(), "bob").request
    for weak in ALL_SMALL_ORDER:
        refused(world, forged(request, seed=invitation.seed, key=text(weak)), "small order")
    mine = Keyset.generate(world.dice)
    keyed = {"key": text(mine.sign_public), "kem": text(b"\xff" * 1216)}
    refused(world, forged(request, seed=invitation.seed, keyset=mine, **keyed), "seal to")


def test_a_forged_invitation_is_refused(world: World) -> None:
    """A14: who does not hold the invitation's key is refused, whatever else is right."""
    bob = world.person("Bob Stone", "2001")
    invitation = inviting.invite(world.vault, person=bob, roles=["administrator"])
    request = ask(world, invitation.to_text(), "bob").request
    mine = Keyset.generate(world.dice)
    keyed = {"key": text(mine.sign_public), "kem": text(mine.kem_public)}
    other = base64.b64encode(bytes(32)).decode()
    refused(world, forged(request, seed=other, keyset=mine, **keyed), "did not prove that they hold")
    refused(world, replace(request, person=world.ada), "does not answer an invitation")
    refused(world, replace(request, vault_id="00" * 32), "does not answer an invitation")
    refused(world, replace(request, invitation="inv-" + "a" * 16), "does not answer an invitation")


def test_an_invitation_is_good_once_and_for_a_while(world: World) -> None:
    """A used invitation and an expired one are refused, by who joins and by who admits."""
    bob = world.person("Bob Stone", "2001")
    invitation = inviting.invite(world.vault, person=bob, roles=["auditor"])
    first, second = (ask(world, invitation.to_text(), folder).request for folder in ("bob", "thief"))
    admitting.admit(world.vault, admitting.examine(world.vault, first.to_text()))
    refused(world, second, "used before")
    late = inviting.invite(world.vault, person=bob)
    request = ask(world, late.to_text(), "late").request
    world.clock.forward(days=8)
    refused(world, request, "expired")
    with pytest.raises(UsageProblem, match="expired"):
        ask(world, late.to_text(), "later")


def test_the_log_itself_refuses_a_second_use(world: World) -> None:
    """An entry that uses an invitation twice, or late, or for another person, has no effect for anybody."""
    bob = world.person("Bob Stone", "2001")
    invitation = inviting.invite(world.vault, person=bob, roles=["auditor"])
    joined = ask(world, invitation.to_text(), "bob")
    admitting.admit(world.vault, admitting.examine(world.vault, joined.request.to_text()))
    for why, days in (("used before", 0), ("used before", 8)):
        world.clock.forward(days=days)
        with pytest.raises(Refusal, match=why), world.vault.change() as tx:
            tx.emit("invitation.used", invitation.invitation, keyset=joined.request.keyset)
    late = inviting.invite(world.vault, person=bob)
    with pytest.raises(Refusal, match="another person"), world.vault.change() as tx:
        tx.emit("invitation.used", late.invitation, keyset=world.vault.place.keyset)
    world.clock.forward(days=8)
    with pytest.raises(Refusal, match="expired"), world.vault.change() as tx:
        tx.emit("invitation.used", late.invitation, keyset=joined.request.keyset)


def test_another_vault_is_refused_at_join(world: World) -> None:
    """A13: a database with another history, or a shorter one, than the invitation names makes no home."""
    world.person("Bob Stone", "2001")
    world.vault.shared.door.read("PRAGMA wal_checkpoint(TRUNCATE)")
    older, fork = world.folder / "older.db", world.folder / "fork.db"
    shutil.copy(world.location, older)
    shutil.copy(world.location, fork)
    invitation = inviting.invite(world.vault, person="2001", roles=["auditor"])
    with pytest.raises(RolledBack):
        ask(world, invitation.to_text(), "bob", location=str(older))
    shutil.copytree(world.home.folder, world.folder / "evil")
    evil = Home(world.folder / "evil")
    evil.set_place(evil.place()._replace(vault=str(fork)))
    (evil.folder / "state.db").unlink()
    for name in ("state.db-wal", "state.db-shm"):
        (evil.folder / name).unlink(missing_ok=True)
    liar = world.open(evil)
    for number in range(3):
        with liar.change() as tx:
            id_ = f"per-{'abc'[number] * 16}"
            tx.emit("person.added", id_, details=tx.details("person", id_, {"name": "Mallory"}))
    with pytest.raises(Forked):
        ask(world, invitation.to_text(), "bob", location=str(fork))
    assert not Home(world.folder / "bob").exists()
    other = World(world.folder / "other", seed="other")
    with pytest.raises((Forked, IntegrityError, RolledBack)):
        ask(world, invitation.to_text(), "bob", location=other.location)


def test_a_head_that_could_not_be_compared_stays_held(world: World) -> None:
    """Without the database a request is made all the same, and the first sync compares the invitation's head."""
    world.person("Bob Stone", "2001")
    invitation = inviting.invite(world.vault, person="2001", roles=["auditor"])
    away = replace(invitation, location=str(world.folder / "nowhere.db")).to_text()
    joined = ask(world, away, "bob")
    assert joined.in_inbox is False
    admitting.admit(world.vault, admitting.examine(world.vault, joined.request.to_text()))
    home = Home(world.folder / "bob")
    home.set_place(home.place()._replace(vault=world.location, held_root="00" * 32))
    with pytest.raises(Forked):
        world.open(home)
    head = invitation.checkpoint()
    home.set_place(home.place()._replace(held_root=head.root.hex()))
    assert world.open(home).roles() == {"auditor"}


def test_before_admission_nothing_can_be_done(world: World) -> None:
    """Between joining and being admitted the keys open and write nothing."""
    world.person("Bob Stone", "2001")
    account = world.account("x/NorfolkPolice", password="p")
    ask(world, inviting.invite(world.vault, person="2001", roles=["custodian"]).to_text(), "bob")
    early = world.open(Home(world.folder / "bob"))
    assert early.roles() == frozenset()
    with pytest.raises(Refused):
        sealing.open_version(early, account=account, number=1)
    size = world.vault.shared.size()
    with pytest.raises(Refused, match="not admitted yet"), early.change() as tx:
        tx.emit("note.made", "not-" + "a" * 16, details="A" * 43 + "=")
    assert world.vault.shared.size() == size


def test_only_an_administrator_invites_and_admits(world: World) -> None:
    """A custodian can do neither."""
    bob = member(world, "Bob Stone", "2001", "custodian")
    with pytest.raises(Refused, match="administrator"):
        inviting.invite(bob.vault, person="1815")
    with pytest.raises(Refused, match="administrator"):
        admitting.examine(bob.vault, "")


def test_an_invitation_gives_something(world: World) -> None:
    """Without a role it is for a member; a rekey is for somebody who has keys."""
    world.person("Bob Stone", "2001")
    with pytest.raises(UsageProblem, match="no role"):
        inviting.invite(world.vault, person="2001")
    with pytest.raises(UsageProblem, match="no keys to replace"):
        inviting.invite(world.vault, person="2001", roles=["auditor"], rekey=True)


def test_carried_files_have_one_spelling(world: World) -> None:
    """A cut, changed or re-encoded file is refused, whichever field it is."""
    world.person("Bob Stone", "2001")
    invitation = inviting.invite(world.vault, person="2001", roles=["auditor"])
    good = invitation.to_text()
    assert inviting.Invitation.from_text("\n" + good.replace("\n", "\r\n") + "\n") == invitation
    assert "secret" not in repr(invitation) and invitation.seed not in repr(invitation)
    bad = {
        "seed": "AAAA", "vault_id": "00", "invitation": "x", "person": "x", "epoch": "x", "head": "x", "epoch_key": "*"
    }  # fmt: skip
    for name, value in bad.items():
        with pytest.raises(UsageProblem, match="damaged"):
            inviting.Invitation.from_text(replace(invitation, **{name: value}).to_text())
    for text_ in (
        "",
        good[:-30],
        good.replace("INVITATION", "JOIN REQUEST"),
        good.replace("KEYHOLDER", "x"),
        "a\nb\nc",
    ):
        with pytest.raises(UsageProblem, match="damaged"):
            inviting.Invitation.from_text(text_)
    request = ask(world, good, "bob").request
    for name in ("key", "kem", "by_invitation", "by_keyset", "keyset", "device", "nickname", "vault_id"):
        with pytest.raises(UsageProblem, match="damaged"):
            joining.Request.from_text(replace(request, **{name: ""}).to_text())


def test_the_wrong_passphrase_opens_nothing(world: World) -> None:
    """The new home's keys lie under the passphrase chosen at joining."""
    bob = member(world, "Bob Stone", "2001", "auditor")
    with pytest.raises(Locked):
        world.open(bob.home, "another passphrase")
