"""`keyholder backup`."""

from __future__ import annotations

from pathlib import Path

import pyrage
import pytest

from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_made_and_checked(world: World) -> None:
    """`backup FILE` is short for `backup make FILE`; the check needs no passphrase of the vault."""
    key = pyrage.x25519.Identity.generate()
    identity, file = world.folder / "identity", str(world.folder / "b.age")
    identity.write_text(f"# public key: {key.to_public()}\n{key}\n")
    identity.chmod(0o600)
    made = world.run("backup", file, "--to", str(key.to_public()))
    assert "no member's keys" in made.stderr
    assert world.run("backup", "check", file, "--identity", f"@{identity}").exit_code == 0
    assert world.run("backup", "--to", str(key.to_public()), file, ok=False).exit_code == 2, (
        "it is there already"
    )
    assert world.run("backup", "make", file + "2", "--to", str(key.to_public())).exit_code == 0
    assert len(world.vault.state.find("backup")) == 2
    world.check()


def test_under_a_passphrase_from_a_file(world: World) -> None:
    """A wrong one is exit code 5; neither key nor passphrase is a slip."""
    secret, file = world.folder / "secret", str(world.folder / "b.age")
    secret.write_text("six words that nobody would guess")
    secret.chmod(0o600)
    world.run("backup", file, "--passphrase", f"@{secret}")
    assert world.run("backup", "check", file, "--passphrase", f"@{secret}").exit_code == 0
    secret.write_text("other words")
    assert world.run("backup", "check", file, "--passphrase", f"@{secret}", ok=False).exit_code == 5
    assert world.run("backup", "check", file, ok=False).exit_code == 2
    assert world.run("backup", str(world.folder / "c.age"), ok=False).exit_code == 2
    assert (
        world.run(
            "backup", str(world.folder / "c.age"), "--passphrase", "ask", "--no-input", ok=False
        ).exit_code
        == 2
    )


def test_help_names_both_verbs(world: World) -> None:
    """The group's help is reachable although FILE is a word of the user's."""
    shown = world.run("backup", "--help").stdout
    assert "make" in shown
    assert "check" in shown


def test_a_weak_passphrase_is_refused(world: World) -> None:
    """Whoever finds the file can guess without end: one letter makes no backup."""
    secret, file = world.folder / "secret", world.folder / "b.age"
    for weak in ("a", "passwordpassword"):
        secret.write_text(weak)
        secret.chmod(0o600)
        assert world.run("backup", str(file), "--passphrase", f"@{secret}", ok=False).exit_code == 2
        assert not file.exists()
