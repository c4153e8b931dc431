"""What a projection remembers inside a transaction is never older than its tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from vault.errors import VaultError
from vault.store.register import ANSWERS, MEMOS, State

KEY = {"id": "per-" + "a" * 16}


@pytest.fixture
def state() -> State:
    return State.memory()


def put(state: State, word: str = "active") -> None:
    state.put("person", **KEY, details=None, state=word, added=0, left_at=None)


def states(state: State) -> list[str]:
    return [row["state"] for row in state.find("person", **KEY)]


def test_every_write_is_seen_at_once(state: State) -> None:
    """put, change and drop each forget what was read of their table."""
    with state.transaction():
        assert states(state) == []
        put(state)
        assert states(state) == ["active"]
        state.change("person", KEY, state="paused")
        assert states(state) == ["paused"]
        state.drop("person", **KEY)
        assert states(state) == []


def test_what_a_caller_does_to_the_list_stays_with_the_caller(state: State) -> None:
    """The remembered rows are not the caller's list."""
    with state.transaction():
        put(state)
        state.find("person", **KEY).clear()
        assert states(state) == ["active"]


def test_nothing_outlives_its_transaction(state: State) -> None:
    """After a rollback and after a restart the tables are read again."""
    with pytest.raises(RuntimeError), state.transaction():
        put(state)
        assert states(state) == ["active"]
        raise RuntimeError
    assert states(state) == []
    with state.transaction():
        put(state)
        assert states(state) == ["active"]
        state.restart()
        assert states(state) == []


def test_a_memo_follows_its_tables(state: State) -> None:
    """Computed once while its tables stand still, again after one of them changed, always outside a transaction."""
    asked: list[int] = []

    def memo() -> int:
        return state.memo(("people",), ("person", "role"), lambda: asked.append(1) or state.count("person"))

    assert (memo(), memo(), len(asked)) == (0, 0, 2)
    with state.transaction():
        assert (memo(), memo(), len(asked)) == (0, 0, 3)
        put(state)
        assert (memo(), len(asked)) == (1, 4)
        state.put("role", person=KEY["id"], role="holder", since=0, until=None)
        assert (memo(), len(asked)) == (1, 5)
        state.put("team", id="tem-" + "a" * 16, kind="team", details="", added=0)
        assert (memo(), len(asked)) == (1, 5)


def test_what_is_remembered_is_bounded(state: State) -> None:
    """A long fold asks for many things: only so many answers of a table are held at a time, and all stay right."""
    with state.transaction():
        put(state)
        for n in range(3 * ANSWERS):
            assert state.get("person", id=f"per-{n}") is None
            assert len(state._found["person"]) <= ANSWERS
        assert states(state) == ["active"]


def asked(state: State) -> list[str]:
    """Every statement from now on, as SQLite runs it."""
    said: list[str] = []
    state._conn.set_trace_callback(said.append)
    return said


def test_what_is_known_is_asked_once_in_a_vault_that_stays_open(state: State) -> None:
    """The next transaction of a shell need not read again what nobody has changed."""
    with state.transaction():
        put(state)
        assert states(state) == ["active"]
    said = asked(state)
    with state.transaction():
        assert states(state) == ["active"]
    assert not [text for text in said if text.startswith("SELECT")]


def test_what_another_process_wrote_is_seen(tmp_path: Path) -> None:
    """Another connection to the same file commits: answers and memos of before are not given again."""
    mine, other = State.create(tmp_path / "state.db"), State.open(tmp_path / "state.db")

    def both() -> tuple[list[str], int]:
        with mine.transaction():
            return states(mine), mine.memo(("number",), ("person",), lambda: mine.count("person"))

    assert both() == ([], 0)
    with other.transaction():
        put(other)
    assert both() == (["active"], 1)
    with other.transaction():
        other.change("person", KEY, state="paused")
    assert both() == (["paused"], 1)
    mine.close()
    other.close()


def test_a_commit_that_fails_is_not_remembered(state: State) -> None:
    """What was read of it is not what the tables say."""
    with pytest.raises(VaultError), state.transaction():
        put(state)
        assert states(state) == ["active"]
        state._conn.execute("ROLLBACK")  # as the database does by itself on some errors
    with state.transaction():
        assert states(state) == []


def test_memos_are_bounded(state: State) -> None:
    """A shell that stays open for long does not grow for ever."""
    with state.transaction():
        for n in range(MEMOS + 10):
            assert state.memo((str(n),), (), lambda n=n: n) == n  # type: ignore[misc]
        assert len(state._memo) <= MEMOS


def test_the_newest_is_found_by_its_index(state: State) -> None:
    """However many there were: one row is read, by the index, and none is sorted."""
    for n in (2, 3, 1):
        epoch = {"id": f"epo-{n}", "team": "custody", "number": n, "public": "", "seq": n, "author": "key"}
        state.put("epoch", **epoch, predecessor=None, follows=None, skipped=None)
    said = asked(state)
    assert (state.newest("epoch", "number", team="custody") or {})["id"] == "epo-3"
    assert state.newest("epoch", "number", team="register") is None
    plan = " ".join(row[3] for row in state._conn.execute(f"EXPLAIN QUERY PLAN {said[0]}"))
    assert plan == "SEARCH epoch USING INDEX epoch_team (team=?)"
