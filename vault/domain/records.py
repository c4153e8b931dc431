"""Records: what stands beside an account, a person, a device, a grant, a request or the vault, by whose statement.

One generic event serves training, acknowledgements, attestations, checklists, authorities, notices and incidents: a
code, the day, who states it and in which post, until when. A record is never changed: it ends, or it is withdrawn,
by a later entry. Policy says what a record is worth (`vault.domain.kinds`); here it is only kept.
"""

from __future__ import annotations

import re
from typing import Any

from vault.domain import events as e
from vault.domain.events import Event, Fact, Register, Void

ABOUT = {
    "acc": "account",
    "per": "person",
    "dev": "device",
    "tem": "team",
    "req": "request",
    "grt": "grant_",
    "rec": "record",
}
CODE = re.compile(r"[a-z][a-z0-9_]{0,31}(?:\.[a-z0-9_]{1,48})?\Z")
VERSION = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4}){0,3}[a-z]?\Z")


def record_code(value: Any) -> str | None:
    """A word, or a word and what it is of: ``training.masterclass``."""
    return None if isinstance(value, str) and CODE.match(value) else "is not the code of a record"


def version(value: Any) -> str | None:
    """The version of a document, or its year and month: numbers and dots, so that it can say nothing else."""
    return None if isinstance(value, str) and VERSION.match(value) else "is not a version"


def _may_make(reg: Register, fact: Fact) -> None:
    if reg.get("record", id=fact.subject) is not None:
        raise Void("the record was made before")
    about = fact.data.get("about")
    if about is not None:
        e.require(reg.get(ABOUT[about[:3]], id=about), "what it is about")
    if "person" in fact.data:
        e.require(reg.get("person", id=fact.data["person"]), "who states it")
    if not fact.roles & e.STAFF:
        _only_own(fact)


def _only_own(fact: Fact) -> None:
    """Any member may acknowledge and attest for themselves; what others say is custody's to record."""
    if fact.data.get("about") != fact.person or fact.data.get("person", fact.person) != fact.person:
        raise Void("without a role in custody or administration, only one's own statements about oneself")


def _make(reg: Register, fact: Fact) -> None:
    data = fact.data
    reg.put(
        "record",
        id=fact.subject,
        seq=fact.seq,
        about=data.get("about", ""),
        code=data["code"],
        occurred_at=data["occurred_at"],
        person=data.get("person", fact.person),
        post=data.get("post"),
        until=data.get("until"),
        version=data.get("version"),
        platform=data.get("platform"),
        good=int(data.get("good", True)),
        evidence=data.get("evidence"),
        details=data.get("details"),
        author=fact.person,
        ended=None,
        ended_by=None,
        withdrawn=None,
    )


def _may_end(reg: Register, fact: Fact) -> None:
    row = e.require(reg.get("record", id=fact.subject), "the record")
    if row["withdrawn"] is not None:
        raise Void("the record is withdrawn")
    if fact.event == "record.ended" and row["ended"] is not None:
        raise Void("the record has ended already")
    if not fact.roles & e.STAFF and row["author"] != fact.person:
        raise Void("the record is somebody else's")


def _end(reg: Register, fact: Fact) -> None:
    reg.change("record", {"id": fact.subject}, ended=fact.seq, ended_by=fact.person, until=fact.data["until"])


def _withdraw(reg: Register, fact: Fact) -> None:
    reg.change("record", {"id": fact.subject}, withdrawn=fact.seq)


EVENTS = (
    Event(
        "record.made",
        "rec",
        {"code": record_code, "occurred_at": e.time},
        e.MEMBERS,
        _make,
        optional={
            "about": e.ident(*ABOUT),
            "person": e.ident("per"),
            "post": e.code,
            "until": e.date,
            "version": version,
            "platform": e.code,
            "good": e.flag,
            "evidence": e.words,
            "details": e.words,
        },
        rule=_may_make,
    ),
    Event("record.ended", "rec", {"until": e.date}, e.MEMBERS, _end, rule=_may_end),
    Event("record.withdrawn", "rec", {"reason": e.code}, e.MEMBERS, _withdraw, rule=_may_end),
)
