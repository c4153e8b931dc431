"""The shared database as a SQLite file on a local disk of one host."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vault.errors import IntegrityError
from vault.store import sqlite
from vault.store.shared import APPLICATION, FORMAT, Door, Rows

HERE = Path(__file__).parent
_HEADER = 100  # bytes of a SQLite file before its first page's content
# What sqlite_master must say in a file of this format; a test computes it again from the .sql files.
SCHEMA_SHA256 = "fa797b495e80658d22d11caccb33e3225274ccbcdb6fcc9d84db4d117af60e69"


def schema_sql() -> str:
    """The shared tables and their guards, as they are created."""
    return (HERE / "shared.sql").read_text() + (HERE / "guards.sqlite.sql").read_text()


def is_blank(path: Path) -> bool:
    """Whether nothing was ever written to a vault's file: it is missing, has no table yet, or has no entry.

    Waits, and then is Busy, while somebody is writing to it.
    """
    if not path.exists() or not path.stat().st_size:
        return True
    try:
        conn = sqlite.connect(path)
    except IntegrityError:
        return False
    try:
        with sqlite.explained(path):
            conn.execute("BEGIN IMMEDIATE")
            if not conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                return True
            ours = sqlite.schema_hash(conn) == SCHEMA_SHA256
            return ours and not conn.execute("SELECT count(*) FROM entries").fetchone()[0]
    finally:
        conn.close()


class FileDoor:
    """A `Door` to a SQLite file. Opening checks what the file is before anything is asked of it."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        sqlite.refuse_network_share(path.absolute())
        self._conn = sqlite.connect(path, create=create)
        try:
            self._prepare(create)
        except BaseException:
            self._conn.close()
            raise

    def _prepare(self, create: bool) -> None:
        if create:
            with sqlite.explained(self.path):
                self._conn.execute("PRAGMA journal_mode = WAL")
                self._conn.executescript("BEGIN;" + schema_sql() + "COMMIT;")
                sqlite.mark(self._conn, application=APPLICATION, version=FORMAT)
        sqlite.check_mark(self._conn, self.path, application=APPLICATION, version=FORMAT)
        with sqlite.explained(self.path):
            if sqlite.schema_hash(self._conn) != SCHEMA_SHA256:
                raise IntegrityError(
                    f"{self.path} declares other tables or triggers than a vault has",
                    hint="somebody changed the file's schema; do not use it, keep it as evidence",
                )

    def read(self, sql: str, /, **values: Any) -> Rows:
        with sqlite.explained(self.path):
            return self._conn.execute(sql, values).fetchall()

    def read_among(self, sql: str, names: Sequence[str], /) -> Rows:
        # By place: SQLite finds a value by its name in the time of all that were named before it.
        with sqlite.explained(self.path):
            return self._conn.execute(f"{sql} ({', '.join('?' * len(names))})", names).fetchall()

    def write(self, sql: str, rows: Sequence[dict[str, Any]], /) -> None:
        if rows:
            with sqlite.explained(self.path):
                self._conn.executemany(sql, rows)

    def begin(self) -> None:
        with sqlite.explained(self.path):
            self._conn.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        with sqlite.explained(self.path):
            self._conn.execute("COMMIT")

    def rollback(self) -> None:
        if self._conn.in_transaction:
            with sqlite.explained(self.path):
                self._conn.execute("ROLLBACK")

    def close(self) -> None:
        self._conn.close()

    def again(self) -> Door:
        """A second, independent connection: what was written is read back through it."""
        return FileDoor(self.path)

    def share_with_group(self, group: int) -> None:
        """Directory 02770 and files 0660 for an OS group."""
        os.chown(self.path.parent, -1, group)
        self.path.parent.chmod(0o2770)
        for name in (self.path, Path(f"{self.path}-wal"), Path(f"{self.path}-shm")):
            if name.exists():
                os.chown(name, -1, group)
                name.chmod(0o660)

    def scrub(self) -> bool:
        """Leave nothing of what was deleted in the file or beside it."""
        with sqlite.explained(self.path):
            return sqlite.scrub(self._conn)

    def copy(self) -> bytes:
        """A consistent copy of the whole file, for a backup."""
        with sqlite.explained(self.path):
            return self._conn.serialize()


class CopyDoor(FileDoor):
    """A `Door` to a copy in memory, checked like a file; nothing is written anywhere."""

    def __init__(self, data: bytes) -> None:
        self.path = Path("the copy")
        if len(data) < _HEADER:
            raise IntegrityError("the copy is not a database")
        self._conn = sqlite3.connect(":memory:", isolation_level=None)
        try:
            with sqlite.explained(self.path):
                sqlite.distrust(self._conn)
                # A file in WAL mode says so in bytes 18 and 19; memory has no WAL, so the copy says "rollback".
                self._conn.deserialize(data[:18] + b"\1\1" + data[20:])
            self._prepare(create=False)
        except BaseException:
            self._conn.close()
            raise
