"""Accounts, from opening to closing, and their second factors."""

from __future__ import annotations

from audit.deep import owed, rotation
from audit.deep.forms import Void
from audit.deep.owed import BACKUP_CODES, TOTP
from audit.deep.register import Register, Said, known, new
from audit.deep.requests import NEW_ACCOUNT
from audit.deep.things import Account

_STEPS = {
    "account.frozen": ({"open"}, "frozen"),
    "account.unfrozen": ({"frozen"}, "open"),
    "account.closed": ({"open", "frozen", "closed"}, "closed"),
}


def added(reg: Register, said: Said) -> None:
    data, request = said.data, None
    new(reg.accounts, said.subject, "the account")
    if said.event == "account.opened":
        request = known(reg.requests, data["request"], "its request")
        if (request.state, request.kind) != ("waiting", NEW_ACCOUNT):
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


def compromised(reg: Register, said: Said) -> None:
    owed.compromised(said, known(reg.accounts, said.subject, "the account"))


RULES = {
    "account.opened": added,
    "account.added": added,
    "account.imported": added,
    "account.changed": changed,
    **dict.fromkeys(_STEPS, stepped),
    "factor.set": factor_set,
    "account.compromised": compromised,
}
