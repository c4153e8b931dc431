"""Grants: somebody's access to an account, given once and revoked once."""

from __future__ import annotations

from audit.deep import owed
from audit.deep.forms import Void
from audit.deep.register import Register, Said, known, new
from audit.deep.things import Grant


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


RULES = {"grant.given": granted, "grant.revoked": revoked}
