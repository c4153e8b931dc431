"""`audit verify --state`: the projection row by row, every blob, and what nobody's entry names."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.world import World
from vault.domain import blobs, events
from vault.domain.table import TABLE
from vault.errors import IntegrityError
from vault.ops import log
from vault.ops.comparing import OWN_TABLES, Replay
from vault.store.differences import differences
from vault.store.register import State
from vault.store.shared import blob_name


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.account("x/NorfolkPolice", password="first one")
    made.person("Bob Stone", "2001")
    return made


def edited(world: World, *lines: str) -> None:
    """A hand in this machine's own file."""
    with sqlite3.connect(world.home.state) as conn:
        for line in lines:
            conn.execute(line)
    conn.close()


def verified(world: World) -> log.Verified:
    return log.verify(world.vault, compare_state=True)


def test_every_table_that_follows_from_the_log_is_compared(world: World) -> None:
    """All but this client's own: a row that is taken out of any of them is named by table and key."""
    world.run("note", "add", "words")
    compared = world.vault.state.tables() - OWN_TABLES
    filled = [table for table in sorted(compared) if world.vault.state.count(table)]
    assert len(filled) > 15
    assert {"leaf", "signer", "person"} <= set(filled)
    for table in filled:
        with pytest.raises(_Undo), world.vault.state.transaction():
            row = world.vault.state.find(table)[0]
            world.vault.state.drop(table, **{k: v for k, v in row.items() if v is not None})
            with pytest.raises(IntegrityError, match=rf"{table} \S+: is missing"):
                verified(world)
            raise _Undo
    assert verified(world).blobs is not None


class _Undo(Exception):
    """Roll back."""


def test_a_difference_is_named_without_its_values(world: World) -> None:
    """Changed columns, rows too many, and how many more there are; never what stands in them."""
    edited(world, "UPDATE account SET state = 'VALUE-A', owner_kind = 'VALUE-B'")
    with pytest.raises(IntegrityError, match=r"account acc-\w{16}: owner_kind, state$") as found:
        verified(world)
    assert "VALUE" not in found.value.message
    edited(world, *(f"INSERT INTO role VALUES ('per-{n:02}', 'administrator', 3, NULL)" for n in range(12)))
    with pytest.raises(IntegrityError, match=r"role per-00/administrator/3: does not follow") as found:
        verified(world)
    assert "; and 3 more" in found.value.message


def test_a_hand_may_put_anything_anywhere(world: World) -> None:
    """Another type in a key is a difference like any other, in SQLite's order."""
    edited(
        world,
        "INSERT INTO team VALUES (x'00ff', 'team', 'x', 1), (NULL, 'team', 'x', 1), ('tem-a', 't', 'x', 1)",
    )
    with pytest.raises(IntegrityError) as found:
        verified(world)
    assert found.value.message.count("does not follow from the log") == 3
    mine, theirs = State.memory(), State.memory()
    for state in (mine, theirs):
        state.put("leaf", seq=1, hash=b"1")
    theirs.put("leaf", seq=2, hash=b"2")
    mine.put("leaf", seq=3, hash=b"3")
    found_both = list(differences(mine, theirs, "leaf"))
    assert found_both == [("2", "does not follow from the log"), ("3", "is missing")]


def test_the_command_exits_with_six(world: World) -> None:
    """And says what to do."""
    edited(world, "DELETE FROM policy")
    result = world.run("audit", "verify", "--state", ok=False)
    assert result.exit_code == 6
    assert "policy 6: is missing" in result.stderr
    assert "keep a copy of state.db" in result.stderr


def test_what_comes_while_the_log_is_verified_is_no_forgery(world: World) -> None:
    """Another member writes in between: it is verified too, and is neither unsigned nor a difference."""
    other = world.open(world.home)
    late: list[int] = []

    def progress(done: int, size: int) -> None:
        if done == size and not late:
            late.append(size)
            with other.change() as tx:
                tx.emit("own_device.answered", world.ada, uses=False, occurred_at=tx.time)

    found = log.verify(world.vault, compare_state=True, progress=progress)
    assert found.size == world.vault.follower.size == late[0] + 1
    other.close()


def test_what_comes_after_it_is_folded_too(world: World) -> None:
    """The register was synced once more after the last entry was verified."""
    replay = Replay()
    log.follow(world.vault.shared, {1: world.vault.vault_id}, replay=replay)
    world.person("Carol Day", "2002")
    with pytest.raises(IntegrityError, match="does not follow from the log"):
        replay.compare(world.vault)
    replay.catch_up(world.vault)
    replay.compare(world.vault)
    assert replay.check_blobs(world.vault.shared).good == len(world.vault.shared.blob_names())


def test_every_blob_is_hashed_and_a_missing_one_named(world: World) -> None:
    """By the first entry that names it, and what it is."""
    found = verified(world).blobs
    assert found is not None
    assert (found.good, found.foreign) == (len(world.vault.shared.blob_names()), ())
    row = world.vault.state.find("version")[0]
    world.vault.shared.door.write("DELETE FROM blobs WHERE hash = :h", [{"h": row["blob"]}])
    with pytest.raises(IntegrityError, match=rf"entry {row['seq']} \(blob of version.written\)"):
        verified(world)


def test_a_changed_blob_is_found(world: World) -> None:
    """Its bytes are not those of its name, also where nothing else would ever read it."""
    details = world.vault.state.find("person")[1]["details"]
    with sqlite3.connect(world.location) as conn:
        conn.execute("DROP TRIGGER blobs_update")
        conn.execute("UPDATE blobs SET data = zeroblob(200) WHERE hash = ?", (details,))
    conn.close()
    with pytest.raises(IntegrityError, match="was changed in the shared database"):
        verified(world)


def test_a_blob_that_no_entry_names_is_listed(world: World) -> None:
    """It is not evidence of anything: a finding, and exit code 7."""
    name = blob_name(b"not ours")
    world.vault.shared.put_blobs({name: b"not ours"})
    found = verified(world).blobs
    assert found is not None
    assert found.foreign == (name,)
    result = world.run("audit", "verify", "--state", ok=False)
    assert result.exit_code == 7
    assert name in result.stderr
    assert world.run("audit", "verify").exit_code == 0


def test_every_hash_in_the_event_table_is_one_of_four_kinds() -> None:
    """Words, keys and versions, a text for all, or the hash of something not stored: a new event has to choose."""
    plain = {
        (event.name, field)
        for event in TABLE.values()
        for field, check in {**event.fields, **event.optional}.items()
        if events.digest in (check, events.values_of(check))
    }
    assert plain == {
        ("version.written", "commitment"),
        ("log.restored", "root"),  # of a log that is lost
        ("head.anchored", "token"),  # the authority's answer lies in a file beside
    }
    assert list(blobs.named_by(None, {"details": "A" * 43 + "="})) == []
    seals = {"seals": {"kst-" + "a" * 16: "A" * 43 + "="}}
    assert [one.words for one in blobs.named_by(TABLE["keys.wrapped"], seals)] == [False]
    assert list(blobs.named_by(TABLE["keys.wrapped"], {"seals": "no object"})) == []
    assert list(blobs.named_by(TABLE["person.added"], {"details": 7})) == []
