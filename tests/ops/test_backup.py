"""Backups: on the record, sealed, complete, and checked without writing anything."""

from __future__ import annotations

import io
import os
import re
import stat
import tarfile
from pathlib import Path

import pyrage
import pytest

from audit.errors import AuditError
from tests.ops.members import member
from tests.world import World
from vault.crypto import backup as age
from vault.errors import IntegrityError, Locked, Refused, UsageProblem
from vault.ops import backup
from vault.store.file import CopyDoor, FileDoor
from vault.store.shared import blob_name


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.account("x/NorfolkPolice", password="first one")
    return world


@pytest.fixture
def key() -> pyrage.x25519.Identity:
    return pyrage.x25519.Identity.generate()


def test_a_backup_opens_and_verifies(world: World, key: pyrage.x25519.Identity) -> None:
    """The file is its owner's only, the entry says so, the copy holds that entry, and the log verifies."""
    made = backup.make(world.vault, world.folder / "b.age", recipients=[str(key.to_public())])
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert made.entries == world.vault.follower.size == made.entry + 1
    found = backup.check(world.vault, made.path, identity=f"# created by age-keygen\n{key}\n")
    assert (found.entries, found.behind) == (made.entries, 0)
    assert found.blobs == len(world.vault.shared.blob_names())
    world.person("Bob Stone", "2001")
    assert backup.check(world.vault, made.path, identity=str(key)).behind == 1
    world.check()


SIZE = 32 * 2**20


def peak() -> int:
    """The most memory that this process has had since `forget_peak`, in bytes."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) * 1024


def forget_peak() -> int:
    """What it has now, in bytes."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="the kernel tells no peak of memory")
def test_a_backup_takes_little_memory(world: World, key: pyrage.x25519.Identity) -> None:
    """Two copies of the database for a moment, and pieces. Under a passphrase age's scrypt takes more than that."""
    door = world.vault.shared.door
    blobs = [os.urandom(2**20) for _ in range(SIZE // 2**20)]
    door.write("INSERT INTO blobs VALUES (:name, :data)", [{"name": blob_name(b), "data": b} for b in blobs])
    del blobs
    before = forget_peak()
    made = backup.make(world.vault, world.folder / "b.age", recipients=[str(key.to_public())])
    assert peak() - before < 2.5 * SIZE
    assert backup.check(world.vault, made.path, identity=str(key)).entries == made.entries
    assert made.size == made.path.stat().st_size > SIZE


def test_the_name_of_a_backup_survives_a_power_cut(
    world: World, key: pyrage.x25519.Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its bytes are brought to the disk, and then the folder that names it."""
    folder, real = world.folder / "disk", os.fsync
    folder.mkdir()
    kinds: list[bool] = []

    def synced(handle: int) -> None:
        real(handle)
        kinds.append(stat.S_ISDIR(os.fstat(handle).st_mode))

    monkeypatch.setattr(os, "fsync", synced)
    backup.make(world.vault, folder / "b.age", recipients=[str(key.to_public())])
    assert kinds == [False, True]


def test_the_archive_is_read_in_pieces_of_any_size() -> None:
    """Byte for byte what tarfile writes, whoever reads it and how."""
    database, head = os.urandom(70_001), b"head"
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in ((backup.DATABASE, database), (backup.HEAD, head)):
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), 0o600
            tar.addfile(info, io.BytesIO(data))
    for step in (1, 512, 1000, 10**6, -1):
        source = backup.pack(database, head)
        read = b"".join(iter(lambda source=source, step=step: source.read(step), b""))  # type: ignore[misc]
        assert read == out.getvalue()[: len(read)]
        assert set(out.getvalue()[len(read) :]) <= {0}
        assert backup.unpack(read) == (database, head)


def test_a_backup_under_a_passphrase(world: World) -> None:
    """Without a key pair a passphrase does; a wrong one opens nothing."""
    path = world.folder / "b.age"
    backup.make(world.vault, path, passphrase="six words that nobody would guess")
    assert backup.check(world.vault, path, passphrase="six words that nobody would guess").behind == 0
    with pytest.raises(Locked):
        backup.check(world.vault, path, passphrase="other words")
    with pytest.raises(Locked):
        backup.check(world.vault, path, identity="no key in here\nand none here")


def test_nothing_is_overwritten_and_nothing_recorded_for_it(
    world: World, key: pyrage.x25519.Identity
) -> None:
    """An existing file stays; a bad recipient is found before the entry is written."""
    path = world.folder / "b.age"
    path.write_text("mine")
    size = world.vault.follower.size
    with pytest.raises(UsageProblem, match="there already"):
        backup.make(world.vault, path, recipients=[str(key.to_public())])
    with pytest.raises(UsageProblem, match="not an age public key"):
        backup.make(world.vault, world.folder / "c.age", recipients=["age1wrong"])
    with pytest.raises(UsageProblem, match="name one of the two"):
        backup.make(world.vault, world.folder / "c.age")
    assert path.read_text() == "mine"
    assert not (world.folder / "c.age").exists()
    assert world.vault.shared.size() == size


def test_the_entry_comes_first(
    world: World, key: pyrage.x25519.Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy that could not be written leaves the entry, and no file that could be taken for a backup."""

    def fails(door: FileDoor) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileDoor, "copy", fails)
    with pytest.raises(OSError, match="No space"):
        backup.make(world.vault, world.folder / "b.age", recipients=[str(key.to_public())])
    assert len(world.vault.state.find("backup")) == 1
    assert not (world.folder / "b.age").exists()
    world.check()


def test_a_holder_makes_no_backup(world: World, key: pyrage.x25519.Identity) -> None:
    """Refused before anything is written."""
    bob = member(world, "Bob Stone", "2001", "holder")
    with pytest.raises(Refused, match="needs the role"):
        backup.make(bob, world.folder / "b.age", recipients=[str(key.to_public())])
    assert not (world.folder / "b.age").exists()


def test_a_copy_of_another_history_is_refused(
    world: World, key: pyrage.x25519.Identity, tmp_path: Path
) -> None:
    """A correct backup of another vault, and one with a changed entry, do not pass for this one."""
    other = World(tmp_path / "other", seed="other")
    path = tmp_path / "other.age"
    backup.make(other.vault, path, recipients=[str(key.to_public())])
    with pytest.raises(AuditError, match="entry 0"):
        backup.check(world.vault, path, identity=str(key))
    fork = tmp_path / "fork.age"
    _forge(world, fork, key, lambda data: data.replace(b"first", b"first"))
    assert backup.check(world.vault, fork, identity=str(key)).behind == 0
    _forge(world, fork, key, lambda data: data.replace(b'"number":1', b'"number":2', 1))
    with pytest.raises(AuditError):
        backup.check(world.vault, fork, identity=str(key))


def _forge(world: World, path: Path, key: pyrage.x25519.Identity, change: object) -> None:
    door = FileDoor(Path(world.location))
    head = world.vault.shared.head()
    assert head is not None
    packed = backup.pack(change(door.copy()), head[2]).read()  # type: ignore[operator]
    door.close()
    path.write_bytes(age.encrypt(packed, recipients=[str(key.to_public())]))


ARCHIVES = {
    "no archive": b"nothing of the kind" * 99,
    "empty": b"",
    "a file more": [("vault.db", b"x" * 512), ("head", b"x"), ("more", b"x")],
    "a file less": [("vault.db", b"x" * 512)],
    "a link": [("vault.db", None), ("head", b"x")],
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_another_archive_is_no_backup(world: World, key: pyrage.x25519.Identity, name: str) -> None:
    """Whatever else somebody sealed to us is refused, and nothing of it is unpacked."""
    given = ARCHIVES[name]
    data = given if isinstance(given, bytes) else _tar(given)
    path = world.folder / "b.age"
    path.write_bytes(age.encrypt(data, recipients=[str(key.to_public())]))
    with pytest.raises(IntegrityError, match="not a Keyholder backup"):
        backup.check(world.vault, path, identity=str(key))


def _tar(members: list[tuple[str, bytes | None]]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            if data is None:
                info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            else:
                info.size = len(data)
            tar.addfile(info, io.BytesIO(data or b""))
    return out.getvalue()


@pytest.mark.parametrize("data", [b"", b"x" * 50, b"garbage " * 999])
def test_a_copy_that_is_no_database_is_refused(data: bytes) -> None:
    """Garbage in memory is met with the same words as garbage in a file."""
    with pytest.raises(IntegrityError):
        CopyDoor(data)


def test_another_history_of_the_same_vault_is_refused(
    world: World, key: pyrage.x25519.Identity, tmp_path: Path
) -> None:
    """Same genesis, same administrator, every signature right, and yet not what this machine verified."""
    twin = World(tmp_path / "twin")
    assert twin.created.vault_id == world.created.vault_id
    path = tmp_path / "twin.age"
    backup.make(twin.vault, path, recipients=[str(key.to_public())])
    assert backup.check(twin.vault, path, identity=str(key)).behind == 0
    with pytest.raises(IntegrityError, match="another history"):
        backup.check(world.vault, path, identity=str(key))
