"""Grants: every way in which an entry is void, and that ending one by secret is a cause."""

from __future__ import annotations

import pytest

from tests.domain.examples import AT, Refused, leave, named
from tests.domain.fold import DAY, Fold, acc, b64, force, give, grt, per, req
from vault.domain import grants


def asked(scene: Fold) -> None:
    """Hal asks that Ned may have a seat."""
    data = {"account": acc("main"), "person": per("ned"), "requester": per("hal"), "kind": "tool_seat"}
    scene.do("access.requested", req("access"), by="hal", **data, details=b64("why"))


def used(scene: Fold) -> None:
    asked(scene)
    give(scene, "other", "ned", "main", kind="tool_seat", request=req("access"))


CASES = [
    Refused("an id twice", "grant.given", "of that id exists", subject=grt("main")),
    Refused("an unknown account", "grant.given", "the account is not", {"account": acc("eve")}),
    Refused("a stranger", "grant.given", "the person is not", {"person": per("eve")}),
    Refused(
        "a closed account",
        "grant.given",
        "is closed",
        after=lambda s: s.do("account.closed", acc("main"), **AT),
    ),
    Refused("a leaver", "grant.given", "has left", after=leave("ned")),
    Refused("held already", "grant.given", "exists already", {"person": per("hal"), "kind": "secret"}),
    Refused("an unknown request", "grant.given", "its request is not", {"request": req("eve")}),
    Refused(
        "a request for another",
        "grant.given",
        "something else",
        {"request": req("access"), "person": per("des")},
        asked,
    ),
    Refused(
        "a request for another way",
        "grant.given",
        "something else",
        {"request": req("access"), "kind": "secret"},
        asked,
    ),
    Refused(
        "a used request",
        "grant.given",
        "used already",
        {"request": req("access"), "person": per("des")},
        used,
    ),
    Refused("unknown", "grant.revoked", "the grant is not", subject=grt("eve")),
    Refused(
        "twice",
        "grant.revoked",
        "revoked already",
        after=lambda s: s.do("grant.revoked", grt("main"), until=DAY, reason="moved"),
    ),
]


@pytest.mark.parametrize("case", named(CASES))
def test_void(case: Refused) -> None:
    """Each of these ways leaves nothing but a line in the list of void entries."""
    case.check()


def test_a_request_serves_once() -> None:
    """The grant that was asked for uses the request."""
    scene = force()
    used(scene)
    assert scene.row("request", id=req("access"))["state"] == "given"
    assert grants.in_force(scene.reg, account=acc("main"), person=per("ned"), kind="tool_seat")
    assert not grants.in_force(scene.reg, account=acc("main"), person=per("ned"))


def test_the_request_that_opened_the_account() -> None:
    """Who asked for the account may be given it under that same request."""
    scene = force()
    data = {"platform": "x", "owner_kind": "team", "details": b64("d")}
    scene.do("account.requested", req("new"), by="hal", **data, requester=per("hal"))
    scene.do("account.opened", acc("new"), by="cal", **data, request=req("new"))
    give(scene, "new", "hal", "new", request=req("new"), existing=False)
    assert scene.row("request", id=req("new"))["state"] == "opened"


def test_ending_a_grant() -> None:
    """By secret it is a cause, for that account alone; by platform role or seat there is nothing to change."""
    scene = force()
    give(scene, "seat", "hal", "main", kind="tool_seat", role="editor")
    scene.do("grant.revoked", grt("seat"), until=DAY, reason="moved")
    assert scene.reg.find("cause") == []
    scene.do("grant.revoked", grt("main"), until=DAY, reason="moved")
    cause = scene.row("cause")
    assert (cause["kind"], cause["person"], cause["account"]) == ("grant_revoked", per("hal"), acc("main"))
    assert {row["account"] for row in scene.reg.find("obligation")} == {acc("main")}
    give(scene, "again", "hal", "main")
