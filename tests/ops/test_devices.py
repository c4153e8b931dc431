"""Devices and their loss, below the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ops.members import member
from tests.world import World
from vault.domain import keys
from vault.domain.decisions import Refusal
from vault.errors import NotFound, UsageProblem
from vault.ops import devices, findings, loss, sealing
from vault.ops.claims import Claim
from vault.ops.devices import Unregistered
from vault.ops.loss import Loss


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def _phone(
    world: World, owner: str = "2001", *, ownership: str = "force", nickname: str = "blue phone"
) -> str:
    return devices.add(world.vault, nickname=nickname, owner=owner, kind="phone", ownership=ownership)


def _lose(world: World, device: str | Unregistered, **facts: object) -> Loss:
    done = devices.lose(world.vault, device, **facts)  # type: ignore[arg-type]
    assert isinstance(done, Loss)
    return done


def _owed(done: Loss) -> list[tuple[str, str, int]]:
    return sorted((row["account"], row["part"], row["class"]) for row in done.obligations)


def test_a_device_is_found_by_its_nickname(world: World) -> None:
    """What was registered is listed with its owner's name, and no name is in the log."""
    world.person("Bob Stone", "2001")
    id_ = _phone(world)
    found = devices.show(world.vault, "BLUE  phone")
    assert (found.id, found.nickname, found.owner_name, found.screen_lock) == (
        id_,
        "blue phone",
        "Bob Stone",
        "unknown",
    )
    assert [one.nickname for one in devices.list_devices(world.vault)] == ["Ada's laptop", "blue phone"]
    assert [one.nickname for one in devices.list_devices(world.vault, owner="2001")] == ["blue phone"]
    assert not any(b"blue" in body for body in world.vault.shared.bodies(0, world.vault.follower.size))
    world.check()


def test_two_devices_do_not_share_a_nickname(world: World) -> None:
    """A second device of the same name would make every later word about it ambiguous."""
    world.person("Bob Stone", "2001")
    _phone(world)
    with pytest.raises(UsageProblem, match="is called blue phone already"):
        _phone(world)
    world.check()


def test_a_device_can_be_changed_and_keeps_what_was_not(world: World) -> None:
    """Each field changes alone; a new nickname finds it, the old one no more."""
    world.person("Bob Stone", "2001")
    _phone(world)
    devices.change(world.vault, "blue phone", screen_lock="yes", attested_on="2026-11-02")
    devices.change(world.vault, "blue phone", nickname="red phone", owner="1815")
    found = devices.show(world.vault, "red phone")
    assert (found.screen_lock, found.attested_on, found.owner_name) == ("yes", "2026-11-02", "Ada Byron")
    with pytest.raises(NotFound):
        devices.show(world.vault, "blue phone")
    with pytest.raises(UsageProblem, match="nothing was given"):
        devices.change(world.vault, "red phone")
    world.check()


def test_a_loss_is_one_transaction(world: World) -> None:
    """The loss, the notices in the document's order and the class 1 obligation are one commit, one entry."""
    bob, account = world.person("Bob Stone", "2001"), world.account("x/NorfolkPolice", password="one")
    phone = _phone(world)
    devices.change(world.vault, phone, signed_in=["x/NorfolkPolice"])
    commits = world.vault.shared.commit_count()
    done = _lose(
        world, "blue phone", on="2026-11-01T08:00:00Z", reported_by="2001", told_at="2026-11-01T09:00:00Z"
    )
    assert world.vault.shared.commit_count() == commits + 1
    assert _owed(done) == [(account, "password", 1)]
    told = [(n.step, n.recipient, n.clause) for n in done.notices]
    assert told == [
        (1, "ict", "NS-10.1b"),
        (1, "information_security", "NS-10.1b"),
        (2, "corporate_communications", "NS-10.1c"),
    ]
    entry = world.vault.shared.bodies(done.entry, done.entry + 1)[0]
    assert bob.encode() in entry
    assert b'"told_at":"2026-11-01T09:00:00Z"' in entry
    world.check()


def test_what_was_seen_on_the_device_is_class_1_and_elsewhere_not(world: World) -> None:
    """Seen on the lost phone: class 1. Seen nobody knows where: class 2. Seen on another device: nothing."""
    bob = world.person("Bob Stone", "2001")
    lost, kept = _phone(world), _phone(world, nickname="red phone")
    on_it, unplaced, elsewhere = (world.account(f"x/n{n}", password="one") for n in range(3))
    world.seen(on_it, bob, device=lost)
    world.seen(unplaced, bob)
    world.seen(elsewhere, bob, device=kept)
    assert _owed(_lose(world, lost)) == sorted([(on_it, "password", 1), (unplaced, "password", 2)])
    world.check()


def test_a_lost_phone_finds_the_second_factors_that_live_on_it(world: World) -> None:
    """An authenticator on the phone is class 1, and so is one that is recorded with its owner only."""
    bob, phone = world.person("Bob Stone", "2001"), ""
    phone = _phone(world)
    on_phone, with_person, of_another = (world.account(f"x/n{n}") for n in range(3))
    for account in (on_phone, with_person, of_another):
        world.deposit(account, password="one", totp="JBSWY3DPEHPK3PXP")
    with world.vault.change() as tx:
        tx.emit("factor.set", on_phone, channel="second_factor", kind="authenticator_app", device=phone)
        tx.emit("factor.set", with_person, channel="second_factor", kind="authenticator_app", person=bob)
        tx.emit("factor.set", of_another, channel="second_factor", kind="authenticator_app", person=world.ada)
    assert {account for account, _, _ in devices.show(world.vault, phone).factors} == {"x/n0", "x/n1"}
    assert _owed(_lose(world, phone)) == sorted([(on_phone, "totp", 1), (with_person, "totp", 1)])
    world.check()


def test_an_account_of_which_nothing_is_stored_is_named(world: World) -> None:
    """Nothing can be owed of an account without a deposit, but the loss says that it was on the phone."""
    world.person("Bob Stone", "2001")
    account = world.account("x/NorfolkPolice")
    devices.change(world.vault, _phone(world), signed_in=["x/NorfolkPolice"])
    done = _lose(world, "blue phone")
    assert (done.bare_accounts, done.obligations) == ((account,), ())


def test_signed_out_before_the_loss_is_not_endangered(world: World) -> None:
    """What was signed out before is not on the phone any more."""
    world.person("Bob Stone", "2001")
    world.account("x/NorfolkPolice", password="one")
    phone = _phone(world)
    devices.change(world.vault, phone, signed_in=["x/NorfolkPolice"])
    devices.change(world.vault, phone, signed_out=["x/NorfolkPolice"])
    assert _lose(world, phone).obligations == ()


def test_an_unregistered_device_is_added_and_lost_at_once(world: World) -> None:
    """The telephone report needs no register entry first; a personal one is marked as beyond the clause."""
    world.person("Bob Stone", "2001")
    commits = world.vault.shared.commit_count()
    done = _lose(
        world, Unregistered(nickname="old tablet", owner="2001", kind="tablet", ownership="personal")
    )
    assert world.vault.shared.commit_count() == commits + 1
    assert devices.show(world.vault, "old tablet").state == "lost"
    assert all(notice.beyond_clause for notice in done.notices)
    world.check()


def test_the_keys_on_a_lost_machine_are_revoked_with_new_epochs(world: World) -> None:
    """One transaction: the loss, the keyset's end, fresh team keys, and class 1 for all that it could open."""
    account = world.account("x/NorfolkPolice", password="one")
    carol = member(world, "Carol Day", "3001", "custodian", "administrator")
    before = keys.newest_epoch(world.vault.state, keys.CUSTODY)
    commits = world.vault.shared.commit_count()
    done = _lose(world, "Carol Day's laptop", keyset=True)
    assert world.vault.shared.commit_count() == commits + 1
    assert done.keyset_revoked == carol.place.keyset
    assert (done.epochs_due, done.keyset_kept) == ((), "")
    after = keys.newest_epoch(world.vault.state, keys.CUSTODY)
    assert after and before and after["number"] == before["number"] + 1
    assert not world.vault.state.get("epoch_seal", epoch=after["id"], keyset=carol.place.keyset)
    assert _owed(done) == [(account, "password", 1)]
    world.check()


def test_without_the_word_the_keys_stay_and_owe_nothing(world: World) -> None:
    """A lost machine whose keys are not revoked changes no epoch."""
    world.account("x/NorfolkPolice", password="one")
    carol = member(world, "Carol Day", "3001", "custodian")
    done = _lose(world, "Carol Day's laptop")
    assert (done.keyset_revoked, done.obligations) == (None, ())
    assert keys.active_keysets(world.vault.state, carol.person) == [carol.place.keyset]
    world.check()


def test_the_last_administrators_only_keys_stay(world: World) -> None:
    """The loss is recorded, but nobody is locked out of the vault by it."""
    member(world, "Carol Day", "3001", "custodian")
    done = _lose(world, "Ada's laptop", keyset=True)
    assert done.keyset_revoked is None
    assert "recovery kit first" in done.keyset_kept
    assert keys.members(world.vault.state, "administrator") == [world.ada]
    world.check()


def test_the_only_keys_that_open_custody_stay(world: World) -> None:
    """An administrator who is no custodian cannot end the only keys that open every secret."""
    member(world, "Dan Eve", "4001", "administrator")
    done = _lose(world, "Ada's laptop", keyset=True)
    assert "custody" in done.keyset_kept
    world.check()


def test_one_may_revoke_the_keys_that_one_acts_with(world: World) -> None:
    """The own machine's loss can be recorded from it; the teams wait for somebody else, and are said to."""
    carol = member(world, "Carol Day", "3001", "custodian")
    done = devices.lose(carol, "Carol Day's laptop", keyset=True)
    assert isinstance(done, Loss)
    assert done.keyset_revoked == carol.place.keyset
    assert set(done.epochs_due) == {"register", "custody"}
    assert carol.roles() == frozenset()
    world.vault.sync()
    world.account("x/NorfolkPolice", password="one")
    assert not keys.epoch_due(world.vault.state, keys.CUSTODY)
    world.check()


def test_a_holder_loses_their_own_phone_as_a_fact(world: World) -> None:
    """The owner's word is a fact, without any key to the register."""
    bob = member(world, "Bob Stone", "2001", "holder")
    phone = _phone(world)
    bob.sync()
    assert [one.id for one in devices.list_devices(bob) if one.kind == "phone"] == [phone]
    done = devices.lose(bob, phone)
    assert isinstance(done, Loss)
    assert len(done.notices) == 3
    world.check()


def test_the_loss_of_somebody_elses_phone_is_only_a_claim(world: World) -> None:
    """A holder who is not the owner makes no fact: a claim is filed, the device stays in use."""
    bob = member(world, "Bob Stone", "2001", "holder")
    phone = _phone(world, "1815")
    bob.sync()
    done = devices.lose(bob, phone)
    assert isinstance(done, Claim)
    world.vault.sync()
    assert devices.show(world.vault, phone).state == "in_use"
    with pytest.raises(NotFound):
        devices.show(bob, phone)
    world.check()


def test_a_forged_loss_is_void(world: World) -> None:
    """Writing the event oneself does not help: the table refuses it on every client."""
    bob = member(world, "Bob Stone", "2001", "holder")
    phone = _phone(world, "1815")
    bob.sync()
    with pytest.raises(Refusal, match="only its owner"), bob.change() as tx:
        tx.emit("device.lost", phone, occurred_at=tx.time, tell=[])
    world.check()


def test_a_device_is_lost_once(world: World) -> None:
    """The second report is refused, on the record, and changes nothing."""
    world.person("Bob Stone", "2001")
    _phone(world)
    first = _lose(world, "blue phone")
    with pytest.raises(Refusal, match="lost already"):
        _lose(world, "blue phone")
    assert len(world.vault.state.find("notice", cause=first.entry)) == 3
    world.check()


def test_found_again_does_not_undo_what_is_owed(world: World) -> None:
    """Nobody knows who held it in between."""
    world.person("Bob Stone", "2001")
    world.account("x/NorfolkPolice", password="one")
    devices.change(world.vault, _phone(world), signed_in=["x/NorfolkPolice"])
    _lose(world, "blue phone")
    devices.end(world.vault, "blue phone", event="device.found")
    assert devices.show(world.vault, "blue phone").state == "in_use"
    assert len(world.vault.state.find("obligation", discharged=None)) == 1
    devices.end(world.vault, "blue phone", event="device.retired")
    assert devices.show(world.vault, "blue phone").state == "retired"
    world.check()


def test_a_lost_device_is_not_retired_away(world: World) -> None:
    """It stays lost in every list, and the mistake says what to do first."""
    world.person("Bob Stone", "2001")
    phone = _phone(world)
    _lose(world, "blue phone")
    size = world.vault.follower.size
    with pytest.raises(UsageProblem, match="stays in the list as lost") as wrong:
        devices.end(world.vault, "blue phone", event="device.retired")
    assert "keyholder device found" in wrong.value.hint
    assert (world.vault.follower.size, devices.show(world.vault, phone).state) == (size, "lost")
    with pytest.raises(Refusal, match="not in use"), world.vault.change() as tx:
        tx.emit("device.retired", phone, occurred_at=tx.time)
    assert devices.show(world.vault, phone).state == "lost"
    world.check()


def test_the_rotation_waits_for_no_notice(world: World) -> None:
    """The obligation is there before anybody was told, and a new password ends it with all notices still open."""
    world.person("Bob Stone", "2001")
    account = world.account("x/NorfolkPolice", password="one")
    devices.change(world.vault, _phone(world), signed_in=["x/NorfolkPolice"])
    done = _lose(world, "blue phone")
    with world.vault.change() as tx:
        body = sealing.Body({"platform": "x"}, {"password": "two"})
        sealing.write_version(tx, account=account, body=body, parts={"password": "new"}, why="deposit")
    assert all(
        notice.told_at is None for notice in loss.notices(world.vault.state, world.vault.profile, done.device)
    )
    world.check()


def test_who_was_told_is_recorded_with_the_time(world: World) -> None:
    """A notice is ticked for one recipient; a stranger is not among those to be told."""
    world.person("Bob Stone", "2001")
    _phone(world)
    with pytest.raises(NotFound, match="has not been lost"):
        loss.tell(world.vault, "blue phone", "ict")
    device = _lose(world, "blue phone").device
    loss.tell(world.vault, "blue phone", "ict", at="2026-11-02T09:00:00Z")
    told = {n.recipient: n.told_at for n in loss.notices(world.vault.state, world.vault.profile, device)}
    assert told == {
        "ict": "2026-11-02T09:00:00Z",
        "information_security": None,
        "corporate_communications": None,
    }
    with pytest.raises(UsageProblem, match="not among those"):
        loss.tell(world.vault, "blue phone", "newsdesk")
    world.check()


def test_times_are_in_their_order(world: World) -> None:
    """Who calls calls after the loss; who says only when the call came has it lost by then."""
    world.person("Bob Stone", "2001")
    _phone(world)
    with pytest.raises(UsageProblem, match="told before it was lost"):
        _lose(world, "blue phone", on="2026-11-01T09:00:00Z", told_at="2026-11-01T08:00:00Z")
    done = _lose(world, "blue phone", told_at="2026-11-01T08:00:00Z")
    cause = world.vault.state.get("cause", seq=done.entry)
    assert cause is not None and cause["occurred_at"] == "2026-11-01T08:00:00Z"
    world.check()


def test_a_day_alone_says_nothing_of_the_hour(world: World) -> None:
    """Told "today" of what was lost this morning is no contradiction, and does not date the loss."""
    world.person("Bob Stone", "2001")
    _phone(world)
    done = _lose(world, "blue phone", on="2026-11-02T08:00:00Z", told_at="2026-11-02T00:00:00Z")
    devices.end(world.vault, "blue phone", event="device.found")
    again = _lose(world, "blue phone", told_at="2026-11-02T00:00:00Z")
    times = [world.vault.state.get("cause", seq=entry) for entry in (done.entry, again.entry)]
    first, second = [row["occurred_at"] for row in times if row]
    assert first == "2026-11-02T08:00:00Z" < second


def test_who_is_told_once_was_told_of_every_loss(world: World) -> None:
    """Lost, found and lost again: nobody is left waiting for the first; while it is back, that is said."""
    world.person("Bob Stone", "2001")
    phone = _phone(world)
    _lose(world, "blue phone")
    devices.end(world.vault, "blue phone", event="device.found")
    words = {one.words for one in findings.status(world.vault).findings if one.kind == "not_told"}
    assert all(one.endswith("(it is back: say that, too)") for one in words) and len(words) == 3
    _lose(world, "blue phone")
    loss.tell(world.vault, "blue phone", "ict")
    open_ = [row["recipient"] for row in world.vault.state.find("notice", told_at=None)]
    assert sorted(open_) == [*["corporate_communications"] * 2, *["information_security"] * 2]
    other = devices.add(world.vault, nickname="red phone", owner="2001", kind="phone", ownership="personal")
    _lose(world, "red phone")
    loss.tell(world.vault, "blue phone", "information_security")
    assert [n.told_at for n in loss.notices(world.vault.state, world.vault.profile, other)] == [None] * 3
    assert phone != other
    world.check()


def test_no_answer_and_none_differ(world: World) -> None:
    """Whether somebody uses a device of their own is an answer with a date; the newest counts."""
    bob = world.person("Bob Stone", "2001")
    assert world.vault.state.get("own_device", person=bob) is None
    devices.answer(world.vault, "2001", uses=False)
    devices.answer(world.vault, "2001", uses=True, at="2026-11-02T09:00:00Z")
    row = world.vault.state.get("own_device", person=bob)
    assert row and (row["uses"], row["answered_at"]) == (1, "2026-11-02T09:00:00Z")
    with pytest.raises(Refusal), member(world, "Carol Day", "3001", "holder").change() as tx:
        tx.emit("own_device.answered", bob, uses=False, occurred_at=tx.time)
    world.check()


def test_keys_that_are_not_there_or_gone_are_not_revoked_again(world: World) -> None:
    """A phone without keys and a machine whose keys ended before: the loss is recorded, with no revocation."""
    world.person("Bob Stone", "2001")
    carol = member(world, "Carol Day", "3001", "custodian")
    assert _lose(world, _phone(world), keyset=True).keyset_revoked is None
    with world.vault.change() as tx:
        tx.emit("signer.revoked", carol.place.keyset, reason="replaced")
    assert _lose(world, "Carol Day's laptop", keyset=True).keyset_kept == "they are revoked already"
    with pytest.raises(NotFound, match="not in the register"), world.vault.change() as tx:
        loss.lose_in(tx, "dev-" + "a" * 16)
    with pytest.raises(NotFound):
        devices.show(world.vault, "dev-")
    assert loss.notices(world.vault.state, world.vault.profile, "dev-" + "a" * 16) == ()
    world.check()


def test_a_holder_registers_their_own_device_only(world: World) -> None:
    """Their own, once; somebody else's is void, and so is a device that is there already."""
    bob = member(world, "Bob Stone", "2001", "holder")
    facts = {"kind": "phone", "ownership": "personal", "screen_lock": "yes"}

    def register(id_: str, person: str) -> None:
        with bob.change() as tx:
            tx.emit(
                "device.added",
                id_,
                person=person,
                **facts,
                details=tx.details("device", id_, {"nickname": "x"}),
            )

    register("dev-" + "a" * 16, bob.person)
    with pytest.raises(Refusal, match="in the register already"):
        register("dev-" + "a" * 16, bob.person)
    with pytest.raises(Refusal, match="somebody else's device"):
        register("dev-" + "b" * 16, world.ada)
    world.check()


def test_an_unregistered_device_of_another_is_only_a_claim(world: World) -> None:
    """A holder's word about a device that nobody knows, of somebody else, makes no fact either."""
    bob = member(world, "Bob Stone", "2001", "holder")
    given = Unregistered(nickname="red", owner=world.ada, kind="phone", ownership="force")
    assert isinstance(devices.lose(bob, given), Claim)
    world.vault.sync()
    assert world.vault.state.find("device", state="lost") == []
    world.check()
