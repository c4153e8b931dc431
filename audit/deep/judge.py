"""One entry after the other: is the event known, is it well formed, had its author the right, does its rule agree?

void         well signed, and without effect: skipped by every client, by the same rules
not judged   this verifier does not know the event, or not its rule; what it changes is missing from the report
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from audit.deep import (
    accounts,
    claims,
    confirming,
    continuing,
    details,
    devices,
    documents,
    epochs,
    erasure,
    grants,
    joining,
    keys,
    notes,
    people,
    records,
    recovery,
    requests,
    rotation,
    usage,
    versions,
    voices,
    witnesses,
)
from audit.deep.clock import Clock
from audit.deep.forms import Void, events
from audit.deep.register import STAFF, Register, Said
from audit.entry import Entry
from audit.signers import Signers


def _taken(_reg: Register, _said: Said) -> None:
    """Well formed and by somebody who may: there is nothing else to ask."""


RULES = {
    name: rule
    for concept in (
        keys,
        epochs,
        recovery,
        joining,
        confirming,
        people,
        requests,
        accounts,
        grants,
        devices,
        versions,
        rotation,
        claims,
        notes,
        records,
        documents,
        continuing,
        usage,
        witnesses,
        erasure,
        details,
    )
    for name, rule in concept.RULES.items()
} | {"action.refused": _taken, "backup.made": _taken}


class Odd(NamedTuple):
    """An entry that is void or was not judged, and why."""

    seq: int
    event: str
    author: str
    reason: str


@dataclass(slots=True)
class Judge:
    """The register as far as the log was read, and what stood in the way."""

    reg: Register = field(default_factory=Register)
    signers: Signers = field(default_factory=Signers)
    void: list[Odd] = field(default_factory=list)
    unjudged: list[Odd] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)

    def take(self, entry: Entry) -> None:
        """Read the next entry."""
        self.clock.take(entry)
        before = len(self.signers.ignored)
        self.signers.apply(entry)
        said = self._said(entry)
        try:
            unjudged = self._judge(said, ignored=len(self.signers.ignored) > before)
        except Void as void:
            self.void.append(Odd(said.seq, said.event, said.keyset, void.reason))
        else:
            if unjudged:
                self.unjudged.append(Odd(said.seq, said.event, said.keyset, unjudged))

    def _judge(self, said: Said, *, ignored: bool) -> str:
        """Void, or let the entry have its effect; what of it could not be judged."""
        event, rule = events().get(said.event), RULES.get(said.event)
        if event is None:
            return "the event is not known here"
        event.check(said.subject, said.data)
        if not said.roles & event.by:
            raise Void("its author had no right to write it")
        if ignored:
            raise Void("the log does not let its author change who signs")
        if rule is None:
            details.remember(self.reg, said)
            return "only its form and its author's roles were judged"
        could, changes = voices.hear(self.reg, said), self.reg.changes
        self._apply(said)
        if said.event == "entry.confirmed" and said.data["entry"] in self.reg.waiting:
            self._confirm(said)
        if self.reg.changes != changes:
            voices.remember(self.reg, said, could)
        return ""

    def _apply(self, said: Said) -> None:
        """Its effect, and what is kept of every entry that has one; what waits has none yet."""
        RULES[said.event](self.reg, said)
        if said.seq not in self.reg.waiting:
            erasure.remember(self.reg, said)
            details.remember(self.reg, said)

    def _confirm(self, said: Said) -> None:
        """What waited takes effect, if it still may."""
        entry = said.data["entry"]
        waiting = self.reg.waiting[entry]
        _, roles = self.reg.behind(waiting.keyset)
        if not roles & events()[waiting.event].by:
            raise Void("who wrote what waits has not the right to it any more")
        again = replace(waiting, seq=said.seq, roles=roles, confirmed=True)
        self._apply(again)
        self.reg.confirmed[entry] = said.seq
        if "keyset" in said.data:
            voices.vouch(self.reg, self.reg.keysets[said.data["keyset"]])

    def _said(self, entry: Entry) -> Said:
        """The entry with its author's person and roles at that place; genesis names its own."""
        person, roles = self.reg.behind(entry.actor)
        if entry.event == "log.genesis":
            person, roles = str(entry.data.get("person", "")), STAFF
        return Said(entry.seq, entry.time, entry.actor, person, roles, entry.event, entry.subject, entry.data)
