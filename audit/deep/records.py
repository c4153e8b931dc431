"""Claims, notes and corrections; and what is written down and changes nothing here."""

from __future__ import annotations

from audit.deep.forms import Void
from audit.deep.register import Register, Said, known, new


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


def recorded(_reg: Register, _said: Said) -> None:
    """Well formed and by somebody who may: there is nothing else to ask."""


RULES = {
    "claim.filed": filed,
    "claim.accepted": decided,
    "claim.rejected": decided,
    "note.made": noted,
    "entry.corrected": noted,
    "action.refused": recorded,
    "policy.chosen": recorded,
    "backup.made": recorded,
}
