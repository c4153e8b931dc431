"""Claims: what somebody without the right says becomes a fact only by another's decision."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ops.members import member
from tests.world import World
from vault.domain.decisions import Refusal
from vault.errors import NotFound, Refused, UsageProblem
from vault.ops import claims, devices
from vault.ops.loss import Loss


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.person("Bob Stone", "2001")
    devices.add(world.vault, nickname="blue phone", owner="2001", kind="phone", ownership="force")
    return world


def test_a_desk_files_and_sees_only_its_own_ids(world: World) -> None:
    """The desk has no key to the register: its words go in, and it reads none of them back."""
    desk = member(world, "Dee Desk", "5001", "desk")
    claims.file(world.vault, kind="other", text="of the administrator")
    desk.sync()
    filed = claims.file(
        desk, kind="device_lost", device="blue phone", text="on the bus", on="2026-11-01T10:00:00Z"
    )
    assert filed.device == "", "a nickname cannot be looked up without the register"
    assert [one.id for one in claims.list_claims(desk)] == [filed.id]
    assert claims.show(desk, filed.id[:8]).text == ""
    world.vault.sync()
    shown = claims.show(world.vault, filed.id)
    assert (shown.text, shown.by_name, shown.occurred_at) == (
        "blue phone: on the bus",
        "Dee Desk",
        "2026-11-01T10:00:00Z",
    )
    assert len(claims.list_claims(world.vault)) == 2
    assert not any(b"on the bus" in body for body in world.vault.shared.bodies(0, world.vault.follower.size))
    world.check()


def test_a_desk_does_not_see_or_decide_the_claims_of_others(world: World) -> None:
    """Somebody else's claim is not there for the desk, and deciding is not the desk's."""
    desk = member(world, "Dee Desk", "5001", "desk")
    other = claims.file(world.vault, kind="other", text="words")
    desk.sync()
    with pytest.raises(NotFound):
        claims.show(desk, other.id)
    for decide in (
        lambda: claims.accept(desk, other.id),
        lambda: claims.reject(desk, other.id, reason="other"),
    ):
        with pytest.raises(Refused, match="needs the role"):
            decide()
    with pytest.raises(Refusal, match="no right"), desk.change() as tx:
        tx.emit("claim.accepted", other.id)
    world.check()


def test_accepting_makes_the_loss_a_fact_in_one_transaction(world: World) -> None:
    """The decision, the loss with the claimed time and reporter, and the notices are one commit."""
    desk = member(world, "Dee Desk", "5001", "desk")
    filed = claims.file(desk, kind="device_lost", text="the blue one", on="2026-11-01T10:00:00Z")
    world.vault.sync()
    commits = world.vault.shared.commit_count()
    done = claims.accept(world.vault, filed.id, device="blue phone")
    assert isinstance(done, Loss)
    assert world.vault.shared.commit_count() == commits + 1
    assert len(done.notices) == 3
    assert claims.show(world.vault, filed.id).state == "accepted"
    body = world.vault.shared.bodies(done.entry, done.entry + 1)[0]
    assert b'"occurred_at":"2026-11-01T10:00:00Z"' in body
    assert desk.person.encode() in body
    world.check()


def test_a_claim_without_a_device_needs_one_to_be_accepted(world: World) -> None:
    """Nothing is decided while nobody says which device it is."""
    filed = claims.file(world.vault, kind="device_lost", text="some phone")
    with pytest.raises(UsageProblem, match="which device"):
        claims.accept(world.vault, filed.id)
    assert claims.show(world.vault, filed.id).state == "open"


def test_accepting_what_was_lost_before_closes_the_claim(world: World) -> None:
    """The loss is not recorded twice, and the claim does not stay open for that."""
    devices.lose(world.vault, "blue phone")
    filed = claims.file(world.vault, kind="device_lost", device="blue phone")
    assert claims.accept(world.vault, filed.id) is None
    assert claims.show(world.vault, filed.id).state == "accepted"
    world.check()


def test_a_claim_is_decided_once(world: World) -> None:
    """A second decision is refused, on the record."""
    filed = claims.file(world.vault, kind="other", text="words")
    claims.reject(world.vault, filed.id, reason="unfounded", note="nobody knows of it")
    assert claims.show(world.vault, filed.id).state == "rejected"
    with pytest.raises(Refusal, match="decided already"):
        claims.accept(world.vault, filed.id)
    assert claims.list_claims(world.vault) == []
    assert len(claims.list_claims(world.vault, every=True)) == 1
    world.check()


def test_a_compromised_account_is_named_when_it_is_accepted(world: World) -> None:
    """Accepting makes every component of the account due, in class 1."""
    account = world.account("x/NorfolkPolice", password="one")
    filed = claims.file(world.vault, kind="account_compromised", text="strange posts")
    with pytest.raises(UsageProblem, match="--account"):
        claims.accept(world.vault, filed.id)
    assert claims.accept(world.vault, filed.id, account="x/NorfolkPolice") is None
    owed = world.vault.state.find("obligation", discharged=None)
    assert [(row["account"], row["class"]) for row in owed] == [(account, 1)]
    world.check()


def test_a_claim_says_something(world: World) -> None:
    """An empty claim is a slip."""
    with pytest.raises(UsageProblem, match="says what it is about"):
        claims.file(world.vault, kind="other")


def test_claims_are_found_by_a_unique_beginning(world: World) -> None:
    """An ambiguous beginning lists the candidates, another word finds nothing."""
    for words in ("one", "two"):
        claims.file(world.vault, kind="other", text=words)
    with pytest.raises(UsageProblem, match="more than one claim"):
        claims.show(world.vault, "clm-")
    with pytest.raises(NotFound):
        claims.show(world.vault, "blue")


def test_a_claim_about_an_unknown_device_is_void(world: World) -> None:
    """The register knows what a claim is about, or the entry has no effect; the same id is not filed twice."""
    filed = claims.file(world.vault, kind="other", text="words")
    wrong = {"clm-" + "a" * 16: "dev-" + "a" * 16, filed.id: None}
    for id_, device in wrong.items():
        with pytest.raises(Refusal), world.vault.change() as tx:
            details = tx.details("claim", id_, {"text": ""})
            tx.emit("claim.filed", id_, kind="other", occurred_at=tx.time, details=details, device=device)
    world.check()
