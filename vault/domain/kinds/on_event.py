"""What an event asks for: who is told, in which order, what must have been agreed before, or that it may not happen.

Breach routes, leavers, hand-overs, conversions, add-on facilities, disclosures and notices are all of this kind.
"""

from __future__ import annotations

from dataclasses import dataclass

from vault.domain.kinds.applies import Applies, read_applies
from vault.domain.kinds.base import RECORD_CODE, Kind, Known, Rule, record_codes
from vault.domain.strict import Reader

# What the log shows by itself; any other event is a record of that code ("breach.reported").
EVENTS = (
    "person_left",
    "device_lost",
    "account_opened",
    "account_closed",
    "account_frozen",
    "password_changed",
    "grant_given",
    "grant_revoked",
    "request_refused",
)
TIMES = ("before", "after")


@dataclass(frozen=True, slots=True)
class EventStep:
    """Records that must stand, before or after the event: all of ``done``, or any one. ``by`` as in record_required."""

    done: tuple[str, ...]
    need: str
    when: str
    by: tuple[str, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class OnEvent(Rule):
    """Steps for each event of these names; ``ordered``: each not earlier than the one before it.

    ``forbidden``: the event itself is a breach. ``unless_left``: not where the person concerned had left, which is then
    for the owner to decide.
    """

    kind = "on_event"
    on: tuple[str, ...]
    applies: Applies
    steps: tuple[EventStep, ...]
    ordered: bool
    forbidden: bool
    unless_left: bool
    decision: str


def _read(table: Reader, clause: str, known: Known) -> OnEvent:
    on = table.texts("on")
    if any(name not in EVENTS and not ("." in name and RECORD_CODE.match(name)) for name in on):
        table.refuse(f"may only hold codes of records, or {', '.join(EVENTS)}", "on")
    forbidden = table.flag("forbidden")
    steps = tuple(_step(entry, known) for entry in table.tables("steps", empty=forbidden))
    return OnEvent(
        clause=clause,
        on=on,
        applies=read_applies(table, known),
        steps=steps,
        ordered=table.flag("ordered"),
        forbidden=forbidden,
        unless_left=table.has("unless_left") and table.flag("unless_left"),
        decision=known.decision(table),
    )


def _step(table: Reader, known: Known) -> EventStep:
    with table:
        return EventStep(
            done=record_codes(table, "done"),
            need=table.choice("need", ("all", "any")),
            when=table.choice("when", TIMES),
            by=table.texts("by", empty=True),
            clause=known.clause(table),
        )


ON_EVENT = Kind(OnEvent, _read)
