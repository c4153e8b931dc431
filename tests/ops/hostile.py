"""Whoever owns the database: what they do to it, and what a member is told then."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from click.testing import Result

from tests.world import World
from vault.store.file import FileDoor

GUARDS = [
    *("entries_next", "entries_update", "entries_delete", "commits_next", "commits_update", "commits_delete"),
    *("tiles_insert", "tiles_update", "tiles_delete", "blobs_update"),
]


def attack(world: World, *statements: str, guards: bool = False) -> None:
    """Run SQL on the shared file as its owner; without ``guards`` the triggers are put away and back."""
    conn = sqlite3.connect(world.location, isolation_level=None)
    conn.create_function("flip", 1, lambda data: data[:-4] + bytes([data[-4] ^ 1]) + data[-3:])
    rows = conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name").fetchall()
    for name, _ in [] if guards else rows:
        conn.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        conn.execute(statement)
    for _, text in [] if guards else rows:
        conn.execute(text)
    conn.close()


def put_back(world: World, copy: Path) -> None:
    """Replace the shared file by an earlier copy of it, while nobody has it open."""
    world.vault.close()
    for extra in ("-wal", "-shm"):
        Path(world.location + extra).unlink(missing_ok=True)
    shutil.copyfile(copy, world.location)


def copy_of(world: World) -> Path:
    target, door = world.folder / f"copy{world.vault.follower.size}.db", FileDoor(Path(world.location))
    target.write_bytes(door.copy())
    door.close()
    return target


def run(world: World, *args: str) -> Result:
    """The command line; the world's own vault is not asked to follow."""
    world.vault.sync = lambda: None  # type: ignore[method-assign, assignment]
    return world.run(*args, ok=False)


def refused(result: Result, code: int, *words: str) -> None:
    assert result.exit_code == code, result.stderr
    for word in words:
        assert word in result.stderr
    assert "Traceback" not in result.stderr
    assert "internal error" not in result.stderr
