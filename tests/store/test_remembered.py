"""What a projection remembers inside a transaction is never older than its tables."""

from __future__ import annotations

import pytest

from vault.store.register import ANSWERS, State

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
