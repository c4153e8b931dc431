"""Names, claims and notes have a length; the message names the field and not its words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.world import World
from vault.errors import UsageProblem
from vault.ops import claims, devices, lengths, notes, people, requests, teams


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_what_is_too_long_is_refused_with_its_field(world: World) -> None:
    """A person, a device, a team, a claim and a note: the longest goes in, one letter more does not."""
    bob = world.person("Bob Stone", "2001")
    of_bob = {"owner": bob, "kind": "phone", "ownership": "force"}
    tries = {
        "name": (lengths.NAME, lambda text: people.add(world.vault, name=text)),
        "collar": (lengths.NAME, lambda text: people.change(world.vault, person=bob, collar=text)),
        "nickname": (lengths.NAME, lambda text: devices.add(world.vault, nickname=text, **of_bob)),
        "text": (lengths.CLAIM, lambda text: claims.file(world.vault, kind="device_lost", text=text)),
    }
    for field, (most, write) in tries.items():
        size = world.vault.follower.size
        with pytest.raises(UsageProblem, match=f"{field}: too long; at most {most:,}") as refused:
            write(field[0] * (most + 1))
        assert field[0] * 9 not in str(refused.value) + refused.value.hint
        assert world.vault.follower.size == size
        write(field[0] * most)
    with pytest.raises(UsageProblem, match="name: too long"):
        teams.add(world.vault, name="n" * 201)
    with pytest.raises(UsageProblem, match="text: too long; at most 65,536") as long:
        notes.make(world.vault, text="n" * 65_537)
    assert "note add" not in long.value.hint
    world.check()


def test_a_request_is_no_novel(world: World) -> None:
    """The answers of a request have the length of a note."""
    bob = world.person("Bob Stone", "2001")
    with pytest.raises(UsageProblem, match="aims: too long"):
        requests.request_account(
            world.vault, name="x/New", owner_kind="team", requester=bob, aims="n" * 65_537
        )


def test_evidence_has_a_limit_of_its_own(world: World) -> None:
    """A saved message may be as long as the command line reads; a list is judged text by text."""
    assert lengths.too_long("evidence", {"text": "n" * 100_000}) is None
    assert lengths.too_long("account", {"earlier": ["n" * 60_000, "n" * 60_000]}) is None
    assert lengths.too_long("account", {"earlier": ["n" * 70_000]}) == "earlier"
