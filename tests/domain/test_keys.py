"""Keysets and roles: every way in which an entry is void, and what each changes."""

from __future__ import annotations

import pytest

from tests.domain.examples import Refused, leave, named, pause, use_recovery
from tests.domain.fold import Fold, force, keys_of, kst, per
from vault.domain import events as e
from vault.domain import keys

KIT = {**keys_of("kit"), "purpose": "recovery", "vouches": True}


CASES = [
    Refused("an id twice", "signer.added", "admitted before", subject=kst("hal")),
    Refused("a signing key twice", "signer.added", "admitted before", {"key": keys_of("hal")["key"]}),
    Refused("a sealing key twice", "signer.added", "admitted before", {"kem": keys_of("hal")["kem"]}),
    Refused("nobody's", "signer.added", "its person is not in the register", {"person": None}),
    Refused("a stranger's", "signer.added", "its person is not in the register", {"person": per("eve")}),
    Refused("a leaver's", "signer.added", "has left", after=leave("ned")),
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
    Refused("as the roles do not say", "signer.vouching", "say otherwise", {"vouches": True}),
]


@pytest.mark.parametrize("case", named(CASES))
def test_void(case: Refused) -> None:
    """Each of these ways leaves nothing but a line in the list of void entries."""
    case.check()


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
