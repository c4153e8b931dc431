"""The recovery kit: which one is in force, and the one thing that it does."""

from __future__ import annotations

import pytest

from tests.domain.examples import AT, Refused, named, use_recovery
from tests.domain.fold import Fold, alone, b64, enrol, force, keys_of, kst, per, recovery
from vault.domain import keys
from vault.domain import recovery as kits

KIT = {**keys_of("kit"), "purpose": "recovery", "vouches": True}


CASES = [
    Refused("recovery of a person", "signer.added", "belongs to nobody", {"purpose": "recovery"}),
    Refused("not proposed", "recovery.made", "not proposed", subject=kst("hal")),
    Refused("unknown", "recovery.made", "not in the register", subject=kst("eve")),
    Refused("the one in force", "recovery.made", "not proposed", subject=kst("rec")),
    Refused(
        "not seen by its maker",
        "recovery.made",
        "whoever makes a kit has seen it",
        {"seen_by": [per("bea")]},
    ),
    Refused("for another", "recovery.used", "for itself alone", subject=kst("ada")),
]


@pytest.mark.parametrize("case", named(CASES))
def test_void(case: Refused) -> None:
    """Each of these ways leaves nothing but a line in the list of void entries."""
    case.check()


def in_force(scene: Fold) -> list[str]:
    """The kits that work today."""
    return [row["id"] for row in scene.reg.find("keyset", purpose="recovery", revoked=None)]


def test_a_new_kit_waits_and_replaces() -> None:
    """A proposed kit opens nothing; confirmed it is the one in force, and the old one ends."""
    scene = force()
    scene.do("signer.added", kst("kit"), **KIT)
    assert kst("kit") not in keys.team_keysets(scene.reg, keys.CUSTODY)
    seq = scene.do("recovery.made", kst("kit"), seen_by=[per("bea"), per("ada")])
    assert in_force(scene) == [kst("rec")]
    scene.do("entry.confirmed", by="bea", entry=seq)
    assert in_force(scene) == [kst("kit")]
    assert scene.row("keyset", id=kst("rec"))["revoked"] == scene.seq - 1
    assert {row["person"] for row in scene.reg.find("recovery", until=None)} == {per("ada"), per("bea")}
    assert keys.epoch_due(scene.reg, keys.CUSTODY)
    assert scene.void("recovery.used", kst("rec"), by="rec", admits=kst("new"))
    scene.do("signer.revoked", kst("rec"), reason="renewed")
    assert scene.void("signer.revoked", kst("rec"), reason="renewed")


def test_no_kit_is_never_due() -> None:
    """Before a kit was made there is none to renew."""
    assert kits.recovery_due(Fold().reg) == []


def test_recovery_admits_an_administrator() -> None:
    """The kit's one thing, from beginning to end: announce, person, roles, keyset, epochs; the kit is due then."""
    scene = force()
    use_recovery(scene)
    scene.do("person.added", per("new"), by="rec", details=b64("new"))
    scene.do("role.given", per("new"), by="rec", role="administrator")
    scene.do("role.given", per("new"), by="rec", role="custodian")
    enrol(scene, "new", "new", vouches=True, by="rec")
    for team in (keys.REGISTER, keys.CUSTODY):
        scene.epoch(f"new{team[:3]}", team, by="rec")
        assert not keys.epoch_due(scene.reg, team)
    assert kits.recovery_due(scene.reg) == ["used"]
    scene.do("signer.revoked", kst("hal"), by="new", reason="lost")
    assert scene.void(
        "signer.added",
        kst("two"),
        by="rec",
        **keys_of("two"),
        purpose="member",
        vouches=True,
        person=per("new"),
    )


def test_a_kit_that_a_leaver_saw() -> None:
    """Who saw the kit and leaves makes it due."""
    scene = force()
    scene.do("person.left", per("ada"), by="bea", **AT)
    assert kits.recovery_due(scene.reg) == ["seen_by_leaver"]


def test_the_proposed_kit_signs_nothing() -> None:
    """Between proposal and confirmation the new kit has no right at all."""
    scene = force()
    scene.do("signer.added", kst("kit"), **KIT)
    assert scene.void("recovery.used", kst("kit"), by="kit", admits=kst("new"))
    assert scene.void("person.added", per("new"), by="kit", details=b64("x"))


def test_recovery_alone() -> None:
    """With one administrator a new kit takes effect at once."""
    scene = alone()
    recovery(scene, "kit")
    assert in_force(scene) == [kst("kit")]
