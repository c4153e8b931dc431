"""Who is alone: nobody by their own act, and only while no other administrator could say no."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.domain.examples import AT
from tests.domain.fold import Fold, enrol, force, keys_of, kst, member, per
from tests.domain.voices import REVOKE, ask, council, end_bea, is_administrator, kinds
from vault.domain import voices


def _in_beas_name(scene: Fold) -> None:
    enrol(scene, "beb", "bea", vouches=True)
    scene.do("signer.revoked", kst("bea"), by="beb", **REVOKE)


def _rekeyed(scene: Fold) -> None:
    enrol(scene, "beb", "bea", vouches=True)
    scene.do("signer.revoked", kst("bea"), **REVOKE)


def _from_the_other_machine(scene: Fold) -> None:
    end_bea(scene, by="adb")
    scene.do("signer.revoked", kst("ada"), by="adb", **REVOKE)


def _to_and_fro(scene: Fold) -> None:
    for event in ("person.paused", "person.resumed", "person.paused"):
        scene.do(event, per("bea"), **AT)


def _by_a_ghost(scene: Fold) -> None:
    member(scene, "eve", "custodian", vouches=True)
    scene.do("person.left", per("bea"), by="eve", **AT)


Way = Callable[[Fold], object]
WAYS: dict[str, Way] = {
    "demoted": end_bea,
    "paused": lambda scene: scene.do("person.paused", per("bea"), **AT),
    "left": lambda scene: scene.do("person.left", per("bea"), **AT),
    "revoked": lambda scene: scene.do("signer.revoked", kst("bea"), **REVOKE),
    "by a custodian of their own": lambda scene: scene.do("person.left", per("bea"), by="cal", **AT),
    "by a ghost": _by_a_ghost,
    "in her name": _in_beas_name,
    "rekeyed": _rekeyed,
    "from the other machine": lambda scene: end_bea(scene, by="adb"),
    "from the other machine, then that alone": _from_the_other_machine,
    "to and fro": _to_and_fro,
}


def _author(scene: Fold) -> str:
    return "adb" if scene.row("keyset", id=kst("ada"))["revoked"] is not None else "ada"


@pytest.mark.parametrize("way", WAYS)
def test_nobody_is_alone_by_their_own_act(way: str) -> None:
    """However the other administrator is ended, what should take two still waits; the finding says why."""
    scene = council()
    WAYS[way](scene)
    by = _author(scene)
    seq = ask(scene, by=by)
    assert seq is not None and not is_administrator(scene, "hal")
    assert "alone_by_own_act" in kinds(scene)
    scene.do("signer.added", kst("kit"), by=by, **keys_of("kit"), purpose="recovery", vouches=True)
    made = scene.do("recovery.made", kst("kit"), by=by, seen_by=[scene.person_of(by)])
    assert scene.row("pending", seq=made)["confirmed"] is None
    assert scene.void("entry.confirmed", by=by, entry=seq)
    assert scene.void("entry.confirmed", by="cal", entry=seq), "Ada admitted Cal"
    if by == "ada":
        scene.do("entry.confirmed", by="cyd", entry=seq)
        assert is_administrator(scene, "hal")
    else:  # keys that Bea enrolled, and so did she admit Cyd: for all that anybody knows both are hers
        assert "one hand" in scene.void("entry.confirmed", by="cyd", entry=seq)


def test_a_custodian_of_later_confirms_nothing() -> None:
    """Somebody whom the other had admitted, and who is made custodian after the removal: too late."""
    scene = force()
    member(scene, "cyd", by="bea")
    end_bea(scene)
    scene.do("role.given", per("cyd"), role="custodian")
    assert "who was there" in scene.void("entry.confirmed", by="cyd", entry=ask(scene))


def test_keys_of_later_confirm_nothing() -> None:
    """A custodian's new keys, that the lone administrator enrolled, are not those that were there."""
    scene = council()
    end_bea(scene)
    enrol(scene, "cyb", "cyd", vouches=True)
    assert "one hand" in scene.void("entry.confirmed", by="cyb", entry=ask(scene))


def test_a_custodian_does_not_stand_in_for_an_administrator() -> None:
    """While another administrator can confirm, only they do."""
    scene = council()
    assert "so a custodian cannot" in scene.void("entry.confirmed", by="cyd", entry=ask(scene))


def test_the_kit_is_the_second_factor() -> None:
    """Using it after the removal makes the administrator alone again; a use before it does not."""
    scene = council()
    scene.do("recovery.used", kst("rec"), by="rec", admits=kst("new"))
    end_bea(scene)
    assert ask(scene) is not None
    scene.do("recovery.used", kst("rec"), by="rec", admits=kst("neu"))
    assert ask(scene) is None
    assert is_administrator(scene, "hal")


def test_who_went_by_themselves_or_by_another_leaves_one_alone() -> None:
    """Bea's own leaving, and her end by a custodian whom she admitted, are not Ada's acts."""
    for by in ("bea", "cyd"):
        scene = council()
        scene.do("person.left", per("bea"), by=by, **AT)
        assert "only_one_administrator" in kinds(scene)
        assert ask(scene) is None


def test_back_is_back() -> None:
    """Somebody who was paused, came back and went by themselves was not ended by anybody."""
    scene = force()
    scene.do("person.paused", per("bea"), **AT)
    scene.do("person.resumed", per("bea"), **AT)
    assert ask(scene) is not None
    scene.do("person.left", per("bea"), by="bea", **AT)
    assert ask(scene, person=per("amy")) is None


def test_a_third_administrator_still_confirms() -> None:
    """Ada ends Bea; Dan is there, and his word is asked as before."""
    scene = force()
    member(scene, "dan", vouches=True)
    scene.do("entry.confirmed", by="bea", entry=ask(scene, person=per("dan")), keyset=kst("dan"))
    end_bea(scene)
    assert "alone_by_own_act" not in kinds(scene)
    scene.do("entry.confirmed", by="dan", entry=ask(scene))
    assert is_administrator(scene, "hal")


def test_nobody_at_all() -> None:
    """A register without administrators asks for one, and names nobody."""
    assert not voices.two(Fold().reg)
    assert "only_one_administrator" in kinds(Fold())
