"""Reading and verifying the log from an open vault. Attacks on the file are in `test_hostile`."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.checkpoint import Checkpoint
from audit.errors import BadChain, BadNote
from tests.ops.members import member
from tests.world import World
from vault.errors import IntegrityError, NotFound
from vault.ops import log, notes
from vault.ops.session import Vault, moment


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.account("x/NorfolkPolice", password="one")
    return world


def test_entries_are_listed_in_order_and_filtered(world: World) -> None:
    """By place, by event or its beginning, by what they are about; `last` counts what matches."""
    account = world.vault.state.find("account")[0]["id"]
    every = [line.entry.seq for line in log.entries(world.vault)]
    assert every == list(range(world.vault.follower.size))
    assert [line.entry.event for line in log.entries(world.vault, event="account.")] == ["account.added"]
    assert [line.entry.seq for line in log.entries(world.vault, since=4, last=2)] == every[-2:]
    about = [line.entry.event for line in log.entries(world.vault, about=account)]
    assert about == ["account.added", "version.written"]


def test_an_entry_is_about_what_its_values_name(world: World) -> None:
    """An id in a list, or as a name in an object, counts as well as the subject and the author."""
    seals = [line for line in log.entries(world.vault) if line.entry.event == "epoch.started"]
    keyset = world.vault.place.keyset
    assert seals
    assert {line.entry.seq for line in seals} <= {
        line.entry.seq for line in log.entries(world.vault, about=keyset)
    }
    lists = [
        line for line in log.entries(world.vault, about=world.ada) if line.entry.event == "recovery.made"
    ]
    assert len(lists) == 1


def test_an_entry_is_shown_with_its_corrections(world: World) -> None:
    """The exact bytes, who wrote them, and the later entry that corrects them."""
    corrected = notes.correct(world.vault, 3, text="wrong")
    line, body = log.show(world.vault, 3)
    assert (line.person, line.verdict, line.corrections) == (world.ada, "", (corrected,))
    assert body == world.vault.shared.bodies(3, 4)[0]
    with pytest.raises(NotFound, match="no entry"):
        log.show(world.vault, world.vault.follower.size)


def test_the_verdict_names_void_and_waiting_entries(world: World) -> None:
    """What has no effect is shown with the reason, and what waits for a second administrator too."""
    void = _void_entry(world)
    member(world, "Carol Day", "3001", "administrator")
    bob = world.person("Bob Stone", "2001")
    with world.vault.change() as tx:
        waiting = tx.emit("role.given", bob, role="administrator")
    verdicts = {line.entry.seq: line.verdict for line in log.entries(world.vault) if line.verdict}
    assert verdicts == {
        void: "void: its author had no right to write it",
        waiting: "waits for a second administrator",
    }


def _void_entry(world: World) -> int:
    """A desk that writes what it may not, past its own client: signed, chained, and without effect."""
    desk = member(world, "Dee Desk", "5001", "desk")
    shared = desk.shared
    writer = desk.follower.writer(
        actor=desk.place.keyset, time=moment(world.clock()), public=desk.keyring.keyset.sign_public
    )
    writer.add("person.left", world.ada, {"occurred_at": "2026-11-02T09:30:00Z"})
    made = writer.seal(desk.keyring.keyset.sign)
    shared.door.begin()
    shared.append(
        start=desk.follower.size,
        bodies=made.bodies,
        keyset=desk.place.keyset,
        note=made.note,
        request="f" * 32,
    )
    shared.door.commit()
    world.vault.sync()
    return desk.follower.size


def test_a_void_entry_is_named_and_the_log_still_verifies(world: World) -> None:
    """Signed by a member, so the chain is whole; without the right, so everybody skips it."""
    void = _void_entry(world)
    found = log.verify(world.vault, compare_state=True)
    assert [(seq, event) for seq, event, _ in found.void] == [(void, "person.left")]
    assert found.size == world.vault.follower.size
    assert world.vault.roles(), "the administrator is still there"
    world.check()


def test_the_whole_log_is_verified_and_counted(world: World) -> None:
    """Size, root, commits and signers are what the vault says they are; progress ends at the end."""
    seen: list[tuple[int, int]] = []
    found = log.verify(world.vault, compare_state=True, progress=lambda done, size: seen.append((done, size)))
    assert (found.size, found.root) == (world.vault.follower.size, world.vault.follower.head().root)
    assert found.commits == world.vault.shared.commit_count() == len(seen)
    assert seen[-1] == (found.size, found.size)
    assert (found.signers, found.void, found.ignored) == (2, (), ())


def test_more_than_a_tile_is_verified_with_its_tiles(world: World) -> None:
    """Full tiles are made from the verified leaves; one that differs, or is gone, is named."""
    with world.vault.change() as tx:
        for _ in range(300):
            tx.emit("own_device.answered", world.ada, uses=False, occurred_at=tx.time)
    assert log.verify(world.vault).size > 300
    import sqlite3

    conn = sqlite3.connect(world.location, isolation_level=None)
    text = conn.execute("SELECT sql FROM sqlite_master WHERE name = 'tiles_update'").fetchone()[0]
    conn.execute("DROP TRIGGER tiles_update")
    conn.execute("UPDATE tiles SET data = zeroblob(8192) WHERE level = 0 AND n = 0")
    conn.execute(text)
    conn.close()
    with pytest.raises(IntegrityError, match="tile 0/0"):
        log.verify(world.vault)


def test_a_changed_projection_is_found(world: World) -> None:
    """`--state` replays the log: a row that somebody edited in state.db is not what it says."""
    world.vault.state.change("account", {"platform": "x"}, state="closed")
    with pytest.raises(IntegrityError, match=r"account acc-\w{16}: state$"):
        log.verify(world.vault, compare_state=True)
    assert log.verify(world.vault).size


def test_held_heads_are_compared(world: World) -> None:
    """A head kept earlier holds; another root at its size, another log or two that differ do not."""
    early = log.read_held([log.head_note(world.vault)])[0]
    world.person("Bob Stone", "2001")
    assert log.verify(world.vault, held=[early]).held == 1
    text = early.text().decode()
    assert log.read_held([text]) == [early], "its three lines alone are enough"
    wrong = Checkpoint(early.origin, early.size, bytes(32))
    with pytest.raises(BadNote, match="they differ"):
        log.verify(world.vault, held=[early, wrong])
    with pytest.raises(BadNote, match="is of the log"):
        log.verify(world.vault, held=[Checkpoint("keyholder/other", early.size, early.root)])


def test_the_head_handed_out_is_remembered(world: World) -> None:
    """The note is the newest one; that it was handed out is remembered in the home, not in the log."""
    size = world.vault.follower.size
    assert log.head_note(world.vault).splitlines()[1] == str(size)
    log.mark_kept(world.vault)
    assert (world.home.folder / log.OUTSIDE).exists()
    assert world.vault.shared.size() == size


def test_missing_entries_and_an_unknown_head_are_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gap is named by its first place; a head that this machine did not verify is not handed out."""
    size = world.vault.follower.size
    shown = world.vault.shared.bodies(2, 4)
    monkeypatch.setattr(world.vault.shared, "bodies", lambda start, end: shown)
    with pytest.raises(BadChain, match="entry 4: entries are missing"):
        log.bodies(world.vault, 2, 6)
    monkeypatch.setattr(world.vault.shared, "head", lambda: (size + 1, "kst-a", b""))
    with pytest.raises(IntegrityError, match="not the one that this machine verified"):
        log.head_note(world.vault)


def test_a_machine_without_a_pin_verifies_against_the_vault_id(world: World) -> None:
    """Nothing was folded here yet: the id alone is compared, and then everything is folded."""
    world.vault.close()
    for extra in ("", "-wal", "-shm"):
        Path(f"{world.home.state}{extra}").unlink(missing_ok=True)
    fresh = Vault.open(world.home, clock=world.clock, random=world.dice)
    assert log.verify(fresh).size == fresh.follower.size > 9
    fresh.close()
