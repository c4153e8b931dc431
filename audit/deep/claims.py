"""Claims: filed by any member, decided once."""

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


RULES = {"claim.filed": filed, "claim.accepted": decided, "claim.rejected": decided}
