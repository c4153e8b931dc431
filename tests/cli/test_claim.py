"""`keyholder claim`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.ops.members import member
from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.person("Bob Stone", "2001")
    world.run("device", "add", "blue phone", "--owner", "2001", "--kind", "phone", "--ownership", "force")
    return world


def test_from_the_desk_to_the_fact(world: World) -> None:
    """Filed by a desk, read and accepted by custody, with the loss and whom to tell."""
    desk = member(world, "Dee Desk", "5001", "desk")
    filed = json.loads(
        world.run(
            "claim", "file", "device-lost", "--describe", "the blue one", "--on", "1/11/2026", "--format", "json",
            home=desk.home,
        ).stdout
    )  # fmt: skip
    assert "blue one" not in world.run("claim", "list", home=desk.home).stdout
    assert "the blue one" in world.run("claim", "list").stdout
    assert "Dee Desk" in world.run("claim", "show", filed["claim"]).stdout
    assert world.run("claim", "accept", filed["claim"], ok=False).exit_code == 2
    done = world.run("claim", "accept", filed["claim"], "--device", "blue phone")
    assert "information_security" in done.stdout
    assert "(none)" in world.run("claim", "list").stderr
    assert "accepted" in world.run("claim", "list", "--all").stdout
    world.check()


def test_rejected_with_a_reason_and_words(world: World) -> None:
    """The reason is a code in the log, the words are sealed beside the claim; a desk decides nothing."""
    desk = member(world, "Dee Desk", "5001", "desk")
    world.run("claim", "file", "other", "--describe", "strange call", home=desk.home)
    claim = world.vault.state.find("claim")[0]["id"]
    assert world.run("claim", "reject", claim, "--reason", "other", home=desk.home, ok=False).exit_code == 4
    world.run("claim", "reject", claim, "--reason", "already-known", "--note", "see the other one")
    assert "see the other one" in world.run("note", "list").stdout
    assert world.run("claim", "accept", claim, ok=False).exit_code == 4
    world.check()
