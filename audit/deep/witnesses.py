"""Who may witness the log, and which heads were seen outside. Whether a cosignature is true takes the tree."""

from __future__ import annotations

from datetime import datetime

from audit import b64
from audit.cosignature import time_of
from audit.deep import voices
from audit.deep.forms import Void
from audit.deep.register import Register, Said, known, new
from audit.deep.things import Witness


def added(reg: Register, said: Said) -> None:
    new(reg.witnesses, said.subject, "the witness")
    name, key = said.data["name"], said.data["key"]
    if any(name == each.name or key == each.key for each in reg.witnesses.values()):
        raise Void("a witness with that name or key was added before")
    if not said.confirmed and not voices.alone(reg, said.keyset):
        reg.waiting[said.seq] = said
        return
    reg.witnesses[said.subject] = Witness(name, key)


def removed(reg: Register, said: Said) -> None:
    _in_force(reg, said).removed = True


def cosigned(reg: Register, said: Said) -> None:
    _in_force(reg, said)
    anchored(reg, said)
    at = int(datetime.fromisoformat(said.data["at"]).timestamp())
    if at != time_of(b64.decode(said.data["cosignature"])):
        raise Void("the cosignature bears another time")


def anchored(_reg: Register, said: Said) -> None:
    if not 0 < said.data["size"] <= said.seq:
        raise Void("only a head before it can have been seen")


def _in_force(reg: Register, said: Said) -> Witness:
    witness = known(reg.witnesses, said.subject, "the witness")
    if witness.removed:
        raise Void("the witness was removed before")
    return witness


RULES = {
    "witness.added": added,
    "witness.removed": removed,
    "head.cosigned": cosigned,
    "head.anchored": anchored,
}
