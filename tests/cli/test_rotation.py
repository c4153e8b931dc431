"""`keyholder rotation`, from the list to the last door."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.world import World

NAME = "x/NorfolkPolice"
DOORS = ("sessions", "connected_tools", "recovery_email", "recovery_phone")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Bob saw the password and left."""
    made = World(tmp_path)
    account, bob = made.account(NAME, password="first one"), made.person("Bob Stone", "2001")
    made.seen(account, bob)
    with made.vault.change() as tx:
        tx.emit("person.left", bob, occurred_at=tx.time)
    return made


def said(world: World, *args: str, **extra: Any) -> Any:
    return json.loads(world.run(*args, "--format", "json", **extra).stdout)


def test_a_rotation_from_the_list_to_the_last_door(world: World) -> None:
    """Each step says where it stands and what to do next; the obligation goes with the last door."""
    (row,) = said(world, "rotation", "list")
    assert (row["account"], row["class"]) == (NAME, "2 seen")
    assert row["because"][0].startswith("Bob Stone left (entry ")
    result = world.run("rotation", "start", "--all-owed")
    assert "rotation applied x/NorfolkPolice" in result.stderr
    assert "--version 2" in result.stderr
    world.run("rotation", "applied", NAME)
    assert said(world, "rotation", "verify", NAME, "--done", "sessions")["doors_left"] == list(DOORS[1:])
    shown = said(world, "rotation", "show", NAME)
    assert (shown["state"], shown["doors_shut"], shown["still_owed"]) == (
        "verified",
        {"sessions": "done"},
        ["password"],
    )
    absent = [word for door in DOORS[1:] for word in ("--absent", door)]
    done = said(world, "rotation", "verify", NAME, *absent)
    assert (done["state"], done["still_owed"]) == ("done", [])
    assert said(world, "rotation", "list") == []
    (row,) = said(world, "rotation", "list", "--all")
    assert row["rotation"].startswith("changed (entry ")
    assert said(world, "rotation", "show", shown["rotation"])["ended"]
    world.check()


def test_start_shows_the_new_password_after_it_was_stored(world: World) -> None:
    """--show: what is printed is version 2, and its entry stands in the log."""
    printed = world.run(
        "rotation", "start", NAME, "--show", "--to-pipe", "--because", "routine"
    ).stdout.strip()
    assert printed == world.run("secret", "show", NAME, "--version", "2", "--to-pipe").stdout.strip()
    assert world.vault.state.find("exposure", number=2, how="revealed")
    world.check()


def test_without_show_nothing_secret_is_printed(world: World) -> None:
    """The table of what was prepared holds no password."""
    out = world.run("rotation", "start", NAME).stdout
    assert world.run("secret", "show", NAME, "--version", "2", "--to-pipe").stdout.strip() not in out


def test_a_lost_answer_then_a_refusal(world: World) -> None:
    """unknown → rejected: the old one stays, and the change stays owed."""
    world.run("rotation", "start", NAME)
    assert world.run("rotation", "failed", NAME, ok=False).exit_code == 2
    assert said(world, "rotation", "failed", NAME, "--unknown")["state"] == "unknown"
    assert said(world, "rotation", "failed", NAME, "--rejected")["still_owed"] == ["password"]
    assert world.run("secret", "show", NAME, "--to-pipe").stdout == "first one\n"
    world.check()


def test_a_new_seed_comes_with_applied(world: World) -> None:
    """--totp stores what the platform made; the seed is not printed."""
    world.run("rotation", "start", NAME, "--part", "password", "--part", "totp")
    seed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    result = world.run("rotation", "applied", NAME, "--totp", "-", input=seed + "\n")
    assert seed not in result.stdout + result.stderr
    done = [word for door in DOORS for word in ("--done", door)]
    assert said(world, "rotation", "verify", NAME, *done)["state"] == "done"
    assert world.run("secret", "code", NAME, "--to-pipe").stdout.strip().isdigit()
    world.check()


def test_what_is_put_off_stays_listed(world: World) -> None:
    """A class 2 cannot be put off (4); a class 3 stays on the list with its date."""
    with world.vault.change() as tx:
        tx.emit("post.given", world.ada, post="digital_media_lead", since=tx.today)
    words = ("--part", "password", "--until", "2026-11-20", "--by", "1815", "--post", "digital_media_lead")
    refused = world.run("rotation", "defer", NAME, *words, ok=False)
    assert refused.exit_code == 4
    assert "class 3" in refused.stderr
    assert world.vault.state.find("refusal")
    world.check()


def test_taking_over_and_giving_up(world: World) -> None:
    """One's own lease is renewed; a prepared rotation can be given up; names and --all-owed exclude each other."""
    assert world.run("rotation", "start", ok=False).exit_code == 2
    assert world.run("rotation", "start", NAME, "--all-owed", ok=False).exit_code == 2
    world.run("rotation", "start", NAME)
    assert world.run("rotation", "start", NAME, ok=False).exit_code == 2
    assert said(world, "rotation", "take-over", NAME)["state"] == "prepared"
    assert said(world, "rotation", "list", "--mine", "--account", NAME)[0]["owner"] == "Ada Byron"
    assert said(world, "rotation", "abandon", NAME)["state"] == "abandoned"
    assert world.run("rotation", "show", "rot-zzz", ok=False).exit_code == 3
    world.check()


def test_several_at_once_are_told_of_as_several(world: World) -> None:
    """The next step is for each of them, and names none as if it were alone."""
    world.account("x/Other", password="one")
    said_ = world.run("rotation", "start", NAME, "x/Other").stderr
    assert "rotation applied ACCOUNT" in said_ and "for each of them" in said_
    assert NAME not in said_


def test_a_hint_is_safe_to_copy(world: World) -> None:
    """A handle that a shell would run is quoted: the copied line names the account and does nothing else."""
    name = "other/$(touch pwned)"
    path = world.folder / "in.csv"
    path.write_text('platform,handle,force,password\nother,"$(touch pwned)",norfolk,first one\n')
    world.run("account", "import", str(path), "--yes")
    started = world.run("rotation", "start", name).stderr
    hint = next(line for line in started.splitlines() if "rotation applied" in line)
    command = hint.partition("then: ")[2].partition(";")[0]
    assert shlex.split(command) == ["keyholder", "rotation", "applied", name]
    shown = subprocess.run(
        ["sh", "-c", f"printf %s {command.split(maxsplit=3)[3]}"],
        cwd=world.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == name
    assert not (world.folder / "pwned").exists()
    for step in (world.run("rotation", "applied", name), world.run("rotation", "verify", name)):
        assert f"'{name}'" in step.stderr


def test_a_door_is_shut_or_is_not_there(world: World) -> None:
    """Both at once is a slip: nothing is recorded."""
    world.run("rotation", "start", NAME)
    world.run("rotation", "applied", NAME)
    size = world.vault.follower.size
    found = world.run("rotation", "verify", NAME, "--done", "sessions", "--absent", "sessions", ok=False)
    assert found.exit_code == 2
    assert "sessions" in found.stderr
    assert world.vault.follower.size == size
