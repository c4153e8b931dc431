"""How often something is due, as a document says it: once, each working day, every so many days or calendar months."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.domain.calendar import DAYS, MONTHS, Span, span

ONCE = "once"
WORKING_DAY = "working day"
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Interval:
    """A unit and its number: once, each working day, or every ``number`` of days or calendar months."""

    unit: str
    number: int = 1

    def next(self, day: dt.date) -> dt.date | None:
        """The last day on which what was done on ``day`` still counts; None: for good."""
        if self.unit == ONCE:
            return None
        if self.unit == WORKING_DAY:
            return _working_day_after(day)
        return Span(self.number, self.unit).after(day)

    def __str__(self) -> str:
        return f"every {self.number} {self.unit}" if self.unit in (DAYS, MONTHS) else self.unit


def parse(words: str) -> Interval | None:
    """``once``, ``working day``, ``60 days`` or ``12 months``; None where it is none of these."""
    if words in (ONCE, WORKING_DAY):
        return Interval(words)
    found = span(words)
    return Interval(found.unit, found.number) if found else None


def _working_day_after(day: dt.date) -> dt.date:
    """Monday to Friday; bank holidays are local data, which whoever asks adds."""
    following = day + dt.timedelta(days=1)
    while following.weekday() >= _SATURDAY:
        following += dt.timedelta(days=1)
    return following
