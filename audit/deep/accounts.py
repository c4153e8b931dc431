"""Accounts, requests and their approvals, second factors, grants."""

from __future__ import annotations

from audit.deep import owed, rotation
from audit.deep.forms import Void
from audit.deep.owed import BACKUP_CODES, TOTP
from audit.deep.register import Account, Grant, Register, Request, Said, known, new

_NEW = "account"
_STEPS = {
    "account.frozen": ({"open"}, "frozen"),
    "account.unfrozen": ({"frozen"}, "open"),
    "account.closed": ({"open", "frozen", "closed"}, "closed"),
}


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
    asked = Request(data.get("kind", _NEW), data.get("account"), data.get("person"), data["requester"])
    reg.requests[said.subject] = asked


def decided(reg: Register, said: Said) -> None:
    request, person = known(reg.requests, said.subject, "the request"), said.data["person"]
    if request.state != "waiting":
        raise Void("the request is decided already")
    known(reg.people, person, "the approver")
    asked_it = said.person in (request.requester, request.person)
    if asked_it and person != said.person and not said.by_staff:
        raise Void("who asked does not put somebody else's decision on record")


def added(reg: Register, said: Said) -> None:
    data, request = said.data, None
    new(reg.accounts, said.subject, "the account")
    if said.event == "account.opened":
        request = known(reg.requests, data["request"], "its request")
        if (request.state, request.kind) != ("waiting", _NEW):
            raise Void("its request is used already, or asks for something else")
    if "team" in data:
        known(reg.teams, data["team"], "its team")
    if request is not None:
        request.state = "opened"
    reg.accounts[said.subject] = Account(
        said.subject, data["platform"], data.get("team"), data.get("request")
    )


def changed(reg: Register, said: Said) -> None:
    account = known(reg.accounts, said.subject, "the account")
    if "team" in said.data:
        known(reg.teams, said.data["team"], "its team")
        account.team = said.data["team"]
    account.platform = said.data.get("platform", account.platform)


def stepped(reg: Register, said: Said) -> None:
    account = known(reg.accounts, said.subject, "the account")
    before, after = _STEPS[said.event]
    if account.state not in before:
        raise Void(f"the account is {account.state}")
    if account.state == "closed" and (not account.open or owed.open_exit(account, said.person)):
        raise Void("the account is closed, and what is owed on it is not theirs to end")
    account.state = after
    if after == "closed":
        _close(reg, said, account)


def _close(reg: Register, said: Said, account: Account) -> None:
    for grant in account.grants.values():
        reg.grants[grant].revoked = said.seq
    account.grants.clear()
    rotation.account_gone(said, account)


def factor_set(reg: Register, said: Said) -> None:
    account = known(reg.accounts, said.subject, "the account")
    device, person = said.data.get("device"), said.data.get("person")
    if device is not None:
        known(reg.devices, device, "the device")
    if person is not None:
        known(reg.people, person, "the person")
    channel, kind = said.data["channel"], said.data["kind"]
    before, *_ = account.factors.pop(channel, ("none",))
    if kind != "none":
        account.factors[channel] = kind, device, person
    if channel == "second_factor" and kind == "none":
        rotation.component_gone(said, account, {TOTP, BACKUP_CODES})
    elif channel == "second_factor" and before == "authenticator_app" != kind:
        rotation.component_gone(said, account, {TOTP})


def granted(reg: Register, said: Said) -> None:
    data = said.data
    new(reg.grants, said.subject, "the grant")
    account = known(reg.accounts, data["account"], "the account")
    person = known(reg.people, data["person"], "the person")
    if account.state == "closed" or person.state == "left":
        raise Void("the account is closed, or the person has left")
    new(account.grants, (person.id, data["kind"]), "that grant")
    if "request" in data:
        request = known(reg.requests, data["request"], "its request")
        asked = (request.kind, request.account, request.person) == (data["kind"], account.id, person.id)
        if not (asked and request.state == "waiting") and account.request != data["request"]:
            raise Void("its request is used already, or asks for something else")
        request.state = "given" if request.state == "waiting" else request.state
    reg.grants[said.subject] = Grant(account.id, person.id, data["kind"])
    account.grants[person.id, data["kind"]] = said.subject


def revoked(reg: Register, said: Said) -> None:
    grant = known(reg.grants, said.subject, "the grant")
    if grant.revoked is not None:
        raise Void("the grant is revoked already")
    account = reg.accounts[grant.account]
    if grant.kind == "secret":
        owed.grant_goes(reg, said, grant.person, account)
    grant.revoked = said.seq
    del account.grants[grant.person, grant.kind]


def compromised(reg: Register, said: Said) -> None:
    owed.compromised(said, known(reg.accounts, said.subject, "the account"))


RULES = {
    "account.requested": requested,
    "access.requested": requested,
    "approval.given": decided,
    "approval.refused": decided,
    "account.opened": added,
    "account.added": added,
    "account.imported": added,
    "account.changed": changed,
    **dict.fromkeys(_STEPS, stepped),
    "factor.set": factor_set,
    "grant.given": granted,
    "grant.revoked": revoked,
    "account.compromised": compromised,
}
