"""`keyholder note` and `keyholder correct`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.account("x/NorfolkPolice")
    return world


def test_words_from_the_line_a_file_and_stdin(world: World) -> None:
    """Each way in gives the same note; an empty one, and none without a terminal, are refused."""
    about = ("--about", "account", "x/NorfolkPolice")
    file = world.folder / "note.txt"
    file.write_text("from a file\n")
    file.chmod(0o600)
    world.run("note", "add", *about, "as it stands")
    world.run("note", "add", *about, f"@{file}")
    world.run("note", "add", *about, "-", "--no-input", input="from stdin\n")
    shown = world.run("note", "list", *about).stdout
    assert [words for words in ("as it stands", "from a file", "from stdin") if words not in shown] == []
    assert world.run("note", "add", " ", ok=False).exit_code == 2
    missing = world.run("note", "add", "--no-input", ok=False)
    assert missing.exit_code == 2
    assert "TEXT" in missing.stderr
    world.check()


def test_a_correction_is_shown_beside_the_entry(world: World) -> None:
    """In the list of notes, in the log, and with its words where they can be read."""
    world.run("correct", "3", "--note", "it was the other way round")
    assert "entry 3" in world.run("note", "list").stdout
    assert "corrected by" in world.run("audit", "log", "--since", "3", "--last", "99").stdout
    assert "other way round" in world.run("audit", "show", "3", "--names").stdout
    assert world.run("correct", "999", "--note", "words", ok=False).exit_code == 3
    world.check()
