"""`restore`: a backup is verified whole and put where no vault is; nobody who saw more is talked out of it."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from audit.errors import AuditError, RolledBack
from audit.words import to_words
from tests.crash import Killed
from tests.world import World
from vault.crypto import backup as age
from vault.errors import IntegrityError, UsageProblem, VaultError
from vault.ops import backup, log, restoring
from vault.store.file import FileDoor
from vault.store.home import Home

WORDS = "six words that nobody would guess"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A vault, and a backup of all of it."""
    made = World(tmp_path)
    made.account("x/NorfolkPolice", password="first one")
    backup.make(made.vault, tmp_path / "b.age", passphrase=WORDS)
    return made


def gone(world: World) -> None:
    """The disk with the vault is lost; the homes are not."""
    world.vault.close()
    for end in ("", "-wal", "-shm"):
        Path(world.location + end).unlink(missing_ok=True)


def restore(
    world: World, *, file: str = "b.age", home: Home | None = None, **more: object
) -> restoring.Restored:
    given = {"to": Path(world.location), "passphrase": WORDS, "home": home or world.home, **more}
    return restoring.restore(world.folder / file, **given)  # type: ignore[arg-type]


def test_the_vault_is_there_again(world: World) -> None:
    """Whole, for its owner only, and members go on where they were."""
    size = world.vault.follower.size
    gone(world)
    done = restore(world)
    assert (done.entries, done.lost) == (size, 0)
    assert done.newest.startswith("2026-11-02T09:")
    assert stat.S_IMODE(Path(world.location).stat().st_mode) == 0o600
    assert [p.name for p in world.folder.iterdir() if p.name.endswith(".new")] == []
    world.vault = world.open(world.home)
    world.person("Bob Stone", "2001")
    assert log.verify(world.vault, compare_state=True).size == size + 1
    world.check()


def test_who_saw_more_refuses_it(world: World) -> None:
    """That is a rollback, whoever put it there: nothing is read, written or signed against it."""
    world.person("Bob Stone", "2001")
    gone(world)
    done = restore(world)
    assert done.lost == 1
    with pytest.raises(RolledBack, match="an older copy was put in its place"):
        world.open(world.home)
    result = world_run(world, "person", "list")
    assert result.exit_code == 6


def world_run(world: World, *line: str) -> object:
    """`World.run` without its own sync, which refuses the copy, too."""
    world.vault.sync = lambda: None  # type: ignore[method-assign,assignment]
    return world.run(*line, ok=False)


@pytest.mark.parametrize("end", ["", "-wal", "-shm", "-journal"])
def test_nothing_is_replaced_and_nothing_may_lie_beside_it(world: World, end: str, tmp_path: Path) -> None:
    """A write-ahead log of another file would be replayed into the restored one."""
    to = tmp_path / "there.db"
    Path(f"{to}{end}").write_bytes(b"mine")
    with pytest.raises(UsageProblem, match="there is something at"):
        restore(world, to=to)
    assert Path(f"{to}{end}").read_bytes() == b"mine"


def test_a_place_that_is_taken_meanwhile_stays(world: World, tmp_path: Path) -> None:
    """The name is given to the finished file only if nobody has it."""
    to = tmp_path / "there.db"

    def progress(done: int, size: int) -> None:
        to.write_bytes(b"mine")

    with pytest.raises(UsageProblem, match="already"):
        restore(world, to=to, progress=progress)
    assert to.read_bytes() == b"mine"
    assert [p.name for p in tmp_path.iterdir() if p.name.endswith(".new")] == []
    with pytest.raises(VaultError, match="cannot be made"):
        restore(world, to=to / "below.db")


def test_which_vault_is_meant_must_be_known(world: World, tmp_path: Path) -> None:
    """By a home that knows it, or by the ten words: whoever has the public key can make a file that opens."""
    fresh, to = Home(tmp_path / "fresh"), tmp_path / "again.db"
    with pytest.raises(UsageProblem, match="which vault is meant"):
        restore(world, home=fresh, to=to)
    with pytest.raises(UsageProblem):
        restore(world, home=fresh, to=to, vault_id="nine words")
    other = World(tmp_path / "other", seed="other")
    theirs = " ".join(to_words(other.vault.vault_id))
    with pytest.raises(IntegrityError, match="another vault than those words"):
        restore(world, home=fresh, to=to, vault_id=theirs)
    with pytest.raises(IntegrityError, match="another vault than the one of this Keyholder home"):
        restore(world, home=other.home, to=to)
    assert not to.exists()
    words = " ".join(to_words(world.vault.vault_id))
    assert restore(world, home=fresh, to=to, vault_id=words).lost == 0
    world.vault.close()
    world.home.state.unlink()
    assert restore(world, to=tmp_path / "once more.db").lost == 0


def forged(world: World, *lines: str) -> None:
    """Somebody with the public key changes the copy and seals it again."""
    door = FileDoor(Path(world.location))
    copy = world.folder / "copy.db"
    copy.write_bytes(door.copy())
    door.close()
    conn = sqlite3.connect(copy, isolation_level=None)
    triggers = conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        conn.execute(f"DROP TRIGGER {name}")
    for line in lines:
        conn.execute(line)
    for _, text in triggers:
        conn.execute(text)
    conn.close()
    head = world.vault.shared.head()
    assert head is not None
    packed = backup.pack(copy.read_bytes(), head[2]).read()
    (world.folder / "forged.age").write_bytes(age.encrypt(packed, passphrase=WORDS))


@pytest.mark.parametrize(
    "line",
    [
        "UPDATE entries SET body = replace(body, 'main', 'open') WHERE seq = 8",
        "DELETE FROM commits WHERE size = (SELECT max(size) FROM commits)",
        "DELETE FROM blobs WHERE hash = (SELECT min(hash) FROM blobs)",
        "UPDATE blobs SET data = zeroblob(99) WHERE hash = (SELECT min(hash) FROM blobs)",
        "DELETE FROM entries",
        "CREATE VIEW evil AS SELECT * FROM entries",
    ],
)
def test_a_changed_backup_is_not_restored(world: World, tmp_path: Path, line: str) -> None:
    """Entries, heads, blobs, schema: verified before a byte of it lies where a vault is looked for."""
    forged(world, line)
    with pytest.raises((AuditError, IntegrityError)):
        restore(world, file="forged.age", to=tmp_path / "again.db")
    assert not (tmp_path / "again.db").exists()


def test_an_empty_log_is_no_backup(world: World, tmp_path: Path) -> None:
    """Nothing in it names a vault."""
    forged(world, "DELETE FROM entries", "DELETE FROM commits")
    with pytest.raises(IntegrityError, match="empty log"):
        restore(world, file="forged.age", to=tmp_path / "again.db")


def test_the_forger_of_the_tests_changes_nothing_else(world: World, tmp_path: Path) -> None:
    """The control: the same road without a change restores."""
    forged(world, "SELECT 1")
    assert restore(world, file="forged.age", to=tmp_path / "again.db").entries == world.vault.follower.size


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("effect", ["open", "fsync", "link"])
def test_a_crash_leaves_no_half_vault(
    world: World, tmp_path: Path, effect: str, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before and after each effect: no file of that name, or the whole one; the next command works, or says so."""
    to, real = tmp_path / "again.db", getattr(os, effect)

    def dies(*args: object, **more: object) -> None:
        if after:
            real(*args, **more)
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(os, effect, dies)
        restore(world, to=to)
    assert to.exists() == (effect == "link" and after)
    if to.exists():
        FileDoor(to).close()
        with pytest.raises(UsageProblem, match="already"):
            restore(world, to=to)
    else:
        assert restore(world, to=to).entries == world.vault.follower.size


def test_what_a_dead_restore_left_is_in_nobodys_way(world: World, tmp_path: Path) -> None:
    """Before the name is given there is a draft, which is no vault; the next one does not stumble over it."""
    to = tmp_path / "again.db"
    draft = to.with_name(f"{to.name}.{os.getpid()}.new")
    draft.write_bytes(b"half")
    assert restore(world, to=to).entries == world.vault.follower.size
    assert not draft.exists()
