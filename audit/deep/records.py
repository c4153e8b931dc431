"""Records: made, ended and withdrawn; others' statements only by custody and administration."""

from __future__ import annotations

from collections.abc import Container

from audit.deep.forms import Void
from audit.deep.register import STAFF, Register, Said, known, new
from audit.deep.things import Record


def made(reg: Register, said: Said) -> None:
    new(reg.records, said.subject, "the record")
    about, person = said.data.get("about"), said.data.get("person", said.person)
    if about is not None:
        things: dict[str, Container[str]] = {
            "acc": reg.accounts,
            "per": reg.people,
            "dev": reg.devices,
            "tem": reg.teams,
            "req": reg.requests,
            "grt": reg.grants,
            "rec": reg.records,
        }
        if about not in things[about[:3]]:
            raise Void("what it is about is not in the register")
    if "person" in said.data:
        known(reg.people, person, "who states it")
    if not said.roles & STAFF and not about == person == said.person:
        raise Void("others' statements are for custody and administration to record")
    reg.records[said.subject] = Record(said.person)
    reg.authors[said.subject] = (person, about)


def ended(reg: Register, said: Said) -> None:
    record = known(reg.records, said.subject, "the record")
    if record.withdrawn or (record.ended and said.event == "record.ended"):
        raise Void("the record has ended, or is withdrawn")
    if not said.roles & STAFF and record.author != said.person:
        raise Void("the record is somebody else's")
    record.ended = record.ended or said.event == "record.ended"
    record.withdrawn = said.event == "record.withdrawn"


RULES = {"record.made": made, "record.ended": ended, "record.withdrawn": ended}
