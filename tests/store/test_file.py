"""A vault in a SQLite file: what is checked before anything is asked of it."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from vault.errors import IntegrityError, NotFound, UsageProblem
from vault.store import sqlite
from vault.store.file import FileDoor
from vault.store.shared import FORMAT, Shared


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A vault with one entry."""
    made = tmp_path / "vault.db"
    door = FileDoor(made, create=True)
    door.begin()
    Shared(door).append(start=0, bodies=[b"{}"], keyset="k", note=b"note", request="r")
    door.commit()
    door.close()
    return made


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TRIGGER entries_delete",
        "CREATE TRIGGER spy AFTER INSERT ON blobs BEGIN SELECT 1; END",
        "CREATE VIEW peek AS SELECT * FROM blobs",
        "CREATE TABLE more (a)",
        "ALTER TABLE inbox ADD COLUMN more",
    ],
)
def test_another_schema_is_refused(path: Path, sql: str) -> None:
    """A trigger less or more, a view, a table: the file is not opened, and stays as evidence."""
    conn = sqlite3.connect(path)
    conn.execute(sql)
    conn.commit()
    conn.close()
    with pytest.raises(IntegrityError, match="other tables or triggers") as caught:
        FileDoor(path)
    assert "evidence" in caught.value.hint


def test_something_else_is_refused(tmp_path: Path, path: Path) -> None:
    """No file, no database, another database, a newer format."""
    with pytest.raises(NotFound):
        FileDoor(tmp_path / "none.db")
    text = tmp_path / "text.db"
    text.write_text("not a database at all" * 100)
    with pytest.raises(IntegrityError, match="damaged"):
        FileDoor(text)
    other = tmp_path / "other.db"
    sqlite3.connect(other).close()
    other.touch()
    with pytest.raises(IntegrityError, match="not a Keyholder vault"):
        FileDoor(other)
    conn = sqlite3.connect(path)
    conn.execute(f"PRAGMA user_version = {FORMAT + 1}")
    conn.close()
    with pytest.raises(UsageProblem, match="reads up to"):
        FileDoor(path)


def test_a_second_vault_is_not_made_over_the_first(path: Path) -> None:
    """Creating where there is one changes nothing."""
    before = path.read_bytes()
    with pytest.raises(UsageProblem, match="already"):
        FileDoor(path, create=True)
    assert path.read_bytes() == before


def test_a_copy_is_whole(path: Path, tmp_path: Path) -> None:
    """A copy holds what was committed, and is a database of its own."""
    door = FileDoor(path)
    copied = tmp_path / "copy.db"
    copied.write_bytes(door.copy())
    again = FileDoor(copied)
    assert Shared(again).size() == 1
    door.close()
    again.close()


def test_shared_with_a_group(tmp_path: Path) -> None:
    """For an OS group: the folder 02770 and the files 0660, the write-ahead log included."""
    door = FileDoor(tmp_path / "team" / "vault.db", create=True)
    door.begin()
    Shared(door).append(start=0, bodies=[b"{}"], keyset="k", note=b"note", request="r")
    door.commit()
    door.share_with_group(os.getgid())
    modes = {path.name: path.stat().st_mode & 0o7777 for path in (tmp_path / "team").iterdir()}
    assert (tmp_path / "team").stat().st_mode & 0o7777 == 0o2770
    assert modes == dict.fromkeys(("vault.db", "vault.db-wal", "vault.db-shm"), 0o660)
    door.close()
    alone = FileDoor(tmp_path / "team" / "vault.db")
    alone.share_with_group(os.getgid())
    alone.close()


def test_a_network_share_is_refused_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check comes before anything is made."""

    def refuse(path: Path) -> None:
        raise UsageProblem(f"{path} is on a network share")

    monkeypatch.setattr(sqlite, "refuse_network_share", refuse)
    with pytest.raises(UsageProblem, match="network share"):
        FileDoor(tmp_path / "vault.db", create=True)
    assert list(tmp_path.iterdir()) == []
