"""The states of a rotation, and what alone ends an obligation."""

from __future__ import annotations

import pytest

from tests.domain.fold import (
    DAY,
    TIME,
    Fold,
    acc,
    dev,
    force,
    give,
    grt,
    member,
    per,
    rot,
)
from vault.domain import exposure, keys, rotation, secrets

X = acc("main")
NEW_TOTP = {"password": "kept", "totp": "new"}


@pytest.fixture
def scene() -> Fold:
    """Hal holds the account's password and TOTP seed, version 1."""
    return force()


def owed(scene: Fold) -> set[tuple[str, int]]:
    return {(row["part"], row["class"]) for row in scene.reg.find("obligation", account=X, discharged=None)}


def step(scene: Fold, *steps: str, by: str = "cal", name: str = "one") -> None:
    for one in steps:
        scene.do(f"rotation.{one}", rot(name), by=by)


def leave(scene: Fold, name: str = "hal") -> int:
    return scene.do("person.left", per(name), by="ada", occurred_at=TIME)


def current(scene: Fold) -> int:
    row = secrets.current(scene.reg, X)
    assert row is not None
    return int(row["number"])


def test_only_the_last_door_ends_the_obligation(scene: Fold) -> None:
    """A verified new password discharges nothing while a door is open, and everything older once the last is shut."""
    leave(scene)
    scene.rotation("one", X, doors=["sessions", "recovery_email"], parts={"password": "new", "totp": "kept"})
    step(scene, "applied", "verified")
    scene.do("rotation.ticked", rot("one"), by="cal", doors={"sessions": "done"})
    assert owed(scene) == {("password", 3), ("totp", 3)}
    scene.do("rotation.ticked", rot("one"), by="cal", doors={"recovery_email": "absent"})
    assert owed(scene) == {("totp", 3)}, "the seed was kept"
    assert scene.row("rotation", id=rot("one"))["state"] == "done"


def test_a_new_component_older_than_the_cause_answers_nothing(scene: Fold) -> None:
    """The leaver could open the new version before they left: finishing its rotation leaves the password owed."""
    scene.rotation("one", X, doors=["sessions"])
    step(scene, "applied", "verified")
    leave(scene)
    scene.do("rotation.ticked", rot("one"), by="cal", doors={"sessions": "done"})
    assert ("password", 3) in owed(scene)


def test_a_prepared_version_that_the_leaver_could_open_is_abandoned(scene: Fold) -> None:
    """Nobody has typed it in, the leaver knows it: it must not become the password."""
    scene.rotation("one", X)
    leave(scene)
    assert scene.row("rotation", id=rot("one"))["state"] == "abandoned"
    assert scene.row("version", account=X, number=2)["state"] == "abandoned"
    assert current(scene) == 1
    scene.void("rotation.applied", rot("one"), by="cal")


def test_a_prepared_version_that_the_leaver_could_not_open_stays(scene: Fold) -> None:
    """Somebody else's leaving leaves it, and a rotation that has nothing prepared, alone."""
    scene.rotation("one", X)
    scene.do("person.left", per("ned"), by="ada", occurred_at=TIME)
    assert scene.row("rotation", id=rot("one"))["state"] == "prepared"


def test_a_rotation_of_what_the_platform_makes_survives_the_leaver(scene: Fold) -> None:
    """Nothing was prepared yet, so there is nothing that the leaver could know."""
    scene.start("one", X, number=1, doors=["totp"])
    leave(scene)
    assert scene.row("rotation", id=rot("one"))["state"] == "prepared"
    assert scene.row("version", account=X, number=1)["state"] == "current"


def test_who_has_an_open_exit_cannot_close_it(scene: Fold) -> None:
    """A custodian whose own grant ended cannot verify, tick or defer for that account; another one can."""
    member(scene, "dan", "custodian")
    scene.epoch("cusc", keys.CUSTODY, by="cal")
    give(scene, "dan", "dan", "main")
    scene.version(X)
    scene.do("grant.revoked", grt("dan"), by="ada", until=DAY, reason="moved")
    scene.rotation("one", X, doors=["sessions"])
    step(scene, "applied")
    assert "open exit" in scene.void("rotation.verified", rot("one"), by="dan")
    step(scene, "verified")
    assert "open exit" in scene.void("rotation.ticked", rot("one"), by="dan", doors={"sessions": "done"})
    deferral = {"part": "password", "until": DAY, "post": "digital_media_lead", "person": per("dan")}
    scene.void("obligation.deferred", X, by="dan", **deferral)
    scene.do("rotation.ticked", rot("one"), by="cal", doors={"sessions": "done"})


def test_a_deposit_by_somebody_with_an_open_exit_waits_for_another(scene: Fold) -> None:
    """The fact is taken, but that it closes their own exit is for somebody else to say."""
    member(scene, "dan", "custodian")
    scene.epoch("cusc", keys.CUSTODY, by="cal")
    give(scene, "dan", "dan", "main")
    scene.version(X)
    scene.do("grant.revoked", grt("dan"), by="ada", until=DAY, reason="moved")
    number = scene.version(X, by="dan")
    scene.start("one", X, by="dan", number=number, owner=per("dan"), deposit=True)
    assert scene.row("rotation", id=rot("one"))["state"] == "applied"
    assert owed(scene)
    step(scene, "verified", by="cal")
    assert not {part for part, _ in owed(scene)} & {"password"}


def test_a_deposit_supersedes_an_open_rotation(scene: Fold) -> None:
    """What the platform has now is a fact; the candidate that was under way is behind it."""
    scene.rotation("one", X)
    step(scene, "unknown")
    scene.version(X)
    assert scene.row("rotation", id=rot("one"))["state"] == "superseded"
    assert current(scene) == 3
    assert scene.row("version", account=X, number=2)["state"] == "superseded"


@pytest.mark.parametrize("answer", ["rejected", "abandoned"])
def test_a_candidate_that_failed_leaves_the_old_one_current(scene: Fold, answer: str) -> None:
    """Rejected or abandoned, the version before stays what it was."""
    scene.rotation("one", X)
    step(scene, answer)
    assert current(scene) == 1
    assert scene.row("version", account=X, number=2)["state"] == answer
    assert rotation.open_rotation(scene.reg, X) is None


def test_an_unknown_answer_keeps_both_and_allows_no_third(scene: Fold) -> None:
    """While nobody knows, old and new stay live, and no other rotation can be started."""
    scene.rotation("one", X)
    step(scene, "unknown")
    assert {origin for _, part, origin in exposure.live_values(scene.reg, X, ["password"])} == {1, 2}
    number = scene.version(X, why="rotation", previous=1)
    data = {"number": number, "owner": per("cal"), "lease_until": TIME, "doors": []}
    assert "open already" in scene.void("rotation.started", X, by="cal", rotation=rot("two"), **data)


def test_a_rotation_that_only_waits_for_doors_gives_way(scene: Fold) -> None:
    """A verified one does not stand in the way of the next: its password is known."""
    scene.rotation("one", X, doors=["sessions"])
    step(scene, "applied", "verified")
    scene.rotation("two", X, doors=["sessions"])
    assert scene.row("rotation", id=rot("one"))["state"] == "superseded"


def test_what_the_platform_made_takes_the_candidates_place(scene: Fold) -> None:
    """A TOTP seed arrives with `applied`: the door of that component is shut by the verified seed alone."""
    leave(scene)
    scene.rotation("one", X, doors=["totp"], parts={"password": "new", "totp": "kept"})
    number = scene.version(X, why="rotation", previous=2, parts=NEW_TOTP)
    scene.do("rotation.extended", rot("one"), by="cal", number=number)
    step(scene, "applied")
    assert rotation.doors_left(scene.reg, rot("one")) == ["totp"]
    assert owed(scene) == {("password", 3), ("totp", 3)}
    step(scene, "verified")
    assert owed(scene) == set()


def test_a_component_is_not_replaced_by_saying_so(scene: Fold) -> None:
    """`totp` can be ticked as absent, never as done."""
    scene.rotation("one", X, doors=["totp"])
    step(scene, "applied", "verified")
    assert "storing" in scene.void("rotation.ticked", rot("one"), by="cal", doors={"totp": "done"})
    scene.do("rotation.ticked", rot("one"), by="cal", doors={"totp": "absent"})


def test_a_later_component_that_fails_gives_back_the_verified_one(scene: Fold) -> None:
    """The password was verified, the new seed was refused: the rotation stands where it stood."""
    scene.rotation("one", X, doors=["totp"], parts={"password": "new", "totp": "kept"})
    step(scene, "applied", "verified")
    number = scene.version(X, why="rotation", previous=2, parts=NEW_TOTP)
    scene.do("rotation.extended", rot("one"), by="cal", number=number)
    assert scene.row("rotation", id=rot("one"))["state"] == "applied"
    step(scene, "rejected")
    row = scene.row("rotation", id=rot("one"))
    assert (row["state"], row["number"], row["ended"]) == ("verified", 2, None)
    assert current(scene) == 2


def test_a_platform_made_component_needs_to_be_stored_before_it_is_applied(scene: Fold) -> None:
    """A rotation without a prepared password has nothing to apply until the platform's seed is stored."""
    scene.start("one", X, number=1, doors=["totp"])
    assert "nothing new" in scene.void("rotation.applied", rot("one"), by="cal")
    assert "does not follow" in scene.void("rotation.extended", rot("one"), by="cal", number=1)
    number = scene.version(X, why="rotation", previous=1, parts=NEW_TOTP)
    scene.do("rotation.extended", rot("one"), by="cal", number=number)
    step(scene, "applied", "verified")
    assert scene.row("rotation", id=rot("one"))["state"] == "done"


def test_nothing_prepared_can_still_be_given_up(scene: Fold) -> None:
    """Abandoning it leaves the current version current."""
    scene.start("one", X, number=1, doors=["totp"])
    step(scene, "abandoned")
    assert current(scene) == 1


@pytest.mark.parametrize(
    ("event", "data", "reason"),
    [
        ("ticked", {"doors": {"sessions": "done"}}, "verified"),
        ("verified", {}, "prepared"),
    ],
)
def test_steps_come_in_order(scene: Fold, event: str, data: dict[str, object], reason: str) -> None:
    """A step that the state does not allow is void."""
    scene.rotation("one", X, doors=["sessions"])
    assert reason in scene.void(f"rotation.{event}", rot("one"), by="cal", **data)


def test_an_ended_rotation_takes_no_step(scene: Fold) -> None:
    """Neither a tick, nor another owner, nor another version."""
    scene.rotation("one", X)
    step(scene, "rejected")
    lease = {"owner": per("ada"), "lease_until": TIME}
    assert "ended" in scene.void("rotation.taken_over", rot("one"), by="ada", **lease)
    assert "ended" in scene.void("rotation.extended", rot("one"), by="ada", number=2)


def test_only_a_custodian_prepares_and_only_a_deposit_is_taken_for_one(scene: Fold) -> None:
    """A holder's rotation is void unless it is their deposit; a rotation's version is no deposit."""
    data = {"owner": per("hal"), "lease_until": TIME, "doors": []}
    assert "custodian" in scene.void("rotation.started", X, by="hal", rotation=rot("one"), number=1, **data)
    number = scene.version(X, why="rotation", previous=1)
    data = {"owner": per("cal"), "lease_until": TIME, "doors": [], "deposit": True}
    assert "deposit" in scene.void(
        "rotation.started", X, by="cal", rotation=rot("one"), number=number, **data
    )


def test_a_candidate_that_was_given_up_starts_no_rotation(scene: Fold) -> None:
    """A rejected version is no candidate again, and an id serves once."""
    scene.rotation("one", X)
    step(scene, "rejected")
    data = {"number": 2, "owner": per("cal"), "lease_until": TIME, "doors": []}
    assert "candidate" in scene.void("rotation.started", X, by="cal", rotation=rot("two"), **data)
    assert "id exists" in scene.void("rotation.started", X, by="cal", rotation=rot("one"), **data)


def test_a_door_that_the_platform_does_not_have_cannot_be_ticked(scene: Fold) -> None:
    """Only the doors of the beginning count."""
    scene.rotation("one", X, doors=["sessions"])
    step(scene, "applied", "verified")
    assert "no such door" in scene.void(
        "rotation.ticked", rot("one"), by="cal", doors={"app_passwords": "done"}
    )


def test_only_a_class_3_can_be_put_off(scene: Fold) -> None:
    """What was seen, or was on a lost device, is not deferred."""
    scene.do("device.signed_in", dev("phone"), by="hal", account=X)
    scene.do("device.lost", dev("phone"), by="hal", occurred_at=TIME, tell=["custodian"])
    data = {"part": "password", "until": DAY, "post": "digital_media_lead", "person": per("ada")}
    assert "class 3" in scene.void("obligation.deferred", X, by="cal", **data)
