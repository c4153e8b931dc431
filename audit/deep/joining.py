"""Invitations: used once, by keys of the person who is invited, before they end."""

from __future__ import annotations

from audit.deep.forms import Void
from audit.deep.register import Register, Said, known, new


def invitation_made(reg: Register, said: Said) -> None:
    new(reg.invitations, said.subject, "the invitation")
    person = known(reg.people, said.data["person"], "the person")
    if person.state != "active":
        raise Void("the person is paused or has left")
    if not {keyset.id for keyset in person.keysets} >= set(said.data.get("replaces", ())):
        raise Void("it replaces keys that are not the person's")
    reg.invitations[said.subject] = person.id, said.data["expires"], False


def invitation_used(reg: Register, said: Said) -> None:
    person, expires, used = known(reg.invitations, said.subject, "the invitation")
    if used or said.time > expires:
        raise Void("the invitation was used before, or is too old")
    if known(reg.keysets, said.data["keyset"], "its keyset").person != person:
        raise Void("the invitation is for another person")
    reg.invitations[said.subject] = person, expires, True


RULES = {"invitation.made": invitation_made, "invitation.used": invitation_used}
