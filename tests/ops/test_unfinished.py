"""What an `init` that died left behind goes; what is anybody's stays."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.world import World
from vault.errors import UsageProblem
from vault.ops import create, unfinished
from vault.store.file import FileDoor, is_blank
from vault.store.home import Home, Place

BEGUN = Place(vault="", vault_id="", keyset="key-" + "a" * 16, person="per-" + "a" * 16)


def begun(folder: Path, vault: Path, **more: object) -> Home:
    """A home as an `init` leaves it that died before its vault had an id."""
    home = Home(folder)
    home.make()
    home.set_place(BEGUN._replace(vault=str(vault), **more))  # type: ignore[arg-type]
    return home


def test_an_empty_vault_and_its_home_go(tmp_path: Path) -> None:
    """A file without a byte, and one with tables and no entry: `init` finds a clean place."""
    for n, make in enumerate((Path.touch, lambda path: FileDoor(path, create=True).close())):
        vault = tmp_path / f"vault{n}.db"
        make(vault)
        home = begun(tmp_path / f"home{n}", vault)
        create.check_new(home, location=str(vault), group=None)
        assert not vault.exists()
        assert not home.exists()


def test_a_whole_vault_stays(tmp_path: Path) -> None:
    """A home that has verified anything, and a vault with entries, are not touched."""
    world = World(tmp_path)
    world.vault.close()
    with pytest.raises(UsageProblem, match="already"):
        create.check_new(world.home, location=world.location, group=None)
    world.home.state.unlink()  # it verifies anew, and is no less a home
    unfinished.clear(world.home)
    assert world.home.exists()
    half = begun(tmp_path / "half", Path(world.location))
    unfinished.clear(half)
    assert not half.exists()
    assert not is_blank(Path(world.location))


def test_a_joined_home_stays(tmp_path: Path) -> None:
    """An invitation's head is held there: whatever the vault shows now, these keys were admitted or will be."""
    home = begun(tmp_path / "home", tmp_path / "away.db", held_size=3, held_root="00" * 32)
    unfinished.clear(home)
    assert home.exists()


def test_somebody_elses_file_stays(tmp_path: Path) -> None:
    """A database that is not ours, and a file that is none, are not removed."""
    other, text = tmp_path / "other.db", tmp_path / "text.db"
    conn = sqlite3.connect(other)
    conn.execute("CREATE TABLE entries (seq)")
    conn.close()
    text.write_text("not a database, but somebody's\n" * 10)
    for n, path in enumerate((other, text)):
        before = path.read_bytes()
        unfinished.clear(begun(tmp_path / f"home{n}", path))
        assert path.read_bytes() == before


def test_a_vault_out_of_reach_is_not_empty(tmp_path: Path) -> None:
    """The home knows its vault's id, and the vault is not there: the disk may be away, so the keys stay."""
    home = begun(tmp_path / "home", tmp_path / "away.db", vault_id="00" * 32)
    unfinished.clear(home)
    assert home.exists()
