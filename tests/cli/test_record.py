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
    bought = ("--note", "bought in May", "--edition", "2.1", "--other")
    world.run("record", "add", "app.scheduler", *about, *bought)
    by = ("--by", "2001", "--post", "Line Manager", "--on", "2026-10-01", "--evidence", "seen")
    world.run(
        "record",
        "add",
        "form.page",
        *about,
        *by,
        "--until",
        "2027-01-01",
        "--platform",
        "x",
        "--not-so",
        "--other",
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
    assert (
        world.run("record", "add", "watched.daily", "--other", "--edition", "one two", ok=False).exit_code
        == 2
    )
    assert (
        world.run("record", "add", "watched.daily", "--other", "--on", "2030-01-01", ok=False).exit_code == 2
    )
    assert world.run("record", "show", "rec-", ok=False).exit_code == 3
    assert world.run("record", "add", "x", "--other", "--about", "grant", "grt-zz", ok=False).exit_code == 3
    assert listed(world) == []


SLIPS = {
    "no such word": (("training",), "no document in force names a record training", "training.masterclass"),
    "misspelt": (("training.masterclas",), "names a record training.masterclas", "one of training.masterclass"),
    "nothing like it": (("zebra.crossing",), "names a record zebra.crossing", "ack.property_of_the_force"),
    "of nobody": (("training.masterclass",), "is about one person", "--about person NAME"),
    "of something else": (
        ("training.masterclass", "--about", "account", "x/NorfolkPolice"), "is about one person", "--about person"
    ),
    "no such post": (
        ("training.masterclass", "--about", "person", "2001", "--post", "king"), "names the post king", "line_manager"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SLIPS)
def test_a_word_that_no_document_has(name: str, world: World) -> None:
    """It is taken for a slip, and the words that there are stand beside the refusal; nothing is written."""
    given, why, hint = SLIPS[name]
    size = world.vault.follower.size
    refused = world.run("record", "add", *given, ok=False)
    assert refused.exit_code == 2
    assert why in refused.stderr and hint in refused.stderr
    assert world.vault.follower.size == size


def test_what_no_document_names_is_said_to_be_so(world: World) -> None:
    """With --other any word is taken, and any post; what is planned never was the document's."""
    world.run("record", "add", "own.word", "--post", "King", "--other")
    world.run("record", "add", "planned.review", "--until", "2026-11-30")
    assert [(one["code"], one["post"]) for one in listed(world)] == [
        ("own.word", "king"),
        ("planned.review", ""),
    ]


def test_what_is_missing_still_is_said_at_once(world: World) -> None:
    """Of the same subject, by the clauses that name the code; nothing where it is all there."""
    about = ("--about", "account", "x/NorfolkPolice")
    first = world.run("record", "add", "breach.reported", *about).stderr
    assert "still missing: " in first and "[NS-6.4]" in first
    one = world.run("record", "add", "training.masterclass", "--about", "person", "2001").stderr
    assert "still missing" not in one
