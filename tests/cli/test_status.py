"""`keyholder status` and `keyholder doctor`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.ops.members import member
from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_status_shows_ids_until_names_are_asked_for(world: World) -> None:
    """Without a passphrase no name is shown; with --names they are. The exit code is 7 either way."""
    world.account("x/NorfolkPolice")
    (world.folder / "passphrase").write_text("wrong")
    plain = world.run("status", "--all", ok=False)
    (world.folder / "passphrase").unlink()
    assert plain.exit_code == 7
    assert "NorfolkPolice" not in plain.stdout
    named = world.run("status", "--names", ok=False)
    assert named.exit_code == 7
    assert "x/NorfolkPolice" in named.stdout
    assert "NS-10.2b" in named.stdout


def test_status_is_quiet_when_asked(world: World) -> None:
    """Nothing is printed; the exit code alone answers."""
    result = world.run("status", "--quiet", ok=False)
    assert (result.exit_code, result.stdout, result.stderr) == (7, "", "")


def test_nothing_to_see_is_zero(world: World) -> None:
    """A vault that lacks nothing: status ends with 0."""
    member(world, "Carol Day", "3001", "administrator")
    for laptop in ("Ada's laptop", "Carol Day's laptop"):
        world.run("device", "change", laptop, "--screen-lock", "yes", "--attested", "1/11/2026")
    assert world.run("status").exit_code == 0
    assert world.run("status", "--quiet").stdout == ""


def test_status_in_json_is_the_findings(world: World) -> None:
    """One document; each finding with its clause and the entries that prove it."""
    result = world.run("status", "--format", "json", ok=False)
    kinds = {row["finding"]: row for row in json.loads(result.stdout)}
    assert kinds["screen_lock_not_attested"]["clause"] == "NS-10.1d"
    assert kinds["screen_lock_not_attested"]["entries"]


def test_doctor_has_three_ends(world: World) -> None:
    """Attention is 7, something wrong is 6, a vault that does not open ends with its own code."""
    result = world.run("doctor", "--deep", ok=False)
    assert result.exit_code == 7
    assert "last backup" in result.stderr
    world.clock.forward(hours=-2)
    wrong = world.run("doctor", ok=False)
    assert wrong.exit_code == 6
    assert "clock" in wrong.stderr
    world.vault.close()
    world.vault.sync = lambda: None  # type: ignore[method-assign, assignment]
    Path(world.location).unlink()
    gone = world.run("doctor", ok=False)
    assert gone.exit_code == 3
    assert "there is no vault at" in gone.stdout
    assert "cryptography" in gone.stdout


def test_doctor_without_a_home(world: World, tmp_path: Path) -> None:
    """There is nothing to check, and it is said what to do."""
    from vault.store.home import Home

    result = world.run("doctor", home=Home(tmp_path / "nobody"), ok=False)
    assert result.exit_code == 3
    assert "keyholder init" in result.stderr
