"""A member's home: made once, for one user, written whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vault.errors import IntegrityError, NotFound, UsageProblem, VaultError
from vault.store.home import Home, Place

PLACE = Place(vault="/srv/vault.db", vault_id="ab" * 32, keyset="kst-" + "a" * 16, person="per-" + "a" * 16)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "deep" / "home")
    made.make()
    made.set_place(PLACE)
    return made


def test_made_for_one_user(home: Home) -> None:
    """The folder is 0700 and each file 0600, whatever the umask; nothing else is left behind."""
    before = os.umask(0)
    try:
        home.write(home.keyset, b"sealed")
    finally:
        os.umask(before)
    assert home.folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in home.folder.iterdir()} == {
        "home.json": 0o600,
        "keyset.json": 0o600,
    }


def test_what_was_written_is_read(home: Home) -> None:
    """home.json says what it was told, and can be replaced whole."""
    assert home.exists()
    assert home.place() == PLACE
    later = PLACE._replace(held_size=7, held_root="cd" * 32)
    home.set_place(later)
    assert Home(home.folder).place() == later
    home.write(home.device, b"secret")
    assert home.read(home.device) == b"secret"
    home.check()


def test_not_made_twice(home: Home) -> None:
    """A home that is there is not replaced by accident."""
    with pytest.raises(UsageProblem, match="already"):
        home.make()
    assert home.place() == PLACE


def test_no_home(tmp_path: Path) -> None:
    """Where there is none, it is said how to get one."""
    for ask in (Home(tmp_path / "none").check, Home(tmp_path / "none").place):
        with pytest.raises(NotFound, match="no Keyholder home") as caught:
            ask()
        assert "keyholder join" in caught.value.hint


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"[]", b"7", b'"x"', b"{}", b'{"vault": 1, "evil": 2}', b"\xff\xfe", b'{"vault": "x"}'],
)
def test_a_damaged_home_json(home: Home, damage: bytes) -> None:
    """Anything but the members that belong there is refused."""
    (home.folder / "home.json").write_bytes(damage)
    with pytest.raises(IntegrityError, match="is damaged"):
        home.place()


@pytest.mark.parametrize("name", ["", "home.json", "keyset.json", "device.key", "state.db"])
@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_others_may_write(home: Home, name: str, mode: int) -> None:
    """Somebody else's write access to the folder or to a file is a way in."""
    path = home.folder / name
    path.touch()
    path.chmod(mode | (0o100 if path.is_dir() else 0))
    with pytest.raises(IntegrityError, match="others may write") as caught:
        home.check()
    assert "chmod" in caught.value.hint


def test_a_link_is_not_followed(home: Home, tmp_path: Path) -> None:
    """A link laid in the way of a draft does not make us write elsewhere."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"mine")
    (home.folder / "keyset.json.new").symlink_to(elsewhere)
    with pytest.raises(VaultError, match="cannot be written"):
        home.write(home.keyset, b"sealed")
    assert elsewhere.read_bytes() == b"mine"


def test_a_file_is_missing(home: Home) -> None:
    """A missing keyset is said to be missing, with what to do."""
    with pytest.raises(VaultError, match="is missing") as caught:
        home.read(home.keyset)
    assert "set KEYHOLDER_HOME to a new folder" in caught.value.hint


def test_an_interrupted_write_leaves_the_old_file(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash before the new file has its name leaves the old one."""
    home.write(home.keyset, b"old")

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        home.write(home.keyset, b"new")
    assert home.read(home.keyset) == b"old"
