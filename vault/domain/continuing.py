"""The administrators' word that the log goes on from a backup, and which newer heads are lost with that.

It changes nothing of the register: it is what a client asks for that has verified more than the log shows. With two
administrators it waits for the second one. Several lost heads are several entries.
"""

from __future__ import annotations

from vault.domain import events as e
from vault.domain.events import Event, Fact, Register, Void
from vault.domain.voices import alone

RESTORED = "log.restored"


def _may_continue(reg: Register, fact: Fact) -> None:
    continued = fact.data["continued"]
    if not 0 < continued <= fact.seq:
        raise Void("the log was not continued from there")
    if fact.data["size"] <= continued:
        raise Void("the head that it names is not lost")


def _two_to_continue(reg: Register, fact: Fact) -> bool:
    return not alone(reg, fact.keyset)


def _continued(reg: Register, fact: Fact) -> None:
    reg.put("restored", seq=fact.seq, **fact.data)


EVENTS = (
    Event(
        RESTORED,
        "",
        {"continued": e.count, "size": e.count, "root": e.digest},
        e.ADMINISTRATORS,
        _continued,
        rule=_may_continue,
        confirm=_two_to_continue,
    ),
)
