"""One unit of work: the epochs it starts, the tiles it fills, and what a crash between its two commits leaves."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from audit import merkle
from tests.ops.members import member
from tests.world import World
from vault.domain import keys
from vault.domain.decisions import Denied, Refusal
from vault.domain.ids import Prefix
from vault.errors import Busy, IntegrityError, Refused, UsageProblem, VaultError
from vault.ops import secrets
from vault.ops import tx as units
from vault.ops.session import Vault
from vault.store import sqlite
from vault.store.shared import Door


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def note(vault: Vault, count: int = 1) -> None:
    """So many small entries in one commit."""
    with vault.change() as tx:
        for _ in range(count):
            tx.emit("backup.made", size=tx.written)


def test_nothing_written_nothing_committed(world: World) -> None:
    """A unit of work that writes nothing leaves nothing."""
    size = world.vault.shared.size()
    with world.vault.change() as tx:
        assert tx.today == "2026-11-02"
    assert world.vault.shared.size() == size


def test_the_pin_is_on_the_disk_before_a_secret_leaves(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit of work that lets somebody see a secret settles the pin, after both commits; others do not wait."""
    account, settled = world.account("x/NorfolkPolice", password="first one"), []
    kept = world.vault.state.settle

    def settle() -> None:
        settled.append((world.vault.state.pin(), world.vault.shared.size()))
        kept()

    monkeypatch.setattr(world.vault.state, "settle", settle)
    note(world.vault)
    assert settled == []
    secrets.reveal(world.vault, account=account)
    [(pin, size)] = settled
    assert pin is not None
    assert pin.size == size == world.vault.follower.size


def test_what_is_not_settled_shows_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the pin does not reach the disk the secret is not handed out; that somebody asked stays on the record."""
    account, size = world.account("x/NorfolkPolice", password="first one"), world.vault.shared.size()

    def full() -> None:
        raise VaultError("the disk is full")

    monkeypatch.setattr(world.vault.state, "settle", full)
    with pytest.raises(VaultError, match="full"):
        secrets.reveal(world.vault, account=account)
    assert world.vault.shared.size() == size + 1
    world.check()


def test_lost_between_the_two_commits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash after the shared COMMIT leaves the projection behind; the next command catches up."""
    size = world.vault.shared.size()

    def crash() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(world.vault, "after_commit", crash)
    with pytest.raises(KeyboardInterrupt):
        note(world.vault)
    monkeypatch.undo()
    assert world.vault.shared.size() == size + 1
    assert (world.vault.follower.size, world.vault.state.pin().size) == (size, size)
    assert world.vault.state.find("backup") == []
    assert world.vault.sync().entries == 1
    assert len(world.vault.state.find("backup")) == 1
    note(world.vault)
    world.check()


def test_two_writers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one writes the other is told to wait; after it, the other catches up first and then writes."""
    monkeypatch.setattr(sqlite, "BUSY_MS", 50)
    bob = member(world, "Bob Stone", "2001", "custodian")
    with world.vault.change() as tx:
        tx.emit("backup.made", size=1)
        with pytest.raises(Busy):
            note(bob)
    note(bob)
    assert [row["size"] for row in bob.state.find("backup")] == [1, 0]
    bob.close()
    world.check()


def test_a_refusal_keeps_what_others_wrote(world: World) -> None:
    """What was caught up with in the same unit of work is folded again when a refusal takes everything back."""
    bob = member(world, "Bob Stone", "2001", "custodian")
    note(world.vault, 3)
    with pytest.raises(Refusal), bob.change():
        Denied("test_action", "because").check()
    assert len(bob.state.find("backup")) == 3
    assert bob.state.pin().size == bob.shared.size()
    bob.close()
    world.check()


def test_what_would_be_void_is_refused(world: World) -> None:
    """An entry that every client would skip is not written; the refusal is, under the event's name."""
    with (
        pytest.raises(Refusal, match="not possible: the person is not in the register"),
        world.vault.change() as tx,
    ):
        tx.emit("person.paused", "per-" + "a" * 16, occurred_at=tx.time)
    assert [row["action"] for row in world.vault.state.find("refusal")] == ["person_paused"]
    world.check()


def test_a_due_epoch_is_started_by_who_may(world: World) -> None:
    """After a custodian went, the next write of a custodian starts epochs without them; of anybody else is refused."""
    bob = member(world, "Bob Stone", "2001", "custodian")
    amy = member(world, "Amy Well", "2002", "auditor")
    account = world.account("x/NorfolkPolice", password="first one")
    assert not keys.epoch_due(world.vault.state, keys.CUSTODY)
    with world.vault.change() as tx:
        tx.emit("role.ended", bob.person, role="custodian")
    bob.sync()
    amy.sync()
    assert keys.epoch_due(world.vault.state, keys.CUSTODY)
    with pytest.raises(Refused, match="custody team's keys are due"), amy.change() as tx:
        tx.ensure_epoch(keys.CUSTODY)
    world.deposit(account, password="second one")
    epoch = keys.newest_epoch(world.vault.state, keys.CUSTODY)
    sealed = {row["keyset"] for row in world.vault.state.find("epoch_seal", epoch=epoch["id"])}
    assert bob.place.keyset not in sealed
    assert not keys.epoch_due(world.vault.state, keys.CUSTODY)
    with world.vault.change() as tx:
        assert tx.ensure_epoch(keys.CUSTODY) == epoch["id"]
    bob.close()
    amy.close()
    world.check()


def test_commit_keys_are_shared(world: World) -> None:
    """Bulk work needs one batch: whoever has a commit key in it needs no other."""
    with world.vault.change() as tx:
        custody = tx.ensure_epoch(keys.CUSTODY)
        first, made = tx.commit_keys({custody})
        assert tx.commit_keys({custody}) == (first, made)
        other, _ = tx.commit_keys({custody, world.vault.place.keyset})
        assert other != first
    assert len(world.vault.state.find("batch")) == 2


def test_nothing_is_sealed_to_a_stranger(world: World) -> None:
    """A keyset that is unknown or revoked gets no commit key."""
    bob = member(world, "Bob Stone", "2001", "holder")
    with world.vault.change() as tx:
        tx.emit("signer.revoked", bob.place.keyset, reason="lost")
    for keyset in ("kst-" + "z" * 16, bob.place.keyset):
        with pytest.raises(Refused, match="not in force"), world.vault.change() as tx:
            tx.commit_keys({keyset})
    bob.close()


@pytest.mark.parametrize(
    ("shift", "asked"), [({"minutes": -11}, True), ({"days": 401}, True), ({"days": 399}, False)]
)
def test_a_clock_far_off_is_asked_about(world: World, shift: dict[str, float], asked: bool) -> None:
    """Times far before the newest entry or long after it are asked about, and written once that is confirmed."""
    note(world.vault)
    world.clock.forward(**shift)
    if asked:
        with pytest.raises(UsageProblem, match="clock says"):
            note(world.vault)
        world.vault.clock_confirmed = True
    note(world.vault)
    assert len(world.vault.state.find("backup")) == 2


def test_a_time_without_a_zone(world: World) -> None:
    """A naive time is a programming mistake."""
    from vault.ops.session import moment

    with pytest.raises(ValueError, match="zone"):
        moment(dt.datetime(2026, 11, 2))  # noqa: DTZ001 - what is refused


def test_tiles_are_those_of_the_tree(world: World) -> None:
    """Every 256 entries fill a tile of their leaf hashes, in one commit or over several."""
    note(world.vault, 600)
    note(world.vault, 300)
    leaves = world.vault.state.leaves(0, world.vault.follower.size)
    full = len(leaves) // 256
    for n in range(full):
        assert world.vault.shared.tile(0, n) == b"".join(leaves[n * 256 : (n + 1) * 256])
    with pytest.raises(IntegrityError):
        world.vault.shared.tile(0, full)
    with pytest.raises(IntegrityError):
        world.vault.shared.tile(1, 0)
    world.check()


class _Narrow:
    """Tiles of four hashes in a list, in place of the shared table: the same logic, reached sooner."""

    def __init__(self) -> None:
        self.kept: dict[tuple[int, int], bytes] = {}

    def tile(self, level: int, n: int) -> bytes:
        return self.kept[level, n]


def test_tiles_above_tiles(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tile of tiles appears when its last one is full: with narrow tiles, three levels, commit by commit."""
    monkeypatch.setattr(units, "TILE", 4)
    monkeypatch.setattr(merkle, "TILE_WIDTH", 4)
    leaves = [bytes([n]) * 32 for n in range(70)]
    kept = _Narrow()

    class Tx:
        class state:  # noqa: N801 - stands for the attribute
            leaves = staticmethod(lambda start, end: leaves[start:end])

        class vault:  # noqa: N801 - stands for the attribute
            shared = kept

    at = 0
    for end in (1, 3, 4, 15, 16, 16 + 5, 64, 70):
        kept.kept.update({(level, n): data for level, n, data in units.Tx._full_tiles(Tx, at, end)})
        at = end
    assert {key[0]: sum(1 for other in kept.kept if other[0] == key[0]) for key in kept.kept} == {
        0: 17,
        1: 4,
        2: 1,
    }
    for n in range(4):
        roots = [merkle.tree_root(leaves[i * 4 : i * 4 + 4]) for i in range(n * 4, n * 4 + 4)]
        assert kept.kept[1, n] == b"".join(roots)
    assert kept.kept[2, 0] == b"".join(merkle.tree_root(leaves[i * 16 : i * 16 + 16]) for i in range(4))


def test_new_ids_are_random(world: World) -> None:
    """Every id is fresh."""
    with world.vault.change() as tx:
        assert len({tx.new(Prefix.NOTE) for _ in range(50)}) == 50


class Unanswered:
    """A database whose answer to COMMIT is lost: after it was done, or before it came there."""

    def __init__(self, door: Door, *, arrives: bool, reachable: bool = True) -> None:
        self._door, self._arrives, self._reachable = door, arrives, reachable

    def __getattr__(self, name: str) -> Any:
        return getattr(self._door, name)

    def commit(self) -> None:
        if self._arrives:
            self._door.commit()
        raise VaultError("the connection was lost")

    def again(self) -> Door:
        if not self._reachable:
            raise VaultError("the database is not there")
        return self._door.again()


@pytest.mark.parametrize(
    ("arrives", "reachable"), [(True, True), (False, True), (True, False), (False, False)]
)
def test_a_lost_answer_is_looked_up(world: World, arrives: bool, reachable: bool) -> None:
    """What arrived counts, once; what did not is an error; where nobody can be asked that is said."""
    door, size = world.vault.shared.door, world.vault.follower.size
    world.vault.shared.door = Unanswered(door, arrives=arrives, reachable=reachable)  # type: ignore[assignment]
    if arrives and reachable:
        note(world.vault)
        assert world.vault.follower.size == size + 1
    else:
        with pytest.raises(VaultError, match="connection was lost") as lost:
            note(world.vault)
        assert ("it may have been recorded" in lost.value.hint) is not reachable
        assert world.vault.follower.size == size
    world.vault.shared.door = door
    world.vault.sync()
    assert world.vault.follower.size == size + arrives
    assert len(world.vault.state.find("backup")) == arrives
    note(world.vault)
    world.check()
