"""A file that is no vault, or was made into another one: refused before anything is asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ops.hostile import GUARDS, attack, refused, run
from tests.world import World
from vault.errors import UsageProblem
from vault.store import sqlite


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.account("x/NorfolkPolice", password="first one")
    world.person("Bob Stone", "2001")
    return world


SCHEMAS = {
    "a trigger": "CREATE TRIGGER evil AFTER INSERT ON entries BEGIN DELETE FROM blobs; END",
    "a view": "CREATE VIEW evil AS SELECT * FROM entries",
    "a table": "CREATE TABLE evil (x)",
    "an index": "CREATE INDEX evil ON entries (body)",
    **{f"without {name}": f"DROP TRIGGER {name}" for name in GUARDS},
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_another_schema_is_refused_before_anything_is_asked(world: World, name: str) -> None:
    """A file may carry code: whatever it declares beyond ours, or no longer declares, closes it."""
    attack(world, SCHEMAS[name], guards=True)
    refused(run(world, "status"), 6, "other tables or triggers")
    result = run(world, "doctor")
    refused(result, 6)
    assert "other tables or triggers" in result.stdout


GUARDED = {
    "an update": "UPDATE entries SET body = x'7b7d' WHERE seq = 1",
    "a deletion": "DELETE FROM entries WHERE seq = 1",
    "a replacement": "INSERT OR REPLACE INTO entries (seq, body) VALUES (1, x'7b7d')",
    "a gap": "INSERT INTO entries (seq, body) VALUES (1000000, x'7b7d')",
    "a head replaced": "INSERT OR REPLACE INTO commits SELECT size, keyset, note, 'other' FROM commits LIMIT 1",
    "a head updated": "UPDATE commits SET note = x'7b7d'",
    "a head deleted": "DELETE FROM commits",
    "a blob updated": "UPDATE blobs SET data = x'00'",
}


@pytest.mark.parametrize("name", GUARDED)
def test_the_guards_stop_a_stray_tool(world: World, name: str) -> None:
    """With the guards in place the database itself refuses, INSERT OR REPLACE included; nothing has changed."""
    with pytest.raises(sqlite3.IntegrityError, match="append only"):
        attack(world, GUARDED[name], guards=True)
    world.check()


def test_a_replaced_blob_is_the_same_blob(world: World) -> None:
    """INSERT OR REPLACE of a blob gets past no guard unnoticed: its name is its hash."""
    attack(world, "INSERT OR REPLACE INTO blobs SELECT hash, x'00' FROM blobs LIMIT 1", guards=True)
    result = run(world, "doctor", "--deep")
    refused(result, 6)


def _newer(path: Path) -> None:
    conn = sqlite3.connect(path)
    conn.execute("PRAGMA user_version = 9")
    conn.close()


def _alien(path: Path) -> None:
    conn = sqlite3.connect(path)
    conn.execute("PRAGMA application_id = 1")
    conn.close()


FILES: dict[str, tuple[Callable[[Path], object], int, str]] = {
    "garbage": (lambda path: path.write_bytes(b"garbage " * 999), 6, "damaged or is not"),
    "empty": (lambda path: path.write_bytes(b""), 6, "not a Keyholder vault"),
    "of another program": (_alien, 6, "not a Keyholder vault"),
    "of a newer format": (_newer, 2, "reads up to"),
    "missing": (lambda path: path.unlink(), 3, "no vault at"),
    "a directory": (lambda path: (path.unlink(), path.mkdir()), 3, "no vault at"),
    "half gone": (lambda path: path.write_bytes(path.read_bytes()[:8192]), 6, ""),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("command", [("status",), ("note", "add", "words"), ("audit", "verify"), ("doctor",)])
def test_a_file_that_is_no_vault(world: World, name: str, command: tuple[str, ...]) -> None:
    """Each wrong file has its own words and exit code; nothing is created in its place."""
    make, code, words = FILES[name]
    world.vault.close()
    for extra in ("-wal", "-shm"):
        Path(world.location + extra).unlink(missing_ok=True)
    make(Path(world.location))
    refused(run(world, *command), code, words)
    assert Path(world.location).exists() == (name != "missing")


def test_a_network_share_is_refused_with_the_reason() -> None:
    """The nearest mount decides, and only a network file system is refused."""
    mounts = (
        "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        "40 22 0:50 / /mnt/team\\040share rw - cifs //server/share rw\n"
        "41 40 8:2 / /mnt/team\\040share/local rw - ext4 /dev/sdb1 rw\n"
    )
    with pytest.raises(UsageProblem, match=r"network share \(cifs\)"):
        sqlite.refuse_network_share(Path("/mnt/team share/vault.db"), mounts=mounts)
    sqlite.refuse_network_share(Path("/mnt/team share/local/vault.db"), mounts=mounts)
    sqlite.refuse_network_share(Path("/home/ada/vault.db"), mounts=mounts)
