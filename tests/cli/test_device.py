"""`keyholder device`: the whole way, from the words typed to the words answered."""

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
    world.account("x/NorfolkPolice", password="one")
    world.run("device", "add", "blue phone", "--owner", "2001", "--kind", "phone", "--ownership", "force")
    world.run("device", "sign-in", "blue phone", "x/NorfolkPolice")
    return world


def test_list_and_show(world: World) -> None:
    """A device is listed with its owner, and shown with what is signed in on it."""
    rows = json.loads(world.run("device", "list", "--state", "in_use", "--format", "json").stdout)
    assert [(row["nickname"], row["owner"], row["accounts"]) for row in rows] == [
        ("Ada's laptop", "Ada Byron", 0),
        ("blue phone", "Bob Stone", 1),
    ]
    shown = json.loads(world.run("device", "show", "blue phone", "--format", "json").stdout)
    assert shown["accounts"] == ["x/NorfolkPolice"]
    world.run("device", "sign-out", "blue phone", "x/NorfolkPolice")
    assert json.loads(world.run("device", "show", "blue phone", "--format", "json").stdout)["accounts"] == []


def test_list_as_of_an_earlier_day(world: World) -> None:
    """A device that was registered later was not there then."""
    world.clock.forward(days=2)
    world.run("device", "add", "late", "--owner", "2001", "--kind", "phone", "--ownership", "force")
    then = json.loads(world.run("device", "list", "--as-of", "2026-11-02", "--format", "json").stdout)
    assert [row["nickname"] for row in then] == ["Ada's laptop", "blue phone"]


def test_change_and_own(world: World) -> None:
    """What is given is changed; an answer about own devices is recorded."""
    world.run(
        "device",
        "change",
        "blue phone",
        "--screen-lock",
        "yes",
        "--attested",
        "1/11/2026",
        "--nickname",
        "red",
    )
    shown = json.loads(world.run("device", "show", "red", "--format", "json").stdout)
    assert (shown["screen_lock"], shown["attested"]) == ("yes", "2026-11-01")
    world.run("device", "own", "2001", "no", "--on", "1/11/2026")
    assert len(world.vault.state.find("own_device")) == 1
    assert world.run("device", "change", "red", ok=False).exit_code == 2


def test_lost_says_whom_to_tell_and_what_to_change(world: World) -> None:
    """The notices come in the document's order with their clause, then the work, each with the next command."""
    done = world.run(
        "device", "lost", "blue phone", "--yes", "--on", "today 08:30", "--told-at", "today 08:45"
    )
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [line[2] for line in lines[1:4]] == ["ict", "information_security", "corporate_communications"]
    assert "NS-10.1c" in lines[3]
    assert "password of x/NorfolkPolice" in done.stdout
    assert "keyholder rotation start" in done.stdout
    world.run("device", "told", "blue phone", "ict", "--at", "today 08:50")
    told = json.loads(world.run("device", "show", "blue phone", "--format", "json").stdout)["told"]
    assert told["ict"] == "2026-11-02T08:50:00Z"
    assert told["information_security"] == "not yet"
    world.check()


def test_a_loss_is_confirmed_or_nothing_happens(world: World) -> None:
    """Without a terminal and --yes it is refused, and nothing was recorded."""
    result = world.run("device", "lost", "blue phone", "--no-input", ok=False)
    assert result.exit_code == 2
    assert "--yes" in result.stderr
    assert world.vault.state.find("device", state="lost") == []


def test_keys_on_a_machine_are_asked_for_by_name(world: World) -> None:
    """A machine with keys: revoke or keep is said, never assumed."""
    carol = member(world, "Carol Day", "3001", "custodian")
    result = world.run("device", "lost", "Carol Day's laptop", "--yes", "--no-input", ok=False)
    assert result.exit_code == 2
    assert "--keyset or --no-keyset" in result.stderr
    done = world.run("device", "lost", "Carol Day's laptop", "--yes", "--keyset")
    assert carol.place.keyset in done.stderr
    assert world.run("status", home=carol.home, ok=False).exit_code == 7
    refused = world.run("note", "add", "words", home=carol.home, ok=False)
    assert refused.exit_code in (4, 6), refused.stderr
    assert "Traceback" not in refused.stderr
    world.check()


def test_the_last_keys_stay_and_it_is_said(world: World) -> None:
    """The only administrator's only machine: the loss is recorded, the keys are not revoked."""
    done = world.run("device", "lost", "Ada's laptop", "--yes", "--keyset")
    assert "recovery kit first" in done.stderr
    world.check()


def test_an_unregistered_device(world: World) -> None:
    """Added and lost in one; what is needed to describe it is asked for by name."""
    words = ("device", "lost", "--unregistered", "old tablet", "--owner", "2001", "--kind", "tablet")
    assert "--ownership" in world.run(*words, ok=False).stderr
    assert "beyond it" in world.run(*words, "--ownership", "personal").stdout
    assert world.run("device", "lost", "--yes", ok=False).exit_code == 2
    world.check()


def test_an_account_without_a_login_is_named(world: World) -> None:
    """Nothing is owed of what is not stored, so the person is told."""
    world.account("x/SuffolkPolice")
    world.run("device", "sign-in", "blue phone", "x/SuffolkPolice")
    assert "x/SuffolkPolice was on it" in world.run("device", "lost", "blue phone", "--yes").stderr


def test_somebody_elses_loss_becomes_a_claim(world: World) -> None:
    """A holder's word about another's phone is filed, and it is said that it is not a fact yet."""
    holder = member(world, "Hal Doe", "6001", "holder")
    phone = world.vault.names.find("device", "blue phone")
    done = world.run("device", "lost", phone, "--yes", home=holder.home)
    assert "does not make it a fact" in done.stderr
    assert done.stdout.startswith("claim")
    assert world.vault.state.find("device", state="lost") == []
    world.check()


def test_found_and_retired(world: World) -> None:
    """Back in use, then out of use; the work stays."""
    world.run("device", "lost", "blue phone", "--yes")
    assert "stays due" in world.run("device", "found", "blue phone").stderr
    world.run("device", "retire", "blue phone")
    assert len(world.vault.state.find("obligation", discharged=None)) == 1
    refused = world.run("device", "found", "blue phone", ok=False)
    assert (refused.exit_code, "keyholder device add" in refused.stderr) == (2, True)
    world.check()


def test_one_may_lose_the_machine_that_one_works_on(world: World) -> None:
    """The keys end with the command, and it is said that the teams wait for somebody else."""
    carol = member(world, "Carol Day", "3001", "custodian")
    done = world.run("device", "lost", "Carol Day's laptop", "--yes", "--keyset", home=carol.home)
    assert "custody team needs new keys" in done.stderr
    world.run("note", "add", "words")
    world.check()


def test_a_loss_that_is_not_confirmed_is_not_recorded(world: World) -> None:
    """No on the terminal ends it."""
    from click.testing import CliRunner

    from cli.context import Context
    from cli.main import root
    from cli.settings import Settings
    from cli.terminal import Terminal
    from tests.cli.scripted import ScriptedTty
    from tests.world import COST

    settings = Settings(home=world.home.folder, passphrase_file=world.folder / "passphrase")
    context = Context(
        settings=settings,
        clock=world.clock,
        random=world.dice,
        cost=COST,
        terminal=Terminal(ScriptedTty("n")),
    )
    result = CliRunner().invoke(root, ["device", "lost", "blue phone"], obj=context)
    assert result.exit_code == 2
    assert "was not confirmed" in result.stderr
    world.check()


def test_what_is_not_signed_in_cannot_be_signed_out(world: World) -> None:
    """No entry is written, and none of several is signed out."""
    for name in ("x/One", "x/Two"):
        world.account(name)
    world.run("device", "sign-in", "Ada's laptop", "x/One")
    size = world.vault.follower.size
    found = world.run("device", "sign-out", "Ada's laptop", "x/One", "x/Two", ok=False)
    assert found.exit_code == 2
    assert "x/Two is not signed in there" in found.stderr
    assert world.vault.follower.size == size
    world.run("device", "sign-out", "Ada's laptop", "x/One")
    assert world.vault.follower.size == size + 1
