"""Accounts, requests and second factors: every way in which an entry is void, and what each changes."""

from __future__ import annotations

import pytest

from tests.domain.examples import ACCOUNT, AT, Refused, named
from tests.domain.fold import DAY, acc, b64, dev, force, per, req, tem

FACTOR = {"channel": "second_factor", "kind": "sms"}


def opened(scene):  # type: ignore[no-untyped-def]
    scene.do("account.opened", acc("other"), by="cal", **ACCOUNT, request=req("new"))


def asked(scene):  # type: ignore[no-untyped-def]
    data = {"account": acc("main"), "person": per("ned"), "requester": per("hal"), "kind": "secret"}
    scene.do("access.requested", req("access"), by="hal", **data, details=b64("why"))


CASES = [
    Refused("an unknown requester", "account.requested", "the requester is not", {"requester": per("eve")}),
    Refused(
        "in a colleague's name",
        "account.requested",
        "somebody else's name",
        {"requester": per("ned")},
        by="hal",
    ),
    Refused(
        "in a colleague's name",
        "access.requested",
        "somebody else's name",
        {"requester": per("ned")},
        by="hal",
    ),
    Refused(
        "by who asked",
        "approval.given",
        "who asked cannot",
        {"person": per("ned")},
        asked,
        by="hal",
        subject=req("access"),
    ),
    Refused("an unknown team", "account.requested", "the team is not", {"team": tem("eve")}),
    Refused("an id twice", "account.requested", "exists already", after=asked, subject=req("access")),
    Refused("an unknown account", "access.requested", "the account is not", {"account": acc("eve")}),
    Refused("an unknown person", "access.requested", "the person is not", {"person": per("eve")}),
    Refused("an unknown request", "approval.given", "the request is not", subject=req("eve")),
    Refused("an unknown approver", "approval.given", "the approver is not", {"person": per("eve")}),
    Refused("after it was opened", "approval.given", "decided already", after=opened),
    Refused("after it was opened", "approval.refused", "decided already", after=opened),
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


def test_an_approval_says_who_recorded_it() -> None:
    """Who approved and who wrote it down are two persons, both on the record; a refusal is one of them."""
    scene = force()
    asked(scene)
    data = {"post": "line_manager", "person": per("ned"), **AT}
    scene.do("approval.given", req("access"), by="cal", **data, evidence=b64("mail"))
    scene.do("approval.refused", req("access"), by="ada", **data)
    given, refused = scene.reg.find("approval")
    assert (given["given"], given["person"], given["recorded_by"], given["evidence"]) == (
        1,
        per("ned"),
        per("cal"),
        b64("mail"),
    )
    assert (refused["given"], refused["evidence"]) == (0, None)


def test_a_factor_replaces_the_one_of_its_channel() -> None:
    """One second factor at a time for each channel; "none" ends it without another."""
    scene = force()
    first = scene.do("factor.set", acc("main"), **FACTOR, person=per("hal"))
    scene.do("factor.set", acc("main"), channel="recovery_email", kind="email")
    last = scene.do("factor.set", acc("main"), channel="second_factor", kind="none")
    assert scene.row("factor", seq=first)["until_seq"] == last
    assert [row["channel"] for row in scene.reg.find("factor", until_seq=None)] == ["recovery_email"]


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
