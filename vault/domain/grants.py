"""Grants: a person's access to an account, by secret, by platform role (their own profile) or by tool seat.

Giving asks the policy's chain; what exists already in the world is recorded as a fact (`existing`). Revoking a
secret grant is a cause: what the person saw or could open must be changed.
"""

from __future__ import annotations

from vault.domain import events as e
from vault.domain import exposure
from vault.domain.events import Event, Fact, Register, Void

SECRET, PLATFORM_ROLE, TOOL_SEAT = "secret", "platform_role", "tool_seat"
KINDS = (SECRET, PLATFORM_ROLE, TOOL_SEAT)


def in_force(reg: Register, *, account: str, person: str, kind: str = SECRET) -> bool:
    """True while the person holds the account in that way."""
    return bool(reg.find("grant_", account=account, person=person, kind=kind, revoked=None))


def _may_give(reg: Register, fact: Fact) -> None:
    if reg.get("grant_", id=fact.subject) is not None:
        raise Void("a grant of that id exists already")
    account = e.require(reg.get("account", id=fact.data["account"]), "the account")
    person = e.require(reg.get("person", id=fact.data["person"]), "the person")
    if account["state"] == "closed":
        raise Void("the account is closed")
    if person["state"] == "left":
        raise Void("the person has left")
    if in_force(reg, account=account["id"], person=person["id"], kind=fact.data["kind"]):
        raise Void("the grant exists already")
    if "request" in fact.data:
        _check_request(reg, fact)


def _check_request(reg: Register, fact: Fact) -> None:
    """A request serves once, for what it asked; the one that opened the account may be named again."""
    request = e.require(reg.get("request", id=fact.data["request"]), "its request")
    asked = tuple(request[key] for key in ("account", "person", "kind"))
    opened_it = e.require(reg.get("account", id=fact.data["account"]), "the account")["request"]
    if request["id"] != opened_it and (
        request["state"] != "waiting"
        or asked != tuple(fact.data[key] for key in ("account", "person", "kind"))
    ):
        raise Void("its request is used already, or asks for something else")


def _give(reg: Register, fact: Fact) -> None:
    data = fact.data
    reg.put(
        "grant_",
        id=fact.subject,
        account=data["account"],
        person=data["person"],
        kind=data["kind"],
        role=data.get("role"),
        since=data["since"],
        until=None,
        given=fact.seq,
        revoked=None,
        request=data.get("request"),
        existing=int(data["existing"]),
    )
    if "request" in data:
        reg.change("request", {"id": data["request"], "state": "waiting"}, state="given")


def _may_revoke(reg: Register, fact: Fact) -> None:
    if e.require(reg.get("grant_", id=fact.subject), "the grant")["revoked"] is not None:
        raise Void("the grant is revoked already")


def _revoke(reg: Register, fact: Fact) -> None:
    row = e.require(reg.get("grant_", id=fact.subject), "the grant")
    if row["kind"] == SECRET:
        exposure.cause(reg, fact, kind="grant_revoked", person=row["person"], account=row["account"])
    reg.change("grant_", {"id": fact.subject}, revoked=fact.seq, until=fact.data["until"])


EVENTS = (
    Event(
        "grant.given",
        "grt",
        {
            "account": e.ident("acc"),
            "person": e.ident("per"),
            "kind": e.one_of(*KINDS),
            "since": e.date,
            "existing": e.flag,
        },
        e.CUSTODIANS,
        _give,
        optional={"role": e.code, "request": e.ident("req")},
        rule=_may_give,
    ),
    Event("grant.revoked", "grt", {"until": e.date, "reason": e.code}, e.STAFF, _revoke, rule=_may_revoke),
)
