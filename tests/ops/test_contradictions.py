"""Findings where an entry says one thing and the document, the platform table or the register another."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.world import World
from vault.domain.ids import Prefix
from vault.ops import accounts, deposits, findings, rotation, teams
from vault.ops.accounts import Channel, Facts
from vault.ops.session import moment

KINDS = {"rotation_left_out", "door_said_absent", "owner_kind_unknown"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def found(world: World, profile: str = "") -> list[tuple[str, str]]:
    from vault.ops.platforms import profile as load

    policy = load(profile) if profile else world.vault.profile
    every = findings.all_findings(world.vault.state, policy, now=moment(world.vault.clock()))
    return [(one.kind, one.subject) for one in every if one.kind in KINDS]


def test_a_membership_that_says_nothing_is_owed(world: World) -> None:
    """The document asks for a new password; until there is one the entry is a finding."""
    bob = world.person("Bob Stone", "2001")
    team = teams.add(world.vault, name="News desk")
    account = world.account("x/One", password="one", team=team)
    world.account("x/Bare", team=team)
    with world.vault.change() as tx:
        tx.emit("team.joined", team, person=bob, since=tx.today, rotate=False)
        tx.emit("team.left", team, person=bob, until=tx.today, rotate=False)
    assert found(world) == [("rotation_left_out", account)] * len(found(world)) != []
    world.deposit(account, password="two")
    assert found(world) == []
    teams.join(world.vault, team=team, person="2001")
    assert found(world) == []


def test_a_document_that_is_silent_makes_no_finding(world: World) -> None:
    """What the document does not ask for is not left out."""
    team = teams.add(world.vault, name="News desk")
    world.account("x/One", password="one", team=team)
    with world.vault.change() as tx:
        tx.emit("team.joined", team, person=world.ada, since=tx.today, rotate=False)
        tx.emit("team.left", team, person=world.ada, until=tx.today, rotate=False)
    assert found(world, "west_midlands_facebook") == []


def done_with(world: World, account: str, *absent: str) -> None:
    """A rotation to its end; these doors are said not to exist."""
    (made,) = rotation.start(world.vault, [account])
    rotation.applied(world.vault, account=account)
    rest = [door for door in made.doors if door not in absent]
    rotation.verify(world.vault, account=account, done=rest, absent=absent)


def test_a_door_that_the_platform_has(world: World) -> None:
    """To say that it has none ends the rotation, and is a finding until a later one has seen to it."""
    account = world.account("x/One", password="one")
    done_with(world, account, "sessions")
    assert found(world) == [("door_said_absent", account)]
    done_with(world, account)
    assert found(world) == []


def test_a_seed_that_is_gone_or_is_not(world: World) -> None:
    """With the second factor ended there is no door; with the register naming an app there is."""
    for name, kind in (("x/One", "none"), ("x/Two", "authenticator_app")):
        account = world.account(name)
        parts = {"password": "one", "totp": "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP"}
        deposits.deposit(world.vault, account=account, parts=parts)
        channel = Channel(channel="second_factor", kind=kind)
        accounts.change_account(world.vault, account=account, facts=Facts(), channels=(channel,))
        rotation.start(world.vault, [account], parts=["password", "totp"])
        rotation.applied(world.vault, account=account)
        left = rotation.verify(world.vault, account=account).doors_left
        rest = [door for door in left if door != "totp"]
        rotation.verify(world.vault, account=account, done=rest, absent=["totp"] if "totp" in left else [])
    (one,) = found(world)
    assert one == ("door_said_absent", account)


def test_an_owner_that_nobody_has_understood(world: World) -> None:
    """Where the document names the owners that may be; a closed account owes nobody an answer."""
    with world.vault.change() as tx:
        id_ = tx.new(Prefix.ACCOUNT)
        details = tx.details("account", id_, {"name": "x/One", "key": "x/one"})
        tx.emit("account.added", id_, platform="x", owner_kind="unknown", details=details)
    closed, is_open = "norfolk_suffolk", "west_midlands"
    assert (found(world, closed), found(world, is_open)) == ([("owner_kind_unknown", id_)], [])
    accounts.close(world.vault, account=id_, consulted={"text": "yes"})
    assert found(world, closed) == found(world, is_open) == []
