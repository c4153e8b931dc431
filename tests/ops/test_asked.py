"""What is asked or held already: a slip is refused, the rest is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.world import World
from vault.errors import UsageProblem
from vault.ops import approvals, grants, requests

WHY = {"aims": "cover", "purpose": "nights"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_the_same_request_word_for_word_is_refused(world: World) -> None:
    """For an account and for access; by somebody else, or for something else, it is another."""
    bob, carol, account = world.person("Bob", "2001"), world.person("Carol", "2002"), world.account("x/One")
    new = {"name": "x/New", "owner_kind": "team", "requester": bob, **WHY}
    access = {"account": account, "person": bob, "kind": "secret", "requester": bob, **WHY}
    first = requests.request_account(world.vault, **new).id
    other = requests.request_access(world.vault, **access).id
    size = world.vault.follower.size
    with pytest.raises(UsageProblem, match=f"asked already, word for word: {first}"):
        requests.request_account(world.vault, **new)
    with pytest.raises(UsageProblem, match=other):
        requests.request_access(world.vault, **access)
    assert world.vault.follower.size == size
    for more in ({"person": carol}, {"requester": carol}, {"kind": "tool_seat"}):
        assert not requests.request_access(world.vault, **{**access, **more}).findings
    assert not requests.request_account(world.vault, **{**new, "name": "x/Newer"}).findings
    world.check()


def test_the_same_in_other_words_is_said(world: World) -> None:
    """Somebody who adds what was missing asks anew: the earlier one is named."""
    bob, account = world.person("Bob", "2001"), world.account("x/One")
    access = {"account": account, "person": bob, "kind": "secret", "requester": bob}
    first = requests.request_access(world.vault, **access)
    assert [one.text for one in first.findings] == ["the request does not say: aims, purpose"]
    again = requests.request_access(world.vault, **access, **WHY)
    assert [one.text for one in again.findings] == [f"{first.id} asks for the same, and waits"]


def test_what_was_decided_on_may_be_asked_again(world: World) -> None:
    """An approval that came out of order is not taken twice: the way on is another request."""
    bob = world.person("Bob", "2001")
    new = {"name": "x/New", "owner_kind": "team", "requester": bob, **WHY}
    first = requests.request_account(world.vault, **new).id
    approvals.decide(world.vault, request=first, post="digital_media_lead", person=world.ada)
    again = requests.request_account(world.vault, **new)
    assert [one.text for one in again.findings] == [f"{first} asks for the same, and waits"]


def test_a_request_in_vain_is_said(world: World) -> None:
    """Who holds the access needs no request; to a frozen account nobody is given any."""
    bob, account = world.person("Bob", "2001"), world.account("x/One")
    grants.give(world.vault, account=account, person=bob, kind="secret", existing=True)
    with world.vault.change() as tx:
        tx.emit("account.frozen", account, occurred_at=tx.time)
    access = {"account": account, "person": bob, "kind": "secret", "requester": bob, **WHY}
    found = requests.request_access(world.vault, **access).findings
    assert [one.text for one in found] == ["the account is frozen", "the person has this access already"]
