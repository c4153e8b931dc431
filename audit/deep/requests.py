"""Requests for accounts and for access, and the decisions on them."""

from __future__ import annotations

from audit.deep.forms import Void
from audit.deep.register import Register, Said, known, new
from audit.deep.things import Request

NEW_ACCOUNT = "account"


def requested(reg: Register, said: Said) -> None:
    """A new account, or somebody's access to one that exists."""
    data = said.data
    known(reg.people, data["requester"], "the requester")
    if data["requester"] != said.person and not said.by_staff:
        raise Void("only staff asks in somebody else's name")
    new(reg.requests, said.subject, "the request")
    for there, field in ((reg.accounts, "account"), (reg.people, "person"), (reg.teams, "team")):
        if field in data and data[field] not in there:
            raise Void(f"the {field} is not in the register")
    asked = Request(data.get("kind", NEW_ACCOUNT), data.get("account"), data.get("person"), data["requester"])
    reg.requests[said.subject] = asked


def decided(reg: Register, said: Said) -> None:
    request, person = known(reg.requests, said.subject, "the request"), said.data["person"]
    if request.state != "waiting":
        raise Void("the request is decided already")
    known(reg.people, person, "the approver")
    asked_it = said.person in (request.requester, request.person)
    if asked_it and person != said.person and not said.by_staff:
        raise Void("who asked does not put somebody else's decision on record")


RULES = {
    "account.requested": requested,
    "access.requested": requested,
    "approval.given": decided,
    "approval.refused": decided,
}
