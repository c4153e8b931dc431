"""Owning teams: membership makes obligations, as the policy says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.world import World
from vault.domain.decisions import Refusal
from vault.errors import NotFound, UsageProblem
from vault.ops import teams


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_membership_makes_obligations(world: World) -> None:
    """NS-10.2e: when somebody joins or leaves, the passwords of the team's accounts are due, and only those."""
    world.person("Bob Stone", "2001")
    team = teams.add(world.vault, name="Roads Policing", kind="team")
    account = world.account("x/NorfolkPolice", password="1", team=team)
    world.account("x/SuffolkPolice", password="2")
    joined = teams.join(world.vault, team="roads policing", person="2001")
    assert (joined.owed, joined.clause) == (1, "NS-10.2e")
    left = teams.leave(world.vault, team="Roads Policing", person="2001")
    assert left.owed == 1
    owed = world.vault.state.find("obligation", discharged=None)
    assert {(o["account"], o["part"]) for o in owed} == {(account, "password")}
    world.check()


def test_a_silent_policy_owes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the document has no such rule, membership is recorded and nothing becomes due."""
    from vault.domain.policy import Profile

    world.person("Bob Stone", "2001")
    team = teams.add(world.vault, name="Roads")
    world.account("x/NorfolkPolice", password="1", team=team)
    monkeypatch.setattr(Profile, "rule", lambda self, kind: None)
    assert teams.join(world.vault, team="Roads", person="2001").owed == 0
    assert teams.leave(world.vault, team="Roads", person="2001").owed == 0


def test_teams_are_shown_with_people_and_accounts(world: World) -> None:
    """A team shows who is in it, since when, and what it owns."""
    world.person("Bob Stone", "2001")
    team = teams.add(world.vault, name="Roads")
    world.account("x/NorfolkPolice", team=team)
    teams.join(world.vault, team="Roads", person="2001")
    (found,) = teams.list_teams(world.vault)
    assert found == teams.show_team(world.vault, team="Roads")
    assert [(m.name, m.until) for m in found.members] == [("Bob Stone", None)]
    assert len(found.accounts) == 1


def test_what_cannot_be_meant_is_refused(world: World) -> None:
    """Twice the same name, twice a member, leaving without belonging, a team that is not there."""
    world.person("Bob Stone", "2001")
    teams.add(world.vault, name="Roads")
    with pytest.raises(UsageProblem, match="already"):
        teams.add(world.vault, name="ROADS")
    with pytest.raises(UsageProblem, match="needs a name"):
        teams.add(world.vault, name=" ")
    with pytest.raises(Refusal, match="membership"):
        teams.leave(world.vault, team="Roads", person="2001")
    teams.join(world.vault, team="Roads", person="2001")
    with pytest.raises(Refusal, match="in the team"):
        teams.join(world.vault, team="Roads", person="2001")
    with pytest.raises(NotFound):
        teams.join(world.vault, team="Rods", person="2001")
    world.check()
