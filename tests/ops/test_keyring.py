"""What a member's keys open: the past through later epochs, and nothing that lies in another place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ops.members import member
from tests.world import World
from vault.domain import keys
from vault.errors import IntegrityError, Refused, VaultError
from vault.ops import sealing


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_later_custodian_opens_the_first_epoch(world: World) -> None:
    """Who joined at a later epoch walks back through its predecessors to what was sealed to the first."""
    account = world.account("x/NorfolkPolice", password="first one")
    first = world.vault.state.get("version", account=account, number=1)["epoch"]
    for name, collar in (("Bob Stone", "2001"), ("Cal Reed", "2002")):
        late = member(world, name, collar, "custodian")
        late.close()
    late = member(world, "Dee Moor", "2003", "custodian")
    newest = keys.newest_epoch(late.state, keys.CUSTODY)
    assert newest["number"] >= 3
    assert late.state.get("epoch_seal", epoch=first, keyset=late.place.keyset) is None
    assert sealing.open_version(late, account=account, number=1).parts == {"password": "first one"}
    assert repr(late.keyring) == "<keyring>"
    late.close()
    world.check()


@pytest.mark.parametrize("changes", [150, pytest.param(500, marks=pytest.mark.slow)])
def test_many_epochs(world: World, changes: int) -> None:
    """However often a team changed, who comes then opens what was sealed to its first epoch, and describes it."""
    account = world.account("x/NorfolkPolice", password="first one")
    cal = member(world, "Cal Reed", "2001", "custodian")
    cal.close()
    with world.vault.change() as tx:
        for _ in range(changes):
            for event in ("person.paused", "person.resumed"):
                tx.emit(event, cal.person, occurred_at=tx.time)
                for team in (keys.CUSTODY, keys.REGISTER):
                    tx.ensure_epoch(team)
    late = member(world, "Dee Moor", "2002", "custodian")
    for team in (keys.CUSTODY, keys.REGISTER):
        assert len(late.state.find("epoch", team=team)) > 2 * changes
    assert sealing.open_version(late, account=account, number=1).parts == {"password": "first one"}
    assert late.names.find("account", "x/NorfolkPolice") == account
    late.close()


def test_who_is_in_no_team_opens_no_epoch(world: World) -> None:
    """A holder opens neither the register nor custody, at any epoch."""
    account = world.account("x/NorfolkPolice", password="first one")
    hal = member(world, "Hal Moor", "2001", "holder")
    assert not hal.names.reads_details()
    assert hal.keyring.is_in(hal.state, keys.CUSTODY) is False
    for team in (keys.REGISTER, keys.CUSTODY):
        for row in hal.state.find("epoch", team=team):
            with pytest.raises(Refused, match=f"sealed to the {team} team"):
                hal.keyring.epoch(hal.state, row["id"])
    with pytest.raises(Refused, match="your keys do not open"):
        sealing.open_version(hal, account=account, number=1)
    hal.close()


def test_an_unknown_epoch(world: World) -> None:
    """Something sealed to an epoch that the log does not know is refused."""
    with pytest.raises(IntegrityError, match="does not know"):
        world.vault.keyring.epoch(world.vault.state, "epo-" + "z" * 16)


def test_pasted_details_do_not_open(world: World, tmp_path: Path) -> None:
    """A description lies under its kind, its subject and its vault: anywhere else it is refused."""
    bob = world.person("Bob Stone", "2001")
    blob = world.vault.shared.blob(world.vault.state.get("person", id=bob)["details"])
    ring, state = world.vault.keyring, world.vault.state
    assert ring.open_details(state, blob, kind="person", subject=bob)["name"] == "Bob Stone"
    for kind, subject in (("person", world.ada), ("account", bob), ("person", "")):
        with pytest.raises(VaultError):
            ring.open_details(state, blob, kind=kind, subject=subject)
    other = World(tmp_path / "other", seed="other")
    other.vault.keyring._epochs.update(ring._epochs)
    with pytest.raises(VaultError):
        other.vault.keyring.open_details(state, blob, kind="person", subject=bob)


def test_details_from_a_member_outside_the_register(world: World) -> None:
    """Who does not read the register still writes to it; whoever does opens that, and only in its place."""
    hal = member(world, "Hal Moor", "2001", "holder")
    about = {"kind": "note", "subject": "not-" + "a" * 16}
    blob = hal.keyring.seal_details(hal.state, **about, values={"text": "seen"}, nonce=bytes(12))
    ring, state = world.vault.keyring, world.vault.state
    assert ring.open_details(state, blob, **about) == {"text": "seen"}
    with pytest.raises(VaultError):
        ring.open_details(state, blob, **{**about, "subject": "not-" + "b" * 16})
    with pytest.raises(VaultError):
        hal.keyring.open_details(hal.state, blob, **about)
    hal.close()


def test_nothing_to_seal_to(world: World) -> None:
    """Before the register has an epoch nothing can be described."""
    from vault.store.register import State

    with pytest.raises(IntegrityError, match="no epoch"):
        world.vault.keyring.seal_details(
            State.memory(), kind="person", subject="p", values={}, nonce=bytes(12)
        )


def test_damaged_details(world: World) -> None:
    """A blob that is too short, or names no epoch, is refused as ours."""
    for blob in (b"", b"epo-", b"\xff" * 60, b"epo-" + b"a" * 16 + b"rest"):
        with pytest.raises(VaultError):
            world.vault.keyring.open_details(world.vault.state, blob, kind="person", subject=world.ada)
