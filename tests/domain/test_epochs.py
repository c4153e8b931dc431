"""Epochs: every way in which one is void; who may leave one out, what is owed then, how long it is a finding."""

from __future__ import annotations

import pytest

from tests.domain.examples import AT, Refused, named
from tests.domain.fold import Fold, acc, b64, enrol, epo, force, kst, per
from vault.domain import findings, keys


def seals(scene: Fold, team: str, *, less: str = "", more: str = "") -> dict[str, object]:
    found = scene.epoch_data(team)["seals"]
    found.pop(kst(less), None)
    return {"seals": {**found, **({kst(more): b64("more")} if more else {})}}


CASES = [
    Refused("not of the team", "epoch.started", "only a member of the team", by="amy"),
    Refused("no reader of the register", "epoch.started", "only a member", {"team": "register"}, by="hal"),
    Refused(
        "by recovery, not due",
        "epoch.started",
        "only a member of the team",
        after=lambda s: s.epoch("mid", keys.CUSTODY, by="cal"),
        by="rec",
    ),
    Refused("not due", "epoch.started", "not due", after=lambda s: s.epoch("mid", keys.CUSTODY, by="cal")),
    Refused("number repeated", "epoch.started", "number is not the next", {"number": 2}),
    Refused("number left out", "epoch.started", "number is not the next", {"number": 4}),
    Refused("no predecessor", "epoch.started", "seals its predecessor", {"predecessor": None}),
    Refused(
        "one recipient less", "epoch.started", "exactly those", lambda s: seals(s, "custody", less="cal")
    ),
    Refused("without recovery", "epoch.started", "exactly those", lambda s: seals(s, "custody", less="rec")),
    Refused(
        "one recipient more", "epoch.started", "exactly those", lambda s: seals(s, "custody", more="hal")
    ),
    Refused("an id twice", "epoch.started", "exists already", subject=epo("cusb")),
]


@pytest.mark.parametrize("case", named(CASES))
def test_void(case: Refused) -> None:
    """Each of these ways leaves nothing but a line in the list of void entries."""
    case.check()


def test_an_epoch_is_kept_as_it_was_written() -> None:
    """Number, public key, predecessor and each seal stand in the register."""
    scene = force()
    row = scene.row("epoch", id=epo("cusb"))
    assert (row["number"], row["author"], row["predecessor"]) == (2, kst("cal"), b64("predecessor"))
    assert scene.row("epoch", id=epo("cus"))["predecessor"] is None
    assert scene.row("epoch_seal", epoch=epo("cusb"), keyset=kst("cal"))["seal"] == b64(kst("cal"))


def leave_out(scene: Fold, name: str = "cuz", *, by: str = "ada", follows: str = "cus") -> int:
    """Ada's epoch follows her first one, past Cal's."""
    return scene.epoch(name, keys.CUSTODY, by=by, follows=epo(follows))


def found(scene: Fold) -> list[findings.Finding]:
    return [one for one in findings.record(scene.reg) if one.kind == "epoch_skipped"]


def test_what_was_sealed_to_it_is_owed_and_said() -> None:
    """Both components of the account's version, in class 3; the finding names the author."""
    scene = force()
    seq = leave_out(scene)
    assert not keys.epoch_due(scene.reg, keys.CUSTODY)
    assert scene.row("epoch", id=epo("cusb"))["skipped"] == seq
    assert scene.row("epoch", id=epo("cuz"))["follows"] == epo("cus")
    assert {(r["part"], r["class"], r["cause"]) for r in scene.reg.find("obligation")} == {
        ("password", 3, seq),
        ("totp", 3, seq),
    }
    (one,) = found(scene)
    assert one.evidence == (scene.row("epoch", id=epo("cusb"))["seq"], seq)
    assert (one.subject, "1 versions are sealed to it" in one.words) == (per("cal"), True)


def test_the_finding_ends_when_one_of_the_two_is_gone() -> None:
    """Not while anything live is sealed to it, and not while both are of the team."""
    scene = force()
    leave_out(scene)
    scene.version(acc("main"), by="ada", parts={"password": "new", "totp": "new"})
    assert [one.words.endswith("made the next") for one in found(scene)] == [True]
    scene.do("person.left", per("cal"), **AT)
    assert found(scene) == []


def test_nothing_sealed_nothing_owed() -> None:
    """An epoch that held no version is no cause of anything."""
    scene = force()
    leave_out(scene, by="ada", name="rez", follows="cus")
    causes = len(scene.reg.find("cause"))
    scene.do("role.given", per("ned"), role="custodian")
    enrol(scene, "ned", "ned", vouches=True)
    scene.epoch("cuy", keys.CUSTODY, by="cal")
    leave_out(scene, name="cux", follows="rez")
    assert len(scene.reg.find("cause")) == causes


@pytest.mark.parametrize("used", [True, False])
def test_the_kit_may_only_while_it_readmits(used: bool) -> None:
    """Announced first, like everything that the kit does; else it starts no epoch that is not due."""
    scene = force()
    if used:
        scene.do("recovery.used", kst("rec"), by="rec", admits=kst("new"))
        leave_out(scene, by="rec")
    else:
        data = scene.epoch_data(keys.CUSTODY)
        said = scene.void("epoch.started", epo("cuz"), by="rec", **{**data, "follows": epo("cus")})
        assert "only a member" in said


@pytest.mark.parametrize(
    ("by", "follows", "reason"),
    [
        ("cal", "cus", "not sealed to its author"),
        ("ada", "cusb", "only to leave out"),
        ("ada", "reg", "another team's"),
        ("ada", "eve", "not in the register"),
        ("hal", "cus", "only a member"),
    ],
)
def test_what_is_not_left_out(by: str, follows: str, reason: str) -> None:
    """Only an older epoch of the team is followed, by somebody to whom it was sealed."""
    scene = force()
    data = {**scene.epoch_data(keys.CUSTODY), "follows": epo(follows)}
    assert reason in scene.void("epoch.started", epo("cuz"), by=by, **data)


def test_ones_own_is_not_left_out() -> None:
    """Whoever made an epoch opens it; and what was left out once is not followed."""
    scene = force()
    leave_out(scene)
    data = scene.epoch_data(keys.CUSTODY)
    assert "no reason" in scene.void("epoch.started", epo("cuy"), **{**data, "follows": epo("cus")})
    assert "skipped itself" in scene.void("epoch.started", epo("cuy"), **{**data, "follows": epo("cusb")})


def test_what_the_platform_has_no_more_is_not_owed() -> None:
    """A second factor that was ended is nothing to make anew, whatever its epoch."""
    scene = force()
    for kind in ("authenticator_app", "none"):
        scene.do("factor.set", acc("main"), channel="second_factor", kind=kind)
    assert [row["gone"] for row in scene.reg.find("part", part="totp")] != [None]
    leave_out(scene)
    assert {row["part"] for row in scene.reg.find("obligation")} == {"password"}


def test_the_kit_leaves_nothing_out_unannounced() -> None:
    """A custody epoch that is due for another reason is no way round saying so first."""
    scene = force()
    scene.do("role.given", per("ned"), role="custodian")
    enrol(scene, "ned", "ned", vouches=True)
    data = {**scene.epoch_data(keys.CUSTODY), "follows": epo("cus")}
    assert "only a member" in scene.void("epoch.started", epo("cuz"), by="rec", **data)
    scene.do("epoch.started", epo("cuz"), by="rec", **scene.epoch_data(keys.CUSTODY))
