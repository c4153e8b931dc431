"""Somebody has the database file: what they can do with it, from outside, and how it is found.

Each attack is done with nothing but sqlite3 on the shared file. What must hold: a clear error with its exit code, no
traceback, and nothing lost; before the attack the same command succeeds (`test_untouched_it_verifies`).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from tests.world import PASSPHRASE, World
from vault.errors import UsageProblem, VaultError
from vault.ops.log import head_note
from vault.store import sqlite
from vault.store.file import FileDoor

GUARDS = [
    *("entries_next", "entries_update", "entries_delete", "commits_next", "commits_update", "commits_delete"),
    *("tiles_insert", "tiles_update", "tiles_delete", "blobs_update"),
]


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.account("x/NorfolkPolice", password="first one")
    world.person("Bob Stone", "2001")
    return world


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


def test_untouched_it_verifies(world: World) -> None:
    """The control: the same commands on the same world succeed."""
    assert run(world, "audit", "verify", "--state").exit_code == 0
    attack(world)  # guards put away and back, nothing else
    assert run(world, "audit", "verify").exit_code == 0
    assert run(world, "person", "list").exit_code in (0, 1)


_FIRST = "(SELECT min(size) FROM commits)"
EDITS = {
    "one bit of a body": ("UPDATE entries SET body = flip(body) WHERE seq = 3", "entry 3"),
    "a body as text": ("UPDATE entries SET body = CAST(body AS TEXT) WHERE seq = 3", "not bytes"),
    "a whole body": (
        "UPDATE entries SET body = (SELECT body FROM entries WHERE seq = 4) WHERE seq = 5",
        "entry 5",
    ),
    "an entry taken out": ("DELETE FROM entries WHERE seq = 4", "entry"),
    "a note of another commit": (
        f"UPDATE commits SET note = (SELECT note FROM commits WHERE size > 9 LIMIT 1) WHERE size = {_FIRST}",
        "entry 0",
    ),
    "one bit of a signature": (f"UPDATE commits SET note = flip(note) WHERE size = {_FIRST}", "entry 0"),
    "a commit by another keyset": (
        f"UPDATE commits SET keyset = 'kst-aaaaaaaaaaaaaaaa' WHERE size = {_FIRST}",
        "entry 0",
    ),
    "a head that is no number": (f"UPDATE commits SET size = 'many' WHERE size = {_FIRST}", "no number"),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_found_and_named(world: World, name: str) -> None:
    """Whatever is edited behind the pin, `audit verify` names the first bad entry, and stops with 6."""
    statement, place = EDITS[name]
    attack(world, statement)
    refused(run(world, "audit", "verify"), 6, place)


def test_a_head_taken_out_between_two_authors_is_found(world: World) -> None:
    """Every author's entries need that author's signature. Two commits of one author may merge: no entry changes."""
    from tests.ops.members import member

    carol = member(world, "Carol Day", "3001", "custodian")
    before = world.vault.follower.size
    with carol.change() as tx:
        tx.emit("own_device.answered", carol.person, uses=False, occurred_at=tx.time)
    world.vault.sync()
    attack(world, f"DELETE FROM commits WHERE size = {before}")
    refused(run(world, "audit", "verify"), 6, "not the commit's signer")


def test_two_entries_swapped_are_found(world: World) -> None:
    """Order is the log's: the first of the two is named."""
    attack(
        world,
        "CREATE TABLE t AS SELECT seq, body FROM entries WHERE seq IN (4, 5)",
        "UPDATE entries SET body = (SELECT body FROM t WHERE t.seq = 9 - entries.seq) WHERE seq IN (4, 5)",
        "DROP TABLE t",
    )
    refused(run(world, "audit", "verify"), 6, "entry 4")


def test_reading_an_edited_entry_is_refused(world: World) -> None:
    """`audit show` and `audit log` hash every body again before they show it."""
    attack(world, EDITS["one bit of a body"][0])
    refused(run(world, "audit", "show", "3"), 6, "entry 3")
    refused(run(world, "audit", "log"), 6, "entry 3")
    assert run(world, "audit", "show", "2").exit_code == 0


def test_a_truncated_log_is_a_rollback(world: World) -> None:
    """Taking the newest entries and their heads away is found by every command, with the numbers."""
    size = world.vault.follower.size
    attack(
        world, f"DELETE FROM entries WHERE seq >= {size - 2}", f"DELETE FROM commits WHERE size > {size - 2}"
    )
    for command in (("status",), ("audit", "verify"), ("note", "add", "words")):
        refused(run(world, *command), 6)
    assert f"this machine verified {size}" in run(world, "status").stderr


def test_an_older_copy_put_back_is_a_rollback(world: World) -> None:
    """A whole and correct older copy verifies in itself, and is refused all the same."""
    copy = copy_of(world)
    world.person("Carol Day", "3001")
    put_back(world, copy)
    refused(run(world, "status"), 6, "older copy")
    refused(run(world, "audit", "verify"), 6)


def test_an_older_copy_continued_is_a_fork(world: World) -> None:
    """A copy that somebody continued with other entries is another history, not a newer one."""
    copy, state = copy_of(world), shutil.copyfile(world.home.state, world.folder / "state.db")
    world.person("Carol Day", "3001")
    newer = copy_of(world)
    put_back(world, copy)
    mine = shutil.copyfile(world.home.state, world.folder / "mine.db")
    _replace_state(world, state)
    world.vault = world.open(world.home)
    for number in range(3):
        world.person("Mallory Fork", f"900{number}")
    world.vault.close()
    _replace_state(world, mine)
    result = run(world, "status")
    refused(result, 6, "another history")
    put_back(world, newer)
    assert run(world, "audit", "verify").exit_code == 0, "the true copy put back goes on"


def _replace_state(world: World, source: Path | str) -> None:
    for extra in ("-wal", "-shm"):
        Path(f"{world.home.state}{extra}").unlink(missing_ok=True)
    shutil.copyfile(source, world.home.state)
    world.home.state.chmod(0o600)


def test_a_vault_of_the_same_name_in_its_place_is_refused(world: World, tmp_path: Path) -> None:
    """Another vault, valid in itself, is not the one that this machine knows."""
    other = World(tmp_path / "other", seed="other")
    for n in range(9):
        other.person("Somebody", f"80{n}")
    put_back(world, copy_of(other))
    refused(run(world, "status"), 6)
    refused(run(world, "audit", "verify"), 6)


def test_a_new_machine_refuses_another_vault(world: World, tmp_path: Path) -> None:
    """A home without a pin still holds the vault id: the first entry must be the one that it names."""
    other = World(tmp_path / "other", seed="other")
    put_back(world, copy_of(other))
    world.vault.close()
    for extra in ("", "-wal", "-shm"):
        Path(f"{world.home.state}{extra}").unlink(missing_ok=True)
    refused(run(world, "status"), 6, "entry 0")


def test_entries_after_the_newest_head_count_for_nothing(world: World) -> None:
    """What nobody signed is not in the log; `audit verify` says that it lies there."""
    size = world.vault.follower.size
    attack(world, f"INSERT INTO entries (seq, body) VALUES ({size}, x'7b7d')")
    assert run(world, "audit", "log").exit_code == 0
    refused(run(world, "audit", "verify"), 6, f"entry {size}", "signed by nobody")


def test_a_removed_signer_takes_the_log_with_it(world: World) -> None:
    """Without the entry that admitted a key, what it signed later proves nothing."""
    from tests.ops.members import member

    carol = member(world, "Carol Day", "3001", "custodian")
    with carol.change() as tx:
        tx.emit(
            "note.made", "not-" + "a" * 16, details=tx.details("note", "not-" + "a" * 16, {"text": "words"})
        )
    world.vault.sync()
    seq = next(row["added"] for row in world.vault.state.find("keyset", person=carol.person))
    attack(world, f"UPDATE entries SET body = (SELECT body FROM entries WHERE seq = 2) WHERE seq = {seq}")
    refused(run(world, "audit", "verify"), 6, f"entry {seq}")


def test_a_changed_blob_is_refused_and_named(world: World) -> None:
    """A sealed value under another's name is found when it is opened, and by doctor before that."""
    attack(world, "UPDATE blobs SET data = flip(data)")
    refused(run(world, "audit", "log", "--about", "2001", "--names"), 6, "changed")
    result = run(world, "doctor", "--deep")
    refused(result, 6)
    assert "was changed in the shared database" in result.stdout
    assert run(world, "audit", "verify").exit_code == 0, "the log itself is whole"


def test_a_missing_blob_is_named_by_doctor(world: World) -> None:
    """Every missing sealed value is named with what it was; so are words that no entry erased."""
    row = world.vault.state.find("version")[0]
    assert run(world, "doctor").exit_code == 7
    attack(world, f"DELETE FROM blobs WHERE hash = '{row['blob']}'")
    result = run(world, "doctor")
    refused(result, 6)
    assert f"version of {row['account']}" in result.stdout
    details = world.vault.state.find("person")[1]["details"]
    attack(world, f"DELETE FROM blobs WHERE hash = '{details}'")
    said = run(world, "doctor").stdout
    assert "1 sealed words are missing, and no entry erased them: entry " in said
    assert f"(details of person.added) by {world.ada}" in said


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


SCRIPT = """
import sys
from pathlib import Path
from cli.context import Context
from cli.main import run
from cli.settings import Settings
from tests.world import COST, Clock, Dice
import datetime as dt, resource, signal
limit = int(sys.argv[3])
if limit:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
context = Context(settings=Settings(home=Path(sys.argv[1]), passphrase_file=Path(sys.argv[2])), cost=COST,
                  clock=Clock(dt.datetime(2026, 11, 3, tzinfo=dt.UTC)), random=Dice(sys.argv[4]))
sys.exit(run(sys.argv[5:], context))
"""


def _process(world: World, *args: str, limit: int = 0, seed: str = "p") -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, with a limit on the size of every file that it writes."""
    secret = world.folder / "passphrase"
    secret.write_text(PASSPHRASE)
    secret.chmod(0o600)
    command = [sys.executable, "-c", SCRIPT, str(world.home.folder), str(secret), str(limit), seed, *args]
    # A measuring tool of the test run must not write its own files under the limit.
    environment = {"PATH": os.environ.get("PATH", "")}
    root = Path(__file__).parents[2]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=root, env=environment, timeout=60, check=False
    )


def test_a_full_disk_loses_nothing(world: World) -> None:
    """A write that finds no room is an error with nothing half done; with room again the next one succeeds."""
    note = world.folder / "long.txt"
    note.write_text("many words " * 5000)
    note.chmod(0o600)
    size = world.vault.shared.size()
    world.vault.close()  # so that the journal starts anew, and this write is what meets the limit
    result = _process(world, "note", "add", f"@{note}", limit=40960)
    assert result.returncode == 1, result.stderr
    assert "Traceback" not in result.stderr
    assert "nothing was changed" in result.stderr
    world.vault = world.open(world.home)
    assert world.vault.shared.size() == size
    assert _process(world, "note", "add", f"@{note}", seed="q").returncode == 0
    world.check()


@pytest.fixture
def disk(world: World) -> Iterator[Path]:
    """A file system of one megabyte, with the shared file on it."""
    small = world.folder / "small"
    small.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("a small file system can only be mounted by root")
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small], check=False, capture_output=True
    )
    if made.returncode:
        pytest.skip("this machine lets nobody mount a tmpfs")
    world.vault.close()
    shutil.copyfile(world.location, small / "vault.db")
    world.location = str(small / "vault.db")
    world.home.set_place(world.home.place()._replace(vault=world.location))
    world.vault = world.open(world.home)
    try:
        yield small
    finally:
        world.vault.close()
        subprocess.run(["umount", "-l", small], check=False)


def test_a_full_file_system_loses_nothing(world: World, disk: Path) -> None:
    """The same with a real file system that has no block left."""
    size = world.vault.shared.size()
    with pytest.raises(OSError, match="No space"), (disk / "filler").open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    result = _process(world, "note", "add", "words that find no room " * 300)
    assert result.returncode == 1, result.stderr
    assert "Traceback" not in result.stderr
    (disk / "filler").unlink()
    assert world.vault.shared.size() == size
    assert _process(world, "note", "add", "words", seed="q").returncode == 0
    world.check()


def test_a_read_only_file_system_says_so(world: World, disk: Path) -> None:
    """Nothing is written where nothing can be, and it is said; writable again, the next one succeeds."""
    world.vault.close()
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    result = _process(world, "note", "add", "words")
    assert result.returncode in (1, 3), result.stderr
    assert "Traceback" not in result.stderr
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    assert _process(world, "note", "add", "words", seed="q").returncode == 0
    world.vault = world.open(world.home)
    world.check()


def test_a_read_only_database_says_so(world: World) -> None:
    """What SQLite calls read-only has our words, also where root could write the file."""
    conn = sqlite3.connect(f"file:{world.location}?mode=ro", uri=True)
    with pytest.raises(VaultError, match="read-only for you") as caught, sqlite.explained(world.location):
        conn.execute("DELETE FROM inbox")
    assert caught.value.exit_code == 1
    conn.close()


def test_a_held_head_shows_what_a_pin_cannot(world: World, tmp_path: Path) -> None:
    """A head kept outside contradicts a rewritten log even on a machine that has lost its own memory."""
    head = tmp_path / "head.txt"
    head.write_text(head_note(world.vault))
    assert run(world, "audit", "verify", "--held", str(head)).exit_code == 0
    lines = head.read_text().split("\n")
    lines[1] = str(int(lines[1]) + 5)
    head.write_text("\n".join(lines))
    refused(run(world, "audit", "verify", "--held", str(head)), 6)
    lines[0], lines[1] = "keyholder/0000000000000000", "3"
    head.write_text("\n".join(lines))
    refused(run(world, "audit", "verify", "--held", str(head)), 6)
