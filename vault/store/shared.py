"""The shared database: entries, commits, tiles, blobs, inbox. The same SQL text for every engine.

A `Door` is a connection to it: stdlib sqlite3 for a file (fast to import), SQLAlchemy for a database URL. The
statements are here and only here. Nothing read is believed: entries are verified by the caller, a blob is checked
against its name.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from vault.errors import IntegrityError, VaultError

FORMAT = 1
APPLICATION = 0x4B455948  # "KEYH"
CHUNK = 500
NAMES = 100  # in one question

Rows = list[tuple[Any, ...]]


class Door(Protocol):
    """A connection that knows how to begin a write: the lock on the head comes first.

    `read_among` ends a statement that ends in IN with the list of these names.
    """

    def read(self, sql: str, /, **values: Any) -> Rows: ...
    def read_among(self, sql: str, names: Sequence[str], /) -> Rows: ...
    def write(self, sql: str, rows: Sequence[dict[str, Any]], /) -> None: ...
    def begin(self) -> None: ...
    def commit(self) -> None: ...
    def rollback(self) -> None: ...
    def close(self) -> None: ...
    def scrub(self) -> bool: ...
    def again(self) -> Door: ...


def blob_name(data: bytes) -> str:
    """The name of a blob: its SHA-256 in standard base64."""
    return b2a_base64(sha256(data).digest(), newline=False).decode()


def _bytes(value: Any) -> bytes:
    """SQLite stores any type in any column: what is not bytes was not written by this program."""
    if not isinstance(value, bytes | memoryview):
        raise IntegrityError("the shared database holds something that is not bytes where bytes were written")
    return bytes(value)


def _number(value: Any) -> int:
    """A position in the log."""
    if type(value) is not int:
        raise IntegrityError("the shared database holds a position that is no number")
    return value


def open_door(location: str, *, create: bool = False) -> Door:
    """A path is a SQLite file; anything with :// is a database URL."""
    if "://" in location:
        from vault.store.server import ServerDoor

        return ServerDoor(location, create=create)
    from vault.store.file import FileDoor

    return FileDoor(Path(location), create=create)


class Shared:
    """What the five tables can be asked and told."""

    def __init__(self, door: Door) -> None:
        self.door = door

    def size(self) -> int:
        """Number of entries under the newest signed head."""
        return _number(self.door.read("SELECT coalesce(max(size), 0) FROM commits")[0][0])

    def entry_count(self) -> int:
        """Number of rows in the log's table: more than `size` were signed by nobody."""
        return int(self.door.read("SELECT count(*) FROM entries")[0][0])

    def counts(self) -> tuple[int, int]:
        """Rows in the log's table, and entries under the newest signed head, at one moment."""
        sql = "SELECT (SELECT count(*) FROM entries), (SELECT coalesce(max(size), 0) FROM commits)"
        rows, size = self.door.read(sql)[0]
        return int(rows), _number(size)

    def commit_count(self) -> int:
        """Number of signed heads."""
        return int(self.door.read("SELECT count(*) FROM commits")[0][0])

    def commits_after(self, size: int) -> Iterator[tuple[int, str, bytes, list[bytes]]]:
        """Each commit beyond ``size``: (size, keyset, note, its entries' bodies), in order."""
        at = size
        while True:
            heads = self.door.read(
                "SELECT size, keyset, note FROM commits WHERE size > :at ORDER BY size LIMIT 500", at=at
            )
            for end, keyset, note in heads:
                bodies = self.bodies(at, _number(end))
                yield end, keyset, _bytes(note), bodies
                # The caller's chain has named what is missing between; what is left is a size that nobody signed.
                if len(bodies) != end - at:
                    raise IntegrityError(
                        f"a head says {end} entries in the table, and another number in its text"
                    )
                at = end
            if len(heads) < CHUNK:
                return

    def bodies(self, start: int, end: int) -> list[bytes]:
        """The exact bytes of entries start..end-1; a gap in the table is found by the caller's chain."""
        rows = self.door.read(
            "SELECT body FROM entries WHERE seq >= :start AND seq < :end ORDER BY seq", start=start, end=end
        )
        return [_bytes(row[0]) for row in rows]

    def head(self) -> tuple[int, str, bytes] | None:
        """(size, keyset, note) of the newest commit."""
        rows = self.door.read("SELECT size, keyset, note FROM commits ORDER BY size DESC LIMIT 1")
        return (_number(rows[0][0]), rows[0][1], _bytes(rows[0][2])) if rows else None

    def head_at(self, size: int) -> bytes | None:
        """The note of the commit that ends at ``size``, if one does."""
        rows = self.door.read("SELECT note FROM commits WHERE size = :size", size=size)
        return _bytes(rows[0][0]) if rows else None

    def head_sizes(self, most: int) -> list[int]:
        """The sizes of the newest commits, newest first."""
        sql = "SELECT size FROM commits ORDER BY size DESC LIMIT :most"
        return [_number(row[0]) for row in self.door.read(sql, most=most)]

    def arrived(self, request: str) -> bool:
        """Whether an append whose answer was lost did arrive, asked through a connection of its own."""
        door = self.door.again()
        try:
            return bool(door.read("SELECT 1 FROM commits WHERE request = :request", request=request))
        finally:
            door.close()

    def append(self, *, start: int, bodies: Sequence[bytes], keyset: str, note: bytes, request: str) -> None:
        """Write entries and their signed head; the caller holds the lock and commits."""
        self.door.write(
            "INSERT INTO entries (seq, body) VALUES (:seq, :body)",
            [{"seq": n, "body": body} for n, body in enumerate(bodies, start)],
        )
        head = {"size": start + len(bodies), "keyset": keyset, "note": note, "request": request}
        self.door.write(
            "INSERT INTO commits (size, keyset, note, request) VALUES (:size, :keyset, :note, :request)",
            [head],
        )

    def put_tiles(self, tiles: Sequence[tuple[int, int, bytes]]) -> None:
        """Full tiles: (level, n, 8,192 bytes)."""
        rows = [{"level": level, "n": n, "data": data} for level, n, data in tiles]
        self.door.write("INSERT INTO tiles (level, n, data) VALUES (:level, :n, :data)", rows)

    def tile(self, level: int, n: int) -> bytes:
        """One full tile, as stored."""
        rows = self.door.read("SELECT data FROM tiles WHERE level = :level AND n = :n", level=level, n=n)
        if not rows:
            raise IntegrityError(f"tile {level}/{n} is missing from the shared database")
        return _bytes(rows[0][0])

    def put_blobs(self, blobs: dict[str, bytes]) -> None:
        """Sealed bytes under their names; the same blob twice is the same blob."""
        self.door.write(
            "INSERT INTO blobs (hash, data) VALUES (:hash, :data) ON CONFLICT (hash) DO NOTHING",
            [{"hash": name, "data": data} for name, data in blobs.items()],
        )

    def blob(self, name: str) -> bytes:
        """The blob of that name; anything else under the name is refused."""
        found = self.blobs([name])
        if name not in found:
            raise IntegrityError(
                f"a sealed value is missing from the shared database ({name[:12]}…)",
                hint="run: keyholder doctor",
            )
        return found[name]

    def blobs(self, names: Sequence[str]) -> dict[str, bytes]:
        """Those of the named blobs that are there, each checked against its name."""
        found: dict[str, bytes] = {}
        for start in range(0, len(names), NAMES):
            chunk = names[start : start + NAMES]
            for name, data in self.door.read_among("SELECT hash, data FROM blobs WHERE hash IN", chunk):
                sealed = data if type(data) is bytes else _bytes(data)
                if b2a_base64(sha256(sealed).digest(), newline=False).decode() != name:
                    raise IntegrityError(f"a sealed value was changed in the shared database ({name[:12]}…)")
                found[name] = sealed
        return found

    def drop_blobs(self, names: Sequence[str]) -> None:
        """Delete sealed words that an entry of the same transaction erases."""
        self.door.write("DELETE FROM blobs WHERE hash = :hash", [{"hash": name} for name in names])

    def blob_names(self) -> set[str]:
        """Every name in the table, for doctor and backup."""
        return {row[0] for row in self.door.read("SELECT hash FROM blobs")}

    def put_inbox(self, *, id_: str, kind: str, data: bytes) -> None:
        """Leave a message from somebody who is not a member yet, in a transaction of its own."""
        self.door.begin()
        try:
            self.door.write(
                "INSERT INTO inbox (id, kind, data) VALUES (:id, :kind, :data)",
                [{"id": id_, "kind": kind, "data": data}],
            )
        except VaultError:
            self.door.rollback()
            raise
        self.door.commit()

    def inbox(self) -> list[tuple[str, str, bytes]]:
        """(id, kind, bytes) of every waiting message."""
        return [
            (r[0], r[1], _bytes(r[2])) for r in self.door.read("SELECT id, kind, data FROM inbox ORDER BY id")
        ]

    def drop_inbox(self, id_: str) -> None:
        """Forget a message that was dealt with; the caller is in a transaction."""
        self.door.write("DELETE FROM inbox WHERE id = :id", [{"id": id_}])
