"""Keys that are not admitted yet, and keys that were revoked: said at once, and never as tampering."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.machine import INIT, Machine


@pytest.fixture
def joined(tmp_path: Path) -> Machine:
    """Ada's vault; Bea has joined and waits."""
    machine = Machine(tmp_path)
    machine.run(*INIT, "--to-pipe")
    machine.run("person", "add", "--name", "Bea", "--collar", "2", "--email", "bea@b.example")
    invitation = str(tmp_path / "bea.invitation")
    machine.run("invite", "2", "--role", "custodian", "--out", invitation)
    machine.run("join", invitation, home="bea")
    return machine


def test_who_waits_is_told_what_for(joined: Machine) -> None:
    """The first command after joining misses nothing, and says that nobody has admitted these keys."""
    said = joined.run("status", home="bea", code=7, said=True)
    assert "not admitted yet" in said
    assert "keyholder admit" in said
    assert "older copy" not in said
    refused = joined.run(
        "claim", "file", "device-lost", "--describe", "my phone", home="bea", code=4, said=True
    )
    assert "not admitted yet" in refused
    joined.run("admit", "--words-compared")
    said = joined.run("status", home="bea", code=7, said=True)
    assert "admitted" not in said
    assert "older copy" not in said


def test_the_first_command_after_being_admitted_misses_nothing(joined: Machine) -> None:
    """Nothing was forgotten: there was nothing yet."""
    joined.run("admit", "--words-compared")
    assert "older copy" not in joined.run("status", home="bea", code=7, said=True)


def test_who_left_is_told_so(joined: Machine) -> None:
    """Their keys sign nothing: exit code 4 and the reason, no call for the auditor; reading says it, too."""
    joined.run("admit", "--words-compared")
    joined.run("status", home="bea", code=7)
    joined.run("person", "leave", "2", "--collar", "2", "--yes")
    for args, code in ((("claim", "file", "device-lost", "--describe", "it"), 4), (("status",), 7)):
        said = joined.run(*args, home="bea", code=code, said=True)
        assert "this machine's keys were revoked at entry" in said
        assert "auditor" not in said
