"""What the report page is made of, from a real vault: counts, ages, exposure, and whose names may stand on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit import b64
from tests.world import World
from vault.domain.compliance import Status
from vault.ops import report
from vault.ops.leaving import leave


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two people with a login, one of whom has left; an individual's account; a login that nobody stored."""
    world = World(tmp_path)
    bob, eve = world.person("Bob Stone", "2001"), world.person("Eve Moss", "2002")
    main = world.account("x/NorfolkPolice", password="first")
    world.account("x/NorfolkRural")
    own = world.account("x/SgtStone", password="own")
    with world.vault.change() as tx:
        tx.emit("account.changed", own, owner_kind="individual")
    for person in (bob, eve):
        world.grant(main, person)
        world.seen(main, person)
    leave(world.vault, person=bob)
    return world


def test_what_is_counted(world: World) -> None:
    """Things by state, clauses by status, and a breach where a login is missing."""
    found = report.gather(world.vault)
    assert found.accounts == {"open": 3}
    assert found.people == {"active": 2, "left": 1}
    (part,) = found.parts
    assert sum(part.counts.values()) == len(part.lines) == len(world.vault.profile.clauses)
    assert part.counts[Status.NOT_MET] >= 1
    assert found.breaches == part.breaches >= 1
    assert found.root == b64.encode(world.vault.follower.head().root)


def test_obligations_by_age(world: World) -> None:
    """What a leaver saw is owed, in class 2, and grows older."""
    fresh = report.gather(world.vault).owed
    assert [one.total for one in fresh] == [0, 1, 0]
    assert fresh[1].by_age == (1, 0, 0, 0)
    world.clock.forward(days=31)
    later = report.gather(world.vault).owed[1]
    assert (later.by_age, later.oldest) == ((0, 0, 1, 0), 31)
    world.clock.forward(days=-40)  # a clock that went back: still counted, as new
    assert report.gather(world.vault).owed[1].by_age == (1, 0, 0, 0)


def test_exposure_by_person(world: World) -> None:
    """Accounts of which somebody saw something; who set a password knows it, too."""
    shown = {
        one.name: (one.state, one.seen, one.could_open)
        for one in report.gather(world.vault, names=True).exposed
    }
    assert shown == {"Ada Byron": ("active", 2, 0), "Bob Stone": ("left", 1, 0), "Eve Moss": ("active", 1, 0)}


def test_nobody_is_named_unless_asked(world: World) -> None:
    """Handles of corporate accounts are shown; people, devices and an individual's handle only with names."""
    plain, named = (repr(report.gather(world.vault, names=names)) for names in (False, True))
    for words in ("Ada Byron", "Bob Stone", "SgtStone", "Ada's laptop"):
        assert words not in plain
    assert "NorfolkRural" in plain
    for words in ("Bob Stone", "SgtStone", "NorfolkRural"):
        assert words in named


def test_training_and_what_falls_due(world: World) -> None:
    """Each clause that asks for training says whom it concerns and who lacks it; what is soon due is listed."""
    found = report.gather(world.vault, names=True)
    refresher = next(one for one in found.training if one.clause == "NS-11.1d")
    assert refresher.people == len(refresher.lacking) == 1
    assert refresher.lacking == ("Eve Moss",)
    assert found.due


def test_guidance_stands_apart(tmp_path: Path) -> None:
    """A document that only guides under the one in force is a part of its own, and breaches nothing."""
    world = World(tmp_path, profile="west_midlands")
    world.account("facebook/WestMidlandsPolice")
    found = report.gather(world.vault)
    assert [part.guidance for part in found.parts] == [False, True]
    assert found.breaches == found.parts[0].breaches


def test_a_cover_without_a_number(tmp_path: Path) -> None:
    """What the cover does not print is not made up."""
    world = World(tmp_path, profile="avon_somerset")
    assert report.gather(world.vault).document
