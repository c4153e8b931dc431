"""Devices: whose word is a fact, every way in which an entry is void, and what a loss writes."""

from __future__ import annotations

import pytest

from tests.domain.examples import AT, Refused, lose, named
from tests.domain.fold import acc, b64, dev, force, kst, per
from vault.domain import devices

CASES = [
    Refused("an id twice", "device.added", "in the register already", subject=dev("phone")),
    Refused("an unknown owner", "device.added", "its owner is not", {"person": per("eve")}),
    Refused("somebody else's", "device.added", "somebody else's device", {"person": per("ned")}),
    Refused("nobody's, by a holder", "device.added", "somebody else's device", {"person": None}),
    Refused("unknown", "device.changed", "the device is not", subject=dev("eve")),
    Refused("somebody else's", "device.changed", "only its owner", by="amy"),
    Refused("somebody else's", "device.signed_in", "only its owner", by="amy"),
    Refused("an unknown account", "device.signed_in", "the account is not", {"account": acc("eve")}),
    Refused("somebody else's", "device.lost", "only its owner", by="des"),
    Refused("twice", "device.lost", "lost already", after=lose),
    Refused("not lost", "device.found", "not lost", after=lambda s: s.do("device.found", dev("phone"), **AT)),
    Refused(
        "twice",
        "device.retired",
        "not in use",
        after=lambda s: s.do("device.retired", dev("phone"), **AT),
    ),
    Refused("an unknown person", "own_device.answered", "the person is not", subject=per("eve"), by="cal"),
    Refused("for another", "own_device.answered", "only the person", subject=per("ned")),
    Refused("nobody to be told", "notice.told", "that notice", {"recipient": "chief"}),
    Refused("another cause", "notice.told", "that notice", {"cause": 1}),
]


@pytest.mark.parametrize("case", named(CASES))
def test_void(case: Refused) -> None:
    """Each of these ways leaves nothing but a line in the list of void entries."""
    case.check()


def test_whose_word_is_a_fact() -> None:
    """Owner, custodian and administrator; anybody else files a claim; nobody owns a device of nobody."""
    scene = force()
    data = {"kind": "phone", "ownership": "force", "screen_lock": "no", "details": "A" * 43 + "="}
    scene.do("device.added", dev("pool"), by="cal", **data)
    ask = {"person": per("hal"), "roles": frozenset({"holder"})}
    assert devices.may_make_fact(scene.reg, dev("phone"), **ask)
    assert not devices.may_make_fact(scene.reg, dev("pool"), **ask)
    assert not devices.may_make_fact(scene.reg, dev("eve"), **ask)
    assert devices.may_make_fact(scene.reg, dev("pool"), person=per("cal"), roles=frozenset({"custodian"}))
    assert scene.void("device.lost", dev("pool"), by="hal", **AT, tell=["custodian"])


@pytest.mark.parametrize("enrolled", [False, True])
def test_a_device_that_is_given_away_holds_no_keys_of_its_former_owner(enrolled: bool) -> None:
    """Cal gives Ada's machine to Hal, with keys of Hal's on it or none; the loss of it then ends none of Ada's."""
    scene = force()
    data = {"kind": "laptop", "ownership": "force", "screen_lock": "yes", "details": b64("laptop")}
    scene.do("device.added", dev("laptop"), **data, person=per("ada"), keyset=kst("ada"))
    scene.do("device.changed", dev("laptop"), screen_lock="no", person=per("ada"))
    assert scene.row("device", id=dev("laptop"))["keyset"] == kst("ada")
    given = {"keyset": kst("hal")} if enrolled else {}
    scene.do("device.changed", dev("laptop"), by="cal", person=per("hal"), **given)
    assert scene.row("device", id=dev("laptop"))["keyset"] == given.get("keyset")
    lost = {**AT, "tell": [], "keyset": kst("ada")}
    assert "not on the device" in scene.void("device.lost", dev("laptop"), by="hal", **lost)


def test_a_loss_and_its_notices() -> None:
    """One entry: the loss, who is told in which order, and the password of what is signed in there, in class 1."""
    scene = force()
    scene.do("device.signed_in", dev("phone"), by="hal", account=acc("main"))
    assert (
        scene.changed(lambda: scene.do("device.signed_in", dev("phone"), by="hal", account=acc("main"))) == {}
    )
    seq = scene.do("device.lost", dev("phone"), by="hal", **AT, tell=["custodian", "it_desk"])
    assert [(r["position"], r["recipient"]) for r in scene.reg.find("notice", cause=seq)] == [
        (0, "custodian"),
        (1, "it_desk"),
    ]
    assert scene.row("device", id=dev("phone"))["lost"] == seq
    assert [(r["part"], r["class"]) for r in scene.reg.find("obligation")] == [("password", 1)]
    scene.do("notice.told", dev("phone"), by="cal", **AT, cause=seq, recipient="it_desk")
    assert [r["told_at"] for r in scene.reg.find("notice")] == [None, AT["occurred_at"]]
    scene.do("device.found", dev("phone"), by="hal", **AT)
    assert len(scene.reg.find("obligation", discharged=None)) == 1
    scene.do("device.signed_out", dev("phone"), by="hal", account=acc("main"))
    assert scene.reg.find("device_account", until_seq=None) == []


def test_an_answer_about_own_devices() -> None:
    """The newest answer counts; somebody's staff may write it down for them."""
    scene = force()
    scene.do("own_device.answered", per("ned"), by="cal", **AT, uses=True)
    scene.do("own_device.answered", per("ned"), by="cal", **AT, uses=False)
    assert scene.row("own_device", person=per("ned"))["uses"] == 0
