"""What was exposed to whom, component by component, and what follows."""

from __future__ import annotations

import pytest

from tests.domain.fold import DAY, EARLIER, TIME, Fold, acc, dev, force, give, keys_of, kst, per, rot, tem
from vault.domain import exposure, keys
from vault.domain.table import fold
from vault.store.register import State

X = acc("main")


@pytest.fixture
def scene() -> Fold:
    return force()


def owed(scene: Fold) -> set[tuple[str, int, int]]:
    rows = scene.reg.find("obligation", account=X, discharged=None)
    return {(row["part"], row["origin"], row["class"]) for row in rows}


def see(scene: Fold, person: str, *parts: str, **other: object) -> None:
    data = {"number": 1, "parts": list(parts), "person": per(person), "how": "handed_over", **other}
    scene.do("secret.seen", X, by="cal", **data)


def leave(scene: Fold, name: str) -> None:
    scene.do("person.left", per(name), by="ada", occurred_at=TIME)


def test_what_was_seen_is_worse_than_what_could_be_opened(scene: Fold) -> None:
    """A leaver owes class 2 for what they saw and class 3 for what they only could open."""
    see(scene, "hal", "password")
    leave(scene, "hal")
    assert owed(scene) == {("password", 1, 2), ("totp", 1, 3)}


def test_somebody_without_keys_owes_only_what_they_saw(scene: Fold) -> None:
    """Ned was handed the password, and never the seed."""
    see(scene, "ned", "password")
    leave(scene, "ned")
    assert owed(scene) == {("password", 1, 2)}


def test_kept_components_accumulate_exposure(scene: Fold) -> None:
    """The seed kept by version 2 is as exposed as it was in version 1: whoever opened either owes it."""
    see(scene, "ned", "totp")
    scene.version(X, previous=1, parts={"password": "new", "totp": "kept"})
    leave(scene, "ned")
    leave(scene, "hal")
    assert owed(scene) == {("totp", 1, 2), ("totp", 1, 3), ("password", 2, 3)}


def test_what_was_replaced_before_they_left_is_not_owed(scene: Fold) -> None:
    """Ned saw a password that is no longer in force."""
    see(scene, "ned", "password")
    scene.version(X, previous=1, parts={"password": "new", "totp": "kept"})
    leave(scene, "ned")
    assert owed(scene) == set()


def test_a_revoked_keyset_still_opens_what_it_was_sealed(scene: Fold) -> None:
    """Revoking a keyset takes nothing back: its owner's leaving still owes."""
    scene.do("signer.revoked", kst("hal"), by="ada", reason="replaced")
    leave(scene, "hal")
    assert owed(scene) == {("password", 1, 3), ("totp", 1, 3)}


def test_a_custodian_could_open_everything(scene: Fold) -> None:
    """A custodian's leaving owes what their epochs open; what they typed in themselves was seen."""
    leave(scene, "cal")
    assert owed(scene) == {("password", 1, 2), ("totp", 1, 2)}


def test_who_changed_it_and_who_typed_it_know_it(scene: Fold) -> None:
    """A deposit exposes the new components to the changer and to the depositor, on the depositor's machine."""
    data = {
        "details": scene.row("device", id=dev("phone"))["details"],
        "screen_lock": "yes",
        "keyset": kst("cal"),
    }
    scene.do(
        "device.added", dev("cal"), by="cal", kind="laptop", ownership="force", person=per("cal"), **data
    )
    scene.version(X, previous=1, parts={"password": "new", "totp": "kept"}, changed_by=per("ned"))
    rows = {(r["person"], r["device"], r["part"], r["how"]) for r in scene.reg.find("exposure", number=2)}
    assert rows == {
        (per("ned"), None, "password", "entered"),
        (per("cal"), dev("cal"), "password", "entered"),
    }


def test_a_password_that_the_vault_made_was_typed_by_nobody(scene: Fold) -> None:
    """A rotation exposes what the platform made and a custodian typed in; not the generated password."""
    scene.version(X, why="rotation", previous=1, parts={"password": "new", "totp": "new"})
    assert {r["part"] for r in scene.reg.find("exposure", number=2)} == {"totp"}


def test_a_lost_device_endangers_what_is_on_it(scene: Fold) -> None:
    """Signed in: the password. An authenticator on it: the seed. Seen on it: that component."""
    scene.do("device.signed_in", dev("phone"), by="hal", account=X)
    factor = {"channel": "second_factor", "kind": "authenticator_app", "device": dev("phone")}
    scene.do("factor.set", X, by="cal", **factor)
    scene.do("device.lost", dev("phone"), by="hal", occurred_at=TIME, tell=["custodian"])
    assert owed(scene) == {("password", 1, 1), ("totp", 1, 1)}


def test_what_an_owner_saw_nobody_knows_where_counts_for_their_lost_device(scene: Fold) -> None:
    """Missing evidence is not innocence: class 2."""
    see(scene, "hal", "password")
    scene.do("device.lost", dev("phone"), by="hal", occurred_at=TIME, tell=["custodian"])
    assert owed(scene) == {("password", 1, 2)}


def test_a_factor_without_a_stored_part_endangers_the_password(scene: Fold) -> None:
    """Texts go to the lost phone and no recovery is stored: the password is what can be changed."""
    scene.do("factor.set", X, by="cal", channel="recovery_phone", kind="sms", device=dev("phone"))
    scene.do("device.lost", dev("phone"), by="hal", occurred_at=TIME, tell=["custodian"])
    assert owed(scene) == {("password", 1, 1)}


def test_a_teams_change_owes_the_password_alone(scene: Fold) -> None:
    """Who joins an owning team makes the password due, graded by what they had of it."""
    scene.do("team.joined", tem("dmt"), by="ada", person=per("ned"), since=DAY, rotate=True)
    assert owed(scene) == {("password", 1, 3)}


def test_a_revoked_grant_owes_its_own_account_alone(scene: Fold) -> None:
    """What the person holds elsewhere is not touched."""
    data = {"platform": "x", "owner_kind": "team", "details": scene.row("account", id=X)["details"]}
    scene.do("account.added", acc("other"), by="cal", **data)
    give(scene, "other", "hal", "other")
    scene.version(acc("other"))
    scene.do("grant.revoked", "grt-main" + "a" * 12, by="ada", until=DAY, reason="moved")
    assert {row["account"] for row in scene.reg.find("obligation")} == {X}


def test_a_compromised_account_owes_everything_at_once(scene: Fold) -> None:
    """Whatever is live, in class 1."""
    scene.do("account.compromised", X, by="cal", occurred_at=EARLIER)
    assert owed(scene) == {("password", 1, 1), ("totp", 1, 1)}
    assert scene.row("cause", account=X)["occurred_at"] == EARLIER


def test_obligations_are_the_same_after_a_replay(scene: Fold) -> None:
    """There is no flag: folding the same facts again gives the same obligations, row for row."""
    see(scene, "ned", "password")
    leave(scene, "ned")
    scene.rotation("one", X, doors=["sessions"])
    scene.do("rotation.applied", rot("one"), by="cal")
    again = State.memory()
    for fact in scene.facts:
        fold(again, fact)
    assert scene.reg.find("obligation") == again.find("obligation") != []
    assert scene.reg.find("exposure") == again.find("exposure") != []


def test_only_a_custodian_records_what_somebody_else_saw(scene: Fold) -> None:
    """A holder says what they saw themselves, and nothing about others."""
    data = {"number": 1, "parts": ["password"], "how": "revealed"}
    assert "custodian" in scene.void("secret.seen", X, by="hal", person=per("ned"), **data)
    scene.do("secret.seen", X, by="hal", person=per("hal"), **data)


def test_only_live_values_count(scene: Fold) -> None:
    """live_values gives current and candidates, by part."""
    scene.rotation("one", X)
    assert exposure.live_values(scene.reg, X, ["password"]) == {(X, "password", 1), (X, "password", 2)}


def test_a_device_that_is_nobodys_endangers_what_was_seen_on_it(scene: Fold) -> None:
    """A pool phone has no owner whose unplaced sights would count; what was seen on it is class 1."""
    data = {"kind": "phone", "ownership": "force", "screen_lock": "yes"}
    scene.do(
        "device.added", dev("pool"), by="cal", details=scene.row("device", id=dev("phone"))["details"], **data
    )
    see(scene, "hal", "totp", device=dev("pool"))
    scene.do("device.lost", dev("pool"), by="cal", occurred_at=TIME, tell=["custodian"])
    assert owed(scene) == {("totp", 1, 1)}


def renew_kit(scene: Fold, name: str, *seen_by: str, sealed: bool = True) -> None:
    """Another kit, that these saw beside Ada, who made it; custody's next epoch is sealed to it."""
    scene.do("signer.added", kst(name), **keys_of(name), purpose="recovery", vouches=True)
    seen = [per(person) for person in ("ada", *seen_by)]
    waiting = scene.do("recovery.made", kst(name), seen_by=seen)
    scene.do("entry.confirmed", by="bea", entry=waiting)
    if sealed:
        scene.epoch(f"{name}c", keys.CUSTODY, by="cal")


@pytest.mark.parametrize("sealed", [False, True])
def test_whoever_saw_a_kit_could_open_everything(scene: Fold, sealed: bool) -> None:
    """Amy, an auditor, saw the kit: its lines open what is in force, or will with the next epoch."""
    renew_kit(scene, "kit", "amy", sealed=sealed)
    assert scene.reg.find("role", person=per("amy"), role="custodian") == []
    leave(scene, "amy")
    assert owed(scene) == {("password", 1, 3), ("totp", 1, 3)}


def test_a_kit_that_ended_opens_what_was_written_before(scene: Fold) -> None:
    """Renewing the kit changes no password: what Amy's kit opened is owed, what was written later is not."""
    renew_kit(scene, "kit", "amy")
    renew_kit(scene, "neu", "bea")
    scene.version(X, parts={"password": "new", "totp": "kept"}, why="rotation")
    leave(scene, "amy")
    assert ("totp", 1, 3) in owed(scene) and ("password", 2, 3) not in owed(scene)


def test_who_saw_no_kit_owes_nothing_by_it(scene: Fold) -> None:
    """The control: the same leaver, another's kit."""
    renew_kit(scene, "kit", "bea")
    leave(scene, "amy")
    assert owed(scene) == set()
