"""`keyholder record`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.account("x/NorfolkPolice")
    world.person("Bob Stone", "2001")
    return world


def listed(world: World, *args: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(world.run("record", "list", *args, "--format", "json").stdout)
    return found


def test_records_are_kept_ended_and_withdrawn(world: World) -> None:
    """By whose statement, how known, of which version; the log has no words of it."""
    about = ("--about", "account", "x/NorfolkPolice")
    said = world.run("record", "add", "app.scheduler", *about, "--note", "bought in May", "--edition", "2.1")
    assert "the policy asks for no record app.scheduler" in said.stderr
    by = ("--by", "2001", "--post", "Line Manager", "--on", "2026-10-01", "--evidence", "seen")
    world.run(
        "record", "add", "form.page", *about, *by, "--until", "2027-01-01", "--platform", "x", "--not-so"
    )
    app, form = listed(world, *about)
    assert (app["code"], app["proof"], app["good"], app["state"]) == (
        "app.scheduler",
        "proven",
        True,
        "stands",
    )
    assert (form["post"], form["proof"], form["good"]) == ("line_manager", "document", False)
    assert form["occurred_at"].startswith("2026-09-30T23")
    assert [one["code"] for one in listed(world, "--code", "form.page")] == ["form.page"]
    shown = json.loads(world.run("record", "show", app["id"], "--format", "json").stdout)
    assert (shown["text"], shown["version"], shown["platform"]) == ("bought in May", "2.1", "")
    world.run("record", "end", app["id"], "--on", "2026-11-01")
    world.run("record", "withdraw", form["id"][:12], "--reason", "not-in-post")
    assert [one["state"] for one in listed(world)] == ["ended", "withdrawn"]
    assert not any(b"May" in body for body in world.vault.shared.bodies(0, world.vault.follower.size))
    world.check()


def test_slips(world: World) -> None:
    """A code that is none, a version that is none, and a thing that nobody knows."""
    assert world.run("record", "add", "Training!", ok=False).exit_code == 2
    assert world.run("record", "add", "ack.guidance", "--edition", "one two", ok=False).exit_code == 2
    assert world.run("record", "add", "ack.guidance", "--on", "2030-01-01", ok=False).exit_code == 2
    assert world.run("record", "show", "rec-", ok=False).exit_code == 3
    assert world.run("record", "add", "x", "--about", "grant", "grt-zz", ok=False).exit_code == 3
    assert listed(world) == []
