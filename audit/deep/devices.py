"""Devices: whose they are, what is signed in there, their loss."""

from __future__ import annotations

from audit.deep import owed
from audit.deep.forms import Void
from audit.deep.register import Register, Said, known, new
from audit.deep.things import Device


def _own_or_staff(reg: Register, said: Said) -> Device:
    device = known(reg.devices, said.subject, "the device")
    if not said.by_staff and (device.person is None or device.person != said.person):
        raise Void("only its owner or staff says so")
    return device


def _check_keys(reg: Register, said: Said, owner: str | None) -> None:
    if "keyset" in said.data:
        keyset = known(reg.keysets, said.data["keyset"], "the keyset")
        if not keyset.person or keyset.person != owner:
            raise Void("the keys on a device are its owner's")


def added(reg: Register, said: Said) -> None:
    new(reg.devices, said.subject, "the device")
    owner = said.data.get("person")
    if owner is not None:
        known(reg.people, owner, "its owner")
    if not said.by_staff and owner != said.person:
        raise Void("only staff registers somebody else's device")
    _check_keys(reg, said, owner)
    reg.devices[said.subject] = Device(
        said.subject, said.seq, owner, said.data["kind"], said.data.get("keyset")
    )


def changed(reg: Register, said: Said) -> None:
    device = _own_or_staff(reg, said)
    owner = said.data.get("person", device.person)
    if owner != device.person:
        known(reg.people, owner, "its owner")
        if not said.by_staff:
            raise Void("only staff gives a device to somebody else")
    _check_keys(reg, said, owner)
    kept = (
        device.keyset if owner == device.person else None
    )  # keys are their owner's, who has another machine now
    device.person, device.kind = owner, said.data.get("kind", device.kind)
    device.keyset = said.data.get("keyset", kept)


def signed(reg: Register, said: Said) -> None:
    device = _own_or_staff(reg, said)
    account = known(reg.accounts, said.data["account"], "the account")
    if said.event == "device.signed_in":
        device.accounts.add(account.id)
    else:
        device.accounts.discard(account.id)


def lost(reg: Register, said: Said) -> None:
    device = _own_or_staff(reg, said)
    if device.state == "lost":
        raise Void("the device is lost already")
    if said.data.get("keyset", device.keyset) != device.keyset:
        raise Void("those keys are not on the device")
    owed.device_lost(reg, said, device, [said.data["keyset"]] if "keyset" in said.data else [])
    reg.notices |= {(said.seq, recipient) for recipient in said.data["tell"]}
    device.state = "lost"


def found(reg: Register, said: Said) -> None:
    device = _own_or_staff(reg, said)
    if device.state != "lost":
        raise Void("the device is not lost")
    device.state = "in_use"


def retired(reg: Register, said: Said) -> None:
    device = _own_or_staff(reg, said)
    if device.state != "in_use":
        raise Void("the device is not in use")
    device.state = "retired"


def told(reg: Register, said: Said) -> None:
    if (said.data["cause"], said.data["recipient"]) not in reg.notices:
        raise Void("nobody had to be told that")


def answered(reg: Register, said: Said) -> None:
    known(reg.people, said.subject, "the person")
    if said.subject != said.person and not said.by_staff:
        raise Void("only the person or staff says so")


RULES = {
    "device.added": added,
    "device.changed": changed,
    "device.signed_in": signed,
    "device.signed_out": signed,
    "device.lost": lost,
    "device.found": found,
    "device.retired": retired,
    "notice.told": told,
    "own_device.answered": answered,
}
