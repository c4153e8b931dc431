"""Somebody has the database file: what they can do with it, from outside, and how it is found.

Each attack is done with nothing but sqlite3 on the shared file. What must hold: a clear error with its exit code, no
traceback, and nothing lost; before the attack the same command succeeds (`test_untouched_it_verifies`).
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.ops.hostile import attack, copy_of, put_back, refused, run
from tests.world import World
from vault.ops.log import head_note


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.account("x/NorfolkPolice", password="first one")
    world.person("Bob Stone", "2001")
    return world


def test_untouched_it_verifies(world: World) -> None:
    """The control: the same commands on the same world succeed."""
    assert run(world, "audit", "verify", "--state").exit_code == 0
    attack(world)  # guards put away and back, nothing else
    assert run(world, "audit", "verify").exit_code == 0
    assert run(world, "person", "list").exit_code in (0, 1)


_FIRST = "(SELECT min(size) FROM commits)"
EDITS = {
    "one bit of a body": ("UPDATE entries SET body = flip(body) WHERE seq = 3", "entry 3"),
    "a body as text": ("UPDATE entries SET body = CAST(body AS TEXT) WHERE seq = 3", "not bytes"),
    "a whole body": (
        "UPDATE entries SET body = (SELECT body FROM entries WHERE seq = 4) WHERE seq = 5",
        "entry 5",
    ),
    "an entry taken out": ("DELETE FROM entries WHERE seq = 4", "entry"),
    "a note of another commit": (
        f"UPDATE commits SET note = (SELECT note FROM commits WHERE size > 9 LIMIT 1) WHERE size = {_FIRST}",
        "entry 0",
    ),
    "one bit of a signature": (f"UPDATE commits SET note = flip(note) WHERE size = {_FIRST}", "entry 0"),
    "a commit by another keyset": (
        f"UPDATE commits SET keyset = 'kst-aaaaaaaaaaaaaaaa' WHERE size = {_FIRST}",
        "entry 0",
    ),
    "a head that is no number": (f"UPDATE commits SET size = 'many' WHERE size = {_FIRST}", "no number"),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_found_and_named(world: World, name: str) -> None:
    """Whatever is edited behind the pin, `audit verify` names the first bad entry, and stops with 6."""
    statement, place = EDITS[name]
    attack(world, statement)
    refused(run(world, "audit", "verify"), 6, place)


def test_a_head_taken_out_between_two_authors_is_found(world: World) -> None:
    """Every author's entries need that author's signature. Two commits of one author may merge: no entry changes."""
    from tests.ops.members import member

    carol = member(world, "Carol Day", "3001", "custodian")
    before = world.vault.follower.size
    with carol.change() as tx:
        tx.emit("own_device.answered", carol.person, uses=False, occurred_at=tx.time)
    world.vault.sync()
    attack(world, f"DELETE FROM commits WHERE size = {before}")
    refused(run(world, "audit", "verify"), 6, "not the commit's signer")


def test_two_entries_swapped_are_found(world: World) -> None:
    """Order is the log's: the first of the two is named."""
    attack(
        world,
        "CREATE TABLE t AS SELECT seq, body FROM entries WHERE seq IN (4, 5)",
        "UPDATE entries SET body = (SELECT body FROM t WHERE t.seq = 9 - entries.seq) WHERE seq IN (4, 5)",
        "DROP TABLE t",
    )
    refused(run(world, "audit", "verify"), 6, "entry 4")


def test_reading_an_edited_entry_is_refused(world: World) -> None:
    """`audit show` and `audit log` hash every body again before they show it."""
    attack(world, EDITS["one bit of a body"][0])
    refused(run(world, "audit", "show", "3"), 6, "entry 3")
    refused(run(world, "audit", "log"), 6, "entry 3")
    assert run(world, "audit", "show", "2").exit_code == 0


def test_a_truncated_log_is_a_rollback(world: World) -> None:
    """Taking the newest entries and their heads away is found by every command, with the numbers."""
    size = world.vault.follower.size
    attack(
        world, f"DELETE FROM entries WHERE seq >= {size - 2}", f"DELETE FROM commits WHERE size > {size - 2}"
    )
    for command in (("status",), ("audit", "verify"), ("note", "add", "words")):
        refused(run(world, *command), 6)
    assert f"this machine verified {size}" in run(world, "status").stderr


def test_an_older_copy_put_back_is_a_rollback(world: World) -> None:
    """A whole and correct older copy verifies in itself, and is refused all the same."""
    copy = copy_of(world)
    world.person("Carol Day", "3001")
    put_back(world, copy)
    refused(run(world, "status"), 6, "older copy")
    refused(run(world, "audit", "verify"), 6)


def test_an_older_copy_continued_is_a_fork(world: World) -> None:
    """A copy that somebody continued with other entries is another history, not a newer one."""
    copy, state = copy_of(world), shutil.copyfile(world.home.state, world.folder / "state.db")
    world.person("Carol Day", "3001")
    newer = copy_of(world)
    put_back(world, copy)
    mine = shutil.copyfile(world.home.state, world.folder / "mine.db")
    _replace_state(world, state)
    world.vault = world.open(world.home)
    for number in range(3):
        world.person("Mallory Fork", f"900{number}")
    world.vault.close()
    _replace_state(world, mine)
    result = run(world, "status")
    refused(result, 6, "another history")
    put_back(world, newer)
    assert run(world, "audit", "verify").exit_code == 0, "the true copy put back goes on"


def _replace_state(world: World, source: Path | str) -> None:
    for extra in ("-wal", "-shm"):
        Path(f"{world.home.state}{extra}").unlink(missing_ok=True)
    shutil.copyfile(source, world.home.state)
    world.home.state.chmod(0o600)


def test_a_vault_of_the_same_name_in_its_place_is_refused(world: World, tmp_path: Path) -> None:
    """Another vault, valid in itself, is not the one that this machine knows."""
    other = World(tmp_path / "other", seed="other")
    for n in range(9):
        other.person("Somebody", f"80{n}")
    put_back(world, copy_of(other))
    refused(run(world, "status"), 6)
    refused(run(world, "audit", "verify"), 6)


def test_a_new_machine_refuses_another_vault(world: World, tmp_path: Path) -> None:
    """A home without a pin still holds the vault id: the first entry must be the one that it names."""
    other = World(tmp_path / "other", seed="other")
    put_back(world, copy_of(other))
    world.vault.close()
    for extra in ("", "-wal", "-shm"):
        Path(f"{world.home.state}{extra}").unlink(missing_ok=True)
    refused(run(world, "status"), 6, "entry 0")


def test_entries_after_the_newest_head_count_for_nothing(world: World) -> None:
    """What nobody signed is not in the log; `audit verify` says that it lies there."""
    size = world.vault.follower.size
    attack(world, f"INSERT INTO entries (seq, body) VALUES ({size}, x'7b7d')")
    assert run(world, "audit", "log").exit_code == 0
    refused(run(world, "audit", "verify"), 6, f"entry {size}", "signed by nobody")


def test_a_removed_signer_takes_the_log_with_it(world: World) -> None:
    """Without the entry that admitted a key, what it signed later proves nothing."""
    from tests.ops.members import member

    carol = member(world, "Carol Day", "3001", "custodian")
    with carol.change() as tx:
        tx.emit(
            "note.made", "not-" + "a" * 16, details=tx.details("note", "not-" + "a" * 16, {"text": "words"})
        )
    world.vault.sync()
    seq = next(row["added"] for row in world.vault.state.find("keyset", person=carol.person))
    attack(world, f"UPDATE entries SET body = (SELECT body FROM entries WHERE seq = 2) WHERE seq = {seq}")
    refused(run(world, "audit", "verify"), 6, f"entry {seq}")


def test_a_changed_blob_is_refused_and_named(world: World) -> None:
    """A sealed value under another's name is found when it is opened, and by doctor before that."""
    attack(world, "UPDATE blobs SET data = flip(data)")
    refused(run(world, "audit", "log", "--about", "2001", "--names"), 6, "changed")
    result = run(world, "doctor", "--deep")
    refused(result, 6)
    assert "was changed in the shared database" in result.stdout
    assert run(world, "audit", "verify").exit_code == 0, "the log itself is whole"


def test_a_missing_blob_is_named_by_doctor(world: World) -> None:
    """Every missing sealed value is named with what it was; so are words that no entry erased."""
    row = world.vault.state.find("version")[0]
    assert run(world, "doctor").exit_code == 7
    attack(world, f"DELETE FROM blobs WHERE hash = '{row['blob']}'")
    result = run(world, "doctor")
    refused(result, 6)
    assert f"version of {row['account']}" in result.stdout
    details = world.vault.state.find("person")[1]["details"]
    attack(world, f"DELETE FROM blobs WHERE hash = '{details}'")
    said = run(world, "doctor").stdout
    assert "1 sealed words are missing, and no entry erased them: entry " in said
    assert f"(details of person.added) by {world.ada}" in said


def test_a_held_head_shows_what_a_pin_cannot(world: World, tmp_path: Path) -> None:
    """A head kept outside contradicts a rewritten log even on a machine that has lost its own memory."""
    head = tmp_path / "head.txt"
    head.write_text(head_note(world.vault))
    assert run(world, "audit", "verify", "--held", str(head)).exit_code == 0
    lines = head.read_text().split("\n")
    lines[1] = str(int(lines[1]) + 5)
    head.write_text("\n".join(lines))
    refused(run(world, "audit", "verify", "--held", str(head)), 6)
    lines[0], lines[1] = "keyholder/0000000000000000", "3"
    head.write_text("\n".join(lines))
    refused(run(world, "audit", "verify", "--held", str(head)), 6)
