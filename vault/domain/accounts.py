"""Accounts: corporate logins on platforms, from opening to closing.

A new account goes through the policy's approval chain before it is opened (`vault.domain.requests`). An existing one
is a fact: it is added or imported as it is, and missing paperwork is a finding, never a reason to leave it out.
"""

from __future__ import annotations

from vault.domain import events as e
from vault.domain import exposure, rotation
from vault.domain.events import Event, Fact, Register, Void
from vault.domain.requests import NEW_ACCOUNT

CLOSED = "closed"
STATES = ("open", "frozen", CLOSED)
FACTOR_KINDS = ("authenticator_app", "sms", "phone", "email", "security_key", "backup_codes", "none")
CHANNELS = ("second_factor", "recovery_email", "recovery_phone")
# Closed lists: words of a spreadsheet never become codes of the log. Policies may add owner kinds of their own.
OWNER_KINDS = (
    "main",
    "department",
    "specialist_area",
    "team",
    "district",
    "individual",
    "other",
    "unknown",
)
TYPES = (
    "main",
    "local",
    "campaign",
    "event",
    "individual",
    "team",
    "incident",
    "witness_contact",
    "recruitment",
    "live_video",
    "web_chat",
    "management_tool",
    "other",
)
OTHER_FORCE = "other"  # a force without a profile: its name stands in the sealed details

_STEPS = {
    "account.frozen": (("open",), "frozen"),
    "account.unfrozen": (("frozen",), "open"),
    "account.closed": (("open", "frozen", "closed"), "closed"),
}


def _may_add(reg: Register, fact: Fact) -> None:
    if reg.get("account", id=fact.subject) is not None:
        raise Void("the account is in the register already")
    if fact.event == "account.opened":
        request = e.require(reg.get("request", id=fact.data["request"]), "its request")
        if request["state"] != "waiting" or request["kind"] != NEW_ACCOUNT:
            raise Void("its request is used already, or asks for something else")
    if "team" in fact.data:
        e.require(reg.get("team", id=fact.data["team"]), "its team")


def _add(reg: Register, fact: Fact) -> None:
    data = fact.data
    reg.put(
        "account",
        id=fact.subject,
        platform=data["platform"],
        owner_kind=data["owner_kind"],
        type=data.get("type"),
        force=data.get("force"),
        team=data.get("team"),
        details=data["details"],
        state="open",
        created_on=data.get("created_on"),
        request=data.get("request"),
        added=fact.seq,
        consulted=None,
        closed=None,
        closed_at=None,
    )
    if "request" in data:
        reg.change("request", {"id": data["request"]}, state="opened")


def _known(reg: Register, fact: Fact) -> None:
    e.require(reg.get("account", id=fact.subject), "the account")
    if "team" in fact.data:
        e.require(reg.get("team", id=fact.data["team"]), "its team")


def _change(reg: Register, fact: Fact) -> None:
    reg.change("account", {"id": fact.subject}, **fact.data)


def _may_step(reg: Register, fact: Fact) -> None:
    row = e.require(reg.get("account", id=fact.subject), "the account")
    if row["state"] not in _STEPS[fact.event][0]:
        raise Void(f"the account is {row['state']}")
    if row["state"] == "closed":
        _may_close_again(reg, fact)


def _may_close_again(reg: Register, fact: Fact) -> None:
    """What was owed when somebody closed it who had just left it: another person's word ends it."""
    if not reg.find("obligation", account=fact.subject, discharged=None):
        raise Void("the account is closed")
    if exposure.open_exit(reg, fact.subject, fact.person):
        raise Void("who has an open exit cannot close it")


def _step(reg: Register, fact: Fact) -> None:
    reg.change("account", {"id": fact.subject}, state=_STEPS[fact.event][1])
    if fact.event == "account.frozen":
        reg.put(
            "freeze",
            seq=fact.seq,
            account=fact.subject,
            reason=fact.data.get("reason"),
            occurred_at=fact.data["occurred_at"],
            ended=None,
        )
    else:
        reg.change("freeze", {"account": fact.subject, "ended": None}, ended=fact.seq)
    if "consulted" in fact.data:
        reg.change("account", {"id": fact.subject}, consulted=fact.data["consulted"])
    if fact.event == "account.closed":
        _close(reg, fact)


def _close(reg: Register, fact: Fact) -> None:
    """Nobody holds a closed account, and nothing of it can be changed any more: no cause, no new obligation."""
    key = {"account": fact.subject, "revoked": None}
    reg.change("grant_", key, revoked=fact.seq, until=fact.data["occurred_at"][:10])
    reg.change("account", {"id": fact.subject}, closed=fact.seq, closed_at=fact.data["occurred_at"])
    rotation.account_gone(reg, fact, fact.subject)


def _set_factor(reg: Register, fact: Fact) -> None:
    """A second factor or a recovery channel, and the device or person it lives with: a lost phone must find it."""
    channel = fact.data["channel"]
    ended = [row["kind"] for row in reg.find("factor", account=fact.subject, channel=channel, until_seq=None)]
    reg.change("factor", {"account": fact.subject, "channel": channel, "until_seq": None}, until_seq=fact.seq)
    if fact.data["kind"] != "none":
        reg.put(
            "factor",
            seq=fact.seq,
            account=fact.subject,
            channel=channel,
            kind=fact.data["kind"],
            device=fact.data.get("device"),
            person=fact.data.get("person"),
            until_seq=None,
        )
    if channel == "second_factor" and (parts := _given_up(ended, fact.data["kind"])):
        rotation.component_gone(reg, fact, account=fact.subject, parts=parts)


def _given_up(ended: list[str], kind: str) -> tuple[str, ...]:
    """Components that end with a second factor: with all of it, or its seed when another kind takes its place."""
    if kind == "none":
        return exposure.TOTP, exposure.BACKUP_CODES
    changed = kind != "authenticator_app" and "authenticator_app" in ended
    return (exposure.TOTP,) if changed else ()


def _may_set_factor(reg: Register, fact: Fact) -> None:
    _known(reg, fact)
    for kind in ("device", "person"):
        if kind in fact.data:
            e.require(reg.get(kind, id=fact.data[kind]), f"the {kind}")


_FACTS = {"platform": e.code, "owner_kind": e.code, "details": e.words}
_MORE = {"type": e.code, "force": e.code, "team": e.ident("tem"), "created_on": e.date}
_AT = {"occurred_at": e.time}

EVENTS = (
    Event(
        "account.opened",
        "acc",
        {**_FACTS, "request": e.ident("req")},
        e.CUSTODIANS,
        _add,
        optional=_MORE,
        rule=_may_add,
    ),
    Event("account.added", "acc", _FACTS, e.STAFF, _add, optional=_MORE, rule=_may_add),
    Event("account.imported", "acc", _FACTS, e.STAFF, _add, optional=_MORE, rule=_may_add),
    Event("account.changed", "acc", {}, e.STAFF, _change, optional={**_FACTS, **_MORE}, rule=_known),
    Event("account.frozen", "acc", _AT, e.STAFF, _step, optional={"reason": e.code}, rule=_may_step),
    Event("account.unfrozen", "acc", _AT, e.STAFF, _step, rule=_may_step),
    Event(
        "account.closed",
        "acc",
        _AT,
        e.STAFF,
        _step,
        optional={"consulted": e.words, "existing": e.flag},
        rule=_may_step,
    ),
    Event(
        "factor.set",
        "acc",
        {"channel": e.one_of(*CHANNELS), "kind": e.one_of(*FACTOR_KINDS)},
        e.STAFF,
        _set_factor,
        optional={"device": e.ident("dev"), "person": e.ident("per")},
        rule=_may_set_factor,
    ),
)
