"""`keyholder person`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.ceremonies import Desk
from tests.cli.scripted import ScriptedTty
from tests.members import member
from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def ask(world: World, *args: str) -> Any:
    return json.loads(world.run(*args, "--format", "json").stdout)


def test_add_show_change_list(world: World) -> None:
    """A person is added, shown with everything, described anew, listed; as of a day before, not."""
    world.run("person", "add", "--name", "Bob Stone", "--collar", "2001")
    world.run("person", "change", "2001", "--email", "bob@norfolk.example")
    shown = ask(world, "person", "show", "2001")
    assert (shown["name"], shown["email"], shown["state"]) == ("Bob Stone", "bob@norfolk.example", "active")
    assert [p["name"] for p in ask(world, "person", "list")] == ["Ada Byron", "Bob Stone"]
    assert [p["name"] for p in ask(world, "person", "list", "--as-of", "7")] == ["Ada Byron"]
    assert world.run("person", "show", "2001", "--as-of", "7", ok=False).exit_code == 3
    assert world.run("person", "show", "2002", ok=False).exit_code == 3
    world.check()


def test_roles_are_given_and_ended(world: World) -> None:
    """`person role`; the second administrator waits for a confirmation once there are two."""
    member(world, "Bob Stone", "2001", "administrator")
    world.run("person", "add", "--name", "Eve Hall", "--collar", "3001")
    world.run("person", "role", "3001", "give", "auditor")
    waits = world.run("person", "role", "3001", "give", "administrator")
    assert "keyholder confirm" in waits.stderr
    assert ask(world, "person", "show", "3001")["roles"] == ["auditor"]
    world.run("person", "role", "3001", "end", "auditor")
    assert ask(world, "person", "show", "3001")["roles"] == []
    world.check()


def test_pause_and_resume(world: World) -> None:
    """The state is shown."""
    world.person("Bob Stone", "2001")
    world.run("person", "pause", "2001", "--on", "1/11/2026")
    assert ask(world, "person", "show", "2001")["state"] == "paused"
    world.run("person", "resume", "2001")
    assert ask(world, "person", "show", "2001")["state"] == "active"
    assert world.run("person", "resume", "2001", ok=False).exit_code == 4


def test_the_plan_of_a_leaver_writes_nothing(world: World) -> None:
    """--plan shows what ends and what must be changed by whom, in full, and the log stays as it is."""
    account = world.account("x/NorfolkPolice", password="p")
    bob = member(world, "Bob Stone", "2001", "custodian")
    world.seen(account, bob.person)
    size = world.vault.shared.size()
    shown = ask(world, "person", "leave", "2001", "--plan")
    assert world.vault.shared.size() == size
    assert shown["person"] == "Bob Stone (2001, 2001@norfolk.example)"
    assert shown["roles"] == ["custodian"]
    assert len(shown["to_change"]) == 1
    assert "password (class 2, custodian)" in shown["to_change"][0]


def test_leaving_asks_for_the_collar_number(world: World) -> None:
    """Without it nothing is written; with --no-input it is given by name; the wrong one is refused."""
    bob = member(world, "Bob Stone", "2001", "custodian")
    desk = Desk(world.folder, clock=world.clock, dice=world.dice)
    size = world.vault.shared.size()
    assert "--collar" in desk.run("person", "leave", "2001", "--no-input", code=2).stderr
    desk.run("person", "leave", "2001", "--collar", "2001", code=2)
    desk.run("person", "leave", "2001", "--collar", "2002", "--yes", "--no-input", code=2)
    wrong = desk.run("person", "leave", "2001", tty=ScriptedTty("2010"), code=2)
    assert "Bob Stone (2001, 2001@norfolk.example) leaves" in wrong.stderr
    assert world.vault.shared.size() == size
    desk.run("person", "leave", "2001", tty=ScriptedTty("2001"))
    world.vault.sync()
    assert world.vault.state.get("person", id=bob.person)["state"] == "left"  # type: ignore[index]
    world.check()


def test_leaving_without_questions(world: World) -> None:
    """`--collar N --yes` is enough for work without a person; the time may be past."""
    bob = world.person("Bob Stone", "2001")
    world.run("person", "leave", "2001", "--on", "1/11/2026 09:00", "--collar", "2001", "--yes", "--no-input")
    assert world.vault.state.get("person", id=bob)["left_at"] == "2026-11-01T09:00:00Z"  # type: ignore[index]
    assert [p["state"] for p in ask(world, "person", "list", "--all")] == ["active", "left"]
    world.check()


def test_who_left_before_what_they_hold_is_asked_about(world: World) -> None:
    """It is no refusal: what they held may have been recorded late. Without a contradiction nothing is said."""
    account, bob = world.account("x/NorfolkPolice", password="p"), world.person("Bob Stone", "2001")
    world.run("post", "give", "2001", "line_manager", "--since", "1/10/2026")
    words = "they hold something since 2026-10-01, after the day on which they left"
    assert words in world.run("person", "leave", "2001", "--plan", "--on", "1/1/1971").stderr
    assert "they hold" not in world.run("person", "leave", "2001", "--plan", "--on", "1/10/2026").stderr
    done = world.run("person", "leave", "2001", "--on", "1/1/1971", "--collar", "2001", "--yes", "--no-input")
    assert words in done.stderr
    assert (account, bob) != ("", "")
    world.check()


def test_a_leavers_devices_are_named(world: World) -> None:
    """Each that is still in their name, with what to do when it is handed in; `due` asks no leaver for anything."""
    world.person("Bob Stone", "2001")
    of_bob = ("--owner", "2001", "--kind", "phone", "--ownership", "force")
    world.run("device", "add", "Bob's phone", *of_bob)
    world.run("device", "add", "old phone", *of_bob)
    world.run("device", "retire", "old phone")
    done = world.run("person", "leave", "2001", "--collar", "2001", "--yes", "--no-input")
    assert "devices       Bob's phone" in done.stdout
    assert "keyholder device retire 'Bob'\"'\"'s phone'" in done.stderr
    due = json.loads(world.run("due", "--format", "json").stdout)
    (item,) = [one for one in due if one["what"] == "screen lock" and one["about"] == "Bob's phone"]
    assert (item["for"], item["why"]) == (
        ["custodian"],
        "its owner has left: retire it, or say whose it is now",
    )
    world.run("device", "retire", "Bob's phone")
    assert "Bob's phone" not in world.run("due").stdout


def test_who_comes_back_has_their_number_again(world: World) -> None:
    """A collar number is one person's among those who are here; a leaver keeps theirs in the past."""
    first = world.person("Bob Stone", "2001")
    assert world.run("person", "add", "--name", "Rob", "--collar", "2001", ok=False).exit_code == 2
    world.run("person", "leave", "2001", "--collar", "2001", "--yes", "--no-input")
    refused = world.run("grant", "give", "x/None", "2001", "--as", "secret", ok=False)
    assert refused.exit_code in (3, 4)
    world.run("person", "add", "--name", "Bob Stone", "--collar", "2001")
    shown = ask(world, "person", "show", "2001")
    assert shown["state"] == "active" and shown["id"] != first
    assert ask(world, "person", "show", first)["state"] == "left"
    world.check()


def test_the_last_administrator_does_not_leave(world: World) -> None:
    """Exit 4, and nothing of it is written."""
    assert world.run("person", "leave", "1815", "--plan", ok=False).exit_code == 4
    world.check()
