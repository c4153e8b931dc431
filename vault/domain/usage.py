"""How an account is used, what was done about its silence, and how long a temporary one may live.

All are facts with a day, whoever brings them. A use says what was done with the account: a feed that posts by itself
is recorded too, and the document says whether it counts. An end is a day or an event; a later end, or none, changes
anything only with the post and the person who allowed it (`terms`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from vault.domain import events as e
from vault.domain.events import Event, Fact, Register, Row, Void

# "never": somebody says that it has not been used at all; "unknown": used, and nobody says how.
NEVER = "never"
USES = ("post", "reply", "message", "reshare", "login", "automatic", "unknown", NEVER)
GUIDANCE, REMINDER, CONTACT, MITIGATION, EXEMPTION = (
    "guidance",
    "reminder",
    "contact",
    "mitigation",
    "exemption",
)
STEPS = (GUIDANCE, REMINDER, CONTACT, MITIGATION, EXEMPTION)
ALLOWED = (MITIGATION, EXEMPTION)  # somebody's decision, so a post and a person stand behind it
CHANNELS = ("email", "phone", "in_person", "letter", "message", "other")
ON, UPON, REACHED, PERMANENT = "date", "event", "reached", "permanent"
ENDINGS = (
    "campaign_over",
    "event_over",
    "incident_over",
    "investigation_over",
    "operation_over",
    "trial_over",
    "website_live",
    "other",
)


def _known(reg: Register, fact: Fact) -> None:
    e.require(reg.get("account", id=fact.subject), "the account")
    if "person" in fact.data:
        e.require(reg.get("person", id=fact.data["person"]), "the person")


def _may_use(reg: Register, fact: Fact) -> None:
    _known(reg, fact)
    if not fact.roles & e.STAFF and not reg.find(
        "grant_", account=fact.subject, person=fact.person, revoked=None
    ):
        raise Void("who holds no access cannot say how it is used")
    if "corrects" in fact.data:
        row = e.require(reg.get("account_use", seq=fact.data["corrects"]), "the use")
        if row["account"] != fact.subject:
            raise Void("it corrects the use of another account")


def _use(reg: Register, fact: Fact) -> None:
    if "corrects" in fact.data:
        reg.change("account_use", {"seq": fact.data["corrects"]}, corrected=fact.seq)
    reg.put(
        "account_use",
        seq=fact.seq,
        account=fact.subject,
        day=fact.data["day"],
        how=fact.data["how"],
        person=fact.data.get("person"),
        corrected=None,
    )


def _may_follow_up(reg: Register, fact: Fact) -> None:
    _known(reg, fact)
    step, data = fact.data["step"], fact.data
    if step in ALLOWED and not ("post" in data and "person" in data):
        raise Void("nobody is named who allowed it")
    if step == MITIGATION and "until" not in data:
        raise Void("a mitigation without an end is none")
    if "until" in data and (step not in ALLOWED or data["until"] < data["day"]):
        raise Void("it cannot end then")


def _follow_up(reg: Register, fact: Fact) -> None:
    reg.put(
        "follow_up",
        seq=fact.seq,
        account=fact.subject,
        step=fact.data["step"],
        day=fact.data["day"],
        via=fact.data.get("via"),
        until=fact.data.get("until"),
        post=fact.data.get("post"),
        person=fact.data.get("person"),
    )


def _may_end(reg: Register, fact: Fact) -> None:
    _known(reg, fact)
    how = fact.data["how"]
    if ("ending" in fact.data) != (how == UPON):
        raise Void("an end upon an event names the event, and no other does")
    if ("post" in fact.data) != ("person" in fact.data):
        raise Void("who allowed it is a post and a person")


def _end(reg: Register, fact: Fact) -> None:
    reg.put(
        "term",
        seq=fact.seq,
        account=fact.subject,
        how=fact.data["how"],
        day=fact.data["day"],
        ending=fact.data.get("ending"),
        post=fact.data.get("post"),
        person=fact.data.get("person"),
    )


class Term(NamedTuple):
    """The end in force: ``how`` and the day (of an event: since when it is awaited), and what did not count."""

    how: str
    day: str
    ending: str
    seq: int
    not_allowed: tuple[int, ...]


def terms(rows: Iterable[Row]) -> Term | None:
    """What the entries about one account's end, in the order of the log, come to; None: nobody has set one."""
    found: Term | None = None
    for row in rows:
        if found is not None and row["how"] != REACHED and not _counts(found, row):
            found = Term(found.how, found.day, found.ending, found.seq, (*found.not_allowed, row["seq"]))
        elif row["how"] != REACHED or (found is not None and found.how == UPON):
            ending = row["ending"] or (found.ending if found else "")
            found = Term(row["how"], row["day"], ending, row["seq"], ())
    return found


def _counts(found: Term, row: Row) -> bool:
    """Nobody extends in silence; an earlier day, or the same event still awaited, needs nobody's leave."""
    sooner = found.how == row["how"] == ON and row["day"] <= found.day
    again = found.how == row["how"] == UPON and row["ending"] == found.ending
    return row["post"] is not None or sooner or again


_BY = {"post": e.code, "person": e.ident("per")}

EVENTS = (
    Event(
        "account.used",
        "acc",
        {"day": e.date, "how": e.one_of(*USES)},
        e.STAFF | {e.HOLDER},
        _use,
        optional={"person": e.ident("per"), "corrects": e.count},
        rule=_may_use,
    ),
    Event(
        "account.followed_up",
        "acc",
        {"step": e.one_of(*STEPS), "day": e.date},
        e.STAFF,
        _follow_up,
        optional={"via": e.one_of(*CHANNELS), "until": e.date, **_BY},
        rule=_may_follow_up,
    ),
    Event(
        "account.ends",
        "acc",
        {"how": e.one_of(ON, UPON, REACHED, PERMANENT), "day": e.date},
        e.STAFF,
        _end,
        optional={"ending": e.one_of(*ENDINGS), **_BY},
        rule=_may_end,
    ),
)
