"""Exposure of a person, a device and an account."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ops.members import member
from tests.world import World
from vault.ops import deposits, exposure, secrets


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_who_could_open_and_who_saw(world: World) -> None:
    """A keyed holder could open, a person without keys saw; custodians could open everything."""
    account, bob = world.account("x/NorfolkPolice"), world.person("Bob Stone", "2001")
    hal = member(world, "Hal Reed", "4001", "holder")
    carol = member(world, "Carol Day", "3001", "custodian")
    world.vault.sync()
    world.grant(account, hal.person)
    world.deposit(account, password="first one")
    world.seen(account, bob)
    rows = exposure.of_account(world.vault, account, state=world.vault.state)
    assert {(row.person, row.grade_words) for row in rows} == {
        ("Ada Byron", "seen"),
        ("Bob Stone", "seen"),
        ("Hal Reed", "could open"),
        ("Carol Day", "could open"),
    }
    assert carol.person != hal.person


def test_a_person_is_exposed_until_it_changes(world: World) -> None:
    """What Bob saw is listed until a new password replaces it."""
    account, bob = world.account("x/NorfolkPolice", password="first one"), world.person("Bob Stone", "2001")
    world.seen(account, bob)
    (row,) = exposure.of_person(world.vault, bob, state=world.vault.state)
    assert (row.account, row.part, row.grade_words, row.ways) == (
        "x/NorfolkPolice",
        "password",
        "seen",
        ("handed_over",),
    )
    deposits.deposit(world.vault, account=account, parts={"password": "second one"})
    assert exposure.of_person(world.vault, bob, state=world.vault.state) == []


def test_a_machine_with_keys_endangers_all_that_they_open(world: World) -> None:
    """The laptop that holds a custodian's keyset: class 1 for everything, seen there or not."""
    world.account("x/NorfolkPolice", password="first one")
    machine = secrets.machine(world.vault)
    assert machine is not None
    rows = exposure.of_device(world.vault, machine, state=world.vault.state)
    assert [(row.account, row.grade_words, row.ways) for row in rows] == [
        ("x/NorfolkPolice", "lost or compromised", ("entered",))
    ]
