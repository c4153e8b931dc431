"""Two administrators: what waits for the second, and what their word does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.members import enrol, member
from tests.world import World
from vault.domain import keys
from vault.domain.decisions import Refusal
from vault.domain.recovery import recovery_due
from vault.errors import NotFound, Refused
from vault.ops import confirming, leaving, people, recovery


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def signer(world: World, keyset: str) -> dict[str, object]:
    row = world.vault.state.get("signer", id=keyset)
    assert row is not None
    return dict(row)


def test_the_second_administrator_takes_effect_at_once(world: World) -> None:
    """With one administrator there is nobody to ask: the role is given, and the register says that it was alone."""
    bob = member(world, "Bob Stone", "2001", "administrator")
    assert bob.admitted.pending == ()
    assert bob.vault.roles() == {"administrator"}
    assert signer(world, bob.vault.place.keyset)["vouches"]


def test_a_third_waits_for_the_second(world: World) -> None:
    """Nobody makes an administrator alone: until another one confirms, the role and its vouching do nothing."""
    bob = member(world, "Bob Stone", "2001", "administrator")
    eve = member(world, "Eve Hall", "3001", "administrator", "auditor")
    (entry,) = eve.admitted.pending
    assert eve.vault.roles() == {"auditor"}
    assert not signer(world, eve.vault.place.keyset)["vouches"]
    (shown,) = confirming.list_waiting(world.vault)
    assert (shown.entry, shown.event, shown.about, shown.by) == (entry, "role.given", "Eve Hall", "Ada Byron")
    with pytest.raises(Refusal, match="another person"):
        confirming.confirm(world.vault, entry=entry)
    with pytest.raises(Refused, match="administrator"):
        confirming.confirm(eve.vault, entry=entry)
    bob.vault.sync()
    confirming.confirm(bob.vault, entry=entry, keyset=eve.vault.place.keyset)
    eve.vault.sync()
    world.vault.sync()
    assert eve.vault.roles() == {"administrator", "auditor"}
    assert signer(world, eve.vault.place.keyset)["vouches"]
    assert confirming.list_waiting(world.vault) == []
    with pytest.raises(Refusal, match="confirmed already"):
        confirming.confirm(bob.vault, entry=entry)
    with pytest.raises(NotFound):
        confirming.confirm(bob.vault, entry=1)
    zoe = enrol(world, world.person("Zoe Young", "9001"), "auditor", by=eve.vault, folder="zoe")
    assert zoe.vault.roles() == {"auditor"}
    world.check()


def test_a_role_for_somebody_without_keys_waits_too(world: World) -> None:
    """`person role` gives no way around the second administrator."""
    bob = member(world, "Bob Stone", "2001", "administrator")
    world.person("Eve Hall", "3001")
    given = people.give_role(world.vault, person="3001", role="administrator")
    assert given.pending is not None
    assert people.show_person(world.vault, person="3001").roles == ()
    bob.vault.sync()
    confirming.confirm(bob.vault, entry=given.pending)
    assert people.show_person(bob.vault, person="3001").roles == ("administrator",)
    world.check()


def test_a_new_kit_waits_and_the_old_one_works_until_then(world: World) -> None:
    """Changing recovery takes two: before the second's word the new kit opens and signs nothing."""
    bob = member(world, "Bob Stone", "2001", "administrator", "custodian")
    old = recovery.show_kit(world.vault).keyset
    made = recovery.renew(world.vault)
    assert made.pending is not None
    assert recovery.show_kit(world.vault).keyset == old
    assert [kit.state for kit in recovery.list_kits(world.vault)] == ["in force", "waiting"]
    assert signer(world, old)["revoked"] is None
    new = recovery.list_kits(world.vault)[1].keyset
    assert new not in keys.team_keysets(world.vault.state, keys.CUSTODY)
    bob.vault.sync()
    confirming.confirm(bob.vault, entry=made.pending)
    world.vault.sync()
    assert recovery.show_kit(world.vault).keyset == new
    assert signer(world, old)["revoked"] is not None
    assert new in keys.team_keysets(world.vault.state, keys.CUSTODY)
    assert not keys.epoch_due(world.vault.state, keys.CUSTODY)
    world.check()


def test_recovery_is_not_ended_by_one_person(world: World) -> None:
    """Revoking the recovery keyset, which a custodian could do to any other keyset, has no effect."""
    kit, bob = recovery.show_kit(world.vault).keyset, member(world, "Bob Stone", "2001", "custodian")
    for vault in (world.vault, bob.vault):
        vault.sync()
        with pytest.raises(Refusal, match="ends when another is made"), vault.change() as tx:
            tx.emit("signer.revoked", kit, reason="lost")
    world.vault.sync()
    assert recovery.show_kit(world.vault).keyset == kit
    world.check()


def test_a_kit_that_a_leaver_saw_is_renewed(world: World) -> None:
    """The obligation ends with a new kit, and with nothing else; who sent the leaver away does not make it alone."""
    bob = member(world, "Bob Stone", "2001", "administrator", "custodian")
    cal = member(world, "Cal Day", "3001", "custodian")
    leaving.leave(bob.vault, person="1815")
    assert recovery_due(bob.vault.state) == ["seen_by_leaver"]
    made = recovery.renew(bob.vault)
    assert made.pending is not None and recovery_due(bob.vault.state) == ["seen_by_leaver"]
    cal.vault.sync()
    confirming.confirm(cal.vault, entry=made.pending)
    bob.vault.sync()
    assert recovery_due(bob.vault.state) == []
    assert recovery.show_kit(bob.vault).seen_by == ("Bob Stone",)
    world.check()
