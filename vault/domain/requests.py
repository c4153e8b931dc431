"""Requests: for a new account, or for somebody's access to one that exists, and the decisions on them.

Whether the approvals are enough is the policy's to say (`vault.domain.approvals`), so nothing but opening or giving
closes a request.
"""

from __future__ import annotations

from vault.domain import events as e
from vault.domain.events import Event, Fact, Register, Void

NEW_ACCOUNT = "account"


def _request(reg: Register, fact: Fact) -> None:
    data = fact.data
    reg.put(
        "request",
        id=fact.subject,
        platform=data["platform"],
        owner_kind=data["owner_kind"],
        requester=data["requester"],
        details=data["details"],
        team=data.get("team"),
        state="waiting",
        seq=fact.seq,
        kind=NEW_ACCOUNT,
        account=None,
        person=None,
        fields=" ".join(data.get("fields", ())),
    )


def _request_access(reg: Register, fact: Fact) -> None:
    account = e.require(reg.get("account", id=fact.data["account"]), "the account")
    reg.put(
        "request",
        id=fact.subject,
        platform=account["platform"],
        owner_kind=account["owner_kind"],
        requester=fact.data["requester"],
        details=fact.data["details"],
        team=account["team"],
        state="waiting",
        seq=fact.seq,
        kind=fact.data["kind"],
        account=account["id"],
        person=fact.data["person"],
        fields=" ".join(fact.data.get("fields", ())),
    )


def _may_request(reg: Register, fact: Fact) -> None:
    e.require(reg.get("person", id=fact.data["requester"]), "the requester")
    if fact.data["requester"] != fact.person and not fact.roles & e.STAFF:
        # Who asks may not approve: a colleague's name on one's own request would get around that.
        raise Void("only a custodian or an administrator may ask in somebody else's name")
    if reg.get("request", id=fact.subject) is not None:
        raise Void("the request exists already")
    for kind in ("account", "person", "team"):
        if kind in fact.data:
            e.require(reg.get(kind, id=fact.data[kind]), f"the {kind}")


def _may_decide(reg: Register, fact: Fact) -> None:
    request = e.require(reg.get("request", id=fact.subject), "the request")
    if request["state"] != "waiting":
        raise Void("the request is decided already")
    e.require(reg.get("person", id=fact.data["person"]), "the approver")
    for_another = fact.person != fact.data["person"] and not fact.roles & e.STAFF
    if for_another and fact.person in (request["requester"], request["person"]):
        raise Void("who asked cannot put somebody else's decision on record")


def _decide(reg: Register, fact: Fact) -> None:
    reg.put(
        "approval",
        seq=fact.seq,
        request=fact.subject,
        post=fact.data["post"],
        person=fact.data["person"],
        evidence=fact.data.get("evidence"),
        occurred_at=fact.data["occurred_at"],
        given=int(fact.event == "approval.given"),
        recorded_by=fact.person,
    )


_ANSWERED = {"fields": e.many(e.code)}  # which of the document's questions the sealed words answer
_DECISION = {"post": e.code, "person": e.ident("per"), "occurred_at": e.time}

EVENTS = (
    Event(
        "account.requested",
        "req",
        {"platform": e.code, "owner_kind": e.code, "details": e.words, "requester": e.ident("per")},
        e.MEMBERS,
        _request,
        optional={"team": e.ident("tem"), **_ANSWERED},
        rule=_may_request,
    ),
    Event(
        "access.requested",
        "req",
        {
            "account": e.ident("acc"),
            "person": e.ident("per"),
            "requester": e.ident("per"),
            "kind": e.one_of("secret", "platform_role", "tool_seat"),
            "details": e.words,
        },
        e.MEMBERS,
        _request_access,
        optional=_ANSWERED,
        rule=_may_request,
    ),
    Event(
        "approval.given",
        "req",
        _DECISION,
        e.MEMBERS,
        _decide,
        optional={"evidence": e.words},
        rule=_may_decide,
    ),
    Event(
        "approval.refused",
        "req",
        _DECISION,
        e.MEMBERS,
        _decide,
        optional={"evidence": e.words},
        rule=_may_decide,
    ),
)
