"""Claims, notes and corrections; and what is written down and changes nothing here."""

from __future__ import annotations

from collections.abc import Container

from audit.deep import voices
from audit.deep.forms import Void
from audit.deep.register import STAFF, Record, Register, Said, known, new


def filed(reg: Register, said: Said) -> None:
    new(reg.claims, said.subject, "the claim")
    if "device" in said.data:
        known(reg.devices, said.data["device"], "the device")
    reg.claims[said.subject] = "open"
    reg.authors[said.subject] = (said.person, said.data.get("device"))


def decided(reg: Register, said: Said) -> None:
    if known(reg.claims, said.subject, "the claim") != "open":
        raise Void("the claim is decided already")
    reg.claims[said.subject] = said.event


def noted(reg: Register, said: Said) -> None:
    new(reg.notes, said.subject, "the note")
    if said.data.get("entry", -1) >= said.seq:
        raise Void("only an earlier entry is corrected")
    reg.notes.add(said.subject)


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


def chosen(reg: Register, said: Said) -> None:
    if reg.has_policy and not said.confirmed and not voices.alone(reg, said.keyset):
        reg.waiting[said.seq] = said
    reg.has_policy = True


def recorded(_reg: Register, _said: Said) -> None:
    """Well formed and by somebody who may: there is nothing else to ask."""


RULES = {
    "claim.filed": filed,
    "claim.accepted": decided,
    "claim.rejected": decided,
    "note.made": noted,
    "entry.corrected": noted,
    "action.refused": recorded,
    "policy.chosen": chosen,
    "record.made": made,
    "record.ended": ended,
    "record.withdrawn": ended,
    "backup.made": recorded,
}
