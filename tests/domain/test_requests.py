"""Requests and the decisions on them: every way in which an entry is void, and what each keeps."""

from __future__ import annotations

import pytest

from tests.domain.examples import ACCOUNT, AT, Refused, named
from tests.domain.fold import acc, b64, force, per, req, tem


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
]


@pytest.mark.parametrize("case", named(CASES))
def test_void(case: Refused) -> None:
    """Each of these ways leaves nothing but a line in the list of void entries."""
    case.check()


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
