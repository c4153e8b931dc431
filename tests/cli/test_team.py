"""`keyholder team`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.members import member
from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_membership_is_recorded_and_what_it_owes_is_said(world: World) -> None:
    """Joining and leaving say how many passwords are due, and by which clause."""
    team = json.loads(world.run("team", "add", "Roads", "--kind", "team", "--format", "json").stdout)["id"]
    world.account("x/NorfolkPolice", password="1", team=team)
    world.person("Bob Stone", "2001")
    joined = world.run("team", "join", "Roads", "2001", "--since", "1/11/2026").stderr
    assert "1 component must be changed (NS-10.2e)" in joined
    shown = json.loads(world.run("team", "show", "roads", "--format", "json").stdout)
    assert shown["people"] == ["Bob Stone (since 2026-11-01)"]
    assert len(shown["accounts"]) == 1
    assert "Roads" in world.run("team", "list").stdout
    assert world.run("team", "list", "--as-of", "7", "--format", "json").stdout.strip() == "[]"
    world.run("team", "leave", "Roads", "2001")
    assert world.run("team", "leave", "Roads", "2001", ok=False).exit_code == 4
    world.check()


def test_renew_does_what_waits_for_a_member(world: World) -> None:
    """After an administrator without custody admitted a custodian, a member of the team goes on by `team renew`."""
    bob = member(world, "Bob Stone", "2001", "administrator")
    member(world, "Eve Hall", "3001", "custodian", by=bob.vault)
    waits = world.run("team", "renew", home=bob.home)
    assert "Ada Byron must run `keyholder team renew`" in waits.stderr
    assert json.loads(world.run("team", "renew", "--format", "json").stdout)["teams_still_due"] == []
    world.check()
