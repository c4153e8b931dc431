"""`keyholder exposure`, now and as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.world import World

NAME = "x/NorfolkPolice"


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    account, bob = made.account(NAME, password="first one"), made.person("Bob Stone", "2001")
    made.seen(account, bob)
    return made


@pytest.mark.parametrize(
    ("args", "classes"),
    [
        (("account", NAME), {("Ada Byron", "2 seen"), ("Bob Stone", "2 seen")}),
        (("person", "2001"), {("Bob Stone", "2 seen")}),
        (("device", "Ada's laptop"), {("Ada Byron", "1 lost or compromised")}),
    ],
)
def test_what_was_exposed(world: World, args: tuple[str, ...], classes: set[tuple[str, str]]) -> None:
    """Per component, with the grade, the way and the person."""
    rows = json.loads(world.run("exposure", *args, "--format", "json").stdout)
    assert {(row["person"], row["class"]) for row in rows} == classes
    assert {row["part"] for row in rows} == {"password"}


def test_as_of_an_earlier_day(world: World) -> None:
    """Before Bob saw it, nothing of his is listed."""
    before = str(world.vault.follower.size - 2)
    result = world.run("exposure", "person", "2001", "--as-of", before, "--format", "json")
    assert json.loads(result.stdout) == []


def test_looking_writes_nothing(world: World) -> None:
    """Reads leave the log as it was."""
    size = world.vault.follower.size
    world.run("exposure", "account", NAME)
    assert world.vault.follower.size == size
