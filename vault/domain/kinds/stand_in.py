"""Who acts for whom when the others are not there: out of hours, or in an incident, by which way."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.domain.kinds.applies import WAYS, Applies, read_applies
from vault.domain.kinds.base import Kind, Known, Rule, record_codes
from vault.domain.strict import Reader

WHEN = ("out_of_hours", "incident")


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Days (1 is Monday) and times in Europe/London; ``inferred``: the document gives them for something else."""

    days: tuple[int, ...]
    start: dt.time
    end: dt.time
    inferred: bool


@dataclass(frozen=True, slots=True)
class StandIn(Rule):
    """Holders of ``post`` act for those of ``acts_for``, only then, and have access only by these ways.

    ``hours``: None where the document gives none and nobody has entered them: then nothing is judged. ``incidents``:
    records that begin an incident, in force until ended. ``ways`` empty: it is about authority, not about access.
    """

    kind = "stand_in"
    post: str
    acts_for: tuple[str, ...]
    applies: Applies
    when: str
    hours: OfficeHours | None
    incidents: tuple[str, ...]
    ways: tuple[str, ...]


def _read(table: Reader, clause: str, known: Known) -> StandIn:
    when = table.choice("when", WHEN)
    return StandIn(
        clause=clause,
        post=table.text("post"),
        acts_for=table.texts("acts_for"),
        applies=read_applies(table, known),
        when=when,
        hours=_hours(table.table("hours")) if table.has("hours") else None,
        incidents=record_codes(table, "incidents", empty=when != "incident"),
        ways=table.texts("ways", allowed=WAYS, empty=True),
    )


def _hours(table: Reader) -> OfficeHours:
    with table:
        days = tuple(int(day) for day in table.texts("days", allowed=("1", "2", "3", "4", "5", "6", "7")))
        start, end = _time(table, "start"), _time(table, "end")
        if start >= end:
            table.refuse("is not after start", "end")
        return OfficeHours(days, start, end, table.flag("inferred"))


def _time(table: Reader, key: str) -> dt.time:
    try:
        return dt.time.fromisoformat(table.text(key))
    except ValueError:
        table.refuse("must be a time like 08:00", key)


STAND_IN = Kind(StandIn, _read)
