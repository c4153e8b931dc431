"""Papers that nobody could read: what is in force then, and whether the hint leads out. Real processes, a real pipe."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pexpect
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


def test_a_kit_that_nobody_saw_is_not_in_force(machine: Machine) -> None:
    """It is shown first: where that fails there is no other kit than the one of before, and the hint makes one."""
    said = machine.run("recovery", "renew", "--to-pipe", unread=True, code=1)
    assert "try again: keyholder recovery renew" in said
    assert "remove" not in said
    assert [kit["state"] for kit in kits(machine)] == ["in force"]
    machine.run("recovery", "renew", "--to-pipe")
    assert [kit["state"] for kit in kits(machine)] == ["ended", "in force"]


def kits(machine: Machine) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(machine.run("recovery", "list", "--format", "json"))
    return found


def test_a_vault_whose_papers_nobody_saw_is_not_made(machine: Machine) -> None:
    """Neither the folder is a home then nor is there a vault, wherever it would be: `init` starts again."""
    for file in (machine.folder / "ada").iterdir():
        file.unlink()
    said = machine.run(*INIT, "--to-pipe", home="bob", unread=True, code=1)
    assert "no vault was made" in said and "start again: keyholder init" in said
    assert not [*(machine.folder / "ada").iterdir(), *(machine.folder / "bob").iterdir()]
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


@pytest.mark.parametrize("what", ["init", "renew"])
def test_ctrl_c_at_the_papers_changes_nothing(
    tmp_path: Path, what: str, spawn: Callable[..., pexpect.spawn]
) -> None:
    """Whoever breaks off while the papers stand there has no vault yet, or the kit of before; it is said."""
    machine = Machine(tmp_path)
    if what == "renew":
        machine.run(*INIT, "--to-pipe")
    asked = INIT if what == "init" else ("recovery", "renew")
    home = {"KEYHOLDER_HOME": str(tmp_path / "ada"), "KEYHOLDER_PASSPHRASE_FILE": str(machine.passphrase)}
    child = spawn(*asked, **home)
    child.expect("press Enter to hide it")
    child.sendintr()
    child.expect("no vault was made" if what == "init" else "the kit of before is still the one in force")
    child.expect("nothing was changed")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130
    if what == "init":
        machine.run(*INIT, "--to-pipe")
    assert [kit["state"] for kit in kits(machine)] == ["in force"]
