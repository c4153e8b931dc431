"""The five shared tables: the same behaviour on every engine, and nothing read is believed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.doors import psql
from vault.errors import Busy, IntegrityError, VaultError
from vault.store import server, sqlite
from vault.store.shared import Shared, blob_name, open_door

TILE = bytes(8192)


@pytest.fixture
def shared(location: str) -> Iterator[Shared]:
    made = Shared(open_door(location, create=True))
    yield made
    made.door.rollback()
    made.door.close()


@pytest.fixture
def full(shared: Shared) -> Shared:
    """Two commits of three entries, a tile, a blob."""
    shared.door.begin()
    append(shared, 0, 2)
    append(shared, 2, 1)
    shared.put_tiles([(0, 0, TILE)])
    shared.put_blobs({blob_name(b"sealed"): b"sealed"})
    shared.door.commit()
    return shared


def append(shared: Shared, start: int, count: int) -> None:
    bodies = [b"{%d}" % n for n in range(start, start + count)]
    end = start + count
    shared.append(start=start, bodies=bodies, keyset=f"k{end}", note=b"note %d" % end, request=f"r{end}")


def other(shared: Shared) -> Shared:
    return Shared(shared.door.again())


def test_an_empty_vault(shared: Shared) -> None:
    """A new database has no entries, no head, nothing."""
    assert (shared.size(), shared.head(), list(shared.commits_after(0))) == (0, None, [])
    assert (shared.inbox(), shared.blob_names(), shared.bodies(0, 9)) == ([], set(), [])


def test_what_was_committed_is_there(full: Shared) -> None:
    """Entries, heads, tiles and blobs come back byte for byte, through another connection too."""
    for view in (full, other(full)):
        assert view.size() == 3
        assert view.head() == (3, "k3", b"note 3")
        assert list(view.commits_after(0)) == [
            (2, "k2", b"note 2", [b"{0}", b"{1}"]),
            (3, "k3", b"note 3", [b"{2}"]),
        ]
        assert list(view.commits_after(2)) == [(3, "k3", b"note 3", [b"{2}"])]
        assert view.tile(0, 0) == TILE
        assert view.blob(blob_name(b"sealed")) == b"sealed"
        assert view.blob_names() == {blob_name(b"sealed")}
        assert view.arrived("r3")
        assert not view.arrived("r4")
        if view is not full:
            view.door.close()


def test_nothing_before_commit(shared: Shared) -> None:
    """Until COMMIT nobody else sees anything; after ROLLBACK nobody at all."""
    again = other(shared)
    shared.door.begin()
    append(shared, 0, 2)
    assert shared.size() == 2
    assert again.size() == 0
    shared.door.rollback()
    assert (shared.size(), again.size()) == (0, 0)
    shared.door.begin()
    append(shared, 0, 1)
    shared.door.commit()
    assert (shared.size(), again.size()) == (1, 1)
    again.door.close()


def test_rollback_and_close_are_safe(shared: Shared) -> None:
    """Rolling back where nothing was begun does nothing."""
    shared.door.rollback()
    shared.door.begin()
    shared.door.rollback()
    shared.door.rollback()
    assert shared.size() == 0


def test_a_second_writer_is_told_to_wait(location: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two writers: the second is told that somebody else is writing, and can go on when the first is done."""
    monkeypatch.setattr(sqlite, "BUSY_MS", 50)
    first = Shared(open_door(location, create=True))
    second = Shared(open_door(location))
    first.door.begin()
    append(first, 0, 1)
    with pytest.raises(Busy, match="somebody else is writing"):
        second.door.begin()
    assert second.size() == 0
    first.door.commit()
    second.door.begin()
    append(second, 1, 1)
    second.door.commit()
    assert (first.size(), second.size()) == (2, 2)
    first.door.close()
    second.door.close()


def test_many_commits_page(shared: Shared) -> None:
    """More commits than one page holds come in order and whole, from any place."""
    shared.door.begin()
    for n in range(1003):
        append(shared, n, 1)
    shared.door.commit()
    assert [(end, bodies) for end, _, _, bodies in shared.commits_after(0)] == [
        (n + 1, [b"{%d}" % n]) for n in range(1003)
    ]
    assert len(list(shared.commits_after(503))) == 500
    assert len(list(shared.commits_after(2))) == 1001


def test_the_same_blob_twice(full: Shared) -> None:
    """A blob is named by its bytes: writing it again changes nothing."""
    full.door.begin()
    full.put_blobs({blob_name(b"sealed"): b"sealed", blob_name(b"more"): b"more"})
    full.put_blobs({})
    full.door.commit()
    assert len(full.blob_names()) == 2


def test_a_blob_under_another_name(full: Shared) -> None:
    """Bytes that are not those of their name are refused; a missing blob is said to be missing."""
    full.door.begin()
    full.put_blobs({blob_name(b"one"): b"two"})
    full.door.commit()
    with pytest.raises(IntegrityError, match="was changed"):
        full.blob(blob_name(b"one"))
    with pytest.raises(IntegrityError, match="is missing"):
        full.blob(blob_name(b"none"))
    assert full.blobs([blob_name(b"none")]) == {}


def test_many_blobs(shared: Shared) -> None:
    """More names than one statement may carry."""
    blobs = {blob_name(b"%d" % n): b"%d" % n for n in range(1100)}
    shared.door.begin()
    shared.put_blobs(blobs)
    shared.door.commit()
    assert shared.blobs(sorted(blobs)) == blobs
    assert shared.blobs([]) == {}


def test_a_missing_tile(full: Shared) -> None:
    """A tile that should be there and is not, is named."""
    with pytest.raises(IntegrityError, match="tile 1/7 is missing"):
        full.tile(1, 7)


def test_the_inbox(shared: Shared) -> None:
    """A message is left in a transaction of its own and forgotten when it was dealt with."""
    shared.put_inbox(id_="b", kind="join", data=b"please")
    shared.put_inbox(id_="a", kind="join", data=b"me too")
    assert shared.inbox() == [("a", "join", b"me too"), ("b", "join", b"please")]
    with pytest.raises(IntegrityError):
        shared.put_inbox(id_="a", kind="join", data=b"again")
    shared.door.begin()
    shared.drop_inbox("a")
    shared.door.commit()
    assert shared.inbox() == [("b", "join", b"please")]


CHANGES = [
    "UPDATE entries SET body = :x WHERE seq = 0",
    "DELETE FROM entries WHERE seq = 2",
    "INSERT INTO entries (seq, body) VALUES (5, :x)",
    "INSERT INTO entries (seq, body) VALUES (1, :x)",
    "UPDATE commits SET keyset = 'eve'",
    "DELETE FROM commits WHERE size = 3",
    "INSERT INTO commits (size, keyset, note, request) VALUES (4, 'k', :x, 'r')",
    "INSERT INTO commits (size, keyset, note, request) VALUES (2, 'k', :x, 'r')",
    "INSERT INTO commits (size, keyset, note, request) VALUES (3, 'k', :x, 'r')",
    "UPDATE tiles SET data = data",
    "DELETE FROM tiles WHERE level = 0",
    "INSERT INTO tiles (level, n, data) VALUES (0, 0, :x)",
    "UPDATE blobs SET data = :x",
    "INSERT INTO blobs (hash, data) VALUES ('short', :x)",
]
REPLACES = [
    "INSERT OR REPLACE INTO entries (seq, body) VALUES (0, :x)",
    "INSERT OR REPLACE INTO entries (seq, body) VALUES (2, :x)",
    "INSERT OR REPLACE INTO commits (size, keyset, note, request) VALUES (3, 'k', :x, 'r')",
    "INSERT OR REPLACE INTO commits (size, keyset, note, request) VALUES (3, 'k', :x, 'r2')",
    "REPLACE INTO tiles (level, n, data) VALUES (0, 0, zeroblob(8192))",
    "UPDATE OR REPLACE entries SET seq = 1 WHERE seq = 2",
    "INSERT INTO blobs (hash, data) SELECT hash, :x FROM blobs WHERE true ON CONFLICT (hash) DO UPDATE SET data = :x",
]


def dump(shared: Shared) -> list[object]:
    tables = ("entries", "commits", "tiles", "blobs")
    return [sorted(shared.door.read("SELECT * FROM " + name), key=repr) for name in tables]


@pytest.mark.parametrize("sql", [*CHANGES, *REPLACES])
def test_append_only(full: Shared, location: str, sql: str) -> None:
    """What was written is neither changed, dropped, replaced nor inserted between: by any statement."""
    if sql in REPLACES and location.startswith("postgresql"):
        pytest.skip("SQLite's own way to replace a row")
    before = dump(full)
    full.door.begin()
    with pytest.raises(IntegrityError):
        full.door.write(sql, [{"x": b"other"}])
    full.door.rollback()
    assert dump(full) == before


def test_a_commit_needs_entries(shared: Shared) -> None:
    """A head without entries, or one that does not cover them all, is refused."""
    shared.door.begin()
    with pytest.raises(IntegrityError):
        shared.append(start=0, bodies=[], keyset="k", note=b"note", request="r")
    shared.door.rollback()
    shared.door.begin()
    append(shared, 0, 1)
    with pytest.raises(IntegrityError):
        append(shared, 1, 1)
        append(shared, 1, 1)
    shared.door.rollback()
    assert shared.size() == 0


def test_a_request_is_used_once(full: Shared) -> None:
    """The random id of an append cannot be used again: a lost answer can be looked up by it."""
    full.door.begin()
    with pytest.raises(IntegrityError):
        full.append(start=3, bodies=[b"{3}"], keyset="k", note=b"note", request="r3")


def test_the_postgresql_guards(cluster: object) -> None:
    """The same guards in PostgreSQL, asked through the server's own client, TRUNCATE included."""
    psql(cluster, "postgres", "CREATE DATABASE guards")
    statements = [*server._statements("postgresql")]
    assert psql(cluster, "guards", ";\n".join(statement.rstrip(";") for statement in statements) + ";") == ""
    filled = (
        "INSERT INTO entries VALUES (0, 'aa'), (1, 'bb'), (2, 'cc');"
        "INSERT INTO commits VALUES (3, 'k', 'note', 'r3');"
        "INSERT INTO tiles VALUES (0, 0, decode(repeat('00', 8192), 'hex'));"
        "INSERT INTO blobs VALUES (repeat('a', 44), 'x');"
    )
    assert psql(cluster, "guards", filled) == ""
    truncate = [f"TRUNCATE {name}" for name in ("entries", "commits", "tiles", "blobs")]
    for sql in [*CHANGES, *truncate]:
        answer = psql(cluster, "guards", sql.replace(":x", "'other'"))
        assert "append only" in answer or "violates" in answer, (sql, answer)
    assert psql(cluster, "guards", "SELECT count(*) FROM entries") == "3"
    assert (
        psql(
            cluster,
            "guards",
            "INSERT INTO entries VALUES (3, 'dd'); INSERT INTO commits VALUES (4, 'k', 'note', 'r4')",
        )
        == ""
    )


def test_errors_are_ours(shared: Shared) -> None:
    """A statement that the database does not understand never shows the driver's own error."""
    with pytest.raises(VaultError) as caught:
        shared.door.read("SELECT secret FROM nowhere WHERE x = :x", x="hunter2")
    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__
    with pytest.raises(VaultError):
        shared.door.write("INSERT INTO nowhere VALUES (:x)", [{"x": 1}])


def test_other_types_in_the_tables(tmp_path: Path) -> None:
    """SQLite takes any type in any column: what is not bytes or a position is refused, never guessed at."""
    path = tmp_path / "vault.db"
    made = Shared(open_door(str(path), create=True))
    made.door.begin()
    append(made, 0, 1)
    made.door.write("INSERT INTO inbox (id, kind, data) VALUES ('a', 'join', 'text')", [{}])
    made.put_blobs({blob_name(b"sealed"): "text"})  # type: ignore[dict-item]
    made.door.write("INSERT INTO entries (seq, body) VALUES (1, 'text')", [{}])
    made.door.write("INSERT INTO commits (size, keyset, note, request) VALUES (2, 'k', 'note', 'r')", [{}])
    made.door.commit()
    for ask in (made.inbox, made.head, lambda: made.bodies(0, 2), lambda: made.blob(blob_name(b"sealed"))):
        with pytest.raises(IntegrityError, match="not bytes"):
            ask()
    assert (made.entry_count(), made.commit_count()) == (2, 2)
    made.door.close()


class Odd:
    """A door that answers what no honest database would."""

    def read(self, sql: str, /, **values: object) -> list[tuple[object, ...]]:
        return [("many",)]


def test_a_size_that_is_no_number() -> None:
    """The number of entries is a whole number or the database is refused."""
    with pytest.raises(IntegrityError, match="no number"):
        Shared(Odd()).size()  # type: ignore[arg-type]
