"""A vault behind a database URL: what differs from a file, and errors in our words."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import exc

from vault.errors import Busy, IntegrityError, NotFound, UsageProblem, VaultError
from vault.store import server
from vault.store.file import FileDoor
from vault.store.server import ServerDoor
from vault.store.shared import Shared, open_door


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'vault.db'}"


def test_a_url_opens_a_server_door(url: str) -> None:
    """What has :// is a URL, anything else a path."""
    door = open_door(url, create=True)
    assert isinstance(door, ServerDoor)
    door.close()


def test_created_once(url: str) -> None:
    """Creating where the tables are changes nothing; the caller asks whether there is a vault in them."""
    first = ServerDoor(url, create=True)
    first.begin()
    Shared(first).append(start=0, bodies=[b"{}"], keyset="k", note=b"note", request="r")
    first.commit()
    second = ServerDoor(url, create=True)
    assert Shared(second).size() == 1
    first.close()
    second.close()


def test_a_wrong_url_makes_nothing(url: str, tmp_path: Path) -> None:
    """Opening creates no empty vault; a URL that means nothing is said, without repeating its password."""
    with pytest.raises(NotFound, match="there is no vault"):
        ServerDoor(url)
    assert list(tmp_path.iterdir()) == []
    for wrong in ("nonsense://ada:hunter2@host/db", "://", "mssql+nothing://ada:hunter2@host/db"):
        with pytest.raises(UsageProblem, match="not a database URL") as caught:
            ServerDoor(wrong)
        assert "hunter2" not in str(caught.value) + caught.value.hint


def test_the_same_tables_as_a_file(url: str, tmp_path: Path) -> None:
    """Tables and guards made through the URL are those of a file, statement by statement."""
    door, file = ServerDoor(url, create=True), FileDoor(tmp_path / "file.db", create=True)
    ask = "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
    assert door.read(ask) == file.read(ask)
    door.close()
    file.close()


def test_durable_and_distrustful(url: str) -> None:
    """The connection behind the URL is opened as one to a path is."""
    door = ServerDoor(url, create=True)
    wanted = {"trusted_schema": 0, "synchronous": 2, "recursive_triggers": 1}
    assert {name: door.read(f"PRAGMA {name}")[0][0] for name in wanted} == wanted
    door.close()


def test_reading_holds_no_lock(url: str) -> None:
    """A read gives its snapshot back: another connection may write right after, and the next read sees it."""
    one = ServerDoor(url, create=True)
    two = one.again()
    assert Shared(one).size() == 0
    two.begin()
    Shared(two).append(start=0, bodies=[b"{}"], keyset="k", note=b"note", request="r")
    two.commit()
    assert Shared(one).size() == 1
    two.close()
    assert Shared(one).size() == 1
    one.close()
    one.rollback()
    one.close()


class _Driver(Exception):
    """What a driver raises."""


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        (exc.OperationalError("sql", {}, _Driver("database is locked")), Busy),
        (exc.OperationalError("sql", {}, _Driver("could not obtain lock on relation")), Busy),
        (exc.OperationalError("sql", {}, _Driver("deadlock detected")), Busy),
        (exc.DBAPIError("sql", {}, _Driver("could not serialize access")), Busy),
        (exc.OperationalError("sql", {}, _Driver("connection refused: hunter2")), NotFound),
        (exc.OperationalError("sql", {}, _Driver("no clock here")), NotFound),
        (exc.IntegrityError("sql", {"x": "hunter2"}, _Driver("append only")), IntegrityError),
        (exc.ProgrammingError("sql", {}, _Driver("no such table")), IntegrityError),
        (exc.InvalidRequestError("hunter2"), VaultError),
    ],
)
def test_errors_in_our_words(problem: exc.SQLAlchemyError, kind: type[VaultError]) -> None:
    """Busy, not answering, contradiction and the rest; the driver's own text is never passed on."""
    ours = server._plain(problem)
    assert type(ours) is kind
    assert "hunter2" not in ours.message + ours.hint


def test_every_step_stops_at_the_boundary(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin, commit, roll back and create raise our errors, whatever the driver says."""
    door = ServerDoor(url, create=True)
    conn = door._connection()

    def fail(*_: object) -> None:
        raise exc.OperationalError("sql", {}, _Driver("gone"))

    monkeypatch.setattr(conn, "exec_driver_sql", fail)
    with pytest.raises(NotFound):
        door.begin()
    monkeypatch.setattr(conn, "commit", fail)
    with pytest.raises(NotFound):
        door.commit()
    monkeypatch.setattr(conn, "rollback", fail)
    with pytest.raises(NotFound):
        door.rollback()
    monkeypatch.setattr(server, "inspect", fail)
    with pytest.raises(NotFound):
        ServerDoor(url, create=True, engine=door._engine)
    monkeypatch.undo()
    door.close()


def test_comments_are_no_statements() -> None:
    """Every statement of the files begins with CREATE, also where comments hold semicolons."""
    for dialect in ("sqlite", "postgresql", "other"):
        assert all(statement.startswith("CREATE ") for statement in server._statements(dialect))
    assert len(server._statements("other")) == 5
