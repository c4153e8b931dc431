"""The way of a change, end to end below the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.errors import AuditError, RolledBack
from tests.world import World
from vault.domain import rotation, secrets
from vault.domain.decisions import Denied, Refusal
from vault.ops import sealing
from vault.ops.session import Vault
from vault.store import sqlite
from vault.store.register import State


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_secret_comes_back_through_custody(world: World) -> None:
    """What was deposited opens again in another process, and the log verifies from its id alone."""
    account = world.account("x/NorfolkPolice", password="first one")
    again = world.open(world.home)
    assert sealing.open_version(again, account=account, number=1).parts == {"password": "first one"}
    world.check()


def test_a_refusal_leaves_only_its_own_entry(world: World) -> None:
    """Everything done before a refusal in the same unit of work is dropped; the refusal itself is recorded."""
    size, people = world.vault.follower.size, len(world.vault.state.find("person"))
    with pytest.raises(Refusal), world.vault.change() as tx:
        id_ = "per-" + "a" * 16
        tx.emit("person.added", id_, details=tx.details("person", id_, {"name": "Nobody"}))
        Denied("test_action", "because", clause="NS-9.2").check()
    assert world.vault.follower.size == size + 1
    assert len(world.vault.state.find("person")) == people
    assert world.vault.state.find("refusal")[0]["clause"] == "NS-9.2"
    world.check()


def test_an_error_leaves_no_trace(world: World) -> None:
    """Any other error rolls everything back, in both databases, and the vault goes on."""
    size = world.vault.follower.size
    with pytest.raises(RuntimeError), world.vault.change() as tx:
        id_ = "per-" + "b" * 16
        tx.emit("person.added", id_, details=tx.details("person", id_, {"name": "Nobody"}))
        raise RuntimeError("stop")
    assert world.vault.shared.size() == size == world.vault.follower.size
    world.person("Bob Stone", "2001")
    world.check()


def test_a_leaver_owes_what_they_saw(world: World) -> None:
    """Somebody leaves: what they saw is owed in class 2, ends with a verified new password, and never by a flag."""
    account, bob = world.account("x/NorfolkPolice", password="first one"), world.person("Bob Stone", "2001")
    world.grant(account, bob)
    world.seen(account, bob)
    with world.vault.change() as tx:
        tx.emit("person.left", bob, occurred_at=tx.time)
    owed = world.vault.state.find("obligation", discharged=None)
    assert [(o["account"], o["part"], o["class"]) for o in owed] == [(account, "password", 2)]
    world.check()
    with world.vault.change() as tx:
        body = sealing.Body({"platform": "x"}, {"password": "second one"})
        number = sealing.write_version(
            tx, account=account, body=body, parts={"password": "new"}, why="rotation", previous=1
        )
        tx.emit(
            "rotation.started",
            account,
            rotation="rot-" + "a" * 16,
            number=number,
            owner=world.ada,
            lease_until=tx.time,
            doors=["sessions"],
        )
    sealing.read_back_all(world.vault, {(account, number): body})
    for event in ("rotation.applied", "rotation.verified"):
        with world.vault.change() as tx:
            tx.emit(event, "rot-" + "a" * 16)
        assert world.vault.state.find("obligation", discharged=None), "a door is still open"
    with world.vault.change() as tx:
        tx.emit("rotation.ticked", "rot-" + "a" * 16, doors={"sessions": "done"})
    assert not world.vault.state.find("obligation", discharged=None)
    assert rotation.open_rotation(world.vault.state, account) is None
    current = secrets.current(world.vault.state, account)
    assert current is not None
    assert current["number"] == 2
    world.check()


def other_release(world: World) -> None:
    """What an older release's state.db looks like: a column has another name."""
    world.vault.state.close()
    conn = sqlite.connect(world.vault.home.state)
    conn.execute("ALTER TABLE epoch RENAME COLUMN skipped TO passed_over")
    conn.close()


def again(world: World) -> Vault:
    return Vault.open(world.vault.home, clock=world.clock, random=world.dice)


def test_tables_of_another_release_are_replayed(world: World) -> None:
    """Nobody has to delete anything: the same pin, the same rows, names found by their tags."""
    pin, epochs = world.vault.state.pin(), world.vault.state.find("epoch")
    other_release(world)
    vault = again(world)
    assert vault.state.is_current()
    assert (vault.state.pin(), vault.state.find("epoch")) == (pin, epochs)
    assert vault.sync().entries == 0
    vault.close()


def test_a_replay_keeps_to_the_pin(world: World) -> None:
    """A log shorter than was pinned, or with another newest entry or another past, is refused: nothing is lost."""
    pin = world.vault.state.pin()
    assert pin is not None
    for wrong in ({"size": 2 * pin.size}, {"last": bytes(32)}, {"frontier": bytes(len(pin.frontier))}):
        with world.vault.state.transaction():
            world.vault.state.set_pin(pin._replace(**wrong))
        other_release(world)
        with pytest.raises(RolledBack if "size" in wrong else AuditError):
            again(world)
        conn = sqlite.connect(world.vault.home.state)
        assert conn.execute("SELECT size FROM pin").fetchall() == [(wrong.get("size", pin.size),)]
        conn.execute("ALTER TABLE epoch RENAME COLUMN passed_over TO skipped")
        conn.close()
        world.vault.state = State.open(world.vault.home.state)
