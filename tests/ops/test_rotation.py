"""Rotating, end to end below the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ops.members import member
from tests.world import World
from vault.domain import rotation as rules
from vault.domain.decisions import Refusal
from vault.errors import Busy, IntegrityError, NotFound, Refused, UsageProblem
from vault.ops import bodies, deposits, obligations, passwords, rotation, sealing

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
DOORS = ("sessions", "connected_tools", "recovery_email", "recovery_phone")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def account(world: World) -> str:
    return world.account("x/NorfolkPolice", password="first one")


def leave(world: World, person: str) -> None:
    with world.vault.change() as tx:
        tx.emit("person.left", person, occurred_at=tx.time)


def stored(world: World, account: str, number: int) -> str:
    return str(sealing.open_version(world.vault, account=account, number=number).parts["password"])


def test_a_leavers_password_is_changed_through_every_door(world: World, account: str) -> None:
    """From cause to discharge, with a password that fits the platform and the local length."""
    bob = world.person("Bob Stone", "2001")
    world.seen(account, bob)
    leave(world, bob)
    (made,) = rotation.start(world.vault, rotation.owed_accounts(world.vault))
    assert (made.replaces, made.doors, made.number) == (("password",), DOORS, 2)
    fresh = stored(world, account, 2)
    assert 20 <= len(fresh) <= 64 and fresh != "first one"
    assert rotation.owed_accounts(world.vault) == [], "it is under way"
    assert rotation.applied(world.vault, account=account).state == "applied"
    assert rotation.verify(world.vault, account=account, done=["sessions"]).doors_left == DOORS[1:]
    done = rotation.verify(world.vault, account=account, absent=DOORS[1:])
    assert (done.state, done.owed) == ("done", ())
    world.check()


def test_what_the_platform_makes_comes_with_applied(world: World, account: str) -> None:
    """A seen seed: its new one is stored when the platform gives it, and discharges when verified."""
    deposits.deposit(world.vault, account=account, parts={"totp": bodies.parse_part("totp", SEED)})
    ned = world.person("Ned Low", "2002")
    with world.vault.change() as tx:
        tx.emit("secret.seen", account, number=2, parts=["totp"], person=ned, how="handed_over")
    leave(world, ned)
    (made,) = rotation.start(world.vault, [account])
    assert (made.replaces, made.number) == (("totp",), 0)
    assert "totp" in made.doors
    new = {"totp": bodies.parse_part("totp", SEED[::-1])}
    rotation.applied(world.vault, account=account, new=new)
    left = rotation.verify(world.vault, account=account, done=DOORS).doors_left
    assert left == ()
    assert not world.vault.state.find("obligation", discharged=None)
    assert stored(world, account, 3) == "first one"
    world.check()


def test_a_bulk_start_is_one_unit_of_work_and_one_seal_for_each_recipient(world: World) -> None:
    """Many accounts: one commit, one batch of commit keys."""
    hal = member(world, "Hal Reed", "4001", "holder")
    accounts = [world.account(f"x/Norfolk{n}", password=f"old {n}") for n in range(5)]
    for account in accounts:
        world.grant(account, hal.person)
    batches = len(world.vault.state.find("batch"))
    made = rotation.start(world.vault, accounts)
    assert len(made) == 5
    assert len(world.vault.state.find("batch")) == batches + 1
    hal.sync()
    opened = {
        sealing.open_version(hal, account=one.account, number=one.number).parts["password"] for one in made
    }
    assert len(opened) == 5
    world.check()


def test_somebody_elses_rotation_is_busy_and_later_taken_over(world: World, account: str) -> None:
    """Within the lease others wait (75); after it they take over; a custodian's own is theirs to renew."""
    carol = member(world, "Carol Day", "3001", "custodian")
    world.vault.sync()
    rotation.start(world.vault, [account])
    carol.sync()
    for act in (rotation.applied, rotation.take_over, rotation.abandon):
        with pytest.raises(Busy):
            act(carol, account=account)
    with pytest.raises(Busy):
        rotation.start(carol, [account])
    with pytest.raises(UsageProblem, match="already"):
        rotation.start(world.vault, [account])
    rotation.take_over(world.vault, account=account)
    world.clock.forward(minutes=31)
    with pytest.raises(Refused, match="somebody else"):
        rotation.applied(carol, account=account)
    assert rotation.take_over(carol, account=account).state == "prepared"
    assert rotation.applied(carol, account=account).state == "applied"
    world.check()


def test_nothing_is_read_back_wrong(world: World, account: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was stored differs from what was sealed: an integrity error, before anybody types it in."""
    real = sealing.open_version

    def other(vault: object, *, account: str, number: int) -> sealing.Body:
        body = real(vault, account=account, number=number)
        return sealing.Body(body.card, {**body.parts, "password": "another"})

    monkeypatch.setattr(sealing, "open_version", other)
    with pytest.raises(IntegrityError, match="not what was sealed"):
        rotation.start(world.vault, [account])
    monkeypatch.undo()
    assert rotation.abandon(world.vault, account=account).state == "abandoned"
    world.check()


def test_a_holder_prepares_nothing(world: World, account: str) -> None:
    """The refusal cites who may change passwords, and is on the record."""
    hal = member(world, "Hal Reed", "4001", "holder")
    with pytest.raises(Refusal) as caught:
        rotation.start(hal, [account])
    assert caught.value.clause == "NS-10.1e"
    assert hal.state.find("refusal")[0]["action"] == "rotation_start"


def test_steps_out_of_order_are_refused_and_change_nothing(world: World, account: str) -> None:
    """No rotation, not applied yet, verified already: each says what to do."""
    with pytest.raises(NotFound):
        rotation.applied(world.vault, account=account)
    with pytest.raises(NotFound):
        rotation.find(world.vault, "x/norfolkpolice")
    (made,) = rotation.start(world.vault, [account])
    assert rotation.find(world.vault, made.rotation[:9])["id"] == made.rotation
    with pytest.raises(UsageProblem, match="prepared"):
        rotation.verify(world.vault, account=account)
    rotation.applied(world.vault, account=account)
    rotation.verify(world.vault, account=account)
    with pytest.raises(UsageProblem, match="verified already"):
        rotation.applied(world.vault, account=account)
    with pytest.raises(NotFound):
        rotation.start(world.vault, ["acc-" + "z" * 16])
    world.check()


def test_a_first_password_may_be_made_by_the_vault(world: World) -> None:
    """An account without a secret gets one; what only the platform makes cannot be replaced where nothing is."""
    account = world.account("x/NorfolkNew")
    with pytest.raises(NotFound):
        rotation.start(world.vault, [account], parts=["totp"])
    rotation.start(world.vault, [account])
    rotation.applied(world.vault, account=account)
    rotation.verify(world.vault, account=account, done=DOORS)
    assert stored(world, account, 1)
    world.check()


def test_a_pin_platform_gets_a_pin(world: World) -> None:
    """Where a platform takes six digits, six digits are made."""
    account = world.account("whatsapp/+447700900123")
    rotation.start(world.vault, [account])
    assert len(stored(world, account, 1)) == 6 and stored(world, account, 1).isdigit()


def test_an_unlisted_platform_has_cautious_rules_and_every_door(world: World, account: str) -> None:
    """Nothing is known of it, so nothing is taken to be absent."""
    with world.vault.change() as tx:
        assert len(passwords.new_password(tx, "unlisted")) >= 20
    assert rotation.doors_of("unlisted", ["password"]) == [
        d for d in rules.DOORS if d not in ("totp", "backup_codes")
    ]


def test_the_list_is_most_urgent_first_with_causes_in_words(world: World, account: str) -> None:
    """Seen comes before could-open; what was put off stays listed with its date, and bulk work passes it by."""
    hal, bob = member(world, "Hal Reed", "4001", "holder").person, world.person("Bob Stone", "2001")
    world.vault.sync()
    other = world.account("x/Breckland", password="other")
    world.grant(other, hal)
    deposits.deposit(world.vault, account=other, parts={"password": "sealed to hal"})
    world.seen(account, bob)
    leave(world, hal)
    leave(world, bob)
    rows = obligations.owed(world.vault)
    assert [(row.name, row.grade) for row in rows] == [("x/NorfolkPolice", 2), ("x/Breckland", 3)]
    assert rows[0].because[0].startswith("Bob Stone left (entry")
    with world.vault.change() as tx:
        tx.emit("post.given", world.ada, post="digital_media_lead", since=tx.today)
    until = "2026-11-20"
    put_off = {"account": other, "part": "password", "person": world.ada}
    with pytest.raises(Refusal, match="30 days"):
        obligations.defer(world.vault, until="2027-06-01", post="digital_media_lead", **put_off)
    with pytest.raises(Refusal, match="not recorded"):
        obligations.defer(world.vault, until=until, post="line_manager", **put_off)
    obligations.defer(world.vault, until=until, post="digital_media_lead", **put_off)
    assert obligations.owed(world.vault)[1].deferred_until == until
    assert rotation.owed_accounts(world.vault) == [account]
    rotation.start(world.vault, [account])
    assert [row.name for row in obligations.owed(world.vault, mine=True)] == ["x/NorfolkPolice"]
    rotation.applied(world.vault, account=account)
    rotation.verify(world.vault, account=account, done=DOORS)
    assert [row.discharged is not None for row in obligations.owed(world.vault, everything=True)] == [
        False,
        True,
    ]
    world.check()


def test_one_rotation_is_shown_whole(world: World, account: str) -> None:
    """State, versions, doors shut and left; work that nothing asks for is listed too."""
    rotation.start(world.vault, [account])
    (row,) = obligations.owed(world.vault, account=account)
    assert row.part == "" and row.work is not None and row.work.state == "prepared"
    rotation.applied(world.vault, account=account)
    rotation.verify(world.vault, account=account, done=["sessions"])
    shown = obligations.show(world.vault, rotation.find(world.vault, "x/norfolkpolice"))
    assert (shown.number, shown.base, shown.ticked) == (2, 1, {"sessions": "done"})
    assert shown.work.doors_left == DOORS[1:]
