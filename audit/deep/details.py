"""Descriptions: copies for who they are about, and those that somebody without the register's key has written."""

from __future__ import annotations

from audit.deep.erasure import concerned
from audit.deep.forms import Void
from audit.deep.register import REGISTER, TEAMS, Register, Said, known

_BY_ANYBODY = ("dev-", "req-", "clm-", "not-")


def remember(reg: Register, said: Said) -> None:
    """Whether the newest description of a thing waits to be sealed anew: asked of every entry that took effect."""
    if not said.subject.startswith(_BY_ANYBODY) or "details" not in said.data:
        return
    reg.described[said.subject] = said.data["details"]
    if said.roles & TEAMS[REGISTER]:
        reg.unkeyed.discard(said.subject)
    else:
        reg.unkeyed.add(said.subject)


def shared(reg: Register, said: Said) -> None:
    keyset, about = known(reg.keysets, said.subject, "the keyset"), said.data["about"]
    if not keyset.works:
        raise Void("the keyset is not in force")
    device = reg.devices.get(about)
    owner = device.person if device else about
    if owner != keyset.person:
        raise Void("that is not about the owner of the keyset")
    if not said.by_staff and said.person != keyset.person:
        raise Void("only staff or its owner describes it")
    if reg.batches.get(said.data["batch"], ("",))[0] != said.keyset:
        raise Void("its batch of commit keys is not the author's")


def rewritten(reg: Register, said: Said) -> None:
    if said.data["about"] not in reg.unkeyed:
        raise Void("its description does not wait to be sealed anew")
    about, new = said.data["about"], said.data.get("details")
    reg.unkeyed.discard(about)
    if new is None:
        return
    if new not in reg.blobs:  # about whom the earlier words are, so that an erasure finds it
        before = reg.blobs.get(reg.described[about], frozenset())
        reg.blobs[new] = before | frozenset(concerned(reg, said))
    reg.described[about] = new


RULES = {"details.shared": shared, "details.rewritten": rewritten}
