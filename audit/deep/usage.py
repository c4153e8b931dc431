"""How accounts are used, what was done about their silence, and when they end."""

from __future__ import annotations

from audit.deep.forms import Void
from audit.deep.register import Register, Said, known
from audit.deep.things import Account

_DECISIONS = ("mitigation", "exemption")


def _account(reg: Register, said: Said) -> Account:
    account = known(reg.accounts, said.subject, "the account")
    if "person" in said.data:
        known(reg.people, said.data["person"], "the person")
    return account


def used(reg: Register, said: Said) -> None:
    account = _account(reg, said)
    if not said.by_staff and said.person not in {person for person, _ in account.grants}:
        raise Void("its author holds no access to the account")
    if "corrects" in said.data and known(reg.uses, said.data["corrects"], "the use") != said.subject:
        raise Void("it corrects the use of another account")
    reg.uses[said.seq] = said.subject


def followed_up(reg: Register, said: Said) -> None:
    _account(reg, said)
    decides, data = said.data["step"] in _DECISIONS, said.data
    if decides and not {"post", "person"} <= data.keys():
        raise Void("nobody is named who decided it")
    if data["step"] == "mitigation" and "until" not in data:
        raise Void("a mitigation has an end")
    if "until" in data and (not decides or data["until"] < data["day"]):
        raise Void("it has no such end")


def ends(reg: Register, said: Said) -> None:
    _account(reg, said)
    if ("ending" in said.data) is not (said.data["how"] == "event"):
        raise Void("an event is named where it ends upon one, and only there")
    if ("post" in said.data) is not ("person" in said.data):
        raise Void("who allowed it is a post and a person")


RULES = {"account.used": used, "account.followed_up": followed_up, "account.ends": ends}
