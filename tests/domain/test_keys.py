"""Keysets, roles, epochs, recovery, invitations and confirmations: every way in which an entry is void."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.domain.examples import AT, EXAMPLES, Refused, leave, named, pause, use_recovery
from tests.domain.fold import (
    Fold,
    alone,
    b64,
    enrol,
    epo,
    force,
    inv,
    keys_of,
    kst,
    member,
    per,
    recovery,
)
from vault.domain import events as e
from vault.domain import findings, keys, table
from vault.domain import recovery as kits

LATER = "2026-12-01T00:00:00Z"
KIT = {**keys_of("kit"), "purpose": "recovery", "vouches": True}


def seals(scene: Fold, team: str, *, less: str = "", more: str = "") -> dict[str, object]:
    found = scene.epoch_data(team)["seals"]
    found.pop(kst(less), None)
    return {"seals": {**found, **({kst(more): b64("more")} if more else {})}}


CASES = [
    Refused("an id twice", "signer.added", "admitted before", subject=kst("hal")),
    Refused("a signing key twice", "signer.added", "admitted before", {"key": keys_of("hal")["key"]}),
    Refused("a sealing key twice", "signer.added", "admitted before", {"kem": keys_of("hal")["kem"]}),
    Refused("nobody's", "signer.added", "its person is not in the register", {"person": None}),
    Refused("a stranger's", "signer.added", "its person is not in the register", {"person": per("eve")}),
    Refused("a leaver's", "signer.added", "has left", after=leave("ned")),
    Refused("recovery of a person", "signer.added", "belongs to nobody", {"purpose": "recovery"}),
    Refused("by recovery, unannounced", "signer.added", "nothing else", by="rec"),
    Refused(
        "by recovery, not an administrator",
        "signer.added",
        "nothing else",
        after=use_recovery,
        by="rec",
        subject=kst("new"),
    ),
    Refused(
        "by recovery, a kit",
        "signer.added",
        "nothing else",
        KIT,
        after=use_recovery,
        by="rec",
        subject=kst("new"),
    ),
    Refused("unknown", "signer.revoked", "the keyset is not in the register", subject=kst("eve")),
    Refused(
        "twice",
        "signer.revoked",
        "revoked already",
        after=lambda s: s.do("signer.revoked", kst("hal"), by="hal", reason="lost"),
    ),
    Refused("somebody else's", "signer.revoked", "only its owner", by="hal", subject=kst("cal")),
    Refused("the kit in force", "signer.revoked", "ends when another is made", subject=kst("rec"), by="ada"),
    Refused("without vouching", "signer.vouching", "does not let", by="hal"),
    Refused("a stranger", "role.given", "the person is not in the register", subject=per("eve")),
    Refused("a leaver", "role.given", "has left", after=leave("ned"), subject=per("ned")),
    Refused("held already", "role.given", "has that role already", {"role": "desk"}),
    Refused("by recovery, unannounced", "role.given", "nothing else", {"role": "administrator"}, by="rec"),
    Refused(
        "by recovery, a holder", "role.given", "nothing else", {"role": "holder"}, use_recovery, by="rec"
    ),
    Refused("not held", "role.ended", "that role of the person", {"role": "desk"}),
    Refused(
        "the last administrator",
        "role.ended",
        "the last administrator",
        {"role": "administrator"},
        after=pause("bea"),
        subject=per("ada"),
    ),
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
    Refused("as the roles do not say", "signer.vouching", "say otherwise", {"vouches": True}),
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
    Refused("not proposed", "recovery.made", "not proposed", subject=kst("hal")),
    Refused("unknown", "recovery.made", "not in the register", subject=kst("eve")),
    Refused("the one in force", "recovery.made", "not proposed", subject=kst("rec")),
    Refused("for another", "recovery.used", "for itself alone", subject=kst("ada")),
    Refused(
        "an id twice",
        "invitation.made",
        "made before",
        after=lambda s: s.do(
            "invitation.made",
            inv("one"),
            by="bea",
            person=per("ned"),
            key=b64("k"),
            roles=["holder"],
            expires=LATER,
        ),
    ),
    Refused("a stranger", "invitation.made", "the person is not in the register", {"person": per("eve")}),
    Refused("a leaver", "invitation.made", "paused or has left", after=leave("ned")),
    Refused("a keyset of another", "invitation.made", "not the person's", {"replaces": [kst("hal")]}),
    Refused("an unknown keyset", "invitation.made", "not the person's", {"replaces": [kst("eve")]}),
    Refused("unknown", "invitation.used", "the invitation is not", subject=inv("eve")),
    Refused(
        "twice",
        "invitation.used",
        "used before",
        after=lambda s: s.do("invitation.used", inv("ned"), keyset=kst("ned")),
    ),
    Refused("too late", "invitation.used", "has expired", {"time": "2027-01-01T00:00:00Z"}),
    Refused("an unknown keyset", "invitation.used", "its keyset is not", {"keyset": kst("eve")}),
    Refused("somebody else's keyset", "invitation.used", "for another person", {"keyset": kst("hal")}),
    Refused("nothing waits", "entry.confirmed", "a waiting entry is not", {"entry": 0}),
    Refused("by the same person", "entry.confirmed", "must be another person", by="ada"),
    Refused(
        "twice",
        "entry.confirmed",
        "confirmed already",
        after=lambda s: s.do("entry.confirmed", by="bea", entry=s.seq - 1),
    ),
    Refused(
        "given meanwhile",
        "entry.confirmed",
        "has that role already",
        after=lambda s: s.reg.put("role", person=per("amy"), role="administrator", since=0, until=None),
    ),
]


def test_who_left_before_the_second_word_gets_no_role() -> None:
    """What waits for somebody's role is judged again: they have left since."""
    scene, data = EXAMPLES["entry.confirmed"].scene()
    scene.do("person.left", per("amy"), **AT)
    assert "has left" in scene.void("entry.confirmed", by="bea", entry=data["entry"])


ENDS: dict[str, Callable[[Fold], object]] = {
    "left": leave("ada", by="bea"),
    "paused": lambda s: s.do("person.paused", per("ada"), by="bea", **AT),
    "demoted": lambda s: s.do("role.ended", per("ada"), by="bea", role="administrator"),
    "revoked": lambda s: s.do("signer.revoked", kst("ada"), by="bea", reason="lost"),
}


@pytest.mark.parametrize("end", ENDS)
def test_what_waits_does_not_outlive_its_author(end: str) -> None:
    """Ada asked, and is no administrator any more: a later word makes nobody administrator; her return would."""
    scene, data = EXAMPLES["entry.confirmed"].scene()
    waiting = scene.row("pending", confirmed=None)
    assert keys.stands(scene.reg, waiting)
    ENDS[end](scene)
    assert not keys.stands(scene.reg, waiting)
    assert "no administrator any more" in scene.void("entry.confirmed", by="bea", **data)
    assert "waiting_for_confirmation" not in {found.kind for found in findings.record(scene.reg)}
    if end == "paused":
        scene.do("person.resumed", per("ada"), by="bea", **AT)
        scene.do("entry.confirmed", by="bea", **data)


def test_every_event_that_waits_is_an_administrators() -> None:
    """`keys.stands` asks for that role and no other."""
    waits = [event for event in table.TABLE.values() if event.confirm is not None]
    assert {event.by - {e.RECOVERY} for event in waits} == {e.ADMINISTRATORS}


def in_force(scene: Fold) -> list[str]:
    """The kits that work today."""
    return [row["id"] for row in scene.reg.find("keyset", purpose="recovery", revoked=None)]


@pytest.mark.parametrize("case", named(CASES))
def test_void(case: Refused) -> None:
    """Each of these ways leaves nothing but a line in the list of void entries."""
    case.check()


def test_own_second_keyset_does_not_confirm() -> None:
    """Two machines of one administrator are one person."""
    scene, data = EXAMPLES["entry.confirmed"].scene()
    enrol(scene, "ada2", "ada", vouches=True)
    assert "another person" in scene.void("entry.confirmed", by="ada2", **data)


def test_a_second_administrator_is_asked() -> None:
    """With two administrators, a third waits for the other's word; alone, the first takes effect at once."""
    scene = force()
    seq = scene.do("role.given", per("amy"), role="administrator")
    assert not scene.reg.find("role", person=per("amy"), role="administrator")
    waiting = scene.row("pending", seq=seq)
    assert (waiting["person"], waiting["confirmed"]) == (per("ada"), None)
    done = scene.do("entry.confirmed", by="bea", entry=seq)
    assert scene.row("role", person=per("amy"), role="administrator")["since"] == done
    assert scene.row("pending", seq=seq)["confirmed"] == done
    lone = alone()
    member(lone, "bea")
    lone.do("role.given", per("bea"), role="administrator")
    assert keys.members(lone.reg, "administrator") == [per("ada"), per("bea")]


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


def test_teams_and_who_belongs() -> None:
    """Custodians open secrets, administrators, custodians and auditors the register, recovery both."""
    scene = force()
    assert keys.team_keysets(scene.reg, "custody") == sorted(map(kst, ("ada", "cal", "rec")))
    assert keys.team_keysets(scene.reg, "register") == sorted(map(kst, ("ada", "amy", "bea", "cal", "rec")))
    assert not keys.epoch_due(scene.reg, "custody")
    pause("cal")(scene)
    assert keys.epoch_due(scene.reg, "custody")
    assert keys.roles_of(scene.reg, per("cal")) == frozenset()
    assert keys.roles_of(scene.reg, per("eve")) == frozenset()
    assert keys.epoch_due(Fold().reg, "custody")
    assert keys.newest_epoch(Fold().reg, "custody") is None


def test_an_epoch_is_kept_as_it_was_written() -> None:
    """Number, public key, predecessor and each seal stand in the register."""
    scene = force()
    row = scene.row("epoch", id=epo("cusb"))
    assert (row["number"], row["author"], row["predecessor"]) == (2, kst("cal"), b64("predecessor"))
    assert scene.row("epoch", id=epo("cus"))["predecessor"] is None
    assert scene.row("epoch_seal", epoch=epo("cusb"), keyset=kst("cal"))["seal"] == b64(kst("cal"))


def test_who_vouches() -> None:
    """Administrators and custodians; nobody else, and nobody while paused."""
    scene = force()
    cast = ("ada", "bea", "cal", "hal", "amy", "des", "ned")
    assert [name for name in cast if keys.vouches(scene.reg, per(name))] == ["ada", "bea", "cal"]
    pause("cal")(scene)
    assert not keys.vouches(scene.reg, per("cal"))


def test_the_end_of_custody_is_a_cause() -> None:
    """Who was a custodian could open everything, and saw what they deposited; another role ends without a cause."""
    scene = force()
    scene.do("role.ended", per("hal"), role="holder")
    assert not scene.reg.find("cause")
    scene.do("role.ended", per("cal"), role="custodian")
    assert scene.row("cause")["kind"] == "custody_ended"
    assert {(row["part"], row["class"]) for row in scene.reg.find("obligation")} == {
        ("password", 2),
        ("totp", 2),
    }


def test_author() -> None:
    """Who stands behind a keyset: person and roles, recovery's one, nobody for a stranger or a revoked one."""
    from vault.domain.table import author

    scene = force()
    assert author(scene.reg, kst("cal"), "x", {}) == (per("cal"), frozenset({e.CUSTODIAN}))
    assert author(scene.reg, kst("rec"), "x", {}) == ("", frozenset({e.RECOVERY}))
    assert author(scene.reg, kst("eve"), "x", {}) == ("", frozenset())
    scene.do("signer.revoked", kst("cal"), reason="lost")
    assert author(scene.reg, kst("cal"), "x", {}) == ("", frozenset())


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


def test_a_key_that_still_vouches_gives_no_right() -> None:
    """Its holder is no longer staff: the log would let them end somebody's keys, the register does not."""
    scene = force()
    scene.do("role.given", per("cal"), by="ada", role="holder")
    scene.do("role.ended", per("cal"), by="ada", role="custodian")
    assert "only its owner" in scene.void("signer.revoked", kst("hal"), by="cal", reason="lost")


def test_who_has_left_has_no_key_to_end() -> None:
    """Their leaving ended it in the register, of which the log's list of signers knows nothing."""
    scene = force()
    leave("hal")(scene)
    assert "revoked already" in scene.void("signer.revoked", kst("hal"), by="cal", reason="lost")
