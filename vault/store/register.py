"""The register: this client's projection, with the pin in the same file, so that both move in one transaction.

`State` is the open file (or memory, for a replay to a date); it is the `Register` that the rules of `domain` see.
Table and column names come from our own code only, values always go as parameters.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from audit.entry import Entry
from vault.domain.events import Row
from vault.errors import UsageProblem
from vault.store import sqlite

APPLICATION = 0x4B455953  # "KEYS"
FORMAT = 1
NAMED = frozenset({"account", "person", "device", "team", "request"})
# What the rules ask again for every entry of a bulk change, or several times for one: read once in a transaction.
REMEMBERED = frozenset(
    {"person", "role", "keyset", "epoch", "epoch_seal", "batch", "batch_seal", "device", "policy", "pin"}
    | {"account", "version", "part", "rotation", "signer", "unkeyed"}
)
KEPT = ("accepted", "lost")  # what no log tells again, and every replay leaves alone
ANSWERS = 1000  # so many of a table are remembered at a time
MEMOS = 10_000
_T = TypeVar("_T")


class Pin(NamedTuple):
    """What this client has verified: the log it may extend, and nothing shorter or other."""

    vault_id: str
    origin: str
    size: int
    last: bytes
    frontier: bytes
    time: str


def _dicts(cursor: sqlite3.Cursor) -> list[dict[str, Any]]:
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _plain(value: Any) -> Any:
    return json.dumps(value, sort_keys=True) if isinstance(value, dict) else value


def _script() -> str:
    return (Path(__file__).parent / "state.sql").read_text()


class State:
    """The projection. Reads never write; writes happen inside `transaction`."""

    def __init__(self, conn: sqlite3.Connection, path: Path | str) -> None:
        self._conn = conn
        self._path = path
        self._sql: dict[tuple[str, ...], str] = {}
        self._found: defaultdict[str, dict[tuple[Any, ...], list[Row]]] = defaultdict(dict)
        self._memo: dict[tuple[str, ...], tuple[tuple[int, ...], Any]] = {}
        self._changes: Counter[str] = Counter()
        self._others: int | None = None  # SQLite's number of what other connections have changed

    @classmethod
    def create(cls, path: Path) -> State:
        """A new, empty state file, there whole or not at all; refuses to replace one."""
        if path.exists():
            raise UsageProblem(f"there is something at {path} already; nothing was changed")
        draft = path.with_name(f"{path.name}.{os.getpid()}.new")
        draft.unlink(missing_ok=True)
        conn = sqlite.connect(draft, create=True)
        with sqlite.explained(path):
            conn.execute("PRAGMA journal_mode = WAL")
        cls._fill(conn, draft).close()
        draft.replace(path)
        return cls.open(path)

    @classmethod
    def memory(cls) -> State:
        """A projection for a replay, gone when the process ends."""
        return cls._fill(sqlite3.connect(":memory:", isolation_level=None), "memory")

    @classmethod
    def _fill(cls, conn: sqlite3.Connection, path: Path | str) -> State:
        with sqlite.explained(path):
            conn.executescript("BEGIN;" + _script() + "COMMIT;")
            sqlite.mark(conn, application=APPLICATION, version=FORMAT)
        return cls(conn, path)

    @classmethod
    def open(cls, path: Path) -> State:
        """An existing state file."""
        conn = sqlite.connect(path)
        sqlite.check_mark(conn, path, application=APPLICATION, version=FORMAT)
        conn.execute("PRAGMA synchronous = NORMAL")  # see `settle`
        return cls(conn, path)

    def is_current(self) -> bool:
        """Whether the tables are those of this release, and nothing else is declared in the file."""
        with sqlite.explained(self._path):
            rows = self._conn.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        return sorted(row[0] for row in rows) == sorted(map(sqlite.bare, sqlite.statements(_script())))

    def remake(self) -> None:
        """Empty tables of this release in place of whatever is there, the pin too; inside a transaction."""
        kept = {table: self._find(table, {}) for table in KEPT if table in self.tables()}
        for kind, name in self._conn.execute(
            "SELECT type, name FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' "
            "ORDER BY type = 'table'"  # what hangs on a table goes first
        ).fetchall():
            self._conn.execute(f"DROP {kind.upper()} " + sqlite.quoted(name))
        for statement in sqlite.statements(_script()):
            self._conn.execute(statement)
        self._sql.clear()
        self._forget()
        for table, rows in kept.items():
            self.put_all(table, rows)

    def close(self) -> None:
        self._conn.close()

    def scrub(self) -> bool:
        """Leave nothing of what was dropped in the file or beside it."""
        with sqlite.explained(self._path):
            return sqlite.scrub(self._conn)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, and one process at a time."""
        with sqlite.explained(self._path):
            self._conn.execute("BEGIN IMMEDIATE")
            self._forget_what_others_changed()
        try:
            yield
        except BaseException:
            self._conn.execute("ROLLBACK")
            self._forget()
            raise
        try:
            with sqlite.explained(self._path):
                self._conn.execute("COMMIT")
        except BaseException:
            self._forget()
            raise

    def settle(self) -> None:
        """Let what was committed survive a power cut too; closing does the same.

        A commit survives the end of the process at once, but is not waited for on the disk: the shared database has
        what was folded, and after a power cut it is folded again (ADR 0007). One more commit that is waited for
        brings all before it to the disk.
        """
        with sqlite.explained(self._path):
            self._conn.execute("PRAGMA synchronous = FULL")
            try:
                # There and back: SQLite does not write a row that stays as it is.
                self._conn.execute("BEGIN IMMEDIATE")
                self._conn.execute("UPDATE pin SET size = size + 1")
                self._conn.execute("UPDATE pin SET size = size - 1")
                self._conn.execute("COMMIT")
            finally:
                if self._conn.in_transaction:
                    self._conn.execute("ROLLBACK")
                self._conn.execute("PRAGMA synchronous = NORMAL")

    @property
    def in_transaction(self) -> bool:
        """True inside `transaction`."""
        return self._conn.in_transaction

    def restart(self) -> None:
        """Forget what was folded in this transaction, stay in one."""
        self._conn.execute("ROLLBACK")
        self._forget()
        self._conn.execute("BEGIN IMMEDIATE")

    # What was read may be used again only while nobody else can write: inside a transaction. It outlives it until
    # another connection has committed; what this one writes is forgotten table by table.

    def _forget_what_others_changed(self) -> None:
        """In a transaction that has the lock: from here on nobody changes anything."""
        number = self._conn.execute("PRAGMA data_version").fetchone()[0]
        if number != self._others:
            self._forget()
            self._others = number

    def _forget(self) -> None:
        self._found.clear()
        self._memo.clear()

    def _changed(self, table: str) -> None:
        self._found.pop(table, None)
        self._changes[table] += 1

    def memo(self, key: tuple[str, ...], tables: Sequence[str], compute: Callable[[], _T], /) -> _T:
        """``compute()``, or what it gave before if none of these tables has changed since in this transaction."""
        if not self._conn.in_transaction:
            return compute()
        stamp = tuple(self._changes[table] for table in tables)
        held = self._memo.get(key)
        if held is None or held[0] != stamp:
            if len(self._memo) >= MEMOS:
                self._memo.clear()
            held = self._memo[key] = (stamp, compute())
        value: _T = held[1]
        return value

    # --- the Register that the rules see -------------------------------------------------------------------

    def get(self, table: str, /, **key: Any) -> Row | None:
        """One row, or None."""
        rows = self._rows(table, key)
        return rows[0] if rows else None

    def find(self, table: str, /, **equal: Any) -> list[Row]:
        """Rows whose columns equal the values; None matches NULL."""
        return list(self._rows(table, equal))

    def _rows(self, table: str, equal: Mapping[str, Any]) -> Sequence[Row]:
        """The rows, perhaps remembered: not the caller's to change."""
        if table not in REMEMBERED or not self._conn.in_transaction:
            return self._find(table, equal)
        found, key = self._found[table], (*equal, *equal.values())
        rows = found.get(key)
        if rows is None:
            if len(found) >= ANSWERS:
                found.clear()
            rows = found[key] = self._find(table, equal)
        return rows

    def newest(self, table: str, column: str, /, **equal: Any) -> Row | None:
        """Of the rows that match, the one with the largest value in a column; None where none does."""
        shape = ("newest", table, column, *equal)
        if shape not in self._sql:
            where = " AND ".join(f"{name} IS :{name}" for name in equal)
            order = f" ORDER BY {column} DESC LIMIT 1"
            self._sql[shape] = "SELECT * FROM " + table + " WHERE " + where + order
        rows = _dicts(self._conn.execute(self._sql[shape], equal))
        return rows[0] if rows else None

    def _find(self, table: str, equal: Mapping[str, Any]) -> list[Row]:
        shape = ("find", table, *equal)
        if shape not in self._sql:
            where = " AND ".join(f"{column} IS :{column}" for column in equal)
            self._sql[shape] = "SELECT * FROM " + table + (" WHERE " + where if where else "")
        rows: list[Row] = list(_dicts(self._conn.execute(self._sql[shape], equal)))
        return [{**row, "data": json.loads(row["data"])} for row in rows] if table == "pending" else rows

    def put(self, table: str, /, **row: Any) -> None:
        """Insert a row, or replace the one with its key."""
        self.put_all(table, [row])

    def put_all(self, table: str, rows: Sequence[Mapping[str, Any]], /) -> None:
        """Insert or replace rows of one shape."""
        if not rows:
            return
        shape = ("put", table, *rows[0])
        if shape not in self._sql:
            columns = ", ".join(rows[0])
            marks = ", ".join(f":{column}" for column in rows[0])
            self._sql[shape] = "INSERT OR REPLACE INTO " + table + " (" + columns + ") VALUES (" + marks + ")"
        plain = [{k: _plain(v) for k, v in row.items()} for row in rows] if table == "pending" else rows
        self._conn.executemany(self._sql[shape], plain)
        self._changed(table)
        self._mark_stale(table, rows)

    def change(self, table: str, key: Mapping[str, Any], /, **values: Any) -> None:
        """Set columns of the rows that match the key; an entry may name none to change."""
        if not values:
            return
        sets = ", ".join(f"{column} = :{column}" for column in values)
        where = " AND ".join(f"{column} IS :key_{column}" for column in key)
        named = {**values, **{f"key_{column}": value for column, value in key.items()}}
        self._conn.execute("UPDATE " + table + " SET " + sets + " WHERE " + where, named)
        self._changed(table)
        if "details" in values:
            self._mark_stale(table, [key])

    def drop(self, table: str, /, **key: Any) -> None:
        """Delete rows: for this client's own tables only, never for what was folded."""
        where = " AND ".join(f"{column} IS :{column}" for column in key)
        self._conn.execute("DELETE FROM " + table + " WHERE " + where, key)
        self._changed(table)

    def _mark_stale(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        if table in NAMED and rows and "id" in rows[0]:
            marks = [{"kind": table, "id": row["id"]} for row in rows]
            self._conn.executemany("INSERT OR REPLACE INTO stale (kind, id) VALUES (:kind, :id)", marks)

    def openable_values(self, keysets: Sequence[str], /) -> list[Row]:
        """Live values that any of the keysets was sealed, directly or through a custody epoch."""
        from vault.store.values import OPENABLE

        return self.query(OPENABLE, keysets=json.dumps(list(keysets)))

    def seen_values(self, /, *, person: str | None = None, device: str | None = None) -> list[Row]:
        """Live values that were seen by a person or on a device, with the device where known."""
        from vault.store.values import SEEN

        column, id_ = ("person", person) if person is not None else ("device", device)
        return self.query(SEEN.format(column=column), id=id_)

    # --- the pin, the leaves and the signers of the log ------------------------------------------------------

    def pin(self) -> Pin | None:
        """What was verified last, or None in a new state."""
        row = self.get("pin", one=1)
        return Pin(**{k: v for k, v in row.items() if k != "one"}) if row else None

    def set_pin(self, pin: Pin) -> None:
        """Move the pin, in the transaction that moved the tables."""
        self.put(
            "pin",
            one=1,
            vault_id=pin.vault_id,
            origin=pin.origin,
            size=pin.size,
            last=pin.last,
            frontier=pin.frontier,
            time=pin.time,
        )

    def add_leaves(self, start: int, leaves: Sequence[bytes], entries: Sequence[Entry] = ()) -> None:
        """Leaf hashes of verified entries: what later reads of a body are checked against. And what each entry was,
        which nothing else would tell if the log is one day continued from a backup."""
        what = [(entry.event, entry.subject, entry.time) for entry in entries] or [("", "", "")] * len(leaves)
        rows = [
            (seq, leaf, *words) for seq, (leaf, words) in enumerate(zip(leaves, what, strict=True), start)
        ]
        self._conn.executemany(
            "INSERT INTO leaf (seq, hash, event, subject, time) VALUES (?, ?, ?, ?, ?)", rows
        )

    def leaf_rows(self, start: int, end: int) -> list[Row]:
        """What entries start..end-1 were: seq, event, subject, time."""
        sql = "SELECT seq, event, subject, time FROM leaf WHERE seq >= :start AND seq < :end ORDER BY seq"
        return self.query(sql, start=start, end=end)

    def times(self) -> Iterator[tuple[int, str]]:
        """(seq, time) of every entry, in order: order is the log's, a time what its author claims."""
        return iter(self._conn.execute("SELECT seq, time FROM leaf ORDER BY seq"))

    def clear(self) -> None:
        """Empty every table but those that are kept, in a transaction that fills them again."""
        for table in sorted(self.tables() - set(KEPT)):
            self._conn.execute("DELETE FROM " + table)
            self._changed(table)

    def leaves(self, start: int, end: int) -> list[bytes]:
        """Leaf hashes of entries start..end-1."""
        rows = self._conn.execute(
            "SELECT hash FROM leaf WHERE seq >= ? AND seq < ? ORDER BY seq", (start, end)
        )
        return [row[0] for row in rows]

    def count(self, table: str, /, **equal: Any) -> int:
        """Number of rows that match."""
        where = " AND ".join(f"{column} IS :{column}" for column in equal) or "1"
        row = self._conn.execute("SELECT count(*) FROM " + table + " WHERE " + where, equal).fetchone()
        return int(row[0])

    def tables(self) -> set[str]:
        """Every table of the file."""
        return {row[0] for row in self._conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}

    def ordered(self, table: str, keys: Sequence[str], /) -> Iterator[dict[str, Any]]:
        """The rows of a table by these columns, one at a time, as they are stored."""
        cursor = self._conn.execute("SELECT * FROM " + table + " ORDER BY " + ", ".join(keys))
        names = [column[0] for column in cursor.description]
        return (dict(zip(names, row, strict=True)) for row in cursor)

    def key_of(self, table: str) -> list[str]:
        """The columns of the primary key, in their order."""
        rows = self._conn.execute("SELECT name, pk FROM pragma_table_info(?)", (table,))
        return [name for name, place in sorted(rows, key=lambda row: row[1]) if place]

    def tuples(self, sql: str, /) -> list[tuple[Any, ...]]:
        """A read for a long list: the columns that it names, in that order; the text is a constant of `store`."""
        return self._conn.execute(sql).fetchall()

    def query(self, sql: str, /, **values: Any) -> list[Row]:
        """A read that needs a join; the text is a constant of `store`."""
        return list(_dicts(self._conn.execute(sql, values)))
