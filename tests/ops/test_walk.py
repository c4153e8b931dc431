"""Whoever walks through the log asks at its end whether it reaches every head that is held."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.errors import BadChain, RolledBack
from audit.follow import Follower
from tests.world import World
from vault.ops.session import Vault
from vault.ops.walk import walk
from vault.store import sqlite
from vault.store.home import Home, Place
from vault.store.shared import Shared, open_door


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def older_copy(world: World) -> str:
    """The vault's file as it was before the last entries, somewhere else."""
    path = world.folder / "older.db"
    door = open_door(world.location)
    path.write_bytes(door.copy())  # type: ignore[attr-defined]
    door.close()
    for number in range(3):
        world.person("Later On", f"90{number:02}")
    return str(path)


def invited(world: World, location: str) -> Home:
    """A home that has never synced; its invitation carried the head of now."""
    home, head = Home(world.folder / "joiner"), world.vault.follower.head()
    home.make()
    place = Place(
        vault=location,
        vault_id=world.created.vault_id,
        keyset="kst-" + "a" * 16,
        person="per-" + "a" * 16,
        held_size=head.size,
        held_root=head.root.hex(),
    )
    home.set_place(place)
    return home


def opened(world: World, home: Home) -> Vault:
    return Vault.open(home, clock=world.clock, random=world.dice)


def test_a_fresh_home_keeps_to_its_invitation(world: World) -> None:
    """A log shorter than the head that came with the invitation is refused, and nothing of it is pinned."""
    vault = opened(world, invited(world, older_copy(world)))
    for _ in range(2):
        with pytest.raises(RolledBack, match="the log shown ends here"):
            vault.sync()
        assert vault.state.pin() is None and vault.follower.size == 0
    vault.close()


def test_a_lost_state_keeps_to_the_invitation(world: World) -> None:
    """The register was made, and its file is gone: what the home was told still counts."""
    older = older_copy(world)
    home = invited(world, world.location)
    vault = opened(world, home)
    assert vault.sync().entries == world.vault.follower.size
    vault.close()
    for path in home.folder.glob("state.db*"):
        path.unlink()
    home.set_place(home.place()._replace(vault=older))
    vault = opened(world, home)
    with pytest.raises(RolledBack):
        vault.sync()
    vault.close()


def test_nothing_new_is_not_enough(world: World) -> None:
    """A home that pinned the shorter log, by an older release: its next sync brings nothing, and is refused."""
    home = invited(world, older_copy(world))
    place = home.place()
    home.set_place(place._replace(held_size=0, held_root=""))
    vault = opened(world, home)
    vault.sync()
    vault.close()
    home.set_place(place)
    vault = opened(world, home)
    with pytest.raises(RolledBack):
        vault.sync()
    vault.close()
    conn = sqlite.connect(home.state)
    conn.execute("ALTER TABLE epoch RENAME COLUMN skipped TO passed_over")
    conn.close()
    with pytest.raises(RolledBack):  # the tables of another release are made again, by the same walk
        opened(world, home)


class _Elsewhere:
    """A log that begins anew where another was asked for."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    def commits_after(self, size: int) -> Iterator[tuple[int, str, bytes, list[bytes]]]:
        return self._shared.commits_after(0 * size)


def test_a_walk_folds_each_commit_where_it_begins(world: World) -> None:
    """In order, without a gap; it may end early, and stops at the first fault."""
    older_copy(world)
    shared, follower, seen = Shared(open_door(world.location)), Follower.start(), list[tuple[int, int]]()
    walk(shared, follower, lambda done, start: seen.append((start, done.checkpoint.size)))
    assert seen[0][0] == 0 and seen[-1][1] == follower.size == world.vault.follower.size
    assert all(one[1] == other[0] for one, other in itertools.pairwise(seen))
    early = Follower.start(held={1: bytes.fromhex(world.created.vault_id)})
    walk(shared, early, until=2)
    assert 2 <= early.size < follower.size
    with pytest.raises(BadChain):
        walk(_Elsewhere(shared), early)  # type: ignore[arg-type]
    shared.door.close()
