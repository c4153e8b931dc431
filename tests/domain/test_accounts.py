"""Accounts and second factors: every way in which an entry is void, and what each changes."""

from __future__ import annotations

import pytest

from tests.domain.examples import ACCOUNT, AT, Refused, named
from tests.domain.fold import DAY, TIME, acc, b64, dev, force, per, req, rot, tem

FACTOR = {"channel": "second_factor", "kind": "sms"}


def opened(scene):  # type: ignore[no-untyped-def]
    scene.do("account.opened", acc("other"), by="cal", **ACCOUNT, request=req("new"))


def asked(scene):  # type: ignore[no-untyped-def]
    data = {"account": acc("main"), "person": per("ned"), "requester": per("hal"), "kind": "secret"}
    scene.do("access.requested", req("access"), by="hal", **data, details=b64("why"))


def closed_by_a_leaver(scene):  # type: ignore[no-untyped-def]
    """Cal leaves the owning team, may not say that this is settled, and closes the account."""
    scene.do("team.joined", tem("dmt"), person=per("cal"), since=DAY, rotate=False)
    scene.do("team.left", tem("dmt"), person=per("cal"), until=DAY, rotate=True)
    scene.do("account.closed", acc("main"), by="cal", **AT)


CASES = [
    Refused("an id twice", "account.opened", "in the register already", subject=acc("main")),
    Refused("an unknown request", "account.opened", "its request is not", {"request": req("eve")}),
    Refused("a used request", "account.opened", "used already", after=opened),
    Refused("a request for access", "account.opened", "something else", {"request": req("access")}, asked),
    Refused("an unknown team", "account.added", "its team is not", {"team": tem("eve")}),
    Refused("an id twice", "account.imported", "in the register already", subject=acc("main")),
    Refused("unknown", "account.changed", "the account is not", subject=acc("eve")),
    Refused("an unknown team", "account.changed", "its team is not", {"team": tem("eve")}),
    Refused(
        "frozen twice",
        "account.frozen",
        "the account is frozen",
        after=lambda s: s.do("account.frozen", acc("main"), **AT),
    ),
    Refused(
        "not frozen",
        "account.unfrozen",
        "the account is open",
        after=lambda s: s.do("account.unfrozen", acc("main"), **AT),
    ),
    Refused(
        "twice",
        "account.closed",
        "the account is closed",
        after=lambda s: s.do("account.closed", acc("main"), **AT),
    ),
    Refused(
        "again by who is the reason",
        "account.closed",
        "who has an open exit",
        after=closed_by_a_leaver,
        by="cal",
    ),
    Refused("unknown", "factor.set", "the account is not", subject=acc("eve")),
    Refused("an unknown device", "factor.set", "the device is not", {"device": dev("eve")}),
    Refused("an unknown person", "factor.set", "the person is not", {"person": per("eve")}),
]


@pytest.mark.parametrize("case", named(CASES))
def test_void(case: Refused) -> None:
    """Each of these ways leaves nothing but a line in the list of void entries."""
    case.check()


def test_opening_uses_the_request() -> None:
    """The account carries its request, and the request is used."""
    scene = force()
    scene.do("account.requested", req("new"), by="hal", **ACCOUNT, requester=per("hal"), team=tem("dmt"))
    scene.do(
        "account.opened", acc("new"), by="cal", **ACCOUNT, request=req("new"), created_on=DAY, type="main"
    )
    row = scene.row("account", id=acc("new"))
    assert (row["request"], row["state"], row["created_on"], row["type"]) == (req("new"), "open", DAY, "main")
    assert scene.row("request", id=req("new"))["state"] == "opened"


def test_a_factor_replaces_the_one_of_its_channel() -> None:
    """One second factor at a time for each channel; "none" ends it without another."""
    scene = force()
    first = scene.do("factor.set", acc("main"), **FACTOR, person=per("hal"))
    scene.do("factor.set", acc("main"), channel="recovery_email", kind="email")
    last = scene.do("factor.set", acc("main"), channel="second_factor", kind="none")
    assert scene.row("factor", seq=first)["until_seq"] == last
    assert [row["channel"] for row in scene.reg.find("factor", until_seq=None)] == ["recovery_email"]


def owed(scene):  # type: ignore[no-untyped-def]
    return {row["part"] for row in scene.reg.find("obligation", discharged=None)}


def test_a_second_factor_that_is_ended_is_owed_no_more() -> None:
    """The seed that a leaver knew is no way in once the platform asks for it no more, nor owed by a later cause."""
    scene = force()
    scene.do("factor.set", acc("main"), channel="second_factor", kind="authenticator_app", person=per("hal"))
    scene.do("account.compromised", acc("main"), by="cal", **AT)
    assert owed(scene) == {"password", "totp"}
    scene.do("factor.set", acc("main"), channel="second_factor", kind="sms")
    assert owed(scene) == {"password"}
    scene.do("account.compromised", acc("main"), by="cal", **AT)
    assert owed(scene) == {"password"}
    parts = {"password": "new", "totp": "kept"}
    scene.version(acc("main"), previous=1, parts=parts)  # kept, it stays as gone as it was
    scene.do("account.compromised", acc("main"), by="cal", **AT)
    assert owed(scene) == {"password"}
    scene.do("version.written", acc("main"), by="cal", **left_out(scene))
    scene.version(acc("main"), previous=3, parts={"password": "kept", "totp": "new"})
    scene.do("account.compromised", acc("main"), by="cal", **AT)
    assert owed(scene) == {"password", "totp"}


def left_out(scene):  # type: ignore[no-untyped-def]
    """A version without what the platform has no more."""
    data = scene.version_data(acc("main"), batch=scene.wrap("v", acc("main")), previous=2)
    return {**data, "parts": {"password": "new"}}


@pytest.mark.parametrize(
    ("kind", "left"), [("authenticator_app", {"password", "totp"}), ("none", {"password"})]
)
def test_which_change_of_a_second_factor_ends_its_seed(kind: str, left: set[str]) -> None:
    """Another app needs a new seed, which is owed; no factor at all has none. A recovery channel ends nothing."""
    scene = force()
    scene.do("account.compromised", acc("main"), by="cal", **AT)
    scene.do("factor.set", acc("main"), channel="second_factor", kind=kind)
    scene.do("factor.set", acc("main"), channel="recovery_email", kind="none")
    assert owed(scene) == left


def test_a_factor_never_recorded_is_not_ended_by_another_kind() -> None:
    """A platform may have both: that a phone is one says nothing of a seed which nobody said had gone."""
    scene = force()
    scene.do("account.compromised", acc("main"), by="cal", **AT)
    scene.do("factor.set", acc("main"), channel="second_factor", kind="sms")
    assert owed(scene) == {"password", "totp"}


def test_who_has_an_open_exit_ends_no_second_factor() -> None:
    """The fact is recorded; what is owed because of them stays owed until somebody else says the same."""
    scene = force()
    scene.do("grant.revoked", "grt-main" + "a" * 12, by="ada", until=DAY, reason="moved")
    scene.do("role.given", per("hal"), role="custodian")
    none = {"channel": "second_factor", "kind": "none"}
    scene.do("factor.set", acc("main"), by="hal", **none)
    assert owed(scene) == {"password", "totp"}
    scene.do("factor.set", acc("main"), by="ada", **none)
    assert owed(scene) == {"password"}


def test_the_seeds_door_shuts_with_the_factor() -> None:
    """A verified rotation that waited for nothing but the seed is done when the factor is ended."""
    scene = force()
    scene.do("account.compromised", acc("main"), by="cal", **AT)
    scene.rotation("one", acc("main"), doors=["totp"], parts={"password": "new", "totp": "kept"})
    scene.do("rotation.applied", rot("one"), by="cal")
    scene.do("rotation.verified", rot("one"), by="cal")
    assert scene.row("rotation")["state"] == "verified"
    scene.do("factor.set", acc("main"), channel="second_factor", kind="none")
    assert (scene.row("rotation")["state"], owed(scene)) == ("done", set())


def test_a_component_that_the_platform_does_not_have_is_ticked() -> None:
    """ "Not on this platform" ends the obligation of the component that it names."""
    scene = force()
    scene.do("account.compromised", acc("main"), by="cal", **AT)
    scene.rotation("one", acc("main"), doors=["totp"], parts={"password": "new", "totp": "kept"})
    scene.do("rotation.applied", rot("one"), by="cal")
    scene.do("rotation.verified", rot("one"), by="cal")
    scene.do("rotation.ticked", rot("one"), by="cal", doors={"totp": "absent"})
    assert (scene.row("rotation")["state"], owed(scene)) == ("done", set())


def test_closing_ends_everything_of_the_account() -> None:
    """Grants end without a cause, the rotation is abandoned, nothing is owed now or later."""
    scene = force()
    scene.do("account.compromised", acc("main"), by="cal", **AT)
    scene.rotation("one", acc("main"), doors=["sessions"])
    seq = scene.do("account.closed", acc("main"), by="ada", occurred_at=TIME)
    grant = scene.row("grant_", account=acc("main"))
    assert (grant["revoked"], grant["until"]) == (seq, DAY)
    assert scene.row("rotation")["state"] == "abandoned"
    assert [row["state"] for row in scene.reg.find("version")] == ["current", "abandoned"]
    scene.do("person.left", per("hal"), **AT)
    assert owed(scene) == set()


def test_a_rotation_of_a_closed_account_is_void() -> None:
    """There is nothing to change on the platform."""
    scene = force()
    scene.version(acc("main"), why="rotation", previous=1)
    scene.do("account.closed", acc("main"), **AT)
    data = {"rotation": rot("new"), "number": 2, "owner": per("cal"), "lease_until": TIME, "doors": []}
    assert scene.void("rotation.started", acc("main"), by="cal", **data) == "the account is closed"


def test_a_leaver_who_closes_leaves_it_owed() -> None:
    """Somebody else's word, the same entry again, ends what their own could not."""
    scene = force()
    closed_by_a_leaver(scene)
    assert owed(scene) == {"password"}
    scene.do("account.closed", acc("main"), by="ada", **AT)
    assert owed(scene) == set()
    assert scene.void("account.closed", acc("main"), by="ada", **AT) == "the account is closed"


def test_states() -> None:
    """open ⇄ frozen → closed, and only so."""
    scene = force()
    states = []
    for step in ("frozen", "unfrozen", "frozen", "closed"):
        scene.do(f"account.{step}", acc("main"), **AT)
        states.append(scene.row("account")["state"])
    assert states == ["frozen", "open", "frozen", "closed"]


def test_a_change_of_nothing() -> None:
    """An entry that names no field to change is no error: it changes nothing."""
    scene = force()
    assert scene.changed(lambda: scene.do("account.changed", acc("main"))) == {}
    assert scene.changed(lambda: scene.do("device.changed", dev("phone"), by="hal")) == {}
