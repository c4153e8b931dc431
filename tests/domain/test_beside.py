"""What the clauses that name a record still miss of its subject."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.policies.edges.given import account, grant, post, record
from tests.world import World
from vault.domain import beside
from vault.domain.kinds.outcome import Gap

NOW = "2026-11-02T12:00:00Z"


def left(world: World, id_: str) -> list[Gap]:
    """What is missing beside that record, under the document in force."""
    (row,) = world.vault.state.find("record", id=id_)
    return list(beside.missing(world.vault.state, world.vault.profile, row, now=NOW))


@pytest.fixture
def ns(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def av(tmp_path: Path) -> World:
    folder = tmp_path / "av"
    folder.mkdir()
    return World(folder, profile="avon_somerset")


@pytest.fixture
def np(tmp_path: Path) -> World:
    return World(tmp_path, profile="northamptonshire")


def test_the_steps_of_an_event_one_after_the_other(ns: World) -> None:
    """Each step until it is there, whichever of the codes was recorded."""
    page = account(ns, "x/Unit")
    steps = ["breach.reported", "told.line_manager", "told.professional_standards"]
    seen = [len(left(ns, record(ns, code, page))) for code in steps]
    assert seen == [2, 1, 0]


def test_whose_statement_does_not_count(ns: World) -> None:
    """A record that the clause does not count is no record to it; in the post that it asks for, it is."""
    page, boss = account(ns, "x/Unit"), ns.person("Boss", "3000")
    assert [gap.words for gap in left(ns, record(ns, "checked.accuracy", page))] == [
        "checked.accuracy counts as a statement of line_manager alone, and this is none",
        "no record checked.accuracy",
    ]
    post(ns, boss, "line_manager")
    assert left(ns, record(ns, "checked.accuracy", page, person=boss, post="line_manager")) == []


def test_an_account_of_another_force_and_one_that_the_clause_is_not_about(ns: World, av: World) -> None:
    """Of neither anything is asked."""
    assert left(ns, record(ns, "breach.reported", account(ns, "x/Kent", force="Kent Police"))) == []
    told = {
        name: left(av, record(av, "attestation.set_image", account(av, name), good=False))
        for name in ("x/A", "tiktok/A")
    }
    assert {name: [gap.clause for gap in found] for name, found in told.items()} == {
        "x/A": ["AS-4.TW6"],
        "tiktok/A": [],
    }


def test_training_is_of_a_platform_where_the_clause_says_so(np: World) -> None:
    """By somebody of the post that trains, for that platform; what a freeze asks for is not asked here."""
    bob, trainer = np.person("Bob Stone", "2001"), np.person("Trainer", "3000")
    grant(np, account(np, "x/Unit"), bob)
    alone = left(np, record(np, "training.channel", bob, platform="x"))
    assert [gap.kind for gap in alone] == ["not_theirs", "record_missing"]
    post(np, trainer, "corporate_communications")
    said = {"person": trainer, "post": "corporate_communications", "platform": "x"}
    assert left(np, record(np, "training.channel", bob, **said)) == []
    assert left(np, record(np, "retraining.held", bob)) == []


def test_what_is_only_permitted_misses_nothing(ns: World) -> None:
    """A clause that permits has no shortfall to speak of; a step by another's word says whose it must be."""
    page = account(ns, "x/Unit")
    assert left(ns, record(ns, "incident.local_reassurance", page)) == []
    loose = left(ns, record(ns, "agreed.digital_media_lead", page))
    assert [(gap.kind, gap.clause) for gap in loose] == [("not_theirs", "NS-9.16b")]
