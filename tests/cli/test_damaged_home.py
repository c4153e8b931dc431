"""A home of which something is gone: it is diagnosed, and every hint is followed to its end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.machine import INIT, Machine


def members(folder: Path) -> tuple[Machine, str]:
    """Ada and Bea, both administrators and custodians; and what the kit says."""
    machine = Machine(folder)
    papers = machine.run(*INIT, "--to-pipe", "--format", "json")
    machine.run("person", "add", "--name", "Bea", "--collar", "2", "--email", "bea@b.example")
    invitation = str(folder / "bea.invitation")
    machine.run("invite", "2", "--role", "administrator", "--role", "custodian", "--out", invitation)
    machine.run("join", invitation, home="bea")
    machine.run("admit", "--words-compared")
    return machine, papers


@pytest.mark.parametrize(
    ("name", "damage", "code"),
    [("device.key", None, 6), ("device.key", b"short", 6), ("home.json", b"{", 6)],
)
def test_what_is_damaged_is_named_and_the_way_out_leads_on(
    tmp_path: Path, name: str, damage: bytes | None, code: int
) -> None:
    """Doctor says which file; another administrator gives new keys; a new folder takes them."""
    machine, _ = members(tmp_path)
    path = tmp_path / "ada" / name
    path.unlink()
    if damage is not None:
        path.write_bytes(damage)
        path.chmod(0o600)
    checks = json.loads(machine.run("doctor", "--format", "json", code=code))
    (bad,) = (check for check in checks if check["state"] == "bad" and check["check"] != "vault")
    assert name in bad["what"]
    assert "keyholder person rekey PERSON" in bad["next"]
    invitation = str(tmp_path / "ada.invitation")
    machine.run("person", "rekey", "1", "--out", invitation, home="bea")
    machine.run("join", invitation, home="ada2")
    machine.run("admit", "--words-compared", home="bea")
    assert "Ada Byron" in machine.run("person", "list", home="ada2")


def test_a_lone_administrator_comes_back_with_the_kit(tmp_path: Path) -> None:
    """There is nobody who could give new keys: the hint's last way, in a new folder."""
    machine = Machine(tmp_path)
    papers = json.loads(machine.run(*INIT, "--to-pipe", "--format", "json"))
    (tmp_path / "ada" / "device.key").unlink()
    kit = tmp_path / "kit"
    kit.write_text("\n".join(papers["recovery_kit"]))
    kit.chmod(0o600)
    words = papers["vault_words"]
    machine.run("recover", "1", "--kit", f"@{kit}", "--vault-words", words, "--to-pipe", home="ada2")
    assert "Ada Byron" in machine.run("person", "list", home="ada2")


def test_a_vault_that_is_gone_comes_back_from_a_backup(tmp_path: Path) -> None:
    """Not by init, which would find the home: the hint names restore, and restore works."""
    machine = Machine(tmp_path)
    machine.run(*INIT, "--to-pipe")
    kept = str(tmp_path / "vault.age")
    machine.run("backup", "make", kept, "--passphrase", f"@{machine.passphrase}")
    for file in (tmp_path / "ada").glob("vault.db*"):
        file.unlink()
    said = machine.run("status", code=3, said=True)
    assert "keyholder restore FILE" in said
    assert "keyholder init" not in said
    machine.run("restore", kept, "--passphrase", f"@{machine.passphrase}")
    assert "Ada Byron" in machine.run("person", "list")
