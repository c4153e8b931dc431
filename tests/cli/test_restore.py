"""`keyholder restore`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.world import World
from vault.store.home import Home


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    secret = tmp_path / "secret"
    secret.write_text("six words that nobody would guess")
    secret.chmod(0o600)
    made.run("backup", str(tmp_path / "b.age"), "--passphrase", f"@{secret}")
    return made


def test_restored_and_said(world: World) -> None:
    """What is there, what is lost, and that this machine will refuse it if it saw more."""
    line = ("restore", str(world.folder / "b.age"), "--passphrase", f"@{world.folder / 'secret'}")
    size = world.vault.follower.size
    world.person("Bob Stone", "2001")
    to = world.folder / "again.db"
    result = world.run(*line, "--to", str(to), "--format", "json")
    said = json.loads(result.stdout)
    assert (said["entries"], said["entries_that_this_machine_had_verified_beyond"]) == (size, 1)
    assert "this machine refuses the copy: it verified 1 more" in result.stderr
    assert "what was written after the backup is lost" in result.stderr
    assert world.run(*line, "--to", str(to), ok=False).exit_code == 2
    assert world.run(*line, ok=False).exit_code == 2, "the vault of this home is there"


def test_where_and_which_must_be_known(world: World) -> None:
    """A fresh machine has neither a place nor a vault id."""
    fresh = Home(world.folder / "fresh")
    line = ("restore", str(world.folder / "b.age"), "--passphrase", f"@{world.folder / 'secret'}")
    none = world.run(*line, home=fresh, ok=False)
    assert none.exit_code == 2
    assert "--to" in none.stderr
    to = str(world.folder / "again.db")
    assert "--vault-words" in world.run(*line, "--to", to, home=fresh, ok=False).stderr
    words = ("--vault-words", world.vault.vault_id.hex())
    assert world.run(*line, "--to", to, *words, home=fresh).exit_code == 0
    assert world.run("doctor", ok=False).stdout.count("entries ago") == 1
