"""`keyholder due` and the verbs that feed it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A force with one account; today is 2 November 2026."""
    world = World(tmp_path, profile="northamptonshire")
    world.account("x/Fair")
    return world


def test_from_the_last_use_to_the_closing(world: World) -> None:
    """Recorded, coming, overdue with exit code 7, put off by a mitigation, and looked back at."""
    world.run("account", "used", "x/Fair", "2026-09-10", "--how", "post", "--by", "1815")
    found = json.loads(world.run("due", "--format", "json", ok=False).stdout)
    closing = next(line for line in found if line["what"] == "close")
    assert closing["due_on"] == "2026-11-09"
    assert (closing["state"], closing["binds"], closing["local_number"]) == ("coming", True, False)
    assert (closing["clause"], closing["days"]) == ("NP-2.3b", 7)
    world.clock.forward(days=8)
    result = world.run("due", ok=False)
    assert result.exit_code == 7
    assert "overdue on 10/11/2026" in result.stderr
    world.run(
        "account", "followed-up", "x/Fair", "mitigation", "--until", "2026-12-24", "--post",
        "corporate_communications", "--by", "1815",
    )  # fmt: skip
    later = json.loads(world.run("due", "--within", "60", "--format", "json", ok=False).stdout)
    assert {line["due_on"] for line in later if line["what"] == "close"} == {"2026-12-25"}
    then = world.run("due", "--as-of", "2026-11-05", "--format", "json", ok=False).stdout
    assert next(line["days"] for line in json.loads(then) if line["what"] == "close") == 4
    world.check()


def test_nothing_overdue_is_zero(tmp_path: Path) -> None:
    """What has no day does not make the exit code 7."""
    world = World(tmp_path)
    world.account("x/Fair")
    assert "no date" in world.run("due").stdout
    assert world.run("due", "--for", "1815").exit_code == 0


def test_a_calendar_file(world: World, tmp_path: Path) -> None:
    """Written beside the table; --names is about it alone."""
    world.run("account", "used", "x/Fair", "2026-09-10", "--how", "post")
    path = tmp_path / "due.ics"
    result = world.run("due", "--ics", str(path), ok=False)
    assert f"written: {path}" in result.stderr
    assert path.read_bytes().count(b"BEGIN:VEVENT") == 3
    assert b"x/Fair" in path.read_bytes()
    assert world.run("due", "--names", ok=False).exit_code == 2
    assert world.run("due", "--ics", str(path), ok=False).exit_code == 7
    path.write_text("somebody else's calendar")
    assert world.run("due", "--ics", str(path), ok=False).exit_code == 2
    assert path.read_text() == "somebody else's calendar"


def test_temporary_accounts(world: World) -> None:
    """An end by day or event, declared, never extended in silence."""
    world.run("account", "ends", "x/Fair", "--upon", "event_over")
    world.run("account", "ends", "x/Fair", "--reached")
    assert "ended with event_over" in world.run("due", "--format", "csv", ok=False).stdout
    refused = world.run("account", "ends", "x/Fair", "--permanent", ok=False)
    assert refused.exit_code == 4
    assert "--post POST --by PERSON" in refused.stderr
    assert world.run("account", "ends", "x/Fair", ok=False).exit_code == 2
    world.run("account", "ends", "x/Fair", "--permanent", "--post", "chief", "--by", "1815")
    assert "event_over" not in world.run("due", "--format", "csv", ok=False).stdout
