"""How often something is due, as a document says it: once, each working day, every so many days or calendar months."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from dataclasses import dataclass

ONCE = "once"
WORKING_DAY = "working day"
DAYS = "days"
MONTHS = "months"
_SATURDAY = 5
_WORDS = re.compile(r"([1-9][0-9]{0,3}) (days|months)\Z")


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
        return day + dt.timedelta(days=self.number) if self.unit == DAYS else add_months(day, self.number)

    def __str__(self) -> str:
        return f"every {self.number} {self.unit}" if self.unit in (DAYS, MONTHS) else self.unit


def parse(words: str) -> Interval | None:
    """``once``, ``working day``, ``60 days`` or ``12 months``; None where it is none of these."""
    if words in (ONCE, WORKING_DAY):
        return Interval(words)
    found = _WORDS.match(words)
    return Interval(found[2], int(found[1])) if found else None


def add_months(day: dt.date, months: int) -> dt.date:
    """So many calendar months later; a day that the month does not have becomes its last."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))


def _working_day_after(day: dt.date) -> dt.date:
    """Monday to Friday; bank holidays are local data, which whoever asks adds."""
    following = day + dt.timedelta(days=1)
    while following.weekday() >= _SATURDAY:
        following += dt.timedelta(days=1)
    return following
