"""Doctor: each check is right when all is well, and says so when it is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyrage
import pytest

from tests.world import World
from vault.ops import backup, doctor, log
from vault.ops.doctor import ATTENTION, BAD, OK, Check
from vault.store.home import Home


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.account("x/NorfolkPolice", password="one")
    return world


def checks(world: World, *, deep: bool = False) -> dict[str, Check]:
    every = [*doctor.machine(world.home), *doctor.vault_checks(world.vault, deep=deep)]
    return {check.name: check for check in every}


def test_all_is_well_but_what_was_never_done(world: World) -> None:
    """A fresh machine: only the cheap test keyset, and that there was never a backup nor a head outside."""
    found = checks(world, deep=True)
    assert {name for name, check in found.items() if check.state != OK} == {
        "keyset",
        "last backup",
        "last outside head",
    }
    assert found["last backup"].words == found["last outside head"].words == "never"
    assert found["projection"].words.startswith("equal to a replay")


def test_after_a_backup_and_a_head_both_have_a_date(world: World) -> None:
    """The last backup's time comes from the log, the head's from this home."""
    key = pyrage.x25519.Identity.generate()
    backup.make(world.vault, world.folder / "b.age", recipients=[str(key.to_public())])
    log.mark_kept(world.vault)
    found = checks(world)
    assert found["last backup"].words.startswith("begun 2026-11-02T")
    assert found["last outside head"].words.startswith(f"{world.vault.follower.size} entries")


def test_a_file_that_others_may_read_is_named(world: World) -> None:
    """The home is for one user."""
    world.home.keyset.chmod(0o644)
    assert str(world.home.keyset) in checks(world)["home"].words
    assert checks(world)["home"].state == ATTENTION


def test_a_database_open_to_everybody_is_named(world: World) -> None:
    """Who may write the file may destroy it."""
    Path(world.location).chmod(0o666)
    assert checks(world)["database"].state == ATTENTION


def test_the_machine_answers_without_a_vault(world: World) -> None:
    """A missing file, a share and a server are told apart without opening anything."""
    states = {
        str(world.folder / "gone.db"): BAD,
        world.location: OK,
        "postgresql://db/keyholder": OK,
    }
    for location, state in states.items():
        assert {c.name: c.state for c in doctor.machine(world.home, location)}["database"] == state


def test_a_network_share_is_bad(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason is the one that opening would give."""
    from vault.errors import UsageProblem

    def share(path: Path) -> None:
        raise UsageProblem("it is on a network share (nfs)", hint="use a local disk")

    monkeypatch.setattr("vault.store.sqlite.refuse_network_share", share)
    assert checks_of_machine(world.home)["database"].words == "it is on a network share (nfs)"


def checks_of_machine(home: Home) -> dict[str, Check]:
    return {check.name: check for check in doctor.machine(home)}


def test_a_damaged_keyset_is_bad(world: World) -> None:
    """The file is read, and its cost told, without a passphrase."""
    assert "passes" in checks_of_machine(world.home)["keyset"].words
    world.home.keyset.write_bytes(b"{}")
    assert checks_of_machine(world.home)["keyset"].state == BAD


def test_an_old_library_is_bad(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below 50, cryptography has not the key exchange that everything is sealed with."""
    monkeypatch.setattr(doctor, "version", lambda name: "49.0.0" if name == "cryptography" else "99.0")
    found = checks_of_machine(world.home)
    assert (found["cryptography"].state, found["pyrage"].state) == (BAD, OK)


def test_a_clock_that_is_far_off_is_bad(world: World) -> None:
    """Both ways: behind the newest entry, and more than a year ahead of it."""
    assert checks(world)["clock"].state == OK
    world.clock.forward(hours=-1)
    assert checks(world)["clock"].state == BAD
    world.clock.forward(days=800)
    assert checks(world)["clock"].state == BAD


def test_a_projection_that_differs_is_bad(world: World) -> None:
    """Only a replay shows it."""
    world.vault.state.change("account", {"platform": "x"}, state="closed")
    assert "projection" not in checks(world)
    assert checks(world, deep=True)["projection"].state == BAD


def test_every_sealed_value_is_looked_for(world: World) -> None:
    """The names are those of versions, wraps, commit keys, epochs and what they seal of the past."""
    named = doctor.named_blobs(world.vault)
    kinds = {words.split(" ")[0] for words in named.values()}
    assert kinds >= {"version", "batch_seal", "epoch_seal"}
    assert set(named) <= world.vault.shared.blob_names()


def test_a_journal_that_is_no_wal_is_named(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that somebody switched over still works, and is said to be other than it was made."""
    door = world.vault.shared.door
    read = door.read

    def other(sql: str, /, **values: object) -> object:
        return [("delete",)] if "journal_mode" in sql else read(sql, **values)

    monkeypatch.setattr(door, "read", other)
    assert checks(world)["journal"].state == ATTENTION
    assert replace(checks(world)["journal"], words="wal") != checks(world)["journal"]
