"""Notes and corrections: sealed words beside what they are about."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ops.members import member
from tests.world import World
from vault.errors import NotFound
from vault.ops import notes


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_note_is_read_beside_its_subject(world: World) -> None:
    """Words go into a sealed blob; the log has ids only; a note about something else is not listed with it."""
    account = world.account("x/NorfolkPolice")
    world.person("Bob Stone", "2001")
    notes.make(world.vault, text="handed over at the gate", kind="account", about="x/NorfolkPolice")
    notes.make(world.vault, text="on leave", kind="person", about="2001")
    notes.make(world.vault, text="about nothing")
    found = notes.list_notes(world.vault, kind="account", about="x/NorfolkPolice")
    assert [(note.about, note.text) for note in found] == [(account, "handed over at the gate")]
    assert len(notes.list_notes(world.vault)) == 3
    assert not any(b"gate" in body for body in world.vault.shared.bodies(0, world.vault.follower.size))
    world.check()


def test_a_correction_names_the_entry_and_changes_nothing(world: World) -> None:
    """The earlier entry keeps its bytes; only an entry that exists can be corrected."""
    world.account("x/NorfolkPolice")
    before = world.vault.shared.bodies(3, 4)
    notes.correct(world.vault, 3, text="it was the other way round")
    assert world.vault.shared.bodies(3, 4) == before
    assert [(note.entry, note.text) for note in notes.list_notes(world.vault)] == [
        (3, "it was the other way round")
    ]
    with pytest.raises(NotFound, match="no entry 999"):
        notes.correct(world.vault, 999, text="words")
    world.check()


def test_a_holder_may_write_a_note_and_reads_none(world: World) -> None:
    """Without the key to the register words go in, and ids come out."""
    bob = member(world, "Bob Stone", "2001", "holder")
    notes.make(bob, text="from the front desk")
    assert [note.text for note in notes.list_notes(bob)] == [""]
    world.vault.sync()
    assert [note.text for note in notes.list_notes(world.vault)] == ["from the front desk"]
    world.check()
