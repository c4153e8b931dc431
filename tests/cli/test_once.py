"""Papers that nobody could read: what is in force then, and whether the hint leads out. Real processes, a real pipe."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.machine import INIT, Machine


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path)
    made.run(*INIT, "--to-pipe")
    return made


def test_a_passphrase_that_nobody_saw_is_not_in_force(machine: Machine) -> None:
    """It is shown first: where that fails the one of before opens, and is said to."""
    said = machine.run("passphrase", "change", "--to-pipe", unread=True, code=1)
    assert "the passphrase of before still opens" in said
    assert "Ada Byron" in machine.run("person", "list")


def test_a_kit_that_nobody_saw_is_made_again(machine: Machine) -> None:
    """Alone, the old kit has ended: the hint makes another, which is in force."""
    said = machine.run("recovery", "renew", "--to-pipe", unread=True, code=1)
    assert "make another kit: keyholder recovery renew" in said
    assert "remove" not in said
    machine.run("recovery", "renew", "--to-pipe")
    kits = json.loads(machine.run("recovery", "list", "--format", "json"))
    assert [kit["state"] for kit in kits] == ["ended", "ended", "in force"]


def test_a_vault_whose_papers_nobody_saw_names_what_to_remove(machine: Machine) -> None:
    """Both the folder and the vault, wherever it is: after that `init` starts again."""
    for file in (machine.folder / "ada").iterdir():
        file.unlink()
    said = machine.run(*INIT, "--to-pipe", home="bob", unread=True, code=1)
    assert f"remove {machine.folder / 'bob'} and the vault at {machine.folder / 'ada' / 'vault.db'}" in said
    machine.run(*INIT, "--to-pipe", home="bob", code=2)
    for folder in ("ada", "bob"):
        for file in (machine.folder / folder).iterdir():
            file.unlink()
    machine.run(*INIT, "--to-pipe", home="bob")


def test_keys_that_nobody_can_open_are_made_again(machine: Machine) -> None:
    """A joiner whose drawn passphrase was lost removes the folder and joins again by the same invitation."""
    machine.run("person", "add", "--name", "Bea", "--collar", "2", "--email", "bea@b.example")
    invitation = machine.folder / "bea.invitation"
    machine.run("invite", "2", "--role", "custodian", "--out", str(invitation))
    said = machine.run("join", str(invitation), "--to-pipe", home="bea", file=Path(), unread=True, code=1)
    assert f"remove {machine.folder / 'bea'}, and join again" in said
    for file in (machine.folder / "bea").iterdir():
        file.unlink()
    machine.run("join", str(invitation), "--to-pipe", home="bea")


def test_a_recovery_whose_passphrase_nobody_saw_is_repeated(tmp_path: Path) -> None:
    """The kit still opens: the folder is removed, and the same command goes through."""
    machine = Machine(tmp_path)
    papers = json.loads(machine.run(*INIT, "--to-pipe", "--format", "json"))
    kit = tmp_path / "kit"
    kit.write_text("\n".join(papers["recovery_kit"]))
    kit.chmod(0o600)
    again = ("recover", "1", "--kit", f"@{kit}", "--vault-words", papers["vault_words"], "--to-pipe")
    said = machine.run(*again, home="fresh", file=Path(), unread=True, code=1)
    assert f"remove {tmp_path / 'fresh'}, and run `keyholder recover` again" in said
    for file in (tmp_path / "fresh").iterdir():
        file.unlink()
    machine.run(*again, home="fresh")
    assert "Ada Byron" in machine.run("person", "list", home="fresh")
