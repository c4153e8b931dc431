"""The projection: all or nothing, rows by name, and the two questions that need a join."""

from __future__ import annotations

from pathlib import Path

import pytest

from vault.errors import Busy, IntegrityError, NotFound, UsageProblem, VaultError
from vault.store import sqlite
from vault.store.register import FORMAT, Pin, State

PERSON = {"details": "d", "state": "active", "added": 1, "left_at": None}
PIN = Pin(vault_id="ab", origin="keyholder/00", size=3, last=b"l", frontier=b"f", time="2026-11-20T10:00:00Z")


@pytest.fixture
def state() -> State:
    return State.memory()


def test_put_get_find_change(state: State) -> None:
    """Rows are found by equal columns, None matches NULL, put replaces the row with its key."""
    for name in ("a", "b"):
        state.put("person", id=name, **PERSON)
    assert state.get("person", id="a") == {"id": "a", **PERSON}
    assert state.get("person", id="z") is None
    assert [row["id"] for row in state.find("person", left_at=None, state="active")] == ["a", "b"]
    assert state.find("person", left_at="2026") == []
    assert len(state.find("person")) == state.count("person") == 2
    state.put("person", **{**PERSON, "id": "a", "state": "paused"})
    assert state.count("person", state="paused") == 1
    state.change("person", {"id": "b", "left_at": None}, left_at="2026", state="left")
    assert state.get("person", id="b") == {**PERSON, "id": "b", "state": "left", "left_at": "2026"}
    state.change("person", {"id": "b"})
    assert state.count("person") == 2
    state.put_all("person", [])


def test_settled_is_written_and_waited_for(tmp_path: Path) -> None:
    """To settle is one more commit that the disk is waited for; rows and later commits are as they were."""
    State.create(tmp_path / "state.db").close()
    state = State.open(tmp_path / "state.db")
    with state.transaction():
        state.set_pin(PIN)
    said, log = [], tmp_path / "state.db-wal"
    state._conn.set_trace_callback(said.append)
    before = log.stat().st_size
    state.settle()
    state._conn.set_trace_callback(None)
    assert log.stat().st_size > before, "a commit that changes no page is not written, and waits for nothing"
    assert said[0] == "PRAGMA synchronous = FULL"
    assert said[-2:] == ["COMMIT", "PRAGMA synchronous = NORMAL"]
    assert state.pin() == PIN
    state.close()


def test_settling_that_fails_leaves_nothing_open(tmp_path: Path) -> None:
    """Where the disk refuses, nothing is left half done and the error is ours."""
    State.create(tmp_path / "state.db").close()
    state = State.open(tmp_path / "state.db")
    with state.transaction():
        state.set_pin(PIN)
    state._conn.execute("PRAGMA query_only = ON")
    with pytest.raises(VaultError):
        state.settle()
    assert not state.in_transaction
    assert state.query("PRAGMA synchronous")[0]["synchronous"] == 1
    assert state.pin() == PIN
    state.close()


def test_what_waits_keeps_its_fields(state: State) -> None:
    """The data of a waiting entry come back as they were, nested as they were."""
    data = {"role": "administrator", "seals": {"b": [1, 2], "a": None}}
    state.put(
        "pending", seq=3, person="p", keyset="k", event="e", subject="s", data=data, time="t", confirmed=None
    )
    assert state.get("pending", seq=3)["data"] == data


def test_names_to_tag_again(state: State) -> None:
    """What is new or described anew is marked to be tagged; a change of anything else is not."""
    state.put("person", id="a", **PERSON)
    assert state.find("stale") == [{"kind": "person", "id": "a"}]
    state.drop("stale", kind="person", id="a")
    state.change("person", {"id": "a"}, state="paused")
    assert state.find("stale") == []
    state.change("person", {"id": "a"}, details="other")
    assert state.find("stale") == [{"kind": "person", "id": "a"}]


def test_a_transaction_is_all_or_nothing(state: State) -> None:
    """An error inside takes everything back; `restart` takes back what was done and stays in it."""
    with pytest.raises(KeyboardInterrupt), state.transaction():
        state.put("person", id="a", **PERSON)
        raise KeyboardInterrupt
    assert state.find("person") == []
    with state.transaction():
        state.put("person", id="a", **PERSON)
        state.restart()
        assert state.find("person") == []
        state.put("person", id="b", **PERSON)
    assert [row["id"] for row in state.find("person")] == ["b"]


def test_the_pin_moves_with_the_tables(state: State) -> None:
    """No pin in a new state; the newest one after; an unfinished unit of work leaves the older."""
    assert state.pin() is None
    with state.transaction():
        state.set_pin(PIN)
    with pytest.raises(ZeroDivisionError), state.transaction():
        state.set_pin(Pin("ab", "keyholder/00", 4, b"m", b"g", PIN.time))
        raise ZeroDivisionError
    assert state.pin() == PIN


def test_leaves(state: State) -> None:
    """Leaf hashes by position; one position has one hash."""
    state.add_leaves(0, [b"0", b"1"])
    state.add_leaves(2, [b"2"])
    assert state.leaves(1, 3) == [b"1", b"2"]
    assert state.leaves(3, 9) == []
    with pytest.raises(Exception, match="UNIQUE"):
        state.add_leaves(2, [b"x"])
    assert state.query("SELECT count(*) AS n FROM leaf WHERE seq > :a", a=0) == [{"n": 2}]


def test_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made once, opened again, one writer at a time, and refused when it is something else."""
    path = tmp_path / "state.db"
    monkeypatch.setattr(sqlite, "BUSY_MS", 20)
    first = State.create(path)
    with pytest.raises(UsageProblem):
        State.create(path)
    with first.transaction():
        first.set_pin(PIN)
        second = State.open(path)
        with pytest.raises(Busy), second.transaction():
            pass
        assert second.pin() is None
    assert second.pin() == PIN
    first.close()
    second.close()
    with pytest.raises(NotFound):
        State.open(tmp_path / "none.db")
    conn = sqlite.connect(path)
    sqlite.mark(conn, application=1, version=FORMAT)
    conn.close()
    with pytest.raises(IntegrityError, match="not a Keyholder"):
        State.open(path)


def test_tables_of_another_release_are_told_and_made_again(tmp_path: Path) -> None:
    """A column less, a trigger more: not ours. Made again inside a transaction, whole or not at all."""
    State.create(tmp_path / "state.db").close()
    conn = sqlite.connect(tmp_path / "state.db")
    conn.execute("ALTER TABLE note DROP COLUMN about")
    conn.execute('CREATE TABLE "old ""table" (id TEXT)')
    conn.execute("CREATE TRIGGER t AFTER INSERT ON person BEGIN DELETE FROM pin; END")
    conn.close()
    state = State.open(tmp_path / "state.db")
    with state.transaction():
        state.set_pin(PIN)
    assert not state.is_current()
    with pytest.raises(ZeroDivisionError), state.transaction():
        state.remake()
        assert state.pin() is None
        raise ZeroDivisionError
    assert state.pin() == PIN and not state.is_current()
    with state.transaction():
        state.remake()
    assert state.pin() is None and state.is_current() and State.memory().is_current()
    state.close()


# --- who could open, who saw ------------------------------------------------------------------------------------


@pytest.fixture
def versions(state: State) -> State:
    """Account a: version 1 superseded, 2 current (keeps the TOTP seed of 1); account b: a rejected candidate.

    Custody: epoch e1 was sealed to cal, e2 to cal and dee. Version 1 and b's are under e1, version 2 under e2.
    """
    for number, keysets in ((1, ["cal"]), (2, ["cal", "dee"])):
        state.put(
            "epoch", id=f"e{number}", team="custody", number=number, public="p", seq=number, author="cal",
            predecessor=None,
        )  # fmt: skip
        state.put_all("epoch_seal", [{"epoch": f"e{number}", "keyset": k, "seal": "s"} for k in keysets])
    state.put("epoch", id="r9", team="register", number=9, public="p", seq=9, author="amy", predecessor=None)
    state.put("epoch_seal", epoch="r9", keyset="amy", seal="s")
    for account, number, status, epoch in (
        ("a", 1, "superseded", "e1"),
        ("a", 2, "current", "e2"),
        ("b", 1, "rejected", "e1"),
    ):
        columns = {row["name"] for row in state.query("SELECT name FROM pragma_table_info('version')")}
        row = dict.fromkeys(columns, "x") | {
            "account": account,
            "number": number,
            "state": status,
            "epoch": epoch,
        }
        state.put("version", **{**row, "seq": number, "previous": None, "places": 1})
    parts = [
        ("a", 1, "password", 1),
        ("a", 1, "totp", 1),
        ("a", 2, "password", 2),
        ("a", 2, "totp", 1),
        ("b", 1, "password", 1),
    ]
    names = ("account", "number", "part", "origin")
    state.put_all("part", [dict(zip(names, part, strict=True)) for part in parts])
    for keyset, number in (("hal", 1), ("ivy", 2)):
        state.put("recipient", account="a", number=number, keyset=keyset, seq=1, place=1, batch="b", blob="x")
    return state


@pytest.mark.parametrize(
    ("keysets", "values"),
    [
        ([], []),
        (["eve"], []),
        (["amy"], []),
        (["hal"], ["totp 1"]),
        (["ivy"], ["password 2", "totp 1"]),
        (["hal", "ivy", "eve"], ["password 2", "totp 1"]),
        (["cal"], ["password 2", "totp 1"]),
        (["dee"], ["password 2", "totp 1"]),
    ],
)
def test_openable_values(versions: State, keysets: list[str], values: list[str]) -> None:
    """What lives now and was sealed to a keyset, directly or through custody; a kept part is its old value."""
    found = versions.openable_values(keysets)
    assert sorted(f"{row['part']} {row['origin']}" for row in found) == values
    assert {row["account"] for row in found} <= {"a"}


def test_a_custodian_of_long_ago(versions: State) -> None:
    """Who was sealed only the first epoch opens what was sealed then: the seed that was kept, not the new password."""
    versions.drop("epoch_seal", epoch="e2", keyset="cal")
    assert [(row["part"], row["origin"]) for row in versions.openable_values(["cal"])] == [("totp", 1)]


def test_seen_values(versions: State) -> None:
    """What somebody saw, or was seen on a device, as long as the value lives."""
    columns = {row["name"] for row in versions.query("SELECT name FROM pragma_table_info('exposure')")}
    seen = [
        (1, "hal", None, "password", 1),
        (2, "hal", "phone", "totp", 1),
        (3, "ivy", "phone", "password", 2),
    ]
    for seq, person, device, part, origin in seen:
        row = dict.fromkeys(columns) | {"seq": seq, "person": person, "device": device, "account": "a"}
        versions.put(
            "exposure",
            **{**row, "number": 1, "part": part, "origin": origin, "how": "revealed", "occurred_at": "t"},
        )
    assert versions.seen_values(person="hal") == [
        {"account": "a", "part": "totp", "origin": 1, "device": "phone"}
    ]
    assert sorted(row["part"] for row in versions.seen_values(device="phone")) == ["password", "totp"]
    assert versions.seen_values(person="eve") == []
