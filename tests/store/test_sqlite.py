"""SQLite as this project opens it: marks, schema, network shares, and errors in our words."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from vault.errors import Busy, IntegrityError, NotFound, UsageProblem, VaultError
from vault.store import sqlite

MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /srv/team rw - nfs4 files:/team rw
31 30 0:41 / /srv/team/local rw - xfs /dev/sdb1 rw
32 22 0:42 / /mnt/my\\040share rw - cifs //files/share rw
33 22 0:43 / /home/ada/phone rw - fuse.sshfs phone:/ rw
34 22 0:44 / /srv/teamwork rw - btrfs /dev/sdc1 rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/team/vault.db", "nfs4"),
        ("/srv/team/deep/er/vault.db", "nfs4"),
        ("/mnt/my share/vault.db", "cifs"),
        ("/home/ada/phone/vault.db", "fuse.sshfs"),
    ],
)
def test_a_network_share_is_refused(path: str, kind: str) -> None:
    """SQLite loses writes there: refused with the kind of the share and what to do instead."""
    with pytest.raises(UsageProblem, match=kind.replace(".", r"\.")) as caught:
        sqlite.refuse_network_share(Path(path), mounts=MOUNTS)
    assert "PostgreSQL" in caught.value.hint


@pytest.mark.parametrize(
    "path", ["/vault.db", "/srv/team/local/vault.db", "/srv/teamwork/vault.db", "/home/ada/v.db"]
)
def test_a_local_disk_is_not(path: str) -> None:
    """The innermost mount decides, and a name that only begins alike is another folder."""
    sqlite.refuse_network_share(Path(path), mounts=MOUNTS)


def test_where_nothing_is_known(tmp_path: Path) -> None:
    """Without a table of mounts nothing is refused; with the system's own a folder of the tests is local."""
    sqlite.refuse_network_share(tmp_path, mounts="")
    sqlite.refuse_network_share(tmp_path / "vault.db")


def test_create_never_replaces(tmp_path: Path) -> None:
    """A file that is there is not touched, and the file made is for one user only."""
    path = tmp_path / "folder" / "new.db"
    sqlite.connect(path, create=True).close()
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(UsageProblem, match="already"):
        sqlite.connect(path, create=True)


def test_create_where_nothing_can_be_made(tmp_path: Path) -> None:
    """A folder that is a file is an error in our words."""
    (tmp_path / "file").write_text("")
    with pytest.raises(VaultError, match="cannot be made"):
        sqlite.connect(tmp_path / "file" / "x" / "new.db", create=True)


def test_open_never_creates(tmp_path: Path) -> None:
    """A wrong path makes no empty vault."""
    with pytest.raises(NotFound, match="there is no vault"):
        sqlite.connect(tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()


def test_every_connection_distrusts(tmp_path: Path) -> None:
    """Durable and distrustful, in SQLite's own words."""
    conn = sqlite.connect(tmp_path / "new.db", create=True)
    wanted = {"trusted_schema": 0, "synchronous": 2, "recursive_triggers": 1, "busy_timeout": sqlite.BUSY_MS}
    assert {name: conn.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted
    conn.close()


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("database is locked", Busy, "somebody else"),
        ("database table is busy", Busy, "somebody else"),
        ("database or disk is full", VaultError, "is full"),
        ("attempt to write a readonly database", VaultError, "read-only"),
        ("unable to open database file", VaultError, "cannot be opened"),
        ("disk I/O error", VaultError, "failed"),
        ("no such table: hunter2", IntegrityError, "shape"),
    ],
)
def test_operational_errors(text: str, kind: type[VaultError], words: str) -> None:
    """Each thing that can go wrong has our words and exit code; SQLite's text is not passed on."""
    with pytest.raises(kind, match=words) as caught, sqlite.explained("vault.db"):
        raise sqlite3.OperationalError(text)
    assert type(caught.value) is kind
    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (sqlite3.IntegrityError("append only: hunter2"), "refused to change"),
        (sqlite3.IntegrityError("UNIQUE constraint failed"), "contradicts itself"),
        (sqlite3.DatabaseError("file is not a database"), "is damaged"),
    ],
)
def test_broken_files_and_rules(problem: Exception, words: str) -> None:
    """A guard that fired, a constraint and a damaged file are told apart."""
    with pytest.raises(IntegrityError, match=words), sqlite.explained("vault.db"):
        raise problem


def test_marks(tmp_path: Path) -> None:
    """A file of another program or of a newer format is refused; of an older one it is not."""
    path = tmp_path / "new.db"
    conn = sqlite.connect(path, create=True)
    with pytest.raises(IntegrityError, match="not a Keyholder vault"):
        sqlite.check_mark(conn, path, application=7, version=3)
    sqlite.mark(conn, application=7, version=3)
    sqlite.check_mark(conn, path, application=7, version=3)
    sqlite.check_mark(conn, path, application=7, version=4)
    with pytest.raises(UsageProblem, match="format 3") as caught:
        sqlite.check_mark(conn, path, application=7, version=2)
    assert "newer" in caught.value.hint
    conn.close()


def test_the_schema_hash_sees_everything(tmp_path: Path) -> None:
    """A further trigger, view or index is another schema; rows are not."""
    conn = sqlite.connect(tmp_path / "new.db", create=True)
    conn.execute("CREATE TABLE t (a)")
    seen = [sqlite.schema_hash(conn)]
    conn.execute("INSERT INTO t VALUES (1)")
    assert sqlite.schema_hash(conn) == seen[0]
    for sql in (
        "CREATE VIEW v AS SELECT 1",
        "CREATE INDEX i ON t (a)",
        "CREATE TRIGGER r DELETE ON t BEGIN SELECT 1; END",
    ):
        conn.execute(sql)
        seen.append(sqlite.schema_hash(conn))
    assert len(set(seen)) == 4
    conn.close()


def test_a_folder_without_write_access_is_a_failure_and_not_a_missing_file() -> None:
    """Exit code 1 with what to do: the file is there."""
    problem = sqlite._operational("unable to open database file", "/home/ada/state.db")
    assert (problem.exit_code, type(problem)) == (1, VaultError)
    assert "write access" in problem.hint


def test_a_full_file_system_in_memory_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite says "disk I/O" there; with room left it is the disk, and where nothing can be known too."""
    full = os.statvfs_result((4096, 4096, 10, 0, 0, 0, 0, 0, 0, 255))
    failed = sqlite._operational("disk I/O error", tmp_path / "state.db")
    assert "failed" in failed.message
    monkeypatch.setattr(os, "statvfs", lambda path: full)
    assert "is full" in sqlite._operational("disk I/O error", tmp_path / "state.db").message
    monkeypatch.undo()
    assert "failed" in sqlite._operational("disk I/O error", tmp_path / "gone" / "state.db").message
