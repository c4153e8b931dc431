"""Heads that were seen outside: who may witness this log, what they cosigned, which heads were time-stamped.

A cosignature stands in the log whole, so that everybody can verify it against the tree. These rules are pure and
cannot: whoever shows one verifies it first, and an entry with a false one, which only an insider can have written,
is a finding (`vault.ops.witnesses`). A time-stamp stays with whoever asked for it; the log holds its hash.

Who names a witness decides whose word the newest outside head is: where there are two administrators both say so. One
alone removes one: the vault then says that nobody has seen its log, which is no false comfort.

A witness's name is random digits: an auditor's own name for it would be a name in the log.
"""

from __future__ import annotations

import datetime as dt
from binascii import a2b_base64

from vault.domain import events as e
from vault.domain import voices
from vault.domain.events import Event, Fact, Register, Row, Void

VALUE_SIZE = 72


def in_force(reg: Register) -> list[Row]:
    """The witnesses whose cosignatures count."""
    return reg.find("witness", removed=None)


def cosigned_at(cosignature: str) -> int:
    """The time in a cosignature, seconds since 1970, as its witness's clock had it."""
    return int.from_bytes(a2b_base64(cosignature)[:8])


def _may_add(reg: Register, fact: Fact) -> None:
    if reg.get("witness", id=fact.subject) is not None:
        raise Void("the witness was added before")
    for column in ("name", "key"):
        if reg.find("witness", **{column: fact.data[column]}):
            raise Void(f"a witness with that {column} was added before")


def _add(reg: Register, fact: Fact) -> None:
    values = {"name": fact.data["name"], "key": fact.data["key"]}
    reg.put("witness", id=fact.subject, added=fact.seq, removed=None, **values)


def _two_for_witness(reg: Register, fact: Fact) -> bool:
    """A witness in an administrator's own hand would cosign whatever they show: two administrators name one."""
    return not fact.confirmed and not voices.alone(reg, fact.keyset)


def _known(reg: Register, fact: Fact) -> None:
    if e.require(reg.get("witness", id=fact.subject), "the witness")["removed"] is not None:
        raise Void("the witness was removed before")


def _remove(reg: Register, fact: Fact) -> None:
    reg.change("witness", {"id": fact.subject}, removed=fact.seq)


def _within(fact: Fact) -> None:
    if not 0 < fact.data["size"] <= fact.seq:
        raise Void("only a head before it can have been seen")


def _may_be_cosigned(reg: Register, fact: Fact) -> None:
    _known(reg, fact)
    _within(fact)
    if dt.datetime.fromisoformat(fact.data["at"]).timestamp() != cosigned_at(fact.data["cosignature"]):
        raise Void("the cosignature bears another time")


def _cosigned(reg: Register, fact: Fact) -> None:
    values = {name: fact.data[name] for name in ("size", "at", "cosignature")}
    reg.put("cosigned", seq=fact.seq, witness=fact.subject, **values)


def _may_be_anchored(_: Register, fact: Fact) -> None:
    _within(fact)


def _anchored(reg: Register, fact: Fact) -> None:
    reg.put("anchor", seq=fact.seq, **{name: fact.data[name] for name in ("size", "at", "token")})


EVENTS = (
    Event(
        "witness.added",
        "wit",
        {"name": e.witness_name, "key": e.base64_of(32)},
        e.ADMINISTRATORS,
        _add,
        rule=_may_add,
        confirm=_two_for_witness,
    ),
    Event("witness.removed", "wit", {}, e.ADMINISTRATORS, _remove, rule=_known),
    Event(
        "head.cosigned",
        "wit",
        {"size": e.count, "at": e.time, "cosignature": e.base64_of(VALUE_SIZE)},
        e.MEMBERS,
        _cosigned,
        rule=_may_be_cosigned,
    ),
    Event(
        "head.anchored",
        "",
        {"size": e.count, "at": e.time, "token": e.digest},
        e.MEMBERS,
        _anchored,
        rule=_may_be_anchored,
    ),
)
